"""With what an invoice can be paid, and what Stripe is told of it."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from stripe import params as sdk

from ...payloads.payment_method import METHODS, payment_settings
from .typed_params import complaints

ROWS = Path(__file__).parents[2] / "data" / "stripe.payment.method.csv"


@pytest.mark.parametrize(
    ("code", "currency", "country", "total", "fits"),
    [
        ("card", "JPY", "FR", "1", True),
        ("sepa_debit", "EUR", "FR", "100", True),
        ("sepa_debit", "USD", "FR", "100", False),
        ("us_bank_account", "USD", "US", "100", True),
        ("us_bank_account", "USD", "FR", "100", False),
        # Where the account is may not be known yet: Stripe is asked.
        ("us_bank_account", "USD", "", "100", True),
        ("konbini", "JPY", "JP", "120", True),
        ("konbini", "JPY", "JP", "119", False),
        ("konbini", "JPY", "JP", "300001", False),
    ],
)
def test_a_method_takes_its_currencies_countries_and_amounts(
    code: str, currency: str, country: str, total: str, fits: bool
) -> None:
    assert METHODS[code].takes(currency, country, Decimal(total)) is fits


def test_what_can_be_chosen_is_what_is_known() -> None:
    with ROWS.open() as lines:
        assert {row["code"] for row in csv.DictReader(lines)} == set(METHODS)


@pytest.mark.parametrize("code", sorted(METHODS))
def test_stripe_knows_every_method(code: str) -> None:
    for currency in METHODS[code].currencies.split() or ["EUR"]:
        settings = payment_settings((code,), currency, "FR")
        kind = sdk.InvoiceCreateParamsPaymentSettings
        assert complaints(settings, kind) == [], currency


@pytest.mark.parametrize(
    ("currency", "country", "transfer"),
    [
        (
            "EUR",
            "DE",
            {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "DE"}},
        ),
        # Stripe has virtual accounts in six countries only.
        (
            "EUR",
            "AT",
            {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "IE"}},
        ),
        ("USD", "US", {"type": "us_bank_transfer"}),
        ("JPY", "JP", {"type": "jp_bank_transfer"}),
    ],
)
def test_a_bank_transfer_says_where_its_account_is(
    currency: str, country: str, transfer: dict[str, object]
) -> None:
    settings = payment_settings(("card", "customer_balance"), currency, country)
    options = settings["payment_method_options"]["customer_balance"]
    assert options == {"funding_type": "bank_transfer", "bank_transfer": transfer}
