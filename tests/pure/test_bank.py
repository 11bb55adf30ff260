"""Which line of the bank is which payout: only what nobody would doubt."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ...postings.bank import BankLine, Transfer, meetings

DAY = date(2026, 11, 20)


def transfer(key: int = 1, amount: str = "117.95", **changes: Any) -> Transfer:
    values = {"currency": "EUR", "day": DAY, "reference": "TRACE1", **changes}
    return Transfer(key, Decimal(amount), **values)


def line(key: int = 1, amount: str = "117.95", days: int = 2, **how: Any) -> BankLine:
    values = {"currency": "EUR", "label": "STRIPE", "fits": True, **how}
    return BankLine(key, Decimal(amount), day=DAY + timedelta(days), **values)


def keys(transfers: list[Transfer], lines: list[BankLine]) -> list[tuple[int, int]]:
    return [(one.key, other.key) for one, other in meetings(transfers, lines)]


def test_one_payout_and_one_line_meet() -> None:
    assert keys([transfer()], [line()]) == [(1, 1)]


@pytest.mark.parametrize(
    "other",
    [
        line(amount="117.96"),
        line(amount="-117.95"),
        line(currency="USD"),
        line(days=-2),
        line(days=15),
        line(label="BAKERY", fits=False),
    ],
)
def test_what_is_another_line(other: BankLine) -> None:
    assert keys([transfer()], [other]) == []


def test_a_line_that_names_the_payout_needs_no_rule() -> None:
    assert keys([transfer()], [line(label="sepa trace1 x", fits=False)]) == [(1, 1)]


def test_the_bank_may_be_first_where_it_pays() -> None:
    assert keys([transfer(amount="-200")], [line(amount="-200", days=-5)]) == [(1, 1)]


@pytest.mark.parametrize(
    ("transfers", "lines"),
    [
        ([transfer(1), transfer(2, reference="TRACE2")], [line()]),
        ([transfer()], [line(1), line(2)]),
    ],
)
def test_where_two_would_do_neither_is_taken(
    transfers: list[Transfer], lines: list[BankLine]
) -> None:
    assert keys(transfers, lines) == []


def test_the_name_tells_two_apart_and_leaves_the_other_for_the_rule() -> None:
    transfers = [transfer(1), transfer(2, reference="")]
    lines = [line(1), line(2, label="STRIPE TRACE1")]
    assert keys(transfers, lines) == [(1, 2), (2, 1)]
