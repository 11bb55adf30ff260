"""An InvoicePayment, as the payment that Odoo books for it."""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ..stripe_api.money import from_minor
from .expanded import id_of

Json = dict[str, Any]


@dataclass(frozen=True)
class PaymentPosting:
    """What is booked: gross, in the invoice's currency, on the day in the books' zone.

    ``memo`` tells a human which payment it was: invoice number, method, charge.
    ``charge`` is an id, empty where Stripe names none; one charge may pay several
    invoices.
    """

    stripe_ref: str
    amount: Decimal
    currency: str
    date: date
    memo: str
    charge: str = ""
    method: str = ""
    last4: str = ""
    receipt_url: str = ""


def is_money_at_stripe(payment: Json) -> bool:
    """Tell whether the payment moved money on Stripe's balance.

    Payments outside of Stripe are recorded as payment records and move none.
    """
    kind = (payment.get("payment") or {}).get("type")
    return payment["status"] == "paid" and kind in ("payment_intent", "charge")


def payment_posting(payment: Json, number: str, zone: str) -> PaymentPosting:
    """Return what to book for a paid InvoicePayment.

    :param payment: InvoicePayment, expanded down to the latest charge
    :param number: number of the invoice
    :param zone: IANA name of the time zone of the books
    """
    currency = payment["currency"].upper()
    paid_at = payment["status_transitions"]["paid_at"]
    charge = _charge(payment)
    method, last4 = _method(charge)
    words = [number, f"{method} …{last4}" if last4 else method, _reference(payment)]
    return PaymentPosting(
        stripe_ref=payment["id"],
        amount=from_minor(payment["amount_paid"], currency),
        currency=currency,
        date=local_date(paid_at, zone),
        memo=" ".join(filter(None, words)),
        charge=str(charge.get("id") or id_of(payment["payment"].get("charge"))),
        method=method,
        last4=last4,
        receipt_url=charge.get("receipt_url") or "",
    )


def local_date(epoch: int, zone: str) -> date:
    """Return the calendar day of an instant in a time zone.

    :param epoch: seconds since 1970 UTC
    :param zone: IANA name
    """
    moment = datetime.fromtimestamp(epoch, timezone.utc)
    return moment.astimezone(ZoneInfo(zone)).date()


def _charge(payment: Json) -> Json:
    inner = payment["payment"]
    found = inner.get("charge")
    intent = inner.get("payment_intent")
    if not found and isinstance(intent, dict):
        found = intent.get("latest_charge")
    return found if isinstance(found, dict) else {}


def _method(charge: Json) -> tuple[str, str]:
    details = charge.get("payment_method_details") or {}
    kind = details.get("type") or ""
    return kind, (details.get(kind) or {}).get("last4") or ""


def _reference(payment: Json) -> str:
    if charge := _charge(payment):
        return str(charge["id"])
    inner = payment["payment"]
    return id_of(inner.get("charge")) or id_of(inner.get("payment_intent"))
