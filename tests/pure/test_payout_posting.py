"""A payout as Odoo shows it: what it is, whether Stripe can say what it holds."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ...postings.payout import payout_posting

Json = dict[str, Any]
# Midnight UTC of 2026-11-20, as Stripe writes a day.
ARRIVAL = 1795132800


def payout(**changes: Any) -> Json:
    """Return an automatic payout of 117.95 that has arrived."""
    return {
        "id": "po_1",
        "amount": 11795,
        "arrival_date": ARRIVAL,
        "automatic": True,
        "currency": "eur",
        "failure_message": None,
        "method": "standard",
        "original_payout": None,
        "reconciliation_status": "completed",
        "statement_descriptor": "STRIPE",
        "status": "paid",
        "trace_id": None,
        **changes,
    }


def test_a_payout() -> None:
    posting = payout_posting(payout())
    assert (posting.amount, posting.currency) == (Decimal("117.95"), "EUR")
    assert posting.arrival == date(2026, 11, 20)
    assert (posting.automatic, posting.instant) == (True, False)
    assert (posting.settled, posting.itemized) == (True, True)
    assert (posting.failure, posting.original) == ("", "")


def test_money_that_is_fetched_from_the_bank_is_negative() -> None:
    posting = payout_posting(payout(amount=-11795, original_payout="po_0"))
    assert (posting.amount, posting.original) == (Decimal("-117.95"), "po_0")


def test_the_payout_that_is_taken_back_may_be_expanded() -> None:
    assert payout_posting(payout(original_payout={"id": "po_0"})).original == "po_0"


@pytest.mark.parametrize(
    ("status", "reconciliation", "settled", "itemized"),
    [
        ("pending", "in_progress", False, False),
        ("in_transit", "in_progress", False, False),
        ("in_transit", "completed", False, True),
        ("paid", "in_progress", False, False),
        ("paid", "completed", True, True),
        ("failed", "completed", True, True),
        # What a manual payout holds Stripe never says.
        ("pending", "not_applicable", False, False),
        ("paid", "not_applicable", True, False),
        ("canceled", "not_applicable", True, False),
    ],
)
def test_until_when_it_is_looked_at(
    status: str, reconciliation: str, settled: bool, itemized: bool
) -> None:
    posting = payout_posting(
        payout(status=status, reconciliation_status=reconciliation)
    )
    assert (posting.settled, posting.itemized) == (settled, itemized)


@pytest.mark.parametrize(
    ("trace", "reference"),
    [
        ({"status": "supported", "value": "BANK42"}, "BANK42"),
        ({"status": "pending", "value": None}, "STRIPE"),
        (None, "STRIPE"),
    ],
)
def test_what_the_line_of_the_bank_may_say(trace: Any, reference: str) -> None:
    assert payout_posting(payout(trace_id=trace)).reference == reference


def test_a_payout_without_any_reference() -> None:
    posting = payout_posting(payout(statement_descriptor=None))
    assert posting.reference == ""


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [("jpy", 5000, "5000"), ("huf", 100000, "1000"), ("kwd", 12340, "12.34")],
)
def test_amounts_follow_stripes_decimals(
    currency: str, minor: int, amount: str
) -> None:
    posting = payout_posting(payout(currency=currency, amount=minor))
    assert posting.amount == Decimal(amount)


def test_an_instant_payout_that_failed() -> None:
    posting = payout_posting(
        payout(method="instant", status="failed", failure_message="Account closed.")
    )
    assert (posting.instant, posting.failure) == (True, "Account closed.")
