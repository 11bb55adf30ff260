"""The shape of a credit note, and what its amounts must satisfy."""

from __future__ import annotations

from dataclasses import dataclass

from simulator import listing, money
from simulator.errors import invalid
from simulator.plain import copied
from simulator.resources import (
    common,
    credit_note_lines,
    invoice_amounts,
    invoice_payment,
)
from simulator.world import Account, JSONObject, World

LINES_SHOWN = 10
MEANS = ("credit_amount", "out_of_band_amount", "refund_amount")


@dataclass(frozen=True)
class Draft:
    """A credit note that is computed but not issued, with all its lines."""

    note: JSONObject
    lines: list[JSONObject]


def prepared(world: World, account: Account, params: common.Params) -> Draft:
    """Check the parameters and return the credit note that they describe."""
    common.refuse_unsimulated(params, ("shipping_cost",))
    invoice = common.refer(account, "invoice", params["invoice"], "invoice")
    if invoice["status"] not in ("open", "paid"):
        raise invalid(
            "You can only create credit notes for finalized invoices that are open or "
            f"paid. This invoice's status is {invoice['status']}.",
            "invoice",
        )
    lines = lines_of(world, account, invoice, params)
    note = blank(world, account, invoice, params, lines)
    if "amount" in params and params["amount"] != note["total"]:
        raise invalid(
            f"The sum of the lines ({note['total']}) must be the amount.", "amount"
        )
    check_total(account, invoice, note["total"], params)
    check_means(note, params)
    return Draft(note, lines)


def lines_of(
    world: World, account: Account, invoice: JSONObject, params: common.Params
) -> list[JSONObject]:
    """Return the lines that were asked for, or the one of a mere amount."""
    if "lines" in params:
        check_once(params["lines"])
        return [
            credit_note_lines.build(world, account, invoice, line, f"lines[{index}]")
            for index, line in enumerate(params["lines"])
        ]
    if "amount" not in params:
        raise invalid(
            "You must provide one of `amount`, `lines` or `shipping_cost`.",
            code="parameter_missing",
        )
    return [credit_note_lines.of_amount(world, account, invoice, params["amount"])]


def check_once(lines: list[common.Params]) -> None:
    """Raise a 400 for a line of the invoice that is named twice."""
    named = [line["invoice_line_item"] for line in lines if "invoice_line_item" in line]
    if len(named) != len(set(named)):
        raise invalid("An invoice line item can only be credited once here.", "lines")


# What every new credit note has.
BLANK: JSONObject = {
    "amount_shipping": 0,
    "customer_account": None,
    "customer_balance_transaction": None,
    "discount_amount": 0,
    "discount_amounts": [],
    "pretax_credit_amounts": [],
    "refunds": [],
    "shipping_cost": None,
    "voided_at": None,
}


def blank(
    world: World,
    account: Account,
    invoice: JSONObject,
    params: common.Params,
    lines: list[JSONObject],
) -> JSONObject:
    """Return the credit note with its sums, without number."""
    taxes = invoice_amounts.summed_taxes(lines)
    exclusive = invoice_amounts.tax_sum({"total_taxes": taxes}, "exclusive")
    inclusive = invoice_amounts.tax_sum({"total_taxes": taxes}, "inclusive")
    subtotal = sum(line["amount"] for line in lines)
    total = subtotal + exclusive
    before = min(total, invoice["amount_remaining"])
    now = world.clock.now()
    note_id = world.new_id("cn")
    place = f"{account.id}/{world.token('credit_note', 32)}"
    return {
        "id": note_id,
        "object": "credit_note",
        **copied(BLANK),
        "amount": total,
        "created": now,
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "effective_at": params.get("effective_at", now),
        "invoice": invoice["id"],
        "lines": shown_lines(note_id, lines),
        "livemode": account.livemode,
        "memo": params.get("memo") or None,
        "metadata": common.merge_metadata({}, params.get("metadata")),
        "number": number(account, invoice),
        "out_of_band_amount": params.get("out_of_band_amount"),
        "pdf": f"{world.base_url}/credit_note/{place}",
        "post_payment_amount": total - before,
        "pre_payment_amount": before,
        "reason": params.get("reason"),
        "status": "issued",
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - inclusive,
        "total": total,
        "total_excluding_tax": subtotal - inclusive,
        "total_taxes": taxes,
        "type": kind(before, total - before),
    }


