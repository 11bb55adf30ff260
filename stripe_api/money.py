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
# "Minimum charge amount by currency", in minor units.
MINIMUM_CHARGE = {
    **dict.fromkeys("ARS AUD BRL CAD CHF COP EUR IDR ILS INR NZD".split(), 50),
    **dict.fromkeys("PHP RUB SGD USD ZAR JPY KRW".split(), 50),
    **dict.fromkeys("AED MYR PLN RON".split(), 200),
    **dict.fromkeys("NOK SEK".split(), 300),
    **dict.fromkeys("MXN THB".split(), 1000),
    "BGN": 100,
    "CZK": 1500,
    "DKK": 250,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17500,
}
# "Maximum charge amounts", in minor units: what every payment method can take.
MAXIMUM_CHARGE = {"IDR": 10**12 - 1, "COP": 10**10 - 1, "INR": 10**9 - 1}
MAXIMUM_OF_OTHERS = 10**8 - 1


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


def minimum_charge(currency: str) -> int | None:
    """Return the least that Stripe charges, in minor units.

    None where Stripe names no amount: it then asks for the equivalent of the minimum of
    the currency that it pays out.

    :param currency: ISO 4217 code, any case
    """
    return MINIMUM_CHARGE.get(currency.upper())


def maximum_charge(currency: str) -> int:
    """Return the most that every payment method at Stripe takes, in minor units.

    :param currency: ISO 4217 code, any case
    """
    return MAXIMUM_CHARGE.get(currency.upper(), MAXIMUM_OF_OTHERS)


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
