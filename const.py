"""Data only: what the addon and Stripe have agreed on.

Nothing here computes anything. Sources are Stripe's API reference for the pinned
version unless a line says otherwise.
"""

# The version that every request names and that the webhook endpoint is pinned to.
API_VERSION = "2026-10-28.endive"

# Stripe's own address. Another one is a system parameter: loopback and test keys only.
API_BASE = "https://api.stripe.com"
API_BASE_PARAMETER = "sale_stripe_invoice.api_base"

DASHBOARD = "https://dashboard.stripe.com"

# The events that the webhook endpoint asks for, and why each of them matters to us.
HANDLED_EVENTS: dict[str, str] = {
    "invoice.created": "Must be answered fast, or Stripe delays other invoices.",
    "invoice.updated": "Any change of an invoice, also one made in the dashboard.",
    "invoice.deleted": "A draft was deleted in the dashboard.",
    "invoice.finalized": "The invoice is open: number, hosted page and PDF exist.",
    "invoice.finalization_failed": "Stripe could not finalize and says why.",
    "invoice.sent": "Stripe mailed the invoice.",
    "invoice.overdue": "The due date has passed, in accounts that ask to be told.",
    "invoice.paid": "Paid, by Stripe or outside of Stripe.",
    "invoice.payment_failed": "A payment was declined.",
    "invoice.payment_action_required": "The customer must authenticate a payment.",
    "invoice.overpaid": "More was received than was due.",
    "invoice.marked_uncollectible": "Somebody gave the invoice up.",
    "invoice.voided": "The invoice was cancelled at Stripe.",
    "credit_note.created": "Somebody credited an invoice.",
    "credit_note.voided": "A credit note was taken back.",
    "customer.updated": "Another payment method may pay the invoices.",
    "customer.tax_id.updated": "A register has answered whether it knows the number.",
    "payment_method.attached": "The customer has stored a payment method.",
    "payment_method.detached": "He has removed one.",
    "payment_method.updated": "It may have another expiry date.",
    "payment_method.automatically_updated": "The bank has sent a new card.",
    "setup_intent.succeeded": "He has stored what Odoo asked him to store.",
    "invoice_payment.paid": "One payment arrived: the event that books money.",
    "refund.created": "Money goes back to a customer.",
    "refund.updated": "A refund has got on: pending, succeeded, cancelled.",
    "refund.failed": "The bank sent the money of a refund back.",
    "charge.refunded": "A payment was refunded; it names the payment alone.",
    "charge.failed": "A payment failed, also one that had succeeded.",
    "charge.dispute.created": "A customer's bank disputes a payment, or asks.",
    "charge.dispute.updated": "A dispute has got on.",
    "charge.dispute.funds_withdrawn": "Stripe took the disputed money back.",
    "charge.dispute.funds_reinstated": "Stripe gave the disputed money back.",
    "charge.dispute.closed": "A dispute is won, lost or over.",
    "checkout.session.completed": "An order was paid up front, or is about to be.",
    "checkout.session.async_payment_succeeded": "A slow payment of an order came.",
    "checkout.session.async_payment_failed": "A slow payment of an order failed.",
    "checkout.session.expired": "Nobody paid the order on the page in its time.",
    "payout.paid": "The money should be with the bank.",
    "payout.failed": "The bank sent the money back.",
    "payout.canceled": "Somebody took a payout back before it had left.",
    "payout.reconciliation_completed": "Stripe can now say what a payout holds.",
}

# Stripe: 50 metadata keys of at most 40 characters, values of at most 500.
METADATA_DATABASE = "odoo_db"
METADATA_DOCUMENT = "odoo_document"
METADATA_CREDIT_NOTE = "odoo_credit_note"
METADATA_CALL = "odoo_call"
METADATA_REFUND = "odoo_refund"
METADATA_NUMBER = "odoo_number"
METADATA_COMPANY = "odoo_company"
METADATA_PARTNER = "odoo_partner"
METADATA_REPLACES = "odoo_replaces"
METADATA_REPLACED_BY = "odoo_replaced_by"
METADATA_ENDPOINT = "odoo_endpoint"
METADATA_CHECKOUT = "odoo_checkout"

# Lengths that Stripe accepts.
MAX_NUMBER = 26
MAX_LINES = 250
MAX_CHECKOUT_LINES = 100
MAX_PRODUCT_NAME = 250
MAX_NAME = 256
MAX_EMAIL = 512
MAX_PHONE = 20
MAX_DESCRIPTION = 500
MAX_TAX_LABEL = 50
MAX_MEMO = 1500
MAX_FOOTER = 5000
MAX_CUSTOM_FIELDS = 4
MAX_CUSTOM_FIELD_NAME = 40
MAX_CUSTOM_FIELD_VALUE = 140

# Lines go out in chunks, so that no request body grows without a bound.
LINES_PER_CALL = 100

# Webhook bodies larger than this are refused unread.
MAX_WEBHOOK_BYTES = 1024 * 1024
# Seconds that a signature may be old, or ahead of our clock.
WEBHOOK_TOLERANCE = 300
# What the webhook answers to a call that Stripe has not signed.
WEBHOOK_REFUSAL = "Invalid signature"

# Seconds that one HTTP request to Stripe may take.
API_TIMEOUT = 30

# Our idempotency keys begin with it, and so do those of the events that we cause.
KEY_PREFIX = "odoo-"

# Stripe keeps an idempotency key for at least 24 hours; we trust it for less.
IDEMPOTENCY_KEY_SECONDS = 20 * 3600

# Rows that one run of the worker takes, so that inbox and outbox get their turns.
EVENTS_PER_RUN = 500
DOCUMENTS_PER_RUN = 50
CORRECTIONS_PER_RUN = 50
CUSTOMERS_PER_RUN = 50
CHECKOUTS_PER_RUN = 50

# Events may come late, so those of this long before the last time are listed again.
CATCH_UP_OVERLAP = 3600
# Stripe keeps events for 30 days; one day less leaves a margin.
CATCH_UP_SECONDS = 29 * 86400

# What moved the balance this long before the last list is listed again.
BALANCE_OVERLAP = 3600
# A payment that the balance does not show after this long is left to the hourly job.
BALANCE_PATIENCE = 3600
BALANCE_RETRY = 300
BALANCE_PER_RUN = 500

# Stripe is silent when no call came for this long after one had to.
SILENCE_SECONDS = 3 * 3600

# Seconds until the next try after the first, second, ... failure in a row.
BACKOFF = (10, 30, 60, 300, 900, 1800, 3600)
