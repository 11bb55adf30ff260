"""Which line of the bank's statement is which payout."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Days between Stripe's booking and the bank's. What the bank receives has left Stripe
# before; what Stripe fetches or is sent may have left the bank before.
LATE = 14
EARLY = {True: 1, False: 14}


@dataclass(frozen=True)
class Transfer:
    """Money on its way between Stripe and the bank, positive if the bank receives it.

    ``key`` is the caller's, ``reference`` what the bank may say of it.
    """

    key: int
    amount: Decimal
    currency: str
    day: date
    reference: str


@dataclass(frozen=True)
class BankLine:
    """A line of a bank's statement, positive if the bank received money.

    ``fits`` tells whether it looks like one of Stripe's, by the rule of the company.
    """

    key: int
    amount: Decimal
    currency: str
    day: date
    label: str
    fits: bool


Pair = tuple[Transfer, BankLine]


def meetings(transfers: Sequence[Transfer], lines: Sequence[BankLine]) -> list[Pair]:
    """Return what belongs together beyond doubt: same amount, and days that may be.

    A line that names the payout comes first, then one that looks like Stripe's. Where
    two would do, neither is taken: a person decides.
    """
    pairs = [
        (transfer, line)
        for transfer in transfers
        for line in lines
        if _could_be(transfer, line)
    ]
    named = _sole(pairs, _names)
    met = {part for pair in named for part in pair}
    rest = [pair for pair in pairs if not met & set(pair)]
    return named + _sole(rest, lambda _transfer, line: line.fits)


def _could_be(transfer: Transfer, line: BankLine) -> bool:
    days = (line.day - transfer.day).days
    return (transfer.amount, transfer.currency) == (
        line.amount,
        line.currency,
    ) and -EARLY[transfer.amount > 0] <= days <= LATE


def _names(transfer: Transfer, line: BankLine) -> bool:
    reference = transfer.reference.casefold()
    return bool(reference) and reference in line.label.casefold()


def _sole(pairs: list[Pair], holds: Callable[[Transfer, BankLine], bool]) -> list[Pair]:
    """Return the pairs for which something holds, and for no other of either part."""
    found = [pair for pair in pairs if holds(*pair)]
    transfers = Counter(transfer.key for transfer, _line in found)
    lines = Counter(line.key for _transfer, line in found)
    return [
        (transfer, line)
        for transfer, line in found
        if transfers[transfer.key] == lines[line.key] == 1
    ]
