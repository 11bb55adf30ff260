"""The transitions of an invoice: finalize, send, void, mark uncollectible, delete."""

from __future__ import annotations

from simulator import events, mails, money, schedule
from simulator.errors import StripeError, invalid, missing
from simulator.resources import (
    cash_balance,
    common,
    credit_balance,
    customer_balance,
    finalization,
    intent,
    invoice_amounts,
    invoice_object,
    invoice_payment,
    invoice_state,
    overdue,
    pending,
)
from simulator.world import Account, JSONObject, World

NOT_OPEN = "You can only pass in open invoices. This invoice isn't open."
ALREADY_FINAL = (
    "This invoice is already finalized, you can't re-finalize a non-draft invoice."
)
# Seconds between creation and the automatic finalization, as recorded.
ADVANCE_AFTER = 3601


def finalize(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/finalize: number, freeze, ask for the money."""
    invoice = invoice_object.find(account, invoice_id, "id")
    if invoice["status"] != "draft":
        raise invalid(ALREADY_FINAL)
    return finalize_draft(world, account, invoice, params.get("auto_advance"))


def finalize_draft(
    world: World, account: Account, invoice: JSONObject, auto_advance: bool | None
) -> JSONObject:
    """Make a draft open, or paid where nothing is to be charged.

    Stripe mails an invoice to be sent only if it is to advance on its own.
    """
    if account.table("customer")[invoice["customer"]].get("deleted"):
        raise missing("customer", invoice["customer"], "customer")
    if error := obstacle(account, invoice):
        finalization.fail(world, account, invoice, error)
        raise error
    with common.changing(world, account, invoice, "invoice.updated"):
        freeze(world, account, invoice, auto_advance)
        apply_balance(world, account, invoice)
        if invoice["amount_due"] == 0:
            invoice["attempted"] = True
            invoice_state.mark_paid(world, account, invoice)
        else:
            ask_for_payment(world, account, invoice)
        events.emit(world, account, "invoice.finalized", invoice)
    if invoice["status"] == "paid":
        events.emit(world, account, "invoice.paid", invoice)
    elif invoice["auto_advance"] and invoice["collection_method"] == "send_invoice":
        mail(world, account, invoice)
    void_revised(world, account, invoice)
    overdue.plan(world, account, invoice)
    if invoice["status"] == "open":
        customer_id, currency = invoice["customer"], invoice["currency"]
        cash_balance.reconcile(world, account, customer_id, currency)
    return invoice


def obstacle(account: Account, invoice: JSONObject) -> StripeError | None:
    """Return why the draft cannot be finalized, None where it can."""
    if invoice["from_invoice"]:
        original = account.table("invoice")[invoice["from_invoice"]["invoice"]]
        if error := void_refusal(account, original):
            return error
    if invoice["amount_due"] > money.maximum_charge(invoice["currency"]):
        return money.too_large(invoice["currency"])
    return finalization.told(account, invoice)


def freeze(
    world: World, account: Account, invoice: JSONObject, auto_advance: bool | None
) -> None:
    """Set everything that finalization decides, but for the amounts."""
    now = world.clock.now()
    secret = world.token("hosted", 32)
    mode = "live" if account.livemode else "test"
    account.private(invoice["id"])["secret"] = f"{mode}_{secret}"
    place = f"{account.id}/{mode}_{secret}"
    number = invoice["number"] or next_number(world, account, invoice)
    invoice_object.set_number(account, invoice, number)
    invoice["status"] = "open"
    invoice["status_transitions"]["finalized_at"] = now
    invoice["effective_at"] = invoice["effective_at"] or now
    invoice["hosted_invoice_url"] = f"{world.base_url}/i/{place}"
    invoice["invoice_pdf"] = f"{world.base_url}/pdf/{place}"
    invoice["automatically_finalizes_at"] = None
    invoice["last_finalization_error"] = None
    if auto_advance is not None:
        invoice["auto_advance"] = auto_advance
    if invoice["rendering"]["pdf"]["page_size"] == "auto":
        invoice["rendering"]["pdf"]["page_size"] = "letter"


def next_number(world: World, account: Account, invoice: JSONObject) -> str:
    """Return the customer's next free number and move the sequence on."""
    customer = account.table("customer")[invoice["customer"]]
    with common.changing(world, account, customer, "customer.updated"):
        while True:
            sequence = customer["next_invoice_sequence"]
            customer["next_invoice_sequence"] = sequence + 1
            number = f"{customer['invoice_prefix']}-{sequence:04d}"
            if not invoice_object.number_taken(account, number, invoice["id"]):
                return number


def apply_balance(world: World, account: Account, invoice: JSONObject) -> None:
    """Use the customer's balance; move amounts too small to charge onto it."""
    customer = account.table("customer")[invoice["customer"]]
    invoice["starting_balance"] = credit_balance.balance_in(
        account, customer, invoice["currency"]
    )
    total = invoice["total"]
    due = invoice_amounts.due_after_balance(total, invoice["starting_balance"])
    kind = "applied_to_invoice"
    if 0 < due.amount < money.minimum_charge(invoice["currency"]):
        due = invoice_amounts.Due(0, due.ending_balance + due.amount)
        kind = "invoice_too_small"
    invoice["amount_due"] = invoice["amount_remaining"] = due.amount
    invoice["ending_balance"] = due.ending_balance
    change = due.ending_balance - invoice["starting_balance"]
    if change:
        with common.changing(world, account, customer, "customer.updated"):
            customer_balance.book(
                world, account, customer, change, kind, invoice=invoice
            )


def ask_for_payment(world: World, account: Account, invoice: JSONObject) -> None:
    """Make the incomplete PaymentIntent and the default InvoicePayment."""
    amount = invoice["amount_due"]
    description = f"Payment for Invoice {invoice['number']}"
    wanted = intent.create(
        world, account, amount, invoice["currency"], invoice["customer"], description
    )
    types = invoice["payment_settings"]["payment_method_types"]
    wanted["payment_method_types"] = types or wanted["payment_method_types"]
    invoice_payment.create(world, account, invoice, wanted["id"], amount, True)


def send(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/send; a draft is finalized first. No mail is sent."""
    invoice = invoice_object.find(account, invoice_id, "invoice")
    if invoice["status"] == "draft":
        finalize_draft(world, account, invoice, None)
    elif invoice["status"] != "open":
        raise invalid(NOT_OPEN)
    mail(world, account, invoice)
    return invoice


def mail(world: World, account: Account, invoice: JSONObject) -> None:
    """Send the invoice to the customer, as far as the simulator sends anything."""
    mails.note(world, account, "invoice", invoice["customer_email"], invoice)
    events.emit(world, account, "invoice.sent", invoice)


def void(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/void, for open and uncollectible invoices."""
    invoice = invoice_object.find(account, invoice_id, "id")
    if error := void_refusal(account, invoice):
        raise error
    return void_invoice(world, account, invoice)


def void_refusal(account: Account, invoice: JSONObject) -> StripeError | None:
    """Return Stripe's 400 where the invoice cannot be voided."""
    attached = invoice_payment.of_invoice(account, invoice["id"])
    if invoice["status"] == "paid" or any(e["status"] == "paid" for e in attached):
        return invalid("Invoices with `paid` payments cannot be voided.")
    if invoice["status"] not in voidable(account):
        return invalid(NOT_OPEN)
    if pending.is_pending(account, invoice["id"]):
        return pending.refusal()
    if any(e["status"] == "open" and not e["is_default"] for e in attached):
        return invalid("Invoices with `open` payments cannot be voided.")
    return None


def voidable(account: Account) -> tuple[str, ...]:
    """Return the states that can be voided.

    Stripe documents both; somebody saw an uncollectible invoice refused, which the
    account's setting ``void_uncollectible`` = false brings about.
    """
    both = account.settings.get("void_uncollectible", True)
    return ("open", "uncollectible") if both else ("open",)


def void_invoice(world: World, account: Account, invoice: JSONObject) -> JSONObject:
    """Void an invoice and give back the credit that it had used."""
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice["status"] = "void"
        invoice["status_transitions"]["voided_at"] = world.clock.now()
        invoice["auto_advance"] = False
        invoice["next_payment_attempt"] = None
        invoice_state.cancel_open_payments(world, account, invoice)
        give_back_balance(world, account, invoice)
    events.emit(world, account, "invoice.voided", invoice)
    return invoice


def give_back_balance(world: World, account: Account, invoice: JSONObject) -> None:
    """Undo what the finalization took from or put on the customer's balance."""
    change = invoice["starting_balance"] - (invoice["ending_balance"] or 0)
    customer = account.table("customer")[invoice["customer"]]
    if change and not customer.get("deleted"):
        with common.changing(world, account, customer, "customer.updated"):
            customer_balance.book(
                world,
                account,
                customer,
                change,
                "unapplied_from_invoice",
                invoice=invoice,
            )


def void_revised(world: World, account: Account, invoice: JSONObject) -> None:
    """Void the invoice that this one revises, now that it is finalized."""
    if not invoice["from_invoice"]:
        return
    original = account.table("invoice")[invoice["from_invoice"]["invoice"]]
    with common.changing(world, account, original, "invoice.updated"):
        original["latest_revision"] = invoice["id"]
    void_invoice(world, account, original)


def mark_uncollectible(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/mark_uncollectible, for open invoices."""
    invoice = invoice_object.find(account, invoice_id, "id")
    if invoice["status"] == "uncollectible":
        raise invalid("This invoice has already been marked uncollectible.")
    if invoice["status"] != "open":
        raise invalid(NOT_OPEN)
    pending.check(account, invoice)
    attached = invoice_payment.of_invoice(account, invoice_id)
    if any(e["status"] == "open" and not e["is_default"] for e in attached):
        raise invalid("Invoices with `open` payments cannot be marked uncollectible.")
    now = world.clock.now()
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice["status"] = "uncollectible"
        invoice["status_details"] = {"uncollectible": {"reason": "user_forgiven"}}
        invoice["status_transitions"]["marked_uncollectible_at"] = now
        invoice["auto_advance"] = False
        invoice["next_payment_attempt"] = None
    events.emit(world, account, "invoice.marked_uncollectible", invoice)
    return invoice


def delete(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """DELETE /v1/invoices/:id, for drafts; its items go with it."""
    invoice = invoice_object.find(account, invoice_id, "invoice")
    if invoice["status"] != "draft":
        raise invalid("You can only delete draft invoices.")
    for line in invoice_object.lines(account, invoice):
        item_id = line["parent"]["invoice_item_details"]["invoice_item"]
        item = account.table("invoiceitem").pop(item_id)
        account.table("deleted_invoiceitem")[item_id] = common.deleted(item)
        del account.table("line_item")[line["id"]]
    del account.table("invoice")[invoice_id]
    account.private("invoice_numbers").pop(invoice["number"], None)
    account.hidden.pop(invoice_id, None)
    events.emit(world, account, "invoice.deleted", invoice)
    return common.deleted(invoice)


def plan_advance(world: World, account: Account, invoice: JSONObject) -> None:
    """Set when Stripe is to finalize the draft on its own, and schedule it."""
    when = invoice["automatically_finalizes_at"]
    if invoice["auto_advance"] and when is None:
        when = invoice["created"] + ADVANCE_AFTER
    invoice["automatically_finalizes_at"] = when
    if when:
        schedule.at(world, when, "finalize_invoice", account, invoice["id"])
