"""A Stripe credit note, as the draft that Odoo proposes for it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..stripe_api.money import from_minor
from .payment import local_date

Json = dict[str, Any]


@dataclass(frozen=True)
class CreditLine:
    """One line: the amount as Stripe prints it, and what its taxes are called there.

    ``taxes`` are pairs of label and percentage.
    """

    description: str
    amount: Decimal
    taxes: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class CreditNotePosting:
    """What somebody credited in the dashboard, on the day in the books' zone."""

    stripe_ref: str
    number: str
    date: date
    total: Decimal
    lines: tuple[CreditLine, ...]


def credit_note_posting(note: Json, rates: list[Json], zone: str) -> CreditNotePosting:
    """Return the draft to propose for a credit note.

    :param note: CreditNote with its lines
    :param rates: the TaxRates of its invoice
    :param zone: IANA name of the time zone of the books
    """
    currency = note["currency"].upper()
    named = {
        rate["id"]: (rate["display_name"] or "", Decimal(str(rate["percentage"])))
        for rate in rates
    }
    return CreditNotePosting(
        stripe_ref=note["id"],
        number=note["number"],
        date=local_date(note["effective_at"] or note["created"], zone),
        total=from_minor(note["total"], currency),
        lines=tuple(_line(line, named, currency) for line in note["lines"]["data"]),
    )


def _line(
    line: Json, named: dict[str, tuple[str, Decimal]], currency: str
) -> CreditLine:
    ids = [tax["tax_rate_details"]["tax_rate"] for tax in line.get("taxes") or ()]
    return CreditLine(
        description=line["description"] or "",
        amount=from_minor(line["amount"], currency),
        taxes=tuple(named[one] for one in ids if one in named),
    )
