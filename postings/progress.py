"""How the payment of an open invoice is getting on, told by its InvoicePayments."""

from typing import Any, NamedTuple

from .expanded import id_of

Json = dict[str, Any]


class Progress(NamedTuple):
    """``state`` is ``processing``, ``requires_action``, ``failed`` or empty.

    ``code`` and ``message`` are Stripe's, of the last failure. ``attempt`` tells one
    attempt from the next: each has a payment method or a charge of its own.
    """

    state: str = ""
    code: str = ""
    message: str = ""
    attempt: str = ""


def progress(payments: list[Json]) -> Progress:
    """Return how the payment that is under way, or was tried last, is getting on.

    :param payments: InvoicePayments, expanded down to the PaymentIntent
    """
    for payment in payments:
        intent = payment["payment"].get("payment_intent")
        if payment["status"] == "open" and isinstance(intent, dict):
            found = _of_intent(intent)
            if found.state:
                return found
    return Progress()


def _of_intent(intent: Json) -> Progress:
    if intent["status"] in ("processing", "requires_action"):
        attempt = _words(intent["id"], intent.get("payment_method"))
        return Progress(intent["status"], attempt=attempt)
    error = intent.get("last_payment_error")
    if error:
        code = error.get("decline_code") or error.get("code") or ""
        method, charge = error.get("payment_method"), error.get("charge")
        attempt = _words(intent["id"], method, charge, code)
        return Progress("failed", code, error.get("message") or "", attempt)
    return Progress()


def _words(*parts: Any) -> str:
    """Return the ids among ``parts``, some of which Stripe may have expanded."""
    return " ".join(filter(None, map(id_of, parts)))


def attached_records(payments: list[Json]) -> set[str]:
    """Return the ids of the PaymentRecords that count for an invoice already."""
    found = (payment["payment"].get("payment_record") for payment in payments)
    return {id_of(one) for one in found if one}


def paid_off_stripe(invoice: Json, payments: list[Json]) -> int:
    """Return how much of an invoice was paid outside of Stripe, in minor units.

    What Stripe counts as paid and no payment of money at Stripe explains.
    """
    at_stripe = sum(
        payment["amount_paid"] or 0
        for payment in payments
        if payment["status"] == "paid"
        and payment["payment"]["type"] in ("payment_intent", "charge")
    )
    return max(int(invoice["amount_paid"]) - at_stripe, 0)
