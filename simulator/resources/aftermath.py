"""What Stripe's test cards bring about after the payment."""

from __future__ import annotations

from simulator import cards
from simulator.world import Account, JSONObject


def of_charge(account: Account, charge: JSONObject) -> str | None:
    """Return the ``aftermath`` of the card that was charged, None for the others."""
    method = charge["payment_method"]
    name = account.private(method).get("card") if method else None
    return cards.CARDS[name].aftermath if name else None
