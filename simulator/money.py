"""Amounts in Stripe's minor units: exponents, minimum charges, rounding."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from simulator.errors import StripeError, invalid

# docs.stripe.com/currencies, "Zero-decimal currencies" and "Three-decimal currencies".
ZERO_DECIMAL = frozenset(
    "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split()
)
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
# Written with two decimals although they have none: multiples of 100.
WHOLE_UNITS = frozenset(("isk", "ugx"))
TWO_DECIMAL = frozenset(
    "aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd btn "
    "bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp "
    "gel ghs gip gmd gtq gyd hkd hnl htg huf idr ils inr jmd kes kgs khr kyd kzt lak "
    "lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok "
    "npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos "
    "srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd xcg yer zar "
    "zmw".split()
)
SUPPORTED = ZERO_DECIMAL | THREE_DECIMAL | TWO_DECIMAL | WHOLE_UNITS
# docs.stripe.com/currencies, "Minimum and maximum charge amounts".
MINIMUM_CHARGE = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50,
    "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500,
    "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50, "pln": 200,
    "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
}  # fmt: skip
# Digits of the largest amount that can be charged, eight where nothing else is told.
MAXIMUM_DIGITS = {"cop": 10, "huf": 10, "idr": 12, "inr": 9, "jpy": 10, "lbp": 12}


def check_currency(value: str, param: str = "currency") -> str:
    """Return the currency in lower case; raises a 400 for an unknown one."""
    currency = value.lower()
    if currency not in SUPPORTED:
        listed = ", ".join(sorted(SUPPORTED))
        raise invalid(
            f"Invalid currency: {value}. Stripe currently supports these currencies: "
            f"{listed}",
            param,
        )
    return currency


def check_representable(amount: int, currency: str, param: str) -> None:
    """Raise a 400 for an amount that the currency's smallest unit cannot express."""
    step = smallest_step(currency)
    if amount % step:
        raise invalid(
            f"Invalid amount: {amount}. Amounts in {currency} must be a multiple of "
            f"{step}.",
            param,
        )


def smallest_step(currency: str) -> int:
    """Return the multiple that amounts of this currency come in, in minor units."""
    if currency in WHOLE_UNITS:
        return 100
    return 10 if currency in THREE_DECIMAL else 1


def minimum_charge(currency: str) -> int:
    """Return the smallest amount that can be charged, in minor units."""
    return MINIMUM_CHARGE.get(currency, 50)


def maximum_charge(currency: str) -> int:
    """Return the largest amount that can be charged, in minor units."""
    return int(10 ** MAXIMUM_DIGITS.get(currency, 8)) - 1


def too_large(currency: str) -> StripeError:
    """Return Stripe's refusal of an amount above the largest one."""
    return invalid(
        f"Amount must be no more than {spoken(maximum_charge(currency), currency)}.",
        "amount",
        "amount_too_large",
    )


def round_half_up(amount: Decimal) -> int:
    """Round to whole minor units, halves away from zero."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def plain(number: Decimal) -> str:
    """Write a decimal as Stripe does: no exponent and no zeros at the end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def exponent(currency: str) -> int:
    """Return how many decimal places Stripe's amounts in the currency stand for."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def spoken(amount: int, currency: str) -> str:
    """Write an amount of minor units as Stripe's sentences do: ``€12.00``."""
    signs = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}
    number = f"{Decimal(amount).scaleb(-exponent(currency)):,f}"
    sign = signs.get(currency)
    return f"{sign}{number}" if sign else f"{number} {currency.upper()}"
