"""What Odoo books for a payment at Stripe: how much, on which day, under which name."""

import time
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from ...postings.payment import is_money_at_stripe, local_date, payment_posting
from ...stripe_api.money import UnsupportedCurrencyError

Json = dict[str, Any]
PARIS = "Europe/Paris"


def epoch(text: str) -> int:
    """Return the epoch seconds of a moment written in UTC."""
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    return int(moment.replace(tzinfo=timezone.utc).timestamp())


def payment(**changes: Any) -> Json:
    """Return an InvoicePayment by card, expanded as the gateway asks for it."""
    return {
        "id": "inpay_1",
        "object": "invoice_payment",
        "status": "paid",
        "amount_paid": 12345,
        "amount_requested": 12345,
        "currency": "eur",
        "invoice": "in_1",
        "is_default": True,
        "payment": {"type": "payment_intent", "payment_intent": intent()},
        "status_transitions": {
            "paid_at": epoch("2026-11-20 12:00:00"),
            "canceled_at": None,
        },
        **changes,
    }


def intent(charge: Any = "default") -> Json:
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "latest_charge": card_charge() if charge == "default" else charge,
    }


def card_charge() -> Json:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 99999,
        "payment_method_details": {
            "type": "card",
            "card": {"brand": "visa", "last4": "4242"},
        },
    }


def test_a_payment_is_booked_gross_in_the_invoices_currency() -> None:
    posting = payment_posting(payment(), "FAC/2026/00042", PARIS)
    assert posting.stripe_ref == "inpay_1"
    assert posting.amount == Decimal("123.45")
    assert posting.currency == "EUR"
    assert posting.date == date(2026, 11, 20)
    assert posting.memo == "FAC/2026/00042 card …4242 ch_1"


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [
        ("eur", 1, "0.01"),
        ("jpy", 500, "500"),
        ("isk", 123400, "1234"),
        ("kwd", 5120, "5.12"),
        ("huf", 1045, "10.45"),
    ],
)
def test_amounts_follow_stripes_decimals(
    currency: str, minor: int, amount: str
) -> None:
    posting = payment_posting(payment(currency=currency, amount_paid=minor), "", PARIS)
    assert posting.amount == Decimal(amount)
    assert posting.currency == currency.upper()


def test_an_unknown_currency_is_not_guessed() -> None:
    with pytest.raises(UnsupportedCurrencyError):
        payment_posting(payment(currency="xyz"), "", PARIS)


def test_a_partial_payment_books_what_was_paid() -> None:
    """Not what was asked for, and not what the charge took for several invoices."""
    partial = payment(amount_paid=4000, amount_requested=12345)
    assert payment_posting(partial, "", PARIS).amount == Decimal("40.00")


def test_two_payments_of_an_invoice_are_two_postings() -> None:
    first = payment_posting(payment(amount_paid=4000), "F1", PARIS)
    second = payment_posting(payment(id="inpay_2", amount_paid=6000), "F1", PARIS)
    assert (first.stripe_ref, second.stripe_ref) == ("inpay_1", "inpay_2")
    assert first.amount + second.amount == Decimal("100.00")


# === The day === #


