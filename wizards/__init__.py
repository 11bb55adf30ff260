from . import stripe_document_write_off
