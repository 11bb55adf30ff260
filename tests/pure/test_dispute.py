"""What a dispute means, and what a person may decide in which state: cell by cell."""

from datetime import date, datetime
from itertools import product
from typing import Any

import pytest

from ...postings.dispute import (
    MEANING,
    Choice,
    Decision,
    DisputeStatus,
    Meaning,
    Money,
    Stage,
    choices,
    dispute_posting,
    dispute_status,
    needs_attention,
)

Json = dict[str, Any]
# 23:30 UTC on 2026-11-20 is the next day in Paris.
LATE = 1795217400
DAY = 86400
REOPEN, WRITE_OFF, TAKE_BACK = Choice.REOPEN, Choice.WRITE_OFF, Choice.TAKE_BACK


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("warning_needs_response", Meaning(Stage.INQUIRY, True, True, False)),
        ("warning_under_review", Meaning(Stage.INQUIRY, False, True, False)),
        ("warning_closed", Meaning(Stage.OVER, False, True, True)),
        ("needs_response", Meaning(Stage.OPEN, True, False, False)),
        ("under_review", Meaning(Stage.OPEN, False, False, False)),
        ("won", Meaning(Stage.WON, False, True, True)),
        ("lost", Meaning(Stage.LOST, False, False, True)),
        ("prevented", Meaning(Stage.OVER, False, True, True)),
        ("appeal_something_new", Meaning(Stage.OPEN, False, False, False)),
    ],
)
def test_every_status_has_its_meaning(word: str, meaning: Meaning) -> None:
    assert MEANING[dispute_status({"status": word})] == meaning


def test_the_table_is_total() -> None:
    assert set(MEANING) == set(DisputeStatus)


# What is undecided and gone: everything else offers nothing, or to take it back.
OFFERED = {
    Stage.INQUIRY: {REOPEN},
    Stage.OPEN: {REOPEN},
    Stage.WON: {REOPEN},
    Stage.LOST: {REOPEN, WRITE_OFF},
    Stage.OVER: {REOPEN},
}


@pytest.mark.parametrize(("stage", "money"), product(Stage, Money))
def test_only_money_that_is_gone_is_decided(stage: Stage, money: Money) -> None:
    wanted = OFFERED[stage] if money is Money.TAKEN else set()
    assert choices(stage, money, Decision.NONE) == wanted


@pytest.mark.parametrize(
    ("stage", "money", "decision"),
    product(Stage, Money, (Decision.REOPENED, Decision.WRITTEN_OFF)),
)
def test_a_decision_is_taken_back_only_when_the_money_came_back(
    stage: Stage, money: Money, decision: Decision
) -> None:
    wanted = {TAKE_BACK} if money is Money.BACK else set()
    assert choices(stage, money, decision) == wanted


@pytest.mark.parametrize(
    ("stage", "money", "decision"), product(Stage, Money, Decision)
)
def test_an_invoice_is_held_until_it_is_decided(
    stage: Stage, money: Money, decision: Decision
) -> None:
    argued = stage in (Stage.INQUIRY, Stage.OPEN)
    undecided = money is Money.TAKEN and not decision.value
    assert needs_attention(stage, money, decision) is (argued or undecided)


def dispute(*moved: Json) -> Json:
    """Return a dispute of 120.00 dollars with its movements of the balance."""
    return {
        "id": "du_1",
        "amount": 12000,
        "currency": "usd",
        "status": "needs_response",
        "balance_transactions": list(moved),
        "evidence_details": {"due_by": LATE},
    }


def movement(amount: int, created: int, fee: int = 0, **changes: Any) -> Json:
    """Return a movement of the balance, in euros at 11000 for the whole dispute."""
    return {
        "amount": amount,
        "created": created,
        "currency": "eur",
        "exchange_rate": 11000 / 12000,
        "fee": fee,
        **changes,
    }


def in_dollars(amount: int, created: int) -> Json:
    return movement(amount, created, currency="usd", exchange_rate=None)


def test_an_inquiry_has_moved_nothing() -> None:
    posting = dispute_posting(dispute(), "Europe/Paris")
    assert posting.money is Money.HERE
    assert (posting.fee, posting.fee_currency) == (0, "USD")
    assert posting.due_by == datetime(2026, 11, 20, 23, 30)


def test_what_was_taken_is_dated_in_the_zone_of_the_books() -> None:
    posting = dispute_posting(dispute(movement(-11000, LATE, 2000)), "Europe/Paris")
    assert (posting.money, posting.taken_on) == (Money.TAKEN, date(2026, 11, 21))
    assert (str(posting.fee), posting.fee_currency) == ("20.00", "EUR")


def test_what_came_back_with_its_fee() -> None:
    moved = (movement(-11000, LATE, 2000), movement(11000, LATE + DAY, -2000))
    posting = dispute_posting(dispute(*moved), "Europe/Paris")
    assert (posting.money, posting.back_on) == (Money.BACK, date(2026, 11, 22))
    assert posting.fee == 0


@pytest.mark.parametrize(
    ("moved", "gone", "money"),
    [
        ([(-12000, 0)], "120.00", Money.TAKEN),
        ([(-12000, 0), (12000, 1)], "0.00", Money.BACK),
        # A part comes back, and the rest later.
        ([(-12000, 0), (5000, 1)], "70.00", Money.TAKEN),
        ([(-12000, 0), (5000, 1), (7000, 2)], "0.00", Money.BACK),
        # Won, and lost after all.
        ([(-12000, 0), (12000, 1), (-12000, 2)], "120.00", Money.TAKEN),
        # Stripe tells them in any order.
        ([(12000, 1), (-12000, 0)], "0.00", Money.BACK),
        # The bank takes only a part.
        ([(-4000, 0)], "40.00", Money.TAKEN),
    ],
)
def test_what_is_still_gone(
    moved: list[tuple[int, int]], gone: str, money: Money
) -> None:
    rows = [in_dollars(amount, LATE + day * DAY) for amount, day in moved]
    posting = dispute_posting(dispute(*rows), "Europe/Paris")
    assert (str(posting.gone), posting.money) == (gone, money)


def test_what_is_taken_anew_has_its_day_and_nothing_came_back() -> None:
    rows = [(-12000, 0), (12000, 1), (-12000, 2)]
    moved = [in_dollars(amount, LATE + day * DAY) for amount, day in rows]
    posting = dispute_posting(dispute(*moved), "Europe/Paris")
    assert posting.taken_on == date(2026, 11, 23)
    assert posting.back_on is None


@pytest.mark.parametrize(
    ("back", "rate", "gone"),
    [
        # All of it, at the same rate or another one.
        (11000, 11000 / 12000, "0.00"),
        (10800, 0.9, "0.00"),
        (11400, 0.95, "0.00"),
        (10800, 0.9001, "0.00"),
        # A part.
        (5500, 11000 / 12000, "60.00"),
    ],
)
def test_what_came_back_is_measured_in_the_currency_of_the_charge(
    back: int, rate: float, gone: str
) -> None:
    moved = (
        movement(-11000, LATE),
        movement(back, LATE + DAY, exchange_rate=rate),
    )
    assert str(dispute_posting(dispute(*moved), "UTC").gone) == gone


def test_a_dispute_without_a_day_for_evidence() -> None:
    found = {**dispute(), "evidence_details": {"due_by": None}}
    assert dispute_posting(found, "UTC").due_by is None
