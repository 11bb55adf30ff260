"""Every code with which a payment can fail has a sentence of ours."""

import re
import typing
from typing import Any

import pytest
import stripe

from ...exceptions import CODES

# Source: https://docs.stripe.com/declines/codes
DECLINE_CODES = """
    approve_with_id authentication_not_handled authentication_required call_issuer
    card_not_supported card_velocity_exceeded currency_not_supported do_not_honor
    do_not_try_again duplicate_transaction expired_card fraudulent generic_decline
    highest_risk_level incorrect_address incorrect_cvc incorrect_number incorrect_pin
    incorrect_zip insufficient_funds invalid_account invalid_amount invalid_cvc
    invalid_expiry_month invalid_expiry_year invalid_number invalid_pin
    issuer_not_available lost_card merchant_blacklist
    mobile_device_authentication_required new_account_information_available
    no_action_taken not_permitted offline_pin_required online_or_offline_pin_required
    pickup_card pin_try_exceeded processing_error reenter_transaction restricted_card
    revocation_of_all_authorizations revocation_of_authorization security_violation
    service_not_allowed stolen_card stop_payment_order test_mode_decline
    testmode_decline transaction_not_allowed try_again_later
    withdrawal_count_limit_exceeded
""".split()
# What no request of the addon can lead to, and what only an error in it can: for those
# Stripe's own words say more than ours could.
ELSEWHERE = re.compile(
    r"""
    (acss_debit|alipay|application_fees|bitcoin|capture|coupon|customer_(max|session)
    |dispute|financial|forwarding|instant_payouts|intent|invoice_upcoming
    |ownership|payout|platform|progressive|product|return_intent|routing
    |setup_(attempt|intent)|shipping|sku|smart_disputes|storer|subscription|terminal
    |token|transfer|payment_evaluation|payment_intent_konbini|service_period)_?.*
    |(parameter|parameters|payment_method_microdeposit)_.*
    |account_(country|error|information|token)_.*
    |(account_information_mismatch|anomalous_money_movement_request|api_key_expired
    |approval_required|balance_invalid_parameter|bank_account_exists
    |billing_invalid_mandate|capability_not_active|cardholder_phone_number_required
    |charge_(already_captured|expired_for_capture|invalid_parameter|not_refundable)
    |clearing_code_unsupported|country_code_invalid|failed_tax_calculation
    |idempotency_key_in_use|invalid_(canceled_subscription_fields|mandate_.*
    |source_usage|tax_location)|invoice_(no_subscription_line_items
    |on_behalf_of_not_editable)|missing|not_allowed_on_standard_account
    |out_of_inventory|payment_intent_(invalid_parameter|unexpected_state)
    |payment_method_(bank_account_already_verified|invalid_parameter.*
    |unexpected_state)|rate_limit|refund_disputed_payment|resource_already_exists
    |secret_key_required|siret_invalid|stripe_tax_inactive|taxes_calculation_failed
    |tls_version_unsupported|url_invalid)
    """,
    re.VERBOSE,
)


def codes_of_the_sdk() -> list[str]:
    """Return every code that Stripe names for an invoice that was not finalized."""
    # Only this one: the types of others need names that the SDK hides.
    kind = stripe.Invoice.LastFinalizationError.__annotations__["code"]
    return sorted(set(_literals(kind)))


def _literals(kind: Any) -> list[str]:
    inner = typing.get_args(kind)
    texts = [one for one in inner if isinstance(one, str)]
    return texts or [text for one in inner for text in _literals(one)]


class Untranslated:
    """As much of Odoo's environment as a sentence needs."""

    def _(self, text: str) -> str:
        return text


def test_the_sdk_names_the_codes() -> None:
    assert len(codes_of_the_sdk()) > 150


@pytest.mark.parametrize("code", [*DECLINE_CODES, *codes_of_the_sdk()])
def test_code_has_a_sentence(code: str) -> None:
    if code in CODES:
        text = CODES[code](typing.cast(Any, Untranslated()))
        assert text.endswith(".")
        assert code not in text
    else:
        assert ELSEWHERE.fullmatch(code), "Nobody has thought of this code"
