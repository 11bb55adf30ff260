from . import test_invoice_push
from . import test_webhook
