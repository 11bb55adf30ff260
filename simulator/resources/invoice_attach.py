"""Attaching payments to an invoice: PaymentIntents of one's own, PaymentRecords."""

from __future__ import annotations

from simulator.errors import invalid
from simulator.resources import (
    common,
    invoice_object,
    invoice_payment,
    invoice_state,
    payment_record,
    pending,
)
from simulator.world import Account, JSONObject, World

# What the parameters are called in Stripe's sentences.
SPOKEN = {"payment_intent": "PaymentIntent", "payment_record": "PaymentRecord"}


def attach_payment(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/attach_payment; what has been paid counts at once."""
    invoice = invoice_object.find(account, invoice_id, "invoice")
    given = [kind for kind in SPOKEN if params.get(kind)]
    if not given:
        raise invalid(
            "You must specify a payment to attach.",
            "payment_intent",
            "parameter_missing",
        )
    if len(given) == 2:
        raise invalid(
            "You may only specify one of these parameters: payment_intent, "
            "payment_record."
        )
    kind = given[0]
    payment = common.refer(account, kind, params[kind], kind)
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid("Payments can only be attached to open invoices.")
    pending.check(account, invoice)
    paid = attach_intent if kind == "payment_intent" else attach_record
    amount, arrived = paid(account, invoice, payment)
    entry = invoice_payment.create(
        world, account, invoice, payment["id"], amount, False, kind
    )
    if arrived:
        invoice_state.credit(world, account, entry, arrived)
    return invoice


def attach_intent(
    account: Account, invoice: JSONObject, intent: JSONObject
) -> tuple[int, int]:
    """Check a PaymentIntent; return what it asks for and what it has brought."""
    kind = "payment_intent"
    check_customer(kind, invoice, intent["customer"])
    check_amount(kind, invoice, intent["currency"], intent["amount"])
    if intent["status"] == "canceled":
        raise invalid("A canceled PaymentIntent cannot be attached.", kind)
    attached = invoice_payment.of_intent(account, intent["id"])
    if any(entry["status"] != "canceled" for entry in attached):
        raise invalid("The PaymentIntent is already attached to an invoice.", kind)
    succeeded = intent["status"] == "succeeded"
    return intent["amount"], intent["amount_received"] if succeeded else 0


def attach_record(
    account: Account, invoice: JSONObject, record: JSONObject
) -> tuple[int, int]:
    """Check a PaymentRecord; return what it is about and what was guaranteed."""
    kind = "payment_record"
    customer = (record["customer_details"] or {}).get("customer")
    check_customer(kind, invoice, customer or invoice["customer"])
    requested = record["amount_requested"]
    check_amount(kind, invoice, requested["currency"], requested["value"])
    outcome = payment_record.outcome(record)
    if outcome in ("failed", "canceled"):
        raise invalid(f"A {outcome} PaymentRecord cannot be attached.", kind)
    if invoice_payment.of_intent(account, record["id"]):
        raise invalid("The PaymentRecord is already attached to an invoice.", kind)
    return requested["value"], record["amount_guaranteed"]["value"]


def check_customer(kind: str, invoice: JSONObject, customer: str | None) -> None:
    """Raise a 400 for the payment of another customer."""
    if customer != invoice["customer"]:
        raise invalid(
            f"The customer on the {SPOKEN[kind]} must match the customer on the "
            "invoice.",
            kind,
        )


def check_amount(kind: str, invoice: JSONObject, currency: str, amount: int) -> None:
    """Raise a 400 for another currency, or for more than what remains."""
    if currency != invoice["currency"]:
        raise invalid(
            f"The currency of the {SPOKEN[kind]} must match the currency of the "
            "invoice.",
            kind,
        )
    if amount > invoice["amount_remaining"]:
        raise invalid(
            f"The amount of the {SPOKEN[kind]} is greater than the amount remaining on "
            "the invoice.",
            kind,
        )
