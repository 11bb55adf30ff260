"""Issuing a credit note, with all that follows, and voiding it."""

from __future__ import annotations

from simulator import events, mails
from simulator.errors import invalid
from simulator.resources import (
    common,
    credit_note_lines,
    credit_note_object,
    customer_balance,
    invoice_state,
    pending,
    refund,
)
from simulator.resources.credit_note_object import Draft
from simulator.world import Account, JSONObject, World


def with_refunds(account: Account, params: common.Params) -> common.Params:
    """Return the parameters with each linked refund's amount; raises a 400."""
    if not params.get("refunds"):
        return params
    invoice = common.refer(account, "invoice", params["invoice"], "invoice")
    entries = [
        linkable(account, invoice, entry, f"refunds[{index}]")
        for index, entry in enumerate(params["refunds"])
    ]
    return {**params, "refunds": entries}


def linkable(
    account: Account, invoice: JSONObject, entry: common.Params, path: str
) -> common.Params:
    """Return one link to a refund of the invoice, with what it is to count for."""
    if entry.get("type", "refund") != "refund" or "refund" not in entry:
        raise invalid("The simulator links refunds only.", f"{path}[type]")
    name = f"{path}[refund]"
    found = common.refer(account, "refund", entry["refund"], name)
    if found not in credit_note_object.refunds_of(account, invoice):
        raise invalid("The refund must be one of a payment of the invoice.", name)
    left = found["amount"] - already_linked(account, invoice, found["id"])
    amount = entry.get("amount_refunded", left)
    if not 0 < amount <= left:
        raise invalid(
            f"Up to {left} of this refund can be linked to a credit note.",
            f"{path}[amount_refunded]",
        )
    return {"refund": found["id"], "amount_refunded": amount}


def already_linked(account: Account, invoice: JSONObject, refund_id: str) -> int:
    """Return how much of a refund issued credit notes stand for."""
    return sum(
        entry["amount_refunded"]
        for note in credit_note_object.of_invoice(account, invoice["id"])
        for entry in note["refunds"]
        if note["status"] == "issued" and entry["refund"] == refund_id
    )


def refundable_charge(
    account: Account, invoice: JSONObject, amount: int
) -> JSONObject | None:
    """Return the charge to refund, None where nothing is; raises a 400."""
    if not amount:
        return None
    charges = credit_note_object.charges_of(account, invoice)
    if len(charges) != 1:
        raise invalid(
            "A refund amount needs an invoice with exactly one charge. Refund the "
            "payments, and link the refunds.",
            "refund_amount",
        )
    refund.check_amount(charges[0], amount, refund.refundable(account, charges[0]))
    return charges[0]


def issue(
    world: World, account: Account, draft: Draft, params: common.Params
) -> JSONObject:
    """Store a credit note and let invoice, refund and balance follow."""
    note = draft.note
    invoice = account.table("invoice")[note["invoice"]]
    if note["pre_payment_amount"]:
        pending.check(account, invoice)
    if params.get("credit_amount"):
        check_customer(account, note)
    amount = params.get("refund_amount", 0)
    charge = refundable_charge(account, invoice, amount)
    note["refunds"] = [link(one) for one in params.get("refunds", [])]
    if charge:
        wish = {"charge": charge["id"], "amount": amount}
        made = refund.create(world, account, wish)
        entry = {"refund": made["id"], "amount_refunded": amount}
        note["refunds"].append(link(entry))
    store_lines(account, draft)
    notes = account.private(invoice["id"]).setdefault("credit_notes", [])
    notes.append(note["id"])
    if params.get("email_type") != "none":
        mails.note(world, account, "credit_note", invoice["customer_email"], note)
    credit_customer(world, account, note, params.get("credit_amount", 0))
    common.create(world, account, note, "credit_note.created")
    reduce(world, account, invoice, note)
    return note


def link(entry: common.Params) -> JSONObject:
    """Return one member of ``refunds``."""
    return {
        "amount_refunded": entry["amount_refunded"],
        "payment_record_refund": None,
        "refund": entry["refund"],
        "type": "refund",
    }


def store_lines(account: Account, draft: Draft) -> None:
    """Keep the lines, and which lines of the invoice they take back."""
    for line in draft.lines:
        account.table(credit_note_lines.TABLE)[line["id"]] = line
        account.private(line["id"])["credit_note"] = draft.note["id"]
        if taken := line.get("invoice_line_item"):
            account.private(taken).setdefault("credited", []).append(line["id"])
    ids = [line["id"] for line in draft.lines]
    account.private(draft.note["id"])["lines"] = ids


def check_customer(account: Account, note: JSONObject) -> None:
    """Raise a 400 for credit of a customer who was deleted."""
    if account.table("customer")[note["customer"]].get("deleted"):
        raise invalid("The customer has been deleted.", "credit_amount")


def credit_customer(
    world: World, account: Account, note: JSONObject, amount: int
) -> None:
    """Put a part of the credit on the customer's balance, for the next invoice."""
    customer = account.table("customer")[note["customer"]]
    if not amount:
        return
    with common.changing(world, account, customer, "customer.updated"):
        entry = customer_balance.book(
            world,
            account,
            customer,
            -amount,
            "credit_note",
            currency=note["currency"],
            credit_note=note["id"],
        )
    note["customer_balance_transaction"] = entry["id"]


def reduce(
    world: World, account: Account, invoice: JSONObject, note: JSONObject
) -> None:
    """Take off the invoice what it is credited; it is paid where nothing remains."""
    before = note["pre_payment_amount"]
    settled = False
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice["amount_due"] -= before
        invoice["amount_remaining"] -= before
        invoice["pre_payment_credit_notes_amount"] += before
        invoice["post_payment_credit_notes_amount"] += note["post_payment_amount"]
        if invoice["status"] == "open":
            settled = not invoice["amount_remaining"]
            if settled:
                invoice_state.mark_paid(world, account, invoice)
            else:
                invoice_state.resize_default(account, invoice)
    if settled:
        events.emit(world, account, "invoice.paid", invoice)


def void(world: World, account: Account, note: JSONObject) -> JSONObject:
    """Void a credit note that only took off what was due; raises a 400 for others."""
    invoice = account.table("invoice")[note["invoice"]]
    if note["status"] != "issued":
        raise invalid("This credit note has already been voided.")
    if note["type"] != "pre_payment" or invoice["status"] != "open":
        raise invalid(
            "You can only void a credit note while its invoice is open and has not "
            "been paid."
        )
    pending.check(account, invoice)
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice["amount_due"] += note["pre_payment_amount"]
        invoice["amount_remaining"] += note["pre_payment_amount"]
        invoice["pre_payment_credit_notes_amount"] -= note["pre_payment_amount"]
        invoice_state.resize_default(account, invoice)
        note["status"] = "void"
        note["voided_at"] = world.clock.now()
    events.emit(world, account, "credit_note.voided", note)
    return note
