"""Parameters of the Checkout session on which a customer stores a payment method."""

from typing import Any

from .payment_method import METHODS

Json = dict[str, Any]

# What can be stored and charged later without more ado.
# Source: https://docs.stripe.com/payments/save-and-reuse
REUSABLE = (
    "card",
    "link",
    "sepa_debit",
    "us_bank_account",
    "bacs_debit",
    "au_becs_debit",
    "nz_bank_account",
)


def setup_params(
    customer_id: str,
    currency: str,
    types: tuple[str, ...],
    address: str,
    metadata: dict[str, str],
) -> Json:
    """Return the parameters of a session in setup mode.

    Stripe's metadata of session and SetupIntent are two things, so both are given.

    :param currency: of the company, an upper-case ISO 4217 code
    :param types: what the company offers, Stripe's names; empty: as Stripe's settings
        say
    :param address: of Odoo, to which the customer comes back
    """
    params: Json = {
        "mode": "setup",
        "customer": customer_id,
        "success_url": f"{address}&state=done",
        "cancel_url": f"{address}&state=cancelled",
        "metadata": metadata,
        "setup_intent_data": {"metadata": metadata},
    }
    if usable := reusable(types, currency):
        params["allowed_payment_method_types"] = usable
    else:
        params["currency"] = currency.lower()
    return params


def reusable(types: tuple[str, ...], currency: str) -> list[str]:
    """Return those of ``types`` that can be charged later, in that currency."""
    return [
        one
        for one in types
        if one in REUSABLE
        and (not METHODS[one].currencies or currency in METHODS[one].currencies.split())
    ]
