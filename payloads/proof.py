"""Whether the draft at Stripe is the invoice in Odoo, to the minor unit."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any, NamedTuple

from .document import InvoiceSnapshot, LineSnapshot

Json = dict[str, Any]
Rate = str | tuple[str, ...]


# Amounts are integers in minor units; several of them are a tuple.
Figure = int | str | tuple[int, ...]
Pair = tuple[str, Figure, Figure]


class Difference(NamedTuple):
    """One figure that differs. ``field`` is Stripe's name of it."""

    field: str
    odoo: Figure
    stripe: Figure


def differences(
    invoice: InvoiceSnapshot, draft: Json, lines: list[Json]
) -> list[Difference]:
    """Return every figure in which Stripe's draft differs from Odoo's invoice.

    :param draft: the invoice as Stripe returns it
    :param lines: all of its lines, in order
    """
    balance = draft["starting_balance"]
    pairs: list[Pair] = [
        ("number", invoice.number, draft.get("number") or ""),
        ("currency", invoice.currency.lower(), draft["currency"]),
        ("lines", len(invoice.lines), len(lines)),
        ("subtotal", invoice.subtotal, draft["subtotal"]),
        ("tax", invoice.tax, _tax_total(draft)),
        ("total", invoice.total, draft["total"]),
        # Stripe takes off what it owes the customer, and adds what he owes it.
        ("amount_due", max(invoice.total + balance, 0), draft["amount_due"]),
        ("due_date", _day(invoice.due_at), _day(draft.get("due_date"))),
    ]
    pairs += _line_pairs(invoice.lines, lines)
    pairs += _tax_pairs(invoice, draft)
    return [Difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _day(epoch: int | None) -> str:
    if epoch is None:
        return ""
    return datetime.fromtimestamp(epoch, timezone.utc).isoformat(" ")


def _tax_total(draft: Json) -> int:
    return sum(tax["amount"] for tax in draft.get("total_taxes") or ())


def _line_pairs(ours: Iterable[LineSnapshot], theirs: Iterable[Json]) -> Iterable[Pair]:
    for position, (line, found) in enumerate(zip(ours, theirs, strict=False), 1):
        yield f"line {position}", line.amount, found["amount"]
        yield (
            f"line {position} tax",
            _sorted(tax.amount for tax in line.taxes),
            _sorted(tax["amount"] for tax in found.get("taxes") or ()),
        )


def _tax_pairs(invoice: InvoiceSnapshot, draft: Json) -> Iterable[Pair]:
    """Compare the sums of each rate.

    Stripe names its own rates, so the sums are compared, not the names.
    """
    ours: Counter[tuple[bool, Rate]] = Counter()
    for tax in (tax for line in invoice.lines for tax in line.taxes):
        ours[tax.inclusive, tax.rate] += tax.amount
    theirs: Counter[tuple[bool, Rate]] = Counter()
    for entry in draft.get("total_taxes") or ():
        inclusive = entry["tax_behavior"] == "inclusive"
        theirs[inclusive, entry["tax_rate_details"]["tax_rate"]] += entry["amount"]
    for inclusive, field in ((False, "total_taxes"), (True, "total_taxes inclusive")):
        yield field, _of(ours, inclusive), _of(theirs, inclusive)


def _of(sums: Counter[tuple[bool, Rate]], inclusive: bool) -> tuple[int, ...]:
    return _sorted(amount for key, amount in sums.items() if key[0] is inclusive)


def _sorted(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(values))
