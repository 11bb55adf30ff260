"""A refund: what follows from its state, and the payment that Odoo books for it.

Source: https://docs.stripe.com/refunds and https://docs.stripe.com/api/refunds/object
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from ..stripe_api.money import from_minor
from .payment import local_date

Json = dict[str, Any]


class RefundStatus(str, Enum):
    """Stripe's word. ``UNKNOWN``: one that this version does not know."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class Money(str, Enum):
    """Where the money of a refund is.

    ``HERE``: it has not left the balance. ``OUT``: it has. ``BACK``: it has, and came
    back.
    """

    HERE = "here"
    OUT = "out"
    BACK = "back"


class Meaning(NamedTuple):
    """What a refund means in Odoo.

    ``counts``: the customer has the money, or is to get it. ``to_tell``: what a person
    is asked, ``failed``, ``canceled``, ``requires_action`` or empty. ``final``: nothing
    is waited for; a refund that succeeded may still fail.
    """

    counts: bool
    to_tell: str
    final: bool


# THE table: total over the statuses.
MEANING: dict[RefundStatus, Meaning] = {
    RefundStatus.PENDING: Meaning(True, "", False),
    RefundStatus.REQUIRES_ACTION: Meaning(True, "requires_action", False),
    RefundStatus.SUCCEEDED: Meaning(True, "", True),
    RefundStatus.FAILED: Meaning(False, "failed", True),
    RefundStatus.CANCELED: Meaning(False, "canceled", True),
    RefundStatus.UNKNOWN: Meaning(True, "", False),
}


@dataclass(frozen=True)
class RefundPosting:
    """What is booked: gross, in the currency of the charge.

    ``left_on`` is the day on which the money left Stripe's balance, in the books' zone,
    None while it has not; ``back_on`` the day on which it came back.
    """

    stripe_ref: str
    amount: Decimal
    currency: str
    left_on: date | None
    back_on: date | None

    @property
    def money(self) -> Money:
        """Return where the money is."""
        if not self.left_on:
            return Money.HERE
        return Money.BACK if self.back_on else Money.OUT


def refund_status(refund: Json) -> RefundStatus:
    """Return the status of Stripe's Refund."""
    try:
        return RefundStatus(refund["status"])
    except ValueError:
        return RefundStatus.UNKNOWN


def refund_posting(refund: Json, zone: str) -> RefundPosting:
    """Return what to book for a refund.

    :param refund: Refund with its balance transactions expanded
    :param zone: IANA name of the time zone of the books
    """
    currency = refund["currency"].upper()
    return RefundPosting(
        stripe_ref=refund["id"],
        amount=from_minor(refund["amount"], currency),
        currency=currency,
        left_on=_day(refund.get("balance_transaction"), zone),
        back_on=_day(refund.get("failure_balance_transaction"), zone),
    )


def _day(movement: Json | None, zone: str) -> date | None:
    return local_date(movement["created"], zone) if movement else None
