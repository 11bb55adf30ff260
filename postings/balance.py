"""A balance transaction, as the entry that it means for the books."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from ..stripe_api.money import from_minor
from .conversion import unconverted
from .expanded import id_of
from .payment import local_date

Json = dict[str, Any]


class Counterpart(Enum):
    """What the money that moved belongs to, and so the account on the other side."""

    PAYMENT = "payment"
    REFUND = "refund"
    LATE_FAILURE = "late_failure"
    DISPUTE = "dispute"
    PAYOUT = "payout"
    FEE = "fee"
    TAX = "tax"
    UNKNOWN = "unknown"


# Stripe's ``reporting_category``; others are unknown.
# Source: https://docs.stripe.com/reports/reporting-categories
CATEGORIES = {
    "charge": Counterpart.PAYMENT,
    "charge_failure": Counterpart.LATE_FAILURE,
    "refund": Counterpart.REFUND,
    "refund_failure": Counterpart.REFUND,
    "partial_capture_reversal": Counterpart.REFUND,
    "dispute": Counterpart.DISPUTE,
    "dispute_reversal": Counterpart.DISPUTE,
    "payout": Counterpart.PAYOUT,
    "payout_reversal": Counterpart.PAYOUT,
    "topup": Counterpart.PAYOUT,
    "topup_reversal": Counterpart.PAYOUT,
    "fee": Counterpart.FEE,
    "network_cost": Counterpart.FEE,
    "tax": Counterpart.TAX,
}

# What reading an object raises that is not as Stripe documents it.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)

# What may move a part of its source's amount.
OF_A_PART = frozenset({"partial_capture_reversal", "dispute", "dispute_reversal"})


@dataclass(frozen=True)
class BalancePosting:
    """One movement of the balance, in the currency of the balance.

    ``gross`` is ``net`` and what Stripe kept, ``fee`` and the ``tax`` on it. Money that
    leaves is negative. ``original`` is the gross in the currency that was charged, and
    is there only if Stripe converted it.
    """

    stripe_ref: str
    category: str
    counterpart: Counterpart
    date: date
    currency: str
    gross: Decimal
    fee: Decimal
    tax: Decimal
    net: Decimal
    source: str
    charge: str
    intent: str
    customer: str
    label: str
    original: Decimal | None = None
    original_currency: str = ""


def balance_posting(entry: Json, zone: str) -> BalancePosting:
    """Return what to book for a balance transaction.

    :param entry: BalanceTransaction, with its source expanded
    :param zone: IANA name of the time zone of the books
    """
    currency = entry["currency"].upper()
    source = entry["source"] if isinstance(entry["source"], dict) else {}
    source_id = str(source.get("id") or entry["source"] or "")
    category = entry["reporting_category"]
    tax = sum(part["amount"] for part in entry["fee_details"] if part["type"] == "tax")
    original, original_currency = _original(entry, source)
    words = [entry["description"] or category.replace("_", " "), source_id]
    return BalancePosting(
        stripe_ref=entry["id"],
        category=category,
        counterpart=CATEGORIES.get(category, Counterpart.UNKNOWN),
        date=local_date(entry["created"], zone),
        currency=currency,
        gross=from_minor(entry["amount"], currency),
        fee=from_minor(entry["fee"] - tax, currency),
        tax=from_minor(tax, currency),
        net=from_minor(entry["net"], currency),
        source=source_id,
        charge=_charge(source),
        intent=id_of(source.get("payment_intent")),
        customer=id_of(source.get("customer")),
        label=" ".join(filter(None, words)),
        original=original,
        original_currency=original_currency,
    )


def held(balance: Json) -> dict[str, int]:
    """Return all that Stripe holds, in minor units by lower-case currency.

    Money that was set aside for refunds and disputes, or for cards, is ours as well.

    :param balance: Stripe's Balance
    """
    found: dict[str, int] = {}
    for purse in (
        balance,
        balance.get("refund_and_dispute_prefunding") or {},
        balance.get("issuing") or {},
    ):
        for part in (*(purse.get("available") or ()), *(purse.get("pending") or ())):
            found[part["currency"]] = found.get(part["currency"], 0) + part["amount"]
    return found


def _original(entry: Json, source: Json) -> tuple[Decimal | None, str]:
    """Return the amount that Stripe converted, with the sign of what it became."""
    currency = (source.get("currency") or entry["currency"]).upper()
    if currency == entry["currency"].upper() or not isinstance(
        source.get("amount"), int
    ):
        return None, ""
    minor = abs(source["amount"])
    if entry["reporting_category"] in OF_A_PART:
        minor = unconverted(entry["amount"], entry.get("exchange_rate"), minor)
    amount = from_minor(minor, currency)
    return (amount if entry["amount"] >= 0 else -amount), currency


def _charge(source: Json) -> str:
    """Return the charge that the movement is about, empty where there is none."""
    if source.get("object") == "charge":
        return str(source["id"])
    return id_of(source.get("charge"))
