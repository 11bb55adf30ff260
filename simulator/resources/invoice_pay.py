"""Paying an invoice through the API, and when its time has come."""

from __future__ import annotations

from simulator import cards, events, schedule
from simulator.errors import StripeError, invalid
from simulator.resources import (
    common,
    invoice_flow,
    invoice_object,
    invoice_payment,
    invoice_state,
    payment,
    payment_method,
    pending,
)
from simulator.world import Account, JSONObject, World

NO_METHOD = (
    "This customer has no attached payment source or default payment method. Please "
    "consider adding a default payment method. For more information, visit "
    "https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
    "#payment-method-priority."
)


def pay(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/pay, with a payment method or out of band."""
    common.refuse_unsimulated(params, ("forgive", "mandate", "source"))
    invoice = invoice_object.find(account, invoice_id, "id")
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid")
    if invoice["status"] == "void":
        raise invalid("Voided invoices cannot be paid.")
    pending.check(account, invoice)
    named = params.get("payment_method")
    if named and not cards.card_named(named):
        common.refer(account, "payment_method", named, "payment_method")
    if invoice["status"] == "draft":
        invoice_flow.finalize_draft(world, account, invoice, None)
    if invoice["status"] == "paid":
        return invoice
    if params.get("paid_out_of_band"):
        invoice_state.settle_out_of_band(world, account, invoice)
        return invoice
    error = charge_default(world, account, invoice, named)
    if error:
        raise error
    return invoice


def charge_default(
    world: World, account: Account, invoice: JSONObject, named: str | None
) -> StripeError | None:
    """Charge what remains; returns the error to raise where that fails."""
    entry = invoice_payment.default(account, invoice["id"])
    if entry is None:
        raise invalid("This invoice has no payment that is still open.")
    intent = account.table("payment_intent")[entry["payment"]["payment_intent"]]
    name = named or default_method(account, invoice)
    if name is None:
        with common.changing(world, account, invoice, "invoice.updated"):
            payment.count_attempt(invoice)
        events.emit(world, account, "invoice.payment_failed", invoice)
        return invalid(NO_METHOD, code="resource_missing")
    method = payment_method.resolve(world, account, name, "payment_method")
    if method["customer"] not in (None, invoice["customer"]):
        return invalid(
            "The payment method belongs to another customer.", "payment_method"
        )
    error = payment.attempt(world, account, intent, method)
    if error is None:
        with common.changing(world, account, invoice, "invoice.updated"):
            payment.count_attempt(invoice)
    return error


def default_method(account: Account, invoice: JSONObject) -> str | None:
    """Return the id of the method to charge where the request names none."""
    customer = account.table("customer")[invoice["customer"]]
    settings = customer.get("invoice_settings", {})
    found: str | None = invoice["default_payment_method"] or settings.get(
        "default_payment_method"
    )
    return found


@schedule.job("finalize_invoice")
def advance(world: World, account: Account, invoice_id: str) -> None:
    """The draft's time has come: finalize it, and charge if Stripe is to collect."""
    invoice = account.get("invoice", invoice_id)
    if invoice is None or invoice["status"] != "draft":
        return
    if account.table("customer")[invoice["customer"]].get("deleted"):
        return
    planned = invoice["automatically_finalizes_at"]
    if planned is None or planned > world.clock.now():
        return
    try:
        invoice_flow.finalize_draft(world, account, invoice, None)
    except StripeError:
        # The draft shows the reason, and an event has told it: nobody waits for more.
        return
    automatic = invoice["collection_method"] == "charge_automatically"
    if invoice["status"] == "open" and invoice["auto_advance"] and automatic:
        charge_default(world, account, invoice, None)
