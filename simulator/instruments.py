"""Numbers that a customer can type on the hosted page, and what they stand for.

Source: https://docs.stripe.com/testing and docs.stripe.com/payments/sepa-debit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.cards import CARDS, Card
from simulator.errors import StripeError, card_declined, invalid

# Test card number → the name of its behaviour in ``cards.CARDS``.
NUMBERS = {
    "4242424242424242": "visa",
    "4000056655665556": "visa_debit",
    "5555555555554444": "mastercard",
    "378282246310005": "amex",
    "4000002500000003": "fr",
    "4000002760000016": "de",
    "4000000000000077": "bypassPending",
    "4000000000007726": "pendingRefund",
    "4000000000005126": "refundFail",
    "4000000000000259": "createDispute",
    "4000000000002685": "createDisputeProductNotReceived",
    "4000000000001976": "createDisputeInquiry",
    "4000002760003184": "authenticationRequired",
    "4000000000003220": "threeDSecure2Required",
    "4000000000000341": "chargeCustomerFail",
    "4000000000000002": "chargeDeclined",
    "4000000000009995": "chargeDeclinedInsufficientFunds",
    "4000000000000069": "chargeDeclinedExpiredCard",
    "4000000000000119": "chargeDeclinedProcessingError",
}
DECLINED_CARD = "4000000000000002"
AUTHENTICATED_CARD = "4000002760003184"
ACCEPTED_CARD = "4242424242424242"


@dataclass(frozen=True)
class BankAccount:
    """A test account for SEPA debits; ``bounces`` when the bank returns them."""

    iban: str
    bounces: bool = False


ACCOUNTS = {
    account.iban: account
    for account in (
        BankAccount("DE89370400440532013000"),
        BankAccount("FR1420041010050500013M02606"),
        BankAccount("DE62370400440532013001", bounces=True),
        BankAccount("FR8420041010050500013M02607", bounces=True),
    )
}
ACCEPTED_ACCOUNT = "DE89370400440532013000"
BOUNCING_ACCOUNT = "DE62370400440532013001"


def card(number: str) -> Card:
    """Return the test card of that number, spaces ignored; raises Stripe's 402."""
    name = NUMBERS.get("".join(number.split()))
    if name is None:
        raise incorrect_number()
    return CARDS[name]


def incorrect_number() -> StripeError:
    """Return the refusal of a number that is no card's."""
    message = "Your card number is incorrect."
    return card_declined("incorrect_number", None, message, param="number")


def bounces(method: dict[str, Any]) -> bool:
    """Whether debits of this SEPA payment method are returned by the bank."""
    fingerprint = method["sepa_debit"]["fingerprint"]
    return any(
        one.bounces and one.iban.endswith(fingerprint) for one in ACCOUNTS.values()
    )


def bank_account(iban: str) -> BankAccount:
    """Return the test account of that IBAN, spaces ignored; raises Stripe's 400."""
    bare = "".join(iban.split()).upper()
    if bare not in ACCOUNTS:
        raise invalid(
            "The IBAN you provided is invalid.", code="invalid_bank_account_iban"
        )
    return ACCOUNTS[bare]
