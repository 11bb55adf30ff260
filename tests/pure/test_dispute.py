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


def movement(amount: int, created: int, fee: int) -> Json:
    return {"amount": amount, "created": created, "fee": fee, "currency": "eur"}


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


def test_a_dispute_without_a_day_for_evidence() -> None:
    found = {**dispute(), "evidence_details": {"due_by": None}}
    assert dispute_posting(found, "UTC").due_by is None
