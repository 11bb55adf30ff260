"""Early-payment discounts that lower the tax at once ("mixed").

Odoo keeps them as pairs of lines that it does not print: less of what is taxed, and as
much again untaxed. On a printed invoice, only the taxes of its lines are lower.
"""

from collections.abc import Sequence
from dataclasses import replace

from .document import LineSnapshot, TaxSnapshot
from .share import share

Lines = list[LineSnapshot]


def fold_early_payment(
    lines: Sequence[LineSnapshot], early: Sequence[LineSnapshot], step: int = 1
) -> tuple[Lines, Lines]:
    """Let what the early lines take off taxes go off the taxes of the printed lines.

    :param early: the lines that Odoo does not print
    :param step: amounts of the currency are multiples of so many minor units
    :return: the printed lines, and the early ones where they cannot be folded
    """
    folded = list(lines)
    for line in early:
        for tax in line.taxes:
            bearing = _bearing(folded, tax)
            if not bearing:
                return list(lines), list(early)
            _spread(folded, bearing, tax, step)
    # What remains of the pairs is nothing, unless somebody changed one half.
    inclusive = sum(tax.amount for line in early for tax in line.taxes if tax.inclusive)
    if sum(line.amount for line in early) != inclusive:
        return list(lines), list(early)
    return folded, []


def _bearing(lines: Lines, tax: TaxSnapshot) -> list[tuple[int, int]]:
    """Return where the tax stands, as positions of a line and of a tax on it."""
    return [
        (at, index)
        for at, line in enumerate(lines)
        for index, found in enumerate(line.taxes)
        if found.rate == tax.rate
    ]


def _spread(
    lines: Lines, bearing: list[tuple[int, int]], tax: TaxSnapshot, step: int
) -> None:
    weights = [abs(lines[at].taxes[index].taxable_amount) for at, index in bearing]
    amounts = share(tax.amount, weights, step)
    bases = share(tax.taxable_amount, weights, step)
    for (at, index), amount, base in zip(bearing, amounts, bases, strict=True):
        lines[at] = _changed(lines[at], index, amount, base)


def _changed(line: LineSnapshot, index: int, amount: int, base: int) -> LineSnapshot:
    before = line.taxes[index]
    after = replace(
        before,
        amount=before.amount + amount,
        taxable_amount=before.taxable_amount + base,
    )
    return replace(
        line,
        amount=line.amount + (amount if before.inclusive else 0),
        taxes=(*line.taxes[:index], after, *line.taxes[index + 1 :]),
    )
