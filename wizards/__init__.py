from . import account_move_reversal
from . import payment_link_wizard
from . import stripe_document_correct
from . import stripe_document_write_off
from . import stripe_invoice_preview
