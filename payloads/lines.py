"""From the lines that Odoo prints to the lines that Stripe takes, with equal sums.

Stripe has no taxes that run against their line, no pairs of lines that only move tax,
and no more than 250 lines. What is merged, moved or told apart here keeps every sum.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from .document import LineSnapshot, TaxSnapshot
from .early_payment import fold_early_payment
from .opposite_taxes import tell_apart

Lines = tuple[LineSnapshot, ...]


@dataclass(frozen=True)
class ReadLine:
    """One line as Odoo has it, and where on the invoice it stands.

    ``order`` and ``section`` are names for people. Lines of one taxation with the same
    ``together``, a number and a text, are printed as one line of that text. A line that
    ``continues`` holds text only. An ``early`` line only moves tax, for an
    early-payment discount.
    """

    line: LineSnapshot
    order: str = ""
    section: str = ""
    together: tuple[int, str] | None = None
    continues: bool = False
    early: bool = False


Group = Sequence[ReadLine]
# The text of a line that stands for a group of lines, for people.
Naming = Callable[[Group], str]


def shape_lines(
    read: Group, limit: int, may_group: bool, name: Naming, step: int = 1
) -> Lines:
    """Return the lines for Stripe; more than ``limit`` only where that is not allowed.

    :param read: in the order of the invoice
        The first that goes is text that continues that of another line.
    :param may_group: whether to sum up lines when there are still too many: those of
        one section, else those of one order, else all of them, always by their taxes
    :param step: amounts of the currency are multiples of so many minor units
    """
    printed = _printed(read, step)
    shaped = _merge(printed, _as_printed, name)
    if len(shaped) > limit:
        printed = [entry for entry in printed if not entry.continues]
        shaped = _merge(printed, _as_printed, name)
    for key in (_by_section, _by_order, _by_taxes) if may_group else ():
        if len(shaped) <= limit:
            break
        shaped = _merge(printed, key, name)
    return shaped


def _printed(read: Group, step: int) -> list[ReadLine]:
    """Return the lines that are printed, with what the early ones do to their taxes."""
    printed = [entry for entry in read if not entry.early]
    early = [entry.line for entry in read if entry.early]
    folded, left = fold_early_payment([entry.line for entry in printed], early, step)
    changed = [
        replace(entry, line=line) for entry, line in zip(printed, folded, strict=True)
    ]
    return changed + [ReadLine(line) for line in left]


def _as_printed(position: int, entry: ReadLine) -> Hashable:
    return (entry.together, _taxation(entry)) if entry.together else position


def _by_section(_position: int, entry: ReadLine) -> Hashable:
    return (entry.order, entry.section, _taxation(entry))


def _by_order(_position: int, entry: ReadLine) -> Hashable:
    return (entry.order, _taxation(entry))


def _by_taxes(_position: int, entry: ReadLine) -> Hashable:
    return _taxation(entry)


def _taxation(entry: ReadLine) -> Hashable:
    return tuple((tax.rate, tax.reason) for tax in entry.line.taxes)


def _merge(
    lines: Group, key: Callable[[int, ReadLine], Hashable], name: Naming
) -> Lines:
    groups: dict[Hashable, list[ReadLine]] = {}
    for position, entry in enumerate(lines):
        groups.setdefault(key(position, entry), []).append(entry)
    return tell_apart([_sum(group, name) for group in groups.values()])


def _sum(group: Group, name: Naming) -> LineSnapshot:
    lines = [entry.line for entry in group]
    columns = zip(*(line.taxes for line in lines), strict=True)
    return LineSnapshot(
        description=_text(group, name),
        amount=sum(line.amount for line in lines),
        taxes=tuple(_sum_tax(column) for column in columns),
    )


def _text(group: Group, name: Naming) -> str:
    if len({entry.together for entry in group}) == 1 and group[0].together:
        return group[0].together[1]
    return group[0].line.description if len(group) == 1 else name(group)


def _sum_tax(taxes: Sequence[TaxSnapshot]) -> TaxSnapshot:
    return replace(
        taxes[0],
        amount=sum(tax.amount for tax in taxes),
        taxable_amount=sum(tax.taxable_amount for tax in taxes),
    )
