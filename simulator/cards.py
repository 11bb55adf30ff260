"""Stripe's test cards and what charging them gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.errors import StripeError, card_declined


@dataclass(frozen=True)
class Card:
    """A test card of docs.stripe.com/testing.

    ``error`` is the code of the error that charging it gives, ``decline_code`` the
    bank's reason; both None where it works. ``attachable`` is False where Stripe
    refuses already to keep the card. ``aftermath`` is what follows the payment.
    """

    brand: str
    last4: str
    error: str | None = None
    decline_code: str | None = None
    country: str = "US"
    attachable: bool = True
    aftermath: str | None = None


DECLINED = "card_declined"
# What follows a payment: money at once, refunds with trouble, disputes.
AVAILABLE = "available"
REFUND_PENDING = "refund_pending"
REFUND_FAILS = "refund_fails"
FRAUDULENT = "fraudulent"
NOT_RECEIVED = "product_not_received"
INQUIRY = "inquiry"
DISPUTED = (FRAUDULENT, NOT_RECEIVED, INQUIRY)
CARDS = {
    "visa": Card("visa", "4242"),
    "visa_debit": Card("visa", "5556"),
    "mastercard": Card("mastercard", "4444"),
    "amex": Card("amex", "8431"),
    "fr": Card("visa", "0003", country="FR"),
    "de": Card("visa", "0007", country="DE"),
    "threeDSecure2Required": Card("visa", "3220", "authentication_required"),
    "authenticationRequired": Card("visa", "3184", "authentication_required"),
    "bypassPending": Card("visa", "0077", aftermath=AVAILABLE),
    "pendingRefund": Card("visa", "7726", aftermath=REFUND_PENDING),
    "refundFail": Card("visa", "5126", aftermath=REFUND_FAILS),
    "createDispute": Card("visa", "0259", aftermath=FRAUDULENT),
    "createDisputeProductNotReceived": Card("visa", "2685", aftermath=NOT_RECEIVED),
    "createDisputeInquiry": Card("visa", "1976", aftermath=INQUIRY),
    "chargeCustomerFail": Card("visa", "0341", DECLINED, "generic_decline"),
    "chargeDeclined": Card(
        "visa", "0002", DECLINED, "generic_decline", attachable=False
    ),
    "chargeDeclinedInsufficientFunds": Card(
        "visa", "9995", DECLINED, "insufficient_funds", attachable=False
    ),
    "chargeDeclinedExpiredCard": Card("visa", "0069", "expired_card", attachable=False),
    "chargeDeclinedFraudulent": Card(
        "visa", "0019", DECLINED, "fraudulent", attachable=False
    ),
    "chargeDeclinedProcessingError": Card(
        "visa", "0119", "processing_error", attachable=False
    ),
}
MESSAGES = {
    "expired_card": "Your card has expired.",
    "processing_error": "An error occurred while processing your card. Try again in a "
    "little bit.",
    "insufficient_funds": "Your card has insufficient funds.",
    "debit_not_authorized": "The customer's bank returned the debit.",
    "payment_intent_authentication_failure": "We are unable to authenticate your "
    "payment method. Please choose a different payment method and try again.",
    "setup_intent_authentication_failure": "We are unable to authenticate your "
    "payment method. Please choose a different payment method and try again.",
    "authentication_required": "This payment requires additional user action before "
    "it can be completed successfully. Payment can be completed using the "
    "PaymentIntent associated with the invoice. For more details see: "
    "https://stripe.com/docs/billing/subscriptions/overview#requires-action",
}
DECLINE_MESSAGE = "Your card was declined."


def card_named(name: str) -> Card | None:
    """Return the test card behind ``tok_visa`` or ``pm_card_visa``."""
    for prefix in ("tok_", "pm_card_"):
        if name.startswith(prefix):
            return CARDS.get(name.removeprefix(prefix))
    return None


def decline(code: str, decline_code: str | None, **extra: Any) -> StripeError:
    """Return a 402 with the sentence that belongs to the code."""
    message = MESSAGES.get(decline_code or code, DECLINE_MESSAGE)
    return card_declined(code, decline_code, message, **extra)
