"""Parameters of refunds, and which payments are refunded.

Source: https://docs.stripe.com/api/refunds/create
"""

from typing import Any, NamedTuple

Json = dict[str, Any]


class Share(NamedTuple):
    """What of a refund one charge gives back, in minor units."""

    charge: str
    amount: int


class NotEnoughError(Exception):
    """More is to be refunded than the charges have left: ``left`` minor units."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


def refundable(payments: list[Json]) -> list[Share]:
    """Return what is left of the charges of an invoice, the latest first.

    :param payments: InvoicePayments, expanded down to the latest charge
    """
    paid = [payment for payment in payments if payment["status"] == "paid"]
    pairs = [(payment, charge) for payment in paid if (charge := _charge(payment))]
    pairs.sort(key=lambda pair: -int(pair[1]["created"]))
    return [
        # One charge may have paid several invoices.
        Share(charge["id"], min(_left(charge), int(payment["amount_paid"])))
        for payment, charge in pairs
        if charge["status"] == "succeeded"
    ]


def allocate(amount: int, left: list[Share]) -> list[Share]:
    """Return how much each charge gives back; what is given back is ``amount``.

    :param amount: minor units
    :param left: what the charges have left, in the order in which they are taken
    :raise NotEnoughError: they have less than that
    """
    total = sum(share.amount for share in left)
    if amount > total:
        raise NotEnoughError(total)
    found = []
    for share in left:
        taken = min(amount, share.amount)
        amount -= taken
        if taken:
            found.append(Share(share.charge, taken))
    return found


def refund_params(share: Share, metadata: dict[str, str]) -> Json:
    """Return the parameters of a refund."""
    return {"charge": share.charge, "amount": share.amount, "metadata": metadata}


def _left(charge: Json) -> int:
    return int(charge["amount"]) - int(charge["amount_refunded"])


def _charge(payment: Json) -> Json | None:
    inner = payment["payment"]
    intent = inner.get("payment_intent")
    found = intent.get("latest_charge") if isinstance(intent, dict) else None
    found = found or inner.get("charge")
    return found if isinstance(found, dict) else None
