"""Payments under way: until they are settled, their invoice must stay as it is."""

from __future__ import annotations

from simulator.errors import StripeError, invalid
from simulator.resources import invoice_payment
from simulator.world import Account, JSONObject

# As integrations report it of late; until the summer of 2026 it was "Invoices with
# pending payments waiting to clear cannot be paid, voided, or marked uncollectible."
MESSAGE = (
    "This invoice can't be modified while a payment on it is still pending. Wait for "
    "the payment to clear, then try again."
)


def is_pending(account: Account, invoice_id: str) -> bool:
    """Whether a bank still has a payment for the invoice, such as a SEPA debit."""
    intents = account.table("payment_intent")
    return any(
        entry["status"] == "open"
        and entry["payment"]["type"] == "payment_intent"
        and intents[entry["payment"]["payment_intent"]]["status"] == "processing"
        for entry in invoice_payment.of_invoice(account, invoice_id)
    )


def refusal() -> StripeError:
    """Return Stripe's 400 for what a pending payment forbids."""
    return invalid(MESSAGE)


def check(account: Account, invoice: JSONObject) -> None:
    """Raise Stripe's 400 while a payment for the invoice is pending."""
    if is_pending(account, invoice["id"]):
        raise refusal()
