"""How a payment is getting on, and what of an invoice was paid outside of Stripe."""

from typing import Any

import pytest

from ...postings.progress import Progress, paid_off_stripe, progress

Json = dict[str, Any]


def intent(status: str, error: Json | None = None) -> Json:
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "status": status,
        "last_payment_error": error,
    }


def payment(of: Any, status: str = "open", **changes: Any) -> Json:
    """Return an InvoicePayment as the gateway reads it: its intent is expanded."""
    return {
        "id": "inpay_1",
        "status": status,
        "amount_paid": None if status == "open" else 10000,
        "payment": {"type": "payment_intent", "payment_intent": of},
        **changes,
    }


DECLINED = {
    "code": "card_declined",
    "decline_code": "insufficient_funds",
    "message": "Your card has insufficient funds.",
}
FAILED = Progress("failed", "insufficient_funds", "Your card has insufficient funds.")


def told(*payments: Json) -> Progress:
    """Return what is told of payments, whichever attempt it is."""
    return progress(list(payments))._replace(attempt="")


# === Progress === #


def test_an_invoice_that_nobody_tried_to_pay_tells_nothing() -> None:
    assert progress([]) == Progress()
    assert progress([payment(intent("requires_payment_method"))]) == Progress()


def test_a_debit_that_takes_days_is_processing() -> None:
    assert told(payment(intent("processing"))) == Progress("processing")


def test_a_new_try_counts_more_than_the_failure_before_it() -> None:
    for status in ("processing", "requires_action"):
        assert told(payment(intent(status, DECLINED))) == Progress(status)


def test_a_decline_is_told_in_the_banks_words() -> None:
    assert told(payment(intent("requires_payment_method", DECLINED))) == FAILED


@pytest.mark.parametrize(
    ("left_out", "found"),
    [
        ("decline_code", FAILED._replace(code="card_declined")),
        ("message", FAILED._replace(message="")),
    ],
)
def test_a_decline_may_be_told_with_less(left_out: str, found: Progress) -> None:
    for error in (
        {**DECLINED, left_out: None},
        {name: value for name, value in DECLINED.items() if name != left_out},
    ):
        assert told(payment(intent("requires_payment_method", error))) == found


def test_authentication_is_asked_for() -> None:
    assert told(payment(intent("requires_action"))) == Progress("requires_action")


def test_each_attempt_is_another_and_the_same_one_stays_the_same() -> None:
    card, other = {"id": "pm_1", "object": "payment_method"}, {"id": "pm_2"}
    attempts = [
        intent("requires_payment_method", {**DECLINED, **cause})
        for cause in (
            {"charge": "ch_1", "payment_method": card},
            {"charge": "ch_2", "payment_method": card},
            {"charge": "ch_3", "payment_method": other},
            {"payment_method": card},
            {"payment_method": other},
        )
    ]
    attempts.append({**attempts[0], "id": "pi_2"})
    attempts += [
        {**intent("requires_action"), "payment_method": method}
        for method in ("pm_1", "pm_2")
    ]
    found = [progress([payment(one)]) for one in attempts]
    assert len({one.attempt for one in found}) == len(attempts)
    assert [progress([payment(one)]) for one in attempts] == found
    expanded = {**intent("requires_action"), "payment_method": card}
    assert progress([payment(expanded)]).attempt == found[-2].attempt


@pytest.mark.parametrize("status", ["paid", "canceled"])
def test_a_payment_that_is_over_is_not_under_way(status: str) -> None:
    over = payment(intent("requires_payment_method", DECLINED), status=status)
    assert progress([over]) == Progress()


def test_the_first_payment_that_has_something_to_tell_is_told() -> None:
    silent = payment(intent("requires_payment_method"))
    loud = payment(intent("processing"), id="inpay_2")
    last = payment(intent("requires_payment_method", DECLINED), id="inpay_3")
    assert progress([silent, loud, last]).state == "processing"


@pytest.mark.parametrize(
    "of",
    [
        {"type": "payment_record", "payment_record": "pr_1"},
        {"type": "charge", "charge": "ch_1"},
        # What was not expanded says nothing.
        {"type": "payment_intent", "payment_intent": "pi_1"},
    ],
)
def test_other_payments_have_no_progress(of: Json) -> None:
    assert progress([payment(None, payment=of)]) == Progress()


# === Outside of Stripe === #


def paid(amount: int, kind: str = "payment_intent") -> Json:
    return payment(None, "paid", amount_paid=amount, payment={"type": kind})


@pytest.mark.parametrize(
    ("amount_paid", "payments", "off_stripe"),
    [
        (0, [], 0),
        (10000, [], 10000),
        (10000, [paid(10000)], 0),
        (10000, [paid(10000, "charge")], 0),
        (10000, [paid(4000), paid(2500, "charge")], 3500),
        # A payment record is a report, and no money at Stripe.
        (10000, [paid(4000), paid(6000, "payment_record")], 6000),
        (10000, [paid(10000, "out_of_band_payment")], 10000),
        (4000, [paid(4000), payment(intent("processing"))], 0),
        # More was received than was due.
        (10000, [paid(12000)], 0),
    ],
)
def test_what_no_money_at_stripe_explains_was_paid_elsewhere(
    amount_paid: int, payments: list[Json], off_stripe: int
) -> None:
    assert paid_off_stripe({"amount_paid": amount_paid}, payments) == off_stripe


def test_a_canceled_payment_explains_nothing() -> None:
    canceled = payment(None, "canceled", payment={"type": "payment_intent"})
    assert paid_off_stripe({"amount_paid": 500}, [canceled]) == 500
