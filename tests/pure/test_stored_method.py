"""What is shown of a stored payment method, when it is tried again, and transfers."""

import pytest

from ...payloads.setup import reusable, setup_params
from ...postings.retry import FINAL_CODES, RETRY_DAYS, next_try
from ...postings.stored_method import StoredMethod, default_method, stored_method
from ...postings.transfer import transfer_account

CARD = {
    "id": "pm_1",
    "type": "card",
    "card": {
        "brand": "visa",
        "display_brand": "cartes_bancaires",
        "exp_month": 3,
        "exp_year": 2031,
        "last4": "4242",
        "fingerprint": "secret",
    },
}


def test_card_is_shown_by_brand_last_four_and_expiry() -> None:
    expected = StoredMethod("pm_1", "card", "Cartes Bancaires", "4242", "03/2031")
    assert stored_method(CARD) == expected
    assert "secret" not in "".join(stored_method(CARD))


def test_bank_account_is_shown_by_bank_and_last_four() -> None:
    debit = {"bank_code": "37040044", "country": "DE", "last4": "3000"}
    method = {"id": "pm_2", "type": "sepa_debit", "sepa_debit": debit}
    expected = StoredMethod("pm_2", "sepa_debit", "37040044", "3000", "")
    assert stored_method(method) == expected


def test_what_has_no_details_is_shown_by_its_kind() -> None:
    link = {"id": "pm_3", "type": "link", "link": {"email": "anna@example.com"}}
    assert stored_method(link) == StoredMethod("pm_3", "link")


def test_nothing_stored_is_nothing() -> None:
    assert stored_method(None) == StoredMethod()
    assert default_method({"id": "cus_1", "deleted": True}) is None
    settings = {"default_payment_method": CARD}
    assert default_method({"id": "cus_1", "invoice_settings": settings}) is CARD


def test_declined_card_is_tried_again_on_each_day_and_then_no_more() -> None:
    tries = [next_try("card", "generic_decline", n) for n in range(1, 6)]
    assert tries == [*RETRY_DAYS, None, None]


@pytest.mark.parametrize("code", sorted(FINAL_CODES))
def test_what_the_bank_means_for_good_is_not_tried_again(code: str) -> None:
    assert next_try("card", code, 1) is None


@pytest.mark.parametrize("kind", ["sepa_debit", "us_bank_account", "link", ""])
def test_nothing_but_cards_is_tried_again(kind: str) -> None:
    assert next_try(kind, "insufficient_funds", 1) is None


def test_account_for_transfers_is_told_by_what_is_needed() -> None:
    iban = {
        "iban": "IE00",
        "bic": "SIMU",
        "account_holder_name": "Shop",
        "country": "IE",
    }
    addresses = [
        {"type": "swift", "swift": {"swift_code": "SIMU"}},
        {"type": "iban", "iban": iban},
    ]
    found = transfer_account({"bank_transfer": {"financial_addresses": addresses}})
    assert list(found.items()) == [
        ("account_holder_name", "Shop"),
        ("iban", "IE00"),
        ("bic", "SIMU"),
    ]
    assert transfer_account({"bank_transfer": {"financial_addresses": []}}) == {}


def test_only_what_can_be_charged_later_is_offered_to_be_stored() -> None:
    types = ("card", "sepa_debit", "customer_balance", "bacs_debit", "klarna")
    assert reusable(types, "EUR") == ["card", "sepa_debit"]
    assert reusable(types, "GBP") == ["card", "bacs_debit"]


def test_without_a_choice_stripe_chooses_by_the_currency() -> None:
    params = setup_params("cus_1", "EUR", (), "https://odoo.example.com/m/1?t=2", {})
    assert params["currency"] == "eur"
    assert "allowed_payment_method_types" not in params
    assert params["success_url"] == "https://odoo.example.com/m/1?t=2&state=done"
    chosen = setup_params("cus_1", "EUR", ("card",), "https://odoo.example.com/?t", {})
    assert chosen["allowed_payment_method_types"] == ["card"]
    assert "currency" not in chosen
