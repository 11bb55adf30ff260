from . import account_move_reversal
from . import base_partner_merge
from . import payment_link_wizard
from . import stripe_customer_consent
from . import stripe_customer_link
from . import stripe_document_correct
from . import stripe_document_write_off
from . import stripe_invoice_preview
