from . import test_invoice_push