def kind(before: int, after: int) -> str:
    """Return whether it takes off what is due, what was paid, or some of both."""
    if before and after:
        return "mixed"
    return "post_payment" if after else "pre_payment"


def shown_lines(note_id: str, lines: list[JSONObject]) -> JSONObject:
    """Return the first lines as the list that a credit note holds."""
    url = f"/v1/credit_notes/{note_id}/lines"
    return listing.page(lines[:LINES_SHOWN], len(lines) > LINES_SHOWN, url)


def number(account: Account, invoice: JSONObject) -> str:
    """Return the invoice's next number of a credit note; void ones keep theirs."""
    count = len(account.private(invoice["id"]).get("credit_notes", [])) + 1
    return f"{invoice['number']}-CN-{count:02d}"


def check_total(
    account: Account, invoice: JSONObject, total: int, params: common.Params
) -> None:
    """Raise a 400 for nothing, or for more than the invoice still has to credit."""
    if total <= 0:
        raise invalid("The total of a credit note must be positive.", "amount")
    left = creditable(account, invoice, named_refunds(params))
    if total > left:
        currency = invoice["currency"]
        raise invalid(
            f"The amount of the credit note ({money.spoken(total, currency)}) is more "
            "than what can still be credited on the invoice "
            f"({money.spoken(left, currency)}).",
            "amount",
        )


def named_refunds(params: common.Params) -> set[str]:
    """Return the ids of the refunds that the request links."""
    return {entry["refund"] for entry in params.get("refunds", []) if "refund" in entry}


def creditable(account: Account, invoice: JSONObject, linked: set[str]) -> int:
    """Return what can still be credited, in minor units.

    :param linked: refunds that are about to be linked: they do not count twice
    """
    notes = of_invoice(account, invoice["id"])
    known = linked | {
        entry["refund"]
        for note in notes
        for entry in note["refunds"]
        if note["status"] == "issued"
    }
    credited = sum(note["total"] for note in notes if note["status"] == "issued")
    apart = sum(
        refund["amount"]
        for refund in refunds_of(account, invoice)
        if refund["id"] not in known
    )
    return int(invoice["total"] - credited - apart)


def of_invoice(account: Account, invoice_id: str) -> list[JSONObject]:
    """Return the invoice's credit notes, the oldest first."""
    table = account.table("credit_note")
    return [table[i] for i in account.private(invoice_id).get("credit_notes", [])]


def charges_of(account: Account, invoice: JSONObject) -> list[JSONObject]:
    """Return the charges that have paid the invoice, the oldest first."""
    intents, table = account.table("payment_intent"), account.table("charge")
    return [
        table[intents[entry["payment"]["payment_intent"]]["latest_charge"]]
        for entry in invoice_payment.of_invoice(account, invoice["id"])
        if entry["status"] == "paid" and entry["payment"]["type"] == "payment_intent"
    ]


def refunds_of(account: Account, invoice: JSONObject) -> list[JSONObject]:
    """Return the refunds of the invoice's charges that have not failed."""
    charges = {charge["id"] for charge in charges_of(account, invoice)}
    return [
        refund
        for refund in account.table("refund").values()
        if refund["charge"] in charges
        and refund["status"] not in ("failed", "canceled")
    ]


def check_means(note: JSONObject, params: common.Params) -> None:
    """Raise a 400 unless the ways of paying back are the part after the payment."""
    for name in MEANS:
        if params.get(name, 0) < 0:
            raise invalid(
                "This value must be greater than or equal to 0.",
                name,
                "parameter_invalid_integer",
            )
    linked = sum(entry["amount_refunded"] for entry in params.get("refunds", []))
    given = sum(params.get(name, 0) for name in MEANS) + linked
    if given != note["post_payment_amount"]:
        currency = note["currency"]
        raise invalid(
            "The sum of refunds, credit amount and out of band amount "
            f"({money.spoken(given, currency)}) must equal the post payment amount of "
            f"the credit note ({money.spoken(note['post_payment_amount'], currency)}).",
        )
