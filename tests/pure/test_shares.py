"""Which of several invoices a refund or dispute of their payment is about."""

from decimal import Decimal

import pytest

from ...postings.shares import is_certain, proposal


def decimals(*amounts: str) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


@pytest.mark.parametrize(
    ("amount", "paid", "shares"),
    [
        # All of it is all of each.
        ("180", ["120", "60"], ["120", "60"]),
        # The whole of one of them is meant for that one.
        ("60", ["120", "60"], ["0", "60"]),
        ("120", ["120", "60"], ["120", "0"]),
        ("60", ["60", "60"], ["60", "0"]),
        # Anything else goes one after the other.
        ("50", ["120", "60"], ["50", "0"]),
        ("150.01", ["120", "60"], ["120", "30.01"]),
        # More than was paid of what we know stays with nobody.
        ("200", ["120", "60"], ["120", "60"]),
        ("50", ["120"], ["50"]),
        ("50", [], []),
    ],
)
def test_what_is_proposed(amount: str, paid: list[str], shares: list[str]) -> None:
    assert proposal(Decimal(amount), decimals(*paid)) == decimals(*shares)


@pytest.mark.parametrize(
    ("amount", "paid", "certain"),
    [
        ("180", ["120", "60"], True),
        ("60", ["120", "60"], False),
        ("50", ["120", "60"], False),
        ("50", ["120"], True),
        ("50", [], True),
    ],
)
def test_when_nobody_needs_to_be_asked(
    amount: str, paid: list[str], certain: bool
) -> None:
    assert is_certain(Decimal(amount), decimals(*paid)) is certain
