"""What Stripe keeps of a payment.

Figures are those of Stripe's public French price list (stripe.com/fr/pricing); real
accounts have their own, so only the shape matters: a share and a fixed part.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from simulator import money

EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO "
    "SE SI SK".split()
)


@dataclass(frozen=True)
class Tariff:
    """A share of the amount and a fixed part, at most ``cap``; both in minor units."""

    percent: Decimal
    fixed: int
    cap: int | None = None


TARIFFS = {
    "card_eea": Tariff(Decimal("1.5"), 25),
    "card_gb": Tariff(Decimal("2.5"), 25),
    "card_other": Tariff(Decimal("3.25"), 25),
    "sepa_debit": Tariff(Decimal("0"), 35),
    "customer_balance": Tariff(Decimal("0.5"), 0, cap=500),
}


def tariff(kind: str, country: str | None) -> Tariff:
    """Return the tariff of a payment method type and, for a card, its country."""
    if kind != "card":
        return TARIFFS[kind]
    if country in EEA:
        return TARIFFS["card_eea"]
    return TARIFFS["card_gb" if country == "GB" else "card_other"]


def fee(amount: int, kind: str, country: str | None = None) -> int:
    """Return the fee on ``amount``, both in minor units, rounded half up."""
    rate = tariff(kind, country)
    share = money.round_half_up(Decimal(amount) * rate.percent / 100)
    total = share + rate.fixed
    return total if rate.cap is None else min(total, rate.cap)
