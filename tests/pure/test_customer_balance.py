"""What an invoice did to the customer's balance."""

import pytest

from ...postings.customer_balance import balance_use


@pytest.mark.parametrize(
    ("before", "after", "use"),
    [
        (0, 0, (0, 0)),
        # Credit that pays a part, or all of it.
        (-1000, 0, (1000, 0)),
        (-20000, -8000, (12000, 0)),
        # Too small to charge, with and without a credit before it.
        (0, 30, (0, 30)),
        (-1000, 20, (1000, 20)),
        # What earlier ones owe is asked for now, or is put off once more.
        (30, 0, (0, -30)),
        (30, 45, (0, 15)),
        # A draft has done nothing.
        (-1000, None, (0, 0)),
    ],
)
def test_credit_and_debt_are_told_apart(
    before: int, after: int | None, use: tuple[int, int]
) -> None:
    invoice = {"starting_balance": before, "ending_balance": after}
    assert balance_use(invoice) == use
