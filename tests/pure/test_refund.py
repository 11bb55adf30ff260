"""What a refund means, and which payments give how much back."""

import time
from datetime import date
from typing import Any

import pytest

from ...payloads.refund import (
    NotEnoughError,
    Share,
    allocate,
    refund_params,
    refundable,
)
from ...postings.refund import (
    MEANING,
    Meaning,
    Money,
    RefundStatus,
    refund_posting,
    refund_status,
)

Json = dict[str, Any]
# 23:30 UTC on 2026-11-20 is the next day in Paris.
LATE = 1795217400
DAY = 86400


def refund(**changes: Any) -> Json:
    """Return a refund of 50.00 that has moved nothing."""
    return {
        "id": "re_1",
        "amount": 5000,
        "currency": "eur",
        "status": "pending",
        "balance_transaction": None,
        **changes,
    }


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("pending", Meaning(True, "", False)),
        ("requires_action", Meaning(True, "requires_action", False)),
        ("succeeded", Meaning(True, "", True)),
        ("failed", Meaning(False, "failed", True)),
        ("canceled", Meaning(False, "canceled", True)),
        ("something_new", Meaning(True, "", False)),
    ],
)
def test_every_status_has_its_meaning(word: str, meaning: Meaning) -> None:
    assert MEANING[refund_status(refund(status=word))] == meaning


def test_the_table_is_total() -> None:
    assert set(MEANING) == set(RefundStatus)


@pytest.mark.parametrize("status", [one.value for one in RefundStatus])
@pytest.mark.parametrize(
    ("left", "back", "money"),
    [
        (None, None, Money.HERE),
        (LATE, None, Money.OUT),
        (LATE, LATE + DAY, Money.BACK),
    ],
)
def test_the_balance_alone_tells_where_the_money_is(
    status: str, left: int | None, back: int | None, money: Money
) -> None:
    moved = {"id": "txn_1", "created": left} if left else None
    returned = {"id": "txn_2", "created": back} if back else None
    changes = {"balance_transaction": moved, "failure_balance_transaction": returned}
    posting = refund_posting(refund(status=status, **changes), "Europe/Paris")
    assert posting.money is money


def test_each_movement_is_booked_on_its_day_in_the_zone_of_the_books() -> None:
    assert time.gmtime(LATE)[:5] == (2026, 11, 20, 23, 30)
    posting = refund_posting(
        refund(
            status="failed",
            balance_transaction={"id": "txn_1", "created": LATE},
            failure_balance_transaction={"id": "txn_2", "created": LATE + DAY},
        ),
        "Europe/Paris",
    )
    assert posting.left_on == date(2026, 11, 21)
    assert posting.back_on == date(2026, 11, 22)
    assert (str(posting.amount), posting.currency) == ("50.00", "EUR")


def test_a_currency_without_decimals_is_not_divided() -> None:
    posting = refund_posting(refund(currency="jpy"), "Asia/Tokyo")
    assert posting.amount == 5000


def paid(number: int, **changes: Any) -> Json:
    """Return an InvoicePayment of 50.00 by card, made in second ``number``."""
    charge = {
        "id": f"ch_{number}",
        "created": number,
        "amount": 5000,
        "amount_refunded": 0,
        "status": "succeeded",
        **changes,
    }
    intent = {"id": "pi_1", "latest_charge": charge}
    return {
        "status": "paid",
        "amount_paid": 5000,
        "payment": {"type": "payment_intent", "payment_intent": intent},
    }


def test_the_latest_payment_is_refunded_first() -> None:
    payments = [paid(1), paid(3), paid(2)]
    assert [share.charge for share in refundable(payments)] == ["ch_3", "ch_2", "ch_1"]


def test_what_was_refunded_or_failed_cannot_be_refunded_again() -> None:
    payments = [paid(1, amount_refunded=4000), paid(2, status="failed")]
    assert refundable(payments) == [Share("ch_1", 1000)]


def test_a_charge_of_several_invoices_gives_back_what_it_paid_of_this_one() -> None:
    assert refundable([paid(1, amount=9000)]) == [Share("ch_1", 5000)]


def test_payments_that_moved_nothing_at_stripe_give_nothing_back() -> None:
    record = {"type": "payment_record", "payment_record": "pr_1"}
    outside = {"status": "paid", "amount_paid": 5000, "payment": record}
    waiting = {**paid(1), "status": "open"}
    assert refundable([outside, waiting]) == []


def test_several_charges_give_back_exactly_what_is_wanted() -> None:
    left = [Share("ch_2", 5000), Share("ch_0", 0), Share("ch_1", 7000)]
    assert allocate(6000, left) == [Share("ch_2", 5000), Share("ch_1", 1000)]
    assert allocate(12000, left) == [Share("ch_2", 5000), Share("ch_1", 7000)]


def test_more_than_was_paid_is_refused() -> None:
    with pytest.raises(NotEnoughError) as refusal:
        allocate(5001, [Share("ch_1", 5000)])
    assert refusal.value.left == 5000


def test_a_refund_names_its_charge() -> None:
    assert refund_params(Share("ch_1", 5), {"odoo_refund": "7"}) == {
        "charge": "ch_1",
        "amount": 5,
        "metadata": {"odoo_refund": "7"},
    }
