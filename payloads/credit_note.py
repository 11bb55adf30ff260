"""Parameters of a Stripe credit note, and whether Stripe makes Odoo's of them.

Source: https://docs.stripe.com/api/credit_notes/create
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..const import MAX_DESCRIPTION
from .document import LineSnapshot, TaxSnapshot
from .proof import Difference

Json = dict[str, Any]
# What tells one tax rate from another, see ``TaxSnapshot.rate``.
Rate = tuple[str, ...]

# Where the part goes that was paid already; Stripe's parameters for each.
MEANS = {
    "none": "out_of_band_amount",
    "refund": "refund_amount",
    "balance": "credit_amount",
}


@dataclass(frozen=True)
class CreditNoteSnapshot:
    """A posted customer credit note as it is to appear at Stripe.

    Amounts are positive and in minor units; ``effective_at`` is epoch seconds;
    ``means`` is a key of :data:`MEANS`.
    """

    number: str
    currency: str
    lines: tuple[LineSnapshot, ...]
    subtotal: int
    total: int
    effective_at: int
    memo: str
    means: str = "none"
    mailed: bool = False


class UnknownRateError(Exception):
    """The credit note has a tax that its invoice does not have at Stripe."""

    def __init__(self, rate: Rate) -> None:
        super().__init__(rate[0])
        self.rate = rate


class NegativeLineError(Exception):
    """The credit note would charge something, which Stripe does not know."""


def rates_used(lines: list[Json]) -> list[str]:
    """Return the ids of the TaxRates of an invoice's lines at Stripe."""
    return sorted(
        {
            tax["tax_rate_details"]["tax_rate"]
            for line in lines
            for tax in line.get("taxes") or ()
        }
    )


def rate_ids(rates: list[Json]) -> dict[Rate, str]:
    """Return the ids of Stripe's tax rates by what tells them apart.

    :param rates: the TaxRate objects of the invoice's lines
    """
    return {_rate(rate): rate["id"] for rate in rates}


def create_params(
    note: CreditNoteSnapshot,
    invoice: Json,
    rates: dict[Rate, str],
    metadata: dict[str, str],
    refunds: Sequence[Json] = (),
    named: frozenset[str] = frozenset(),
) -> Json:
    """Return the parameters that issue a credit note, for the preview as well.

    It first takes off what is still due; what is left of it was paid already.

    :param invoice: the invoice as Stripe has it now
    :param rates: see :func:`rate_ids`
    :param refunds: refunds that were made already, ``refund`` and ``amount_refunded``
    :param named: ids of the rates that were named on the invoice, and not made by its
        tax amounts; Stripe computes their taxes itself
    :raise UnknownRateError: a tax of the credit note is not on the invoice
    :raise NegativeLineError: a line of it would charge something
    """
    paid = paid_part(note, invoice)
    params: Json = {
        "invoice": invoice["id"],
        "lines": [_line_params(line, rates, named) for line in _positive(note.lines)],
        "memo": note.memo,
        "effective_at": note.effective_at,
        "email_type": "credit_note" if note.mailed else "none",
        "metadata": metadata,
    }
    if links := _links(refunds, paid):
        params["refunds"] = links
    if rest := paid - sum(link["amount_refunded"] for link in links):
        params[MEANS[note.means]] = rest
    return params


def paid_part(note: CreditNoteSnapshot, invoice: Json) -> int:
    """Return how much of a credit note was paid already, in minor units.

    :param invoice: the invoice as Stripe has it now
    """
    return note.total - min(note.total, int(invoice["amount_remaining"]))


def _links(refunds: Sequence[Json], paid: int) -> list[Json]:
    """Return the refunds to link, for no more than was paid."""
    found = []
    for refund in refunds:
        amount = min(refund["amount_refunded"], paid)
        paid -= amount
        if amount:
            found.append({"refund": refund["refund"], "amount_refunded": amount})
    return found


def differences(note: CreditNoteSnapshot, preview: Json) -> list[Difference]:
    """Return every figure in which Stripe's preview differs from Odoo's credit note."""
    tax = sum(entry["amount"] for entry in preview.get("total_taxes") or ())
    pairs: list[tuple[str, int | str, int | str]] = [
        ("currency", note.currency.lower(), preview["currency"]),
        ("subtotal", note.subtotal, preview["subtotal"]),
        ("tax", note.total - note.subtotal, tax),
        ("total", note.total, preview["total"]),
    ]
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _positive(lines: tuple[LineSnapshot, ...]) -> list[LineSnapshot]:
    """Return lines that Stripe takes: it knows no negative line of a credit note.

    Where Odoo has one, the lines with the same taxes become one.

    :raise NegativeLineError: that does not help
    """
    shown = [line for line in lines if line.amount or line.taxes]
    if any(line.amount < 0 for line in shown):
        groups: dict[tuple[Rate, ...], list[LineSnapshot]] = {}
        for line in shown:
            groups.setdefault(tuple(tax.rate for tax in line.taxes), []).append(line)
        shown = [_merged(group) for group in groups.values()]
    if any(line.amount < 0 for line in shown):
        raise NegativeLineError
    return shown


def _merged(lines: Sequence[LineSnapshot]) -> LineSnapshot:
    columns = zip(*(line.taxes for line in lines), strict=True)
    text = "; ".join(line.description for line in lines)
    return LineSnapshot(
        description=text[:MAX_DESCRIPTION],
        amount=sum(line.amount for line in lines),
        taxes=tuple(_sum_tax(column) for column in columns),
    )


def _sum_tax(taxes: Sequence[TaxSnapshot]) -> TaxSnapshot:
    return dataclasses.replace(
        taxes[0],
        amount=sum(tax.amount for tax in taxes),
        taxable_amount=sum(tax.taxable_amount for tax in taxes),
    )


def with_taxes_included(note: CreditNoteSnapshot) -> CreditNoteSnapshot:
    """Return a credit note of an invoice that has its taxes in its amounts only."""
    lines = tuple(
        LineSnapshot(
            line.description,
            line.amount + sum(tax.amount for tax in line.taxes if not tax.inclusive),
        )
        for line in note.lines
    )
    return dataclasses.replace(note, lines=lines, subtotal=note.total)


def _line_params(
    line: LineSnapshot, rates: dict[Rate, str], named: frozenset[str]
) -> Json:
    params: Json = {
        "type": "custom_line_item",
        "description": line.description,
        "quantity": 1,
        "unit_amount": line.amount,
    }
    ids = [_rate_id(tax.rate, rates) for tax in line.taxes]
    if ids and named.issuperset(ids):
        params["tax_rates"] = ids
    elif ids:
        params["tax_amounts"] = [
            {
                "amount": tax.amount,
                "taxable_amount": tax.taxable_amount,
                "tax_rate": _rate_id(tax.rate, rates),
            }
            for tax in line.taxes
        ]
    return params


def _rate_id(rate: Rate, rates: dict[Rate, str]) -> str:
    if rate not in rates:
        raise UnknownRateError(rate)
    return rates[rate]


def _rate(rate: Json) -> Rate:
    """Return what tells a TaxRate of Stripe from another, as ``TaxSnapshot`` does."""
    percentage = f"{float(rate['percentage']):.4f}".rstrip("0").rstrip(".")
    return TaxSnapshot(
        label=rate["display_name"] or "",
        percentage=percentage,
        amount=0,
        taxable_amount=0,
        country=rate["country"] or "",
        inclusive=rate["inclusive"],
        state=rate["state"] or "",
        jurisdiction=rate["jurisdiction"] or "",
        tax_type=rate["tax_type"] or "",
    ).rate
