"""What makes an invoice paid: credited payments, and settling outside Stripe."""

from __future__ import annotations

from simulator import events
from simulator.resources import common, customer_balance, intent, invoice_payment
from simulator.world import Account, JSONObject, World


def credit(world: World, account: Account, entry: JSONObject, amount: int) -> None:
    """Credit a succeeded payment to its invoice; the surplus goes to the customer.

    :param entry: an open InvoicePayment
    :param amount: minor units that arrived
    """
    invoice = account.table("invoice")[entry["invoice"]]
    applied = min(amount, invoice["amount_remaining"])
    surplus = amount - applied
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice["amount_paid"] += applied
        invoice["amount_remaining"] -= applied
        invoice["amount_overpaid"] += surplus
        invoice_payment.pay(world, account, entry, amount)
        if surplus:
            credit_surplus(world, account, invoice, surplus)
        if invoice["amount_remaining"]:
            resize_default(account, invoice)
        else:
            mark_paid(world, account, invoice)
    if invoice["status"] == "paid":
        events.emit(world, account, "invoice.paid", invoice)
        events.emit(world, account, "invoice.payment_succeeded", invoice)
    if surplus:
        events.emit(world, account, "invoice.overpaid", invoice)


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


def resize_default(account: Account, invoice: JSONObject) -> None:
    """Keep the default payment equal to what remains."""
    entry = invoice_payment.default(account, invoice["id"])
    if entry:
        entry["amount_requested"] = invoice["amount_remaining"]
        intent_id = entry["payment"]["payment_intent"]
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
    entry = invoice_payment.default(account, invoice["id"])
    if entry:
        invoice_payment.cancel(world, entry)
        intent_id = entry["payment"]["payment_intent"]
        intent.cancel(world, account, intent_id, "void_invoice")


def settle_out_of_band(world: World, account: Account, invoice: JSONObject) -> None:
    """Settle the whole remainder outside Stripe; no payment is recorded for it."""
    remainder = invoice["amount_remaining"]
    with common.changing(world, account, invoice, "invoice.updated"):
        account.private(invoice["id"])["paid_off_stripe"] = remainder
        invoice["amount_paid"] += remainder
        invoice["amount_remaining"] = 0
        mark_paid(world, account, invoice)
    events.emit(world, account, "invoice.paid", invoice)
