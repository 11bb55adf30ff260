"""The page on which an order is paid: what comes next, and what Stripe is asked for."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from stripe.params import TaxRateCreateParams
from stripe.params.checkout import SessionCreateParams

from ...checkout import (
    Facts,
    Progress,
    Step,
    next_step,
    progress,
    transfer_instructions,
)
from ...payloads.checkout import (
    OrderSnapshot,
    checkout_locale,
    is_itemized,
    rate_params,
    rates,
    session_params,
)
from ...payloads.document import CustomerSnapshot, LineSnapshot, TaxSnapshot
from ...stripe_api.errors import RetryableError
from ...stripe_api.files import ForeignFileError, fetch_pdf
from .typed_params import complaints

VAT = TaxSnapshot("VAT", "20", 2000, 10000, country="FR", tax_type="vat")
METADATA = {"odoo_db": "uuid", "odoo_checkout": "7"}


def order(*lines: LineSnapshot, **changes: Any) -> OrderSnapshot:
    """Return an order of one chair of 100.00 and 20.00 of tax, or of other lines."""
    found = lines or (LineSnapshot("Chair", 10000, (VAT,)),)
    snapshot = OrderSnapshot(
        name="S00042",
        currency="EUR",
        customer=CustomerSnapshot("Anna", locale="fr-FR"),
        lines=found,
        total=12000,
        amount=12000,
        whole="Order S00042",
        label="Order",
        memo="Thank you",
    )
    return replace(snapshot, **changes)


def params(snapshot: OrderSnapshot) -> dict[str, Any]:
    ids = {rate: f"txr_{number}" for number, rate in enumerate(rates(snapshot))}
    addresses = ("https://shop/done", "https://shop/back")
    return session_params(snapshot, "cus_1", ids, METADATA, addresses)


@pytest.mark.parametrize(
    ("session", "now"),
    [
        ({"status": "open"}, Progress.OPEN),
        ({"status": "expired"}, Progress.EXPIRED),
        ({"status": "complete", "payment_status": "paid"}, Progress.PAID),
        (
            {"status": "complete", "payment_status": "no_payment_required"},
            Progress.PAID,
        ),
        (
            {
                "status": "complete",
                "payment_status": "unpaid",
                "payment_intent": {"status": "processing"},
            },
            Progress.PROCESSING,
        ),
        (
            {
                "status": "complete",
                "payment_status": "unpaid",
                "payment_intent": {"status": "requires_payment_method"},
            },
            Progress.FAILED,
        ),
        (
            {
                "status": "complete",
                "payment_status": "unpaid",
                "payment_intent": {
                    "status": "requires_action",
                    "next_action": {"type": "konbini_display_details"},
                },
            },
            Progress.PROCESSING,
        ),
        (
            {
                "status": "complete",
                "payment_status": "unpaid",
                "payment_intent": {
                    "status": "requires_action",
                    "next_action": {"type": "display_bank_transfer_instructions"},
                },
            },
            Progress.TRANSFER,
        ),
    ],
)
def test_complete_is_not_paid(session: dict[str, Any], now: Progress) -> None:
    assert progress(session) is now


def test_a_new_word_of_stripe_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="paused"):
        progress({"status": "paused"})


def every() -> list[tuple[Progress, Facts]]:
    flags = itertools.product((False, True), repeat=len(Facts._fields))
    return [(now, Facts(*row)) for row in flags for now in Progress]


@pytest.mark.parametrize(("now", "facts"), every())
def test_no_page_is_made_beside_another(now: Progress, facts: Facts) -> None:
    step = next_step(now, facts)
    if step is Step.CREATE:
        assert now is Progress.NONE and facts.wanted and not facts.another
    if step is Step.EXPIRE:
        assert now is Progress.OPEN and not (facts.wanted and facts.current)
    if step in (Step.BOOK, Step.TELL, Step.ATTACH):
        assert (now is Progress.PAID and facts.invoiced) or facts.booked
    if now is Progress.PAID and not facts.booked:
        assert step in (Step.BOOK, Step.WAIT), "What is paid is booked, wanted or not"
    if now is Progress.TRANSFER:
        assert step is Step.REST, "Nobody can call a transfer off"


def test_a_payment_comes_to_rest() -> None:
    facts, steps = Facts(wanted=True, invoiced=True), []
    for done in ("booked", "told", "attached"):
        steps.append(next_step(Progress.PAID, facts))
        facts = facts._replace(**{done: True})
    assert steps == [Step.BOOK, Step.TELL, Step.ATTACH]
    assert next_step(Progress.PAID, facts) is Step.REST


# === WHAT STRIPE IS ASKED FOR === #


def test_lines_go_out_where_stripe_adds_up_the_same() -> None:
    sent = params(order())
    assert complaints(sent, SessionCreateParams) == []
    (item,) = sent["line_items"]
    assert item["price_data"]["unit_amount"] == 10000
    assert item["price_data"]["product_data"]["name"] == "Chair"
    assert item["tax_rates"] == ["txr_0"]


@pytest.mark.parametrize(
    "snapshot",
    [
        # Odoo has rounded the tax over the whole order.
        order(LineSnapshot("Chair", 10000, (replace(VAT, amount=2001),)), total=12001),
        # A discount as a line below zero.
        order(
            LineSnapshot("Chair", 13000),
            LineSnapshot("Discount", -1000),
        ),
        # A fixed tax has no rate.
        order(LineSnapshot("Chair", 10000, (replace(VAT, percentage="0"),))),
        # More lines than a page takes.
        order(*[LineSnapshot("Chair", 100)] * 120),
        # What is asked for is a part.
        order(amount=3600),
    ],
)
def test_one_line_stands_for_what_stripe_would_add_up_otherwise(
    snapshot: OrderSnapshot,
) -> None:
    if snapshot.amount == 12000 and snapshot.total == 12001:
        snapshot = replace(snapshot, amount=12001)
    assert not is_itemized(snapshot) and rates(snapshot) == ()
    sent = params(snapshot)
    assert complaints(sent, SessionCreateParams) == []
    (item,) = sent["line_items"]
    assert item["price_data"]["unit_amount"] == snapshot.amount
    assert item["price_data"]["product_data"]["name"] == "Order S00042"
    assert "tax_rates" not in item


def test_included_taxes_are_taken_out_together() -> None:
    taxes = (
        TaxSnapshot("A", "20", 1667, 8333, inclusive=True),
        TaxSnapshot("B", "0", 0, 8333, inclusive=True),
    )
    line = LineSnapshot("Chair", 10000, taxes)
    assert is_itemized(order(line, total=10000, amount=10000))
    taxes = (replace(taxes[0], amount=1666), taxes[1])
    assert not is_itemized(order(replace(line, taxes=taxes), total=10000, amount=10000))


def test_what_finds_it_again_is_in_all_three_places() -> None:
    sent = params(order())
    assert sent["metadata"] == METADATA
    assert sent["payment_intent_data"]["metadata"] == METADATA
    data = sent["invoice_creation"]["invoice_data"]
    assert data["metadata"] == METADATA
    assert data["custom_fields"] == [{"name": "Order", "value": "S00042"}]
    assert sent["invoice_creation"]["enabled"] is True


def test_no_other_addon_takes_the_payment_for_its_own() -> None:
    # Odoo's Stripe provider finds its transactions by this alone.
    assert params(order())["payment_intent_data"]["description"] == "Order S00042"


def test_the_currency_is_not_converted() -> None:
    sent = params(order(payment_method_types=("card", "sepa_debit")))
    assert sent["adaptive_pricing"] == {"enabled": False}
    assert sent["allowed_payment_method_types"] == ["card", "sepa_debit"]
    assert "payment_method_types" not in sent


def test_a_bank_transfer_says_where_its_account_is() -> None:
    types = ("card", "customer_balance")
    sent = params(order(payment_method_types=types, account_country="FR"))
    assert complaints(sent, SessionCreateParams) == []
    options = sent["payment_method_options"]["customer_balance"]
    assert options["funding_type"] == "bank_transfer"
    assert options["bank_transfer"]["eu_bank_transfer"] == {"country": "FR"}
    assert "payment_method_options" not in params(order())


def test_where_to_transfer_is_what_stripe_says() -> None:
    url = "https://payments.stripe.com/bank_transfers/1"
    details = {"hosted_instructions_url": url}
    action = {"display_bank_transfer_instructions": details}
    assert transfer_instructions({"payment_intent": {"next_action": action}}) == url
    details["hosted_instructions_url"] = None  # type: ignore[assignment]
    for intent in (None, {}, {"next_action": None}, {"next_action": action}):
        assert transfer_instructions({"payment_intent": intent}) == ""


def test_rates_are_named_as_stripe_names_them() -> None:
    (rate,) = rates(order())
    sent = rate_params(rate)
    assert complaints(sent, TaxRateCreateParams) == []
    assert sent == {
        "display_name": "VAT",
        "percentage": "20",
        "inclusive": False,
        "tax_type": "vat",
        "country": "FR",
    }


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("fr-FR", "fr"),
        ("fr-CA", "fr-CA"),
        ("en-GB", "en-GB"),
        ("en-US", "en"),
        ("zh-TW", "zh-TW"),
        ("no-NO", "nb"),
        ("ar-SA", "auto"),
        ("", "auto"),
    ],
)
def test_the_page_speaks_the_customers_language(tag: str, name: str) -> None:
    assert checkout_locale(tag) == name


def test_a_snapshot_comes_back_as_it_went() -> None:
    snapshot = order(payment_method_types=("card",))
    assert OrderSnapshot.from_json(snapshot.to_json()) == snapshot
    assert snapshot.asks_for_the_same(replace(snapshot, memo="Other"))
    assert not snapshot.asks_for_the_same(replace(snapshot, total=1, amount=1))


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example.com/x.pdf",
        "https://stripe.com.evil.example.com/x.pdf",
        "http://pay.stripe.com/x.pdf",
        "file:///etc/passwd",
        "http://127.0.0.1:1/x.pdf",
    ],
)
def test_no_file_is_read_from_elsewhere(url: str) -> None:
    with pytest.raises(ForeignFileError):
        fetch_pdf(url, "http://127.0.0.1:2")


def test_a_file_that_cannot_be_read_is_read_later() -> None:
    with pytest.raises(RetryableError):
        fetch_pdf("http://127.0.0.1:1/x.pdf", "http://127.0.0.1:1")
