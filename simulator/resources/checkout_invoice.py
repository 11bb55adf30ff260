"""The invoice that follows the payment of a Checkout Session: already paid.

Source: https://docs.stripe.com/payments/checkout/receipts#paid-invoices
"""

from __future__ import annotations

from simulator import events, mails, schedule
from simulator.resources import (
    checkout_lines,
    common,
    customer,
    invoice_amounts,
    invoice_flow,
    invoice_line,
    invoice_object,
    invoice_payment,
    invoice_state,
)
from simulator.world import Account, JSONObject, World


def due(world: World, account: Account, session: JSONObject) -> None:
    """Make the invoice of a paid session, now or as late as the account's setting."""
    if not session["invoice_creation"]["enabled"]:
        return
    delay = account.settings.get("checkout_invoice_delay", 0)
    if delay:
        when = world.clock.now() + delay
        schedule.at(world, when, "checkout_invoice", account, session["id"])
    else:
        make(world, account, session)


@schedule.job("checkout_invoice")
def when_due(world: World, account: Account, session_id: str) -> None:
    """The invoice comes later than the payment."""
    make(world, account, account.table("checkout.session")[session_id])


def make(world: World, account: Account, session: JSONObject) -> JSONObject:
    """Make the paid invoice and name it on the session."""
    owner = account.table("customer")[session["customer"]]
    invoice = draft(world, account, session, owner)
    common.create(world, account, invoice, "invoice.created")
    session["invoice"] = invoice["id"]
    amount, intent_id = invoice["total"], session["payment_intent"]
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice_flow.freeze(world, account, invoice, None)
        invoice["ending_balance"] = invoice["starting_balance"]
        events.emit(world, account, "invoice.finalized", invoice)
        invoice["attempted"] = True
    entry = invoice_payment.create(world, account, invoice, intent_id, amount, True)
    invoice_state.credit(world, account, entry, amount)
    if account.settings.get("checkout_mails", True):
        mails.note(world, account, "invoice", invoice["customer_email"], invoice)
        events.emit(world, account, "invoice.sent", invoice)
    return invoice


def draft(
    world: World, account: Account, session: JSONObject, owner: JSONObject
) -> JSONObject:
    """Return the draft with the session's lines; no credit is used on it."""
    data = session["invoice_creation"]["invoice_data"]
    currency = session["currency"]
    customer.set_currency(account, owner, currency)
    invoice = invoice_object.blank(world, account, owner, currency, world.new_id("in"))
    invoice["starting_balance"] = 0
    names = ("account_tax_ids", "custom_fields", "description", "footer")
    common.assign(invoice, {k: data[k] for k in names if data[k]}, names)
    invoice["metadata"] = dict(data["metadata"])
    for name, value in (data["rendering_options"] or {}).items():
        invoice["rendering"][name] = value or None
    ids = invoice_object.line_ids(account, invoice)
    for item in checkout_lines.of_session(account, session):
        ids.append(add(world, account, invoice, item)["id"])
    invoice_amounts.recompute(account, invoice)
    return invoice


def add(
    world: World, account: Account, invoice: JSONObject, sold: JSONObject
) -> JSONObject:
    """Put one line of the session on the invoice."""
    given = {
        "description": sold["description"],
        "pricing": {"price": sold["price"]["id"]},
        "quantity": sold["quantity"],
        "metadata": sold["metadata"],
        "tax_rates": account.private(sold["id"])["tax_rates"],
    }
    item = invoice_line.new_item(
        world, account, invoice["customer"], invoice["currency"], given
    )
    return invoice_line.new_line(world, account, invoice["id"], item)
