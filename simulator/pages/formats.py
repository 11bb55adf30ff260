"""Amounts, dates and addresses as people write them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from simulator import money
from simulator.pages.texts import MONTHS

SYMBOLS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥"}
NARROW_SPACE, SPACE = "\u202f", "\u00a0"

COUNTRIES = {
    "AT": {"en": "Austria", "fr": "Autriche"},
    "BE": {"en": "Belgium", "fr": "Belgique"},
    "CH": {"en": "Switzerland", "fr": "Suisse"},
    "DE": {"en": "Germany", "fr": "Allemagne"},
    "ES": {"en": "Spain", "fr": "Espagne"},
    "FR": {"en": "France", "fr": "France"},
    "GB": {"en": "United Kingdom", "fr": "Royaume-Uni"},
    "IE": {"en": "Ireland", "fr": "Irlande"},
    "IT": {"en": "Italy", "fr": "Italie"},
    "LU": {"en": "Luxembourg", "fr": "Luxembourg"},
    "NL": {"en": "Netherlands", "fr": "Pays-Bas"},
    "PT": {"en": "Portugal", "fr": "Portugal"},
    "US": {"en": "United States", "fr": "États-Unis"},
}


def amount(minor: int, currency: str, language: str = "en") -> str:
    """Return minor units as text: ``€1,234.50``, in French ``1 234,50 €``."""
    digits = grouped(abs(minor), currency)
    sign = "-" if minor < 0 else ""
    symbol = SYMBOLS.get(currency, currency.upper())
    if language == "fr":
        digits = digits.replace(",", NARROW_SPACE).replace(".", ",")
        return f"{sign}{digits}{SPACE}{symbol}"
    gap = SPACE if len(symbol) > 1 else ""
    return f"{sign}{symbol}{gap}{digits}"


def grouped(minor: int, currency: str) -> str:
    """Return the figures of an amount that is not negative, as in ``1,234.50``."""
    if currency in money.WHOLE_UNITS:
        return f"{minor // 100:,}"
    places = 2
    if currency in money.ZERO_DECIMAL:
        places = 0
    elif currency in money.THREE_DECIMAL:
        places = 3
    whole, rest = divmod(minor, 10**places)
    return f"{whole:,}" + (f".{rest:0{places}d}" if places else "")


def percent(value: float, language: str = "en") -> str:
    """Return a percentage as text: ``5.5%``, in French ``5,5 %``."""
    if language == "fr":
        return f"{value:g}".replace(".", ",") + f"{SPACE}%"
    return f"{value:g}%"


def date(epoch: int | None, language: str = "en") -> str:
    """Return an instant as a day in UTC; nothing for None."""
    if epoch is None:
        return ""
    day = datetime.fromtimestamp(epoch, timezone.utc)
    month = MONTHS[language][day.month - 1]
    if language == "fr":
        return f"{'1er' if day.day == 1 else day.day} {month} {day.year}"
    return f"{month} {day.day}, {day.year}"


def address(value: dict[str, Any] | None, language: str = "en") -> list[str]:
    """Return the lines of one of Stripe's addresses; other countries by their code."""
    if not value:
        return []
    town = " ".join(
        part for part in (value.get("postal_code"), value.get("city")) if part
    )
    country = value.get("country") or ""
    lines = [
        value.get("line1"),
        value.get("line2"),
        ", ".join(part for part in (town, value.get("state")) if part),
        COUNTRIES.get(country, {}).get(language, country),
    ]
    return [line for line in lines if line]
