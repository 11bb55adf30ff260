"""Whether the draft at Stripe is the invoice in Odoo, to the minor unit."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from .document import InvoiceSnapshot, LineSnapshot

Json = dict[str, Any]


class Difference(NamedTuple):
    """One figure that differs. ``field`` is Stripe's name of it.

    Amounts are in minor units; ``number`` and ``currency`` are texts.
    """

    field: str
    odoo: int | str
    stripe: int | str


def differences(
    invoice: InvoiceSnapshot, draft: Json, lines: list[Json]
) -> list[Difference]:
    """Return every figure in which Stripe's draft differs from Odoo's invoice.

    :param draft: the invoice as Stripe returns it
    :param lines: all of its lines, in order
    """
    pairs: list[tuple[str, int | str, int | str]] = [
        ("number", invoice.number, draft.get("number") or ""),
        ("currency", invoice.currency.lower(), draft["currency"]),
        ("lines", len(invoice.lines), len(lines)),
        ("subtotal", invoice.subtotal, draft["subtotal"]),
        ("tax", invoice.tax, _tax_total(draft)),
        ("total", invoice.total, draft["total"]),
        ("amount_due", max(invoice.total, 0), draft["amount_due"]),
        ("starting_balance", 0, draft["starting_balance"]),
    ]
    pairs += _line_pairs(invoice.lines, lines)
    pairs += _tax_pairs(invoice, draft)
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _tax_total(draft: Json) -> int:
    return sum(tax["amount"] for tax in draft.get("total_taxes") or ())


def _line_pairs(
    ours: Iterable[LineSnapshot], theirs: Iterable[Json]
) -> Iterable[tuple[str, int | str, int | str]]:
    for position, (line, found) in enumerate(zip(ours, theirs, strict=False), 1):
        yield f"line {position}", line.amount, found["amount"]
        yield (
            f"line {position} tax",
            _amounts(tax.amount for tax in line.taxes),
            _amounts(tax["amount"] for tax in found.get("taxes") or ()),
        )


def _tax_pairs(
    invoice: InvoiceSnapshot, draft: Json
) -> Iterable[tuple[str, int | str, int | str]]:
    ours: Counter[tuple[str, str, str]] = Counter()
    for line in invoice.lines:
        for tax in line.taxes:
            ours[tax.rate] += tax.amount
    theirs: Counter[str] = Counter()
    for tax_total in draft.get("total_taxes") or ():
        theirs[tax_total["tax_rate_details"]["tax_rate"]] += tax_total["amount"]
    # Stripe names its own rates, so the sums are compared, not the names.
    yield "total_taxes", _amounts(ours.values()), _amounts(theirs.values())


def _amounts(values: Iterable[int]) -> str:
    return ", ".join(str(value) for value in sorted(values))
