"""What an invoice took from the customer's balance at Stripe, or put on it.

Source: https://docs.stripe.com/invoicing/customer/balance
"""

from typing import Any, NamedTuple

Json = dict[str, Any]


class BalanceUse(NamedTuple):
    """Minor units. The customer's balance is negative where Stripe owes him.

    ``credit``: what his credit has paid of the invoice. ``deferred``: what is asked for
    with the next invoice instead, because it is too small to charge; negative: what
    this invoice asks for on behalf of earlier ones.
    """

    credit: int
    deferred: int


def balance_use(invoice: Json) -> BalanceUse:
    """Return what an invoice did to the balance when it was finalized.

    :param invoice: Stripe's invoice; a draft has done nothing yet
    """
    before, after = invoice["starting_balance"], invoice.get("ending_balance")
    if after is None:
        return BalanceUse(0, 0)
    return BalanceUse(
        credit=min(after, 0) - min(before, 0),
        deferred=max(after, 0) - max(before, 0),
    )
