"""Taxes that run against their line, such as withheld ones: Stripe has none of them.

A rate at Stripe is between 0 and 100 percent, and nothing says that a tax may lower the
line that it is on. So what rounding has left on the wrong line moves to another line of
the same tax, and a tax that lowers the invoice becomes a line of its own.

Source: https://docs.stripe.com/api/invoices/add_lines (tax_rate_data.percentage).
"""

from collections.abc import Sequence
from dataclasses import replace

from .document import LineSnapshot, TaxSnapshot

Lines = Sequence[LineSnapshot]
Rate = tuple[str, ...]


def tell_apart(lines: Lines, own: Lines = ()) -> tuple[LineSnapshot, ...]:
    """Return the same invoice without taxes that run against their line.

    :param own: lines that taxes have become already
    """
    settled = lines
    for rate in dict.fromkeys(tax.rate for line in lines for tax in line.taxes):
        agreed = None if rate[1].startswith("-") else _agree(settled, rate)
        if agreed is None:
            # A line without it may run the other way, so that all is looked at anew.
            rest = [_without(line, rate) for line in lines]
            return tell_apart(rest, (*own, *_own_line(lines, rate)))
        settled = agreed
    return (*settled, *own)


def _agree(lines: Lines, rate: Rate) -> Lines | None:
    """Let the tax run with each line and keep its sum; None if that cannot be."""
    places = [
        (at, index)
        for at, line in enumerate(lines)
        for index, tax in enumerate(line.taxes)
        if tax.rate == rate
    ]
    signs = [_sign(lines[at].amount) for at, _index in places]
    amounts = settle(signs, [lines[at].taxes[i].amount for at, i in places])
    if amounts is None:
        return None
    settled = list(lines)
    for (at, index), amount in zip(places, amounts, strict=True):
        taxes = list(settled[at].taxes)
        taxes[index] = replace(taxes[index], amount=amount)
        settled[at] = replace(settled[at], taxes=tuple(taxes))
    return settled


def settle(signs: Sequence[int], amounts: Sequence[int]) -> list[int] | None:
    """Return amounts of these signs and with the same sum, or None if there are none.

    Amounts that have the sign stay, unless they are needed; sign 0 stands for any.
    """
    settled = [
        0 if sign * amount < 0 else amount
        for sign, amount in zip(signs, amounts, strict=True)
    ]
    missing = sum(amounts) - sum(settled)
    for at in sorted(range(len(settled)), key=lambda at: -abs(settled[at])):
        step = missing
        if signs[at] * missing < 0:
            # It runs against this line, which can give no more than it has.
            step = _sign(missing) * min(abs(missing), abs(settled[at]))
        settled[at] += step
        missing -= step
    return None if missing else settled


def _sign(amount: int) -> int:
    return (amount > 0) - (amount < 0)


def _own_line(lines: Lines, rate: Rate) -> Lines:
    taxes = [tax for line in lines for tax in line.taxes if tax.rate == rate]
    amount = sum(tax.amount for tax in taxes)
    return [LineSnapshot(_named(taxes[0]), amount)] if amount else []


def _named(tax: TaxSnapshot) -> str:
    told = tax.percentage == "0" or any(sign.isdigit() for sign in tax.label)
    return tax.label if told else f"{tax.label} ({tax.percentage} %)"


def _without(line: LineSnapshot, rate: Rate) -> LineSnapshot:
    gone = sum(tax.amount for tax in line.taxes if tax.rate == rate and tax.inclusive)
    return replace(
        line,
        amount=line.amount - gone,
        taxes=tuple(tax for tax in line.taxes if tax.rate != rate),
    )