@pytest.mark.parametrize(
    ("utc", "zone", "day"),
    [
        # 23:30 UTC is tomorrow in Paris and Auckland, and noon in Honolulu.
        ("2026-11-20 23:30:00", "UTC", date(2026, 11, 20)),
        ("2026-11-20 23:30:00", PARIS, date(2026, 11, 21)),
        ("2026-11-20 23:30:00", "Pacific/Auckland", date(2026, 11, 21)),
        ("2026-11-20 23:30:00", "Pacific/Honolulu", date(2026, 11, 20)),
        ("2026-11-20 09:59:59", "Pacific/Honolulu", date(2026, 11, 19)),
        ("2026-11-20 10:00:00", "Pacific/Honolulu", date(2026, 11, 20)),
        ("2026-11-20 10:59:59", "Pacific/Auckland", date(2026, 11, 20)),
        ("2026-11-20 11:00:00", "Pacific/Auckland", date(2026, 11, 21)),
        # The year ends later in Paris in summer time than in winter time.
        ("2026-12-31 22:59:59", PARIS, date(2026, 12, 31)),
        ("2026-12-31 23:00:00", PARIS, date(2027, 1, 1)),
        ("2026-06-30 21:59:59", PARIS, date(2026, 6, 30)),
        ("2026-06-30 22:00:00", PARIS, date(2026, 7, 1)),
        # The days on which the clocks change in Paris.
        ("2026-03-28 22:59:59", PARIS, date(2026, 3, 28)),
        ("2026-03-28 23:00:00", PARIS, date(2026, 3, 29)),
        ("2026-03-29 21:59:59", PARIS, date(2026, 3, 29)),
        ("2026-03-29 22:00:00", PARIS, date(2026, 3, 30)),
        ("2026-10-24 22:00:00", PARIS, date(2026, 10, 25)),
        ("2026-10-25 22:59:59", PARIS, date(2026, 10, 25)),
        ("2026-10-25 23:00:00", PARIS, date(2026, 10, 26)),
    ],
)
def test_the_day_is_the_one_in_the_zone_of_the_books(
    utc: str, zone: str, day: date
) -> None:
    assert local_date(epoch(utc), zone) == day
    transitions = {"paid_at": epoch(utc), "canceled_at": None}
    paid = payment(status_transitions=transitions)
    assert payment_posting(paid, "", zone).date == day


def test_the_machines_zone_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    instant = epoch("2026-11-20 23:30:00")
    for zone in ("UTC", "Pacific/Auckland", "Pacific/Honolulu"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert local_date(instant, PARIS) == date(2026, 11, 21)
    monkeypatch.undo()
    time.tzset()


# === Whether money moved === #


@pytest.mark.parametrize(
    ("status", "kind", "moved"),
    [
        ("paid", "payment_intent", True),
        ("paid", "charge", True),
        # Paid outside of Stripe: recorded there, and no money came in.
        ("paid", "payment_record", False),
        ("paid", "out_of_band_payment", False),
        ("open", "payment_intent", False),
        ("open", "payment_record", False),
        ("canceled", "payment_intent", False),
        ("canceled", "charge", False),
        ("a_status_of_next_year", "payment_intent", False),
    ],
)
def test_which_payments_move_money_at_stripe(
    status: str, kind: str, moved: bool
) -> None:
    found = payment(status=status, payment={"type": kind})
    assert is_money_at_stripe(found) is moved


@pytest.mark.parametrize("nothing", [None, {}])
def test_a_payment_by_nothing_moves_nothing(nothing: Any) -> None:
    assert is_money_at_stripe(payment(payment=nothing)) is False


# === The memo === #


@pytest.mark.parametrize(
    ("how", "memo"),
    [
        ({"type": "payment_intent", "payment_intent": intent()}, "card …4242 ch_1"),
        ({"type": "charge", "charge": card_charge()}, "card …4242 ch_1"),
        (
            {
                "type": "payment_intent",
                "payment_intent": intent(
                    {
                        "id": "py_1",
                        "payment_method_details": {
                            "type": "sepa_debit",
                            "sepa_debit": {"last4": "3000"},
                        },
                    }
                ),
            },
            "sepa_debit …3000 py_1",
        ),
        (
            {
                "type": "payment_intent",
                "payment_intent": intent(
                    {
                        "id": "py_1",
                        "payment_method_details": {
                            "type": "customer_balance",
                            "customer_balance": {},
                        },
                    }
                ),
            },
            "customer_balance py_1",
        ),
        # What was not expanded is told by its id.
        ({"type": "charge", "charge": "ch_1"}, "ch_1"),
        ({"type": "payment_intent", "payment_intent": "pi_1"}, "pi_1"),
        ({"type": "payment_intent", "payment_intent": intent("ch_1")}, "pi_1"),
        ({"type": "payment_intent", "payment_intent": intent(None)}, "pi_1"),
        (
            {
                "type": "payment_intent",
                "payment_intent": intent(
                    {"id": "ch_1", "payment_method_details": None}
                ),
            },
            "ch_1",
        ),
    ],
)
def test_the_memo_tells_which_payment_it_was(how: Json, memo: str) -> None:
    paid = payment(payment=how)
    assert payment_posting(paid, "FAC/1", PARIS).memo == f"FAC/1 {memo}"
    assert payment_posting(paid, "", PARIS).memo == memo
