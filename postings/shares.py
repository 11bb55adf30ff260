"""Which payments a refund or dispute takes back, where one charge made several.

Stripe's Refund and Dispute name the charge, and none of the invoices that it has paid.
"""

from collections.abc import Sequence
from decimal import Decimal


def is_certain(amount: Decimal, paid: Sequence[Decimal]) -> bool:
    """Tell whether there is but one way to spread an amount over payments.

    :param amount: what was taken back of the charge
    :param paid: what each of its payments has paid, in the same currency
    """
    return len(paid) < 2 or amount >= sum(paid)


def proposal(amount: Decimal, paid: Sequence[Decimal]) -> list[Decimal]:
    """Return how much of each payment was taken back, as far as one can guess.

    The payment of exactly that amount; else one after the other, as they were made.

    :param amount: see :func:`is_certain`
    :param paid: see :func:`is_certain`
    """
    if amount in paid:
        found = [Decimal(0)] * len(paid)
        found[list(paid).index(amount)] = amount
        return found
    found = []
    for one in paid:
        taken = min(one, amount)
        amount -= taken
        found.append(taken)
    return found
