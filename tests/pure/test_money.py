"""Amounts in Stripe's minor units: exactly, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ...stripe_api.money import (
    MAXIMUM_CHARGE,
    MINIMUM_CHARGE,
    STEP,
    THREE_DECIMAL,
    TWO_DECIMAL,
    ZERO_DECIMAL,
    InexactAmountError,
    UnsupportedCurrencyError,
    exponent,
    from_minor,
    maximum_charge,
    minimum_charge,
    to_minor,
)

CURRENCIES = sorted(ZERO_DECIMAL | TWO_DECIMAL | THREE_DECIMAL)

# Written by hand from https://docs.stripe.com/currencies, special cases included.
VECTORS = [
    ("EUR", "0", 0),
    ("EUR", "0.01", 1),
    ("EUR", "1234.56", 123456),
    ("EUR", "-1234.56", -123456),
    ("EUR", "0.10", 10),
    ("EUR", "999999.99", 99999999),
    ("USD", "10", 1000),
    ("JPY", "500", 500),
    ("JPY", "1", 1),
    ("JPY", "-1E+3", -1000),
    ("KRW", "12000", 12000),
    ("MGA", "2500", 2500),
    # Without decimals in daily life, but with two at Stripe.
    ("ISK", "5", 500),
    ("ISK", "1234", 123400),
    ("UGX", "5", 500),
    ("UGX", "380000", 38000000),
    ("HUF", "10.45", 1045),
    ("HUF", "10", 1000),
    ("TWD", "800.45", 80045),
    ("TWD", "800", 80000),
    ("IDR", "150000", 15000000),
    ("COP", "1.50", 150),
    # Three decimals, of which the last is always nought.
    ("KWD", "5.120", 5120),
    ("KWD", "0.01", 10),
    ("BHD", "1.23", 1230),
    ("TND", "123.450", 123450),
    ("TND", "-0.1", -100),
]

INEXACT = [
    ("EUR", "0.001"),
    ("EUR", "10.005"),
    ("EUR", "1E-9"),
    ("EUR", "1234567890123456789012345678901234567890.001"),
    ("JPY", "0.5"),
    ("MGA", "0.2"),
    ("ISK", "5.5"),
    ("UGX", "0.01"),
    ("HUF", "0.001"),
    ("KWD", "5.124"),
    ("TND", "0.001"),
    ("BHD", "0.0001"),
    ("EUR", "NaN"),
    ("EUR", "Infinity"),
]


@pytest.mark.parametrize(("currency", "amount", "minor"), VECTORS)
def test_amounts_become_stripes_integers(
    currency: str, amount: str, minor: int
) -> None:
    found = to_minor(Decimal(amount), currency)
    assert found == minor
    assert type(found) is int


@pytest.mark.parametrize(("currency", "amount", "minor"), VECTORS)
def test_stripes_integers_become_amounts(
    currency: str, amount: str, minor: int
) -> None:
    assert from_minor(minor, currency) == Decimal(amount)


@pytest.mark.parametrize("currency", ["eur", "Eur", "EUR"])
def test_case_does_not_matter(currency: str) -> None:
    assert to_minor(Decimal("12.34"), currency) == 1234
    assert from_minor(1234, currency) == Decimal("12.34")


@pytest.mark.parametrize(("currency", "amount"), INEXACT)
def test_what_needs_rounding_is_refused(currency: str, amount: str) -> None:
    with pytest.raises(InexactAmountError) as caught:
        to_minor(Decimal(amount), currency.lower())
    assert caught.value.currency == currency
    assert str(caught.value.amount) == str(Decimal(amount))


@pytest.mark.parametrize("currency", ["XYZ", "", "EURO", "BTC", "IQD", "LYD"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(UnsupportedCurrencyError) as caught:
        to_minor(Decimal(1), currency)
    assert caught.value.currency == currency
    with pytest.raises(UnsupportedCurrencyError):
        from_minor(100, currency)


def test_the_tables_are_disjoint() -> None:
    tables = [ZERO_DECIMAL, TWO_DECIMAL, THREE_DECIMAL]
    assert len(CURRENCIES) == sum(map(len, tables))
    assert set(STEP) <= set(CURRENCIES)


def test_the_tables_hold_codes() -> None:
    assert [code for code in CURRENCIES if len(code) != 3 or not code.isupper()] == []


@pytest.mark.parametrize("currency", CURRENCIES)
@settings(max_examples=30)
@given(steps=st.integers(min_value=-(10**12), max_value=10**12))
def test_there_and_back(currency: str, steps: int) -> None:
    minor = steps * STEP.get(currency, 1)
    amount = from_minor(minor, currency)
    assert to_minor(amount, currency) == minor
    assert amount == Decimal(minor) / 10 ** exponent(currency)


@pytest.mark.parametrize("currency", CURRENCIES)
@settings(max_examples=30)
@given(
    digits=st.integers(min_value=-(10**12), max_value=10**12),
    decimals=st.integers(min_value=0, max_value=4),
)
def test_an_amount_comes_back_or_is_refused(
    currency: str, digits: int, decimals: int
) -> None:
    amount = Decimal(digits).scaleb(-decimals)
    smallest = from_minor(STEP.get(currency, 1), currency)
    if amount % smallest:
        with pytest.raises(InexactAmountError):
            to_minor(amount, currency)
    else:
        assert from_minor(to_minor(amount, currency), currency) == amount


def test_the_limits_are_those_of_known_currencies() -> None:
    assert set(MINIMUM_CHARGE) | set(MAXIMUM_CHARGE) <= set(CURRENCIES)


@pytest.mark.parametrize(
    ("currency", "least", "most"),
    [
        ("EUR", "0.50", "999999.99"),
        ("gbp", "0.30", "999999.99"),
        ("CZK", "15.00", "999999.99"),
        ("HUF", "175.00", "999999.99"),
        ("MXN", "10.00", "999999.99"),
        ("JPY", "50", "99999999"),
        ("INR", "0.50", "9999999.99"),
        ("COP", "0.50", "99999999.99"),
        ("IDR", "0.50", "9999999999.99"),
    ],
)
def test_what_stripe_charges_at_least_and_at_most(
    currency: str, least: str, most: str
) -> None:
    assert minimum_charge(currency) == to_minor(Decimal(least), currency)
    assert maximum_charge(currency) == to_minor(Decimal(most), currency)


def test_stripe_names_no_minimum_for_other_currencies() -> None:
    assert minimum_charge("KWD") is None
