"""Decimal amounts and Stripe's integer minor units, both ways, exactly or not at all.

Source: https://docs.stripe.com/currencies. Odoo's ``currency.decimal_places`` is never
asked: it differs from Stripe for some currencies and a user can change it.
"""

from decimal import Decimal
from fractions import Fraction

ZERO_DECIMAL = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
)
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())
TWO_DECIMAL = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD KES KGS KHR KYD KZT LAK LBP LKR
    LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB
    TJS TOP TRY TTD TWD TZS UAH UGX USD UYU UZS WST XCD XCG YER ZAR ZMW
    """.split()
)
# Amounts must be a multiple of this many minor units.
STEP = {"ISK": 100, "UGX": 100, **dict.fromkeys(THREE_DECIMAL, 10)}


class UnsupportedCurrencyError(ValueError):
    """Stripe does not know this currency."""

    def __init__(self, currency: str) -> None:
        super().__init__(f"Stripe does not support the currency {currency}")
        self.currency = currency


class InexactAmountError(ValueError):
    """The amount cannot be written in Stripe's minor units without rounding."""

    def __init__(self, amount: Decimal, currency: str) -> None:
        super().__init__(f"{amount} {currency} has no exact form at Stripe")
        self.amount = amount
        self.currency = currency


def exponent(currency: str) -> int:
    """Return how many decimals Stripe's minor unit stands for.

    :param currency: ISO 4217 code, any case
    :raise UnsupportedCurrencyError: Stripe does not know the currency
    """
    code = currency.upper()
    if code in TWO_DECIMAL:
        return 2
    if code in ZERO_DECIMAL:
        return 0
    if code in THREE_DECIMAL:
        return 3
    raise UnsupportedCurrencyError(code)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return ``amount`` in Stripe's minor units.

    :param amount: amount in the currency's major unit
    :param currency: ISO 4217 code, any case
    :raise UnsupportedCurrencyError: Stripe does not know the currency
    :raise InexactAmountError: rounding would be needed
    """
    code = currency.upper()
    factor = 10 ** exponent(code)
    # Fractions know no precision, so that nothing is rounded on the way.
    if amount.is_finite():
        minor = Fraction(amount) * factor
        if minor % STEP.get(code, 1) == 0:
            return int(minor)
    raise InexactAmountError(amount, code)


def from_minor(minor: int, currency: str) -> Decimal:
    """Return the decimal amount of ``minor`` minor units of ``currency``.

    :raise UnsupportedCurrencyError: Stripe does not know the currency
    """
    return Decimal(minor).scaleb(-exponent(currency))
