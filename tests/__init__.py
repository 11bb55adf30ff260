from . import test_invoice_push
from . import test_settings
from . import test_tour
from . import test_translations
from . import test_webhook
from . import test_worker
from . import test_worker_events
from . import test_worker_faults
