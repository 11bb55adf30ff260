"""A dispute: what follows from its state, and what a person may decide.

Source: https://docs.stripe.com/disputes/how-disputes-work and
https://docs.stripe.com/api/disputes/object
"""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from ..stripe_api.money import from_minor
from .conversion import unconverted
from .payment import local_date

Json = dict[str, Any]


class DisputeStatus(str, Enum):
    """Stripe's word. ``UNKNOWN``: one that this version does not know."""

    INQUIRY = "warning_needs_response"
    INQUIRY_ANSWERED = "warning_under_review"
    INQUIRY_CLOSED = "warning_closed"
    OPEN = "needs_response"
    ANSWERED = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"
    UNKNOWN = "unknown"


class Stage(str, Enum):
    """What a dispute comes to.

    ``INQUIRY``: the bank only asks. ``OPEN``: it is argued about. ``OVER``: it has
    ended and nothing was ever taken.
    """

    INQUIRY = "inquiry"
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    OVER = "over"


class Meaning(NamedTuple):
    """``to_answer``: evidence is awaited. ``refundable``: Stripe lets it be refunded.

    ``final``: nothing is waited for.
    """

    stage: Stage
    to_answer: bool
    refundable: bool
    final: bool


# THE table: total over the statuses.
MEANING: dict[DisputeStatus, Meaning] = {
    DisputeStatus.INQUIRY: Meaning(Stage.INQUIRY, True, True, False),
    DisputeStatus.INQUIRY_ANSWERED: Meaning(Stage.INQUIRY, False, True, False),
    DisputeStatus.INQUIRY_CLOSED: Meaning(Stage.OVER, False, True, True),
    DisputeStatus.OPEN: Meaning(Stage.OPEN, True, False, False),
    DisputeStatus.ANSWERED: Meaning(Stage.OPEN, False, False, False),
    DisputeStatus.WON: Meaning(Stage.WON, False, True, True),
    DisputeStatus.LOST: Meaning(Stage.LOST, False, False, True),
    DisputeStatus.PREVENTED: Meaning(Stage.OVER, False, True, True),
    DisputeStatus.UNKNOWN: Meaning(Stage.OPEN, False, False, False),
}


class Money(str, Enum):
    """Where the disputed money is.

    ``HERE``: it was never taken. ``TAKEN``: Stripe has withdrawn it. ``BACK``: it was
    given back.
    """

    HERE = "here"
    TAKEN = "taken"
    BACK = "back"


class Decision(str, Enum):
    """What a person has decided of the receivable. ``NONE``: nothing yet."""

    NONE = ""
    REOPENED = "reopened"
    WRITTEN_OFF = "written_off"


class Choice(str, Enum):
    """What a person may do."""

    REOPEN = "reopen"
    WRITE_OFF = "write_off"
    TAKE_BACK = "take_back"


def choices(stage: Stage, money: Money, decision: Decision) -> frozenset[Choice]:
    """Return what a person may do about the receivable.

    Reopened it can be as soon as the money is gone; given up only when it is lost.
    """
    if decision is not Decision.NONE:
        came_back = money is Money.BACK
        return frozenset({Choice.TAKE_BACK}) if came_back else frozenset()
    if money is not Money.TAKEN:
        return frozenset()
    lost = {Choice.WRITE_OFF} if stage is Stage.LOST else set()
    return frozenset({Choice.REOPEN, *lost})


def needs_attention(stage: Stage, money: Money, decision: Decision) -> bool:
    """Tell whether the invoice is to be held: nobody is asked for money meanwhile."""
    undecided = decision is Decision.NONE and money is Money.TAKEN
    return stage in (Stage.INQUIRY, Stage.OPEN) or undecided


@dataclass(frozen=True)
class DisputePosting:
    """What is known of a dispute's money. Days are in the books' zone, None before.

    ``gone`` is what Stripe has taken and not given back, in the currency of the
    charge; ``back_on`` the day since which it is nothing. ``fee`` is in
    ``fee_currency``, that of the settlement.
    """

    taken_on: date | None
    back_on: date | None
    gone: Decimal
    fee: Decimal
    fee_currency: str
    due_by: datetime | None

    @property
    def money(self) -> Money:
        """Return where the money is."""
        if not self.taken_on:
            return Money.HERE
        return Money.TAKEN if self.gone else Money.BACK


def dispute_status(dispute: Json) -> DisputeStatus:
    """Return the status of Stripe's Dispute."""
    try:
        return DisputeStatus(dispute["status"])
    except ValueError:
        return DisputeStatus.UNKNOWN


def dispute_posting(dispute: Json, zone: str) -> DisputePosting:
    """Return what a dispute has moved, and until when it can be answered.

    :param dispute: Dispute, whose balance transactions come with it
    :param zone: IANA name of the time zone of the books
    """
    moved = sorted(dispute["balance_transactions"], key=lambda one: int(one["created"]))
    taken = [one for one in moved if one["amount"] < 0]
    back = [one for one in moved if one["amount"] > 0]
    gone = _gone(dispute, moved)
    currency = (moved[0] if moved else dispute)["currency"].upper()
    due = dispute["evidence_details"]["due_by"]
    return DisputePosting(
        taken_on=local_date(taken[-1]["created"], zone) if taken else None,
        back_on=local_date(back[-1]["created"], zone) if back and not gone else None,
        gone=from_minor(gone, dispute["currency"]),
        fee=from_minor(sum(one["fee"] for one in moved), currency),
        fee_currency=currency,
        due_by=_utc(due) if due else None,
    )


def _gone(dispute: Json, moved: list[Json]) -> int:
    """Return what is taken and not given back, in minor units of the charge.

    Stripe may give it back in parts, at another rate, and take it once more.
    """
    whole = int(dispute["amount"])
    left = 0
    for one in moved:
        part = abs(int(one["amount"]))
        if one["currency"] != dispute["currency"]:
            part = unconverted(part, one.get("exchange_rate"), whole)
        left += part if one["amount"] < 0 else -part
    return min(max(left, 0), whole)


def _utc(epoch: int) -> datetime:
    """Return the naive UTC datetime that Odoo stores."""
    return datetime.fromtimestamp(epoch, timezone.utc).replace(tzinfo=None)
