"""A balance transaction as an entry of the books: account, sign, currency and day."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ...postings.balance import CATEGORIES, Counterpart, balance_posting, held
from ...postings.conversion import unconverted
from ...stripe_api.money import UnsupportedCurrencyError

Json = dict[str, Any]
PARIS = "Europe/Paris"
# 23:30 UTC on 2026-11-20 is the next day in Paris.
LATE = 1795217400


def entry(**changes: Any) -> Json:
    """Return the BalanceTransaction of a payment of 120.00, less 2.05."""
    return {
        "id": "txn_1",
        "amount": 12000,
        "created": LATE,
        "currency": "eur",
        "description": None,
        "exchange_rate": None,
        "fee": 205,
        "fee_details": [{"type": "stripe_fee", "amount": 205}],
        "net": 11795,
        "reporting_category": "charge",
        "source": charge(),
        **changes,
    }


def charge(**changes: Any) -> Json:
    return {
        "id": "ch_1",
        "object": "charge",
        "amount": 12000,
        "currency": "eur",
        "customer": "cus_1",
        "payment_intent": "pi_1",
        **changes,
    }


def refund(**changes: Any) -> Json:
    return {**charge(), "id": "re_1", "object": "refund", "charge": "ch_1", **changes}


# What each word of Stripe's means, and which account it is on, written out once more.
MEANT = {
    Counterpart.PAYMENT: {"charge"},
    Counterpart.LATE_FAILURE: {"charge_failure"},
    Counterpart.REFUND: {"refund", "refund_failure", "partial_capture_reversal"},
    Counterpart.DISPUTE: {"dispute", "dispute_reversal"},
    Counterpart.PAYOUT: {"payout", "payout_reversal", "topup", "topup_reversal"},
    Counterpart.FEE: {"fee", "network_cost"},
    Counterpart.TAX: {"tax"},
}


def test_every_category_has_its_counterpart() -> None:
    assert {one: kind for kind, words in MEANT.items() for one in words} == CATEGORIES


@pytest.mark.parametrize(
    "word", ["other_adjustment", "risk_reserved_funds", "a_word_of_next_year"]
)
def test_what_is_not_known_is_to_be_clarified(word: str) -> None:
    posting = balance_posting(entry(reporting_category=word), PARIS)
    assert posting.counterpart is Counterpart.UNKNOWN
    assert posting.category == word


def test_a_payment() -> None:
    posting = balance_posting(entry(), PARIS)
    assert posting.gross == Decimal("120.00")
    assert (posting.fee, posting.tax) == (Decimal("2.05"), Decimal("0.00"))
    assert posting.net == Decimal("117.95")
    assert posting.date == date(2026, 11, 21)
    assert (posting.source, posting.charge) == ("ch_1", "ch_1")
    assert (posting.customer, posting.intent) == ("cus_1", "pi_1")
    assert posting.label == "charge ch_1"
    assert posting.original is None


def test_the_tax_in_a_fee_is_told_apart() -> None:
    parts = [{"type": "stripe_fee", "amount": 205}, {"type": "tax", "amount": 41}]
    posting = balance_posting(entry(fee=246, fee_details=parts, net=11754), PARIS)
    assert (posting.fee, posting.tax) == (Decimal("2.05"), Decimal("0.41"))
    assert posting.gross - posting.fee - posting.tax == posting.net


def test_fees_of_every_kind_but_tax_are_fees() -> None:
    kinds = ("stripe_fee", "application_fee", "payment_method_passthrough_fee", "new")
    parts = [{"type": kind, "amount": 10} for kind in kinds]
    posting = balance_posting(entry(fee=40, fee_details=parts, net=11960), PARIS)
    assert (posting.fee, posting.tax) == (Decimal("0.40"), Decimal("0.00"))


def test_a_fee_that_comes_back_is_negative() -> None:
    parts = [{"type": "stripe_fee", "amount": -2000}]
    posting = balance_posting(
        entry(amount=12000, fee=-2000, fee_details=parts, net=14000), PARIS
    )
    assert (posting.fee, posting.net) == (Decimal("-20.00"), Decimal("140.00"))


def test_a_movement_that_nets_to_nothing() -> None:
    posting = balance_posting(entry(amount=205, net=0), PARIS)
    assert (posting.gross, posting.net) == (Decimal("2.05"), Decimal("0.00"))


@pytest.mark.parametrize(
    ("source", "source_id", "charge_id"),
    [
        (refund(), "re_1", "ch_1"),
        (refund(charge=charge(id="ch_2")), "re_1", "ch_2"),
        ({"id": "du_1", "object": "dispute", "charge": "ch_1"}, "du_1", "ch_1"),
        ({"id": "po_1", "object": "payout"}, "po_1", ""),
        ("ch_1", "ch_1", ""),
        (None, "", ""),
    ],
)
def test_what_it_is_about(source: Any, source_id: str, charge_id: str) -> None:
    posting = balance_posting(entry(source=source), PARIS)
    assert (posting.source, posting.charge) == (source_id, charge_id)


# === Currencies === #


@pytest.mark.parametrize(
    ("currency", "minor", "amount"),
    [("jpy", 12000, "12000"), ("kwd", 12340, "12.340"), ("isk", 123400, "1234.00")],
)
def test_amounts_follow_stripes_decimals(
    currency: str, minor: int, amount: str
) -> None:
    body = entry(currency=currency, amount=minor, fee=0, fee_details=[], net=minor)
    assert balance_posting(body, PARIS).gross == Decimal(amount)


def test_an_unknown_currency_is_not_guessed() -> None:
    with pytest.raises(UnsupportedCurrencyError):
        balance_posting(entry(currency="xyz"), PARIS)


def converted(amount: int, category: str, source: Json, rate: Any = 0.92) -> Json:
    return entry(
        amount=amount,
        exchange_rate=rate,
        reporting_category=category,
        source=source,
    )


DOLLARS = {"currency": "usd", "amount": 12000}


@pytest.mark.parametrize(
    ("amount", "category", "source", "original"),
    [
        (11040, "charge", charge(**DOLLARS), "120.00"),
        (-11040, "charge_failure", charge(**DOLLARS), "-120.00"),
        (-11040, "refund", refund(**DOLLARS), "-120.00"),
        (11040, "refund_failure", refund(**DOLLARS), "120.00"),
        (-11040, "dispute", refund(object="dispute", **DOLLARS), "-120.00"),
        (11040, "dispute_reversal", refund(object="dispute", **DOLLARS), "120.00"),
        # Only a part of what was disputed, or captured.
        (4600, "dispute_reversal", refund(object="dispute", **DOLLARS), "50.00"),
        (-1840, "partial_capture_reversal", charge(**DOLLARS), "-20.00"),
    ],
)
def test_what_was_converted_is_known_in_both_currencies(
    amount: int, category: str, source: Json, original: str
) -> None:
    posting = balance_posting(converted(amount, category, source), PARIS)
    assert posting.original == Decimal(original)
    assert (posting.currency, posting.original_currency) == ("EUR", "USD")


@pytest.mark.parametrize("source", [None, "ch_1", {"id": "po_1", "object": "payout"}])
def test_what_has_no_amount_of_its_own_was_not_converted(source: Any) -> None:
    posting = balance_posting(entry(source=source), PARIS)
    assert (posting.original, posting.original_currency) == (None, "")


@pytest.mark.parametrize(
    ("amount", "rate", "part"),
    [
        (11040, 0.92, 12000),
        (-11040, 0.92, 12000),
        # The amount was rounded, and so was the rate.
        (11039, 0.92, 12000),
        (11040, 0.92004, 12000),
        # Yen, of which the smallest is less than a cent.
        (74, 0.0061, 12000),
        # Another rate gives the same.
        (10800, 0.9, 12000),
        (5520, 0.92, 6000),
        (5400, 0.9, 6000),
        # Without a rate there is nothing to compute with.
        (5520, None, 12000),
    ],
)
def test_what_an_amount_was_before(amount: int, rate: Any, part: int) -> None:
    assert unconverted(amount, rate, 12000) == part


# === What Stripe holds === #


def money(amount: int, currency: str = "eur") -> Json:
    return {"amount": amount, "currency": currency}


def test_pending_and_available_money_is_held() -> None:
    body = {
        "available": [money(100), money(7, "usd")],
        "pending": [money(50), money(-3, "usd")],
        "instant_available": [money(90)],
        "connect_reserved": [money(11)],
    }
    assert held(body) == {"eur": 150, "usd": 4}


def test_what_was_set_aside_is_held_as_well() -> None:
    body = {
        "available": [money(100)],
        "pending": [],
        "refund_and_dispute_prefunding": {
            "available": [money(20)],
            "pending": [money(5)],
        },
        "issuing": {"available": [money(3, "usd")]},
    }
    assert held(body) == {"eur": 125, "usd": 3}
