"""What an amount of Stripe's balance was before Stripe converted it."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

# A conversion rounds, and so does the rate that Stripe tells of it.
TOLERANCE = Decimal("0.01")


def unconverted(amount: int, rate: Any, whole: int) -> int:
    """Return what has moved the balance in the currency that was charged.

    It is the whole, unless the rate says that it is clearly a part of it.

    :param amount: minor units of the balance, any sign
    :param rate: Stripe's ``exchange_rate``: ``whole`` times it is ``amount``
    :param whole: minor units of the charge, positive
    """
    if not rate:
        return whole
    exact = abs(amount) / Decimal(str(rate))
    noise = 1 + 1 / Decimal(str(rate)) + whole * TOLERANCE
    if abs(exact - whole) <= noise:
        return whole
    return int(exact.to_integral_value(ROUND_HALF_UP))
