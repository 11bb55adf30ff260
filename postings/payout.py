"""A payout, as Odoo shows it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..stripe_api.money import from_minor
from .expanded import id_of
from .payment import local_date

Json = dict[str, Any]


@dataclass(frozen=True)
class PayoutPosting:
    """What Stripe sends to the bank; negative where it takes money from there.

    ``settled`` tells that nothing is expected to change any more, ``itemized`` that
    Stripe can say what it holds. ``original`` is the payout that this one takes back.
    """

    stripe_ref: str
    currency: str
    amount: Decimal
    status: str
    arrival: date
    automatic: bool
    instant: bool
    itemized: bool
    settled: bool
    reference: str
    failure: str
    original: str


def payout_posting(payout: Json) -> PayoutPosting:
    """Return what to show of a payout.

    :param payout: Payout; its ``arrival_date`` is a day of UTC
    """
    currency = payout["currency"].upper()
    reconciliation = payout["reconciliation_status"]
    trace = payout.get("trace_id") or {}
    status = payout["status"]
    return PayoutPosting(
        stripe_ref=payout["id"],
        currency=currency,
        amount=from_minor(payout["amount"], currency),
        status=status,
        arrival=local_date(payout["arrival_date"], "UTC"),
        automatic=payout["automatic"],
        instant=payout["method"] == "instant",
        itemized=reconciliation == "completed",
        settled=status not in ("pending", "in_transit")
        and reconciliation != "in_progress",
        reference=trace.get("value") or payout.get("statement_descriptor") or "",
        failure=payout.get("failure_message") or "",
        original=id_of(payout.get("original_payout")),
    )
