from . import test_invoice_push
from . import test_webhook
from . import test_worker_faults
