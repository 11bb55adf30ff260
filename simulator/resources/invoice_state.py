"""What makes an invoice paid: credited payments, and settling outside Stripe."""

from __future__ import annotations

from simulator import events
from simulator.resources import (
    common,
    customer_balance,
    intent,
    invoice_payment,
    payment_record,
)
from simulator.world import Account, JSONObject, World


def credit(world: World, account: Account, entry: JSONObject, amount: int) -> None:
    """Credit a succeeded payment to its invoice; the surplus goes to the customer.

    :param entry: an open InvoicePayment
    :param amount: minor units that arrived
    """
    invoice = account.table("invoice")[entry["invoice"]]
    applied = min(amount, invoice["amount_remaining"])
    surplus = amount - applied
    off_stripe = entry["payment"]["type"] == "payment_record"
    was_paid = invoice["status"] == "paid"
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice["amount_paid"] += applied
        invoice["amount_remaining"] -= applied
        invoice["amount_overpaid"] += surplus
        if off_stripe:
            count_off_stripe(account, invoice, applied)
        invoice_payment.pay(world, account, entry, amount)
        if surplus:
            credit_surplus(world, account, invoice, surplus)
        if invoice["amount_remaining"]:
            resize_default(account, invoice)
        elif not was_paid:
            mark_paid(world, account, invoice)
    if invoice["status"] == "paid" and not was_paid:
        events.emit(world, account, "invoice.paid", invoice)
        if not off_stripe:
            events.emit(world, account, "invoice.payment_succeeded", invoice)
    if surplus:
        events.emit(world, account, "invoice.overpaid", invoice)


def count_off_stripe(account: Account, invoice: JSONObject, amount: int) -> None:
    """Add to what ``amount_paid_off_stripe`` shows; amount in minor units."""
    private = account.private(invoice["id"])
    private["paid_off_stripe"] = private.get("paid_off_stripe", 0) + amount


def credit_surplus(
    world: World, account: Account, invoice: JSONObject, surplus: int
) -> None:
    """Give the customer credit for what was paid too much."""
    customer = account.table("customer")[invoice["customer"]]
    if customer.get("deleted"):
        return
    with common.changing(world, account, customer, "customer.updated"):
        customer_balance.book(
            world, account, customer, -surplus, "invoice_overpaid", invoice=invoice
        )


def waiting_default(
    account: Account, invoice: JSONObject
) -> tuple[JSONObject, str] | None:
    """Return the invoice's own open payment and its PaymentIntent's id, if any.

    A payment that the bank already has can be neither changed nor taken back.
    """
    entry = invoice_payment.default(account, invoice["id"])
    if entry is None:
        return None
    intent_id: str = entry["payment"]["payment_intent"]
    if account.table("payment_intent")[intent_id]["status"] == "processing":
        return None
    return entry, intent_id


def resize_default(account: Account, invoice: JSONObject) -> None:
    """Keep the default payment equal to what remains."""
    if found := waiting_default(account, invoice):
        entry, intent_id = found
        entry["amount_requested"] = invoice["amount_remaining"]
        intent.resize(account, intent_id, invoice["amount_remaining"])


def mark_paid(world: World, account: Account, invoice: JSONObject) -> None:
    """Make the invoice paid and drop what was still being asked for."""
    invoice["status"] = "paid"
    invoice["status_transitions"]["paid_at"] = world.clock.now()
    invoice["auto_advance"] = False
    invoice["next_payment_attempt"] = None
    cancel_open_payments(world, account, invoice)


def cancel_open_payments(world: World, account: Account, invoice: JSONObject) -> None:
    """Cancel the invoice's own open payment with its PaymentIntent."""
    if found := waiting_default(account, invoice):
        entry, intent_id = found
        invoice_payment.cancel(world, entry)
        intent.cancel(world, account, intent_id, "void_invoice")


def settle_out_of_band(world: World, account: Account, invoice: JSONObject) -> None:
    """Settle the whole remainder outside Stripe.

    No payment is recorded for it, unless the account's setting
    ``out_of_band_records`` is on: Stripe says that it computes
    ``amount_paid_off_stripe`` from PaymentRecords (changelog of 2026-05-27), but not
    whether it makes one here.
    """
    remainder = invoice["amount_remaining"]
    with common.changing(world, account, invoice, "invoice.updated"):
        count_off_stripe(account, invoice, remainder)
        invoice["amount_paid"] += remainder
        invoice["amount_remaining"] = 0
        if account.settings.get("out_of_band_records"):
            record_out_of_band(world, account, invoice, remainder)
        mark_paid(world, account, invoice)
    events.emit(world, account, "invoice.paid", invoice)


def record_out_of_band(
    world: World, account: Account, invoice: JSONObject, amount: int
) -> None:
    """Make a PaymentRecord and a paid InvoicePayment of what was settled outside."""
    record_id = world.new_id("pr")
    currency = invoice["currency"]
    record = payment_record.blank(world, account, record_id, currency, amount)
    payment_record.conclude(record, "guaranteed")
    common.create(world, account, record)
    kind = "payment_record"
    entry = invoice_payment.create(
        world, account, invoice, record_id, amount, False, kind
    )
    invoice_payment.pay(world, account, entry, amount)
