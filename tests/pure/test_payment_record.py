"""What Stripe is sent about a payment that it did not see."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import params as sdk

from ...payloads.invoice import document_metadata
from ...payloads.payment_record import report_params
from .typed_params import complaints

METADATA = {
    **document_metadata("8e0b4d3c-0000-4000-8000-000000000000", 7),
    "odoo_call": "3",
}
AT = 1_800_014_400


def test_the_report_of_a_payment() -> None:
    assert report_params(5000, "EUR", "FAC/2026/00042", AT, METADATA) == {
        "amount_requested": {"currency": "eur", "value": 5000},
        "initiated_at": AT,
        # The money is in our hands: nothing is waited for.
        "outcome": "guaranteed",
        "guaranteed": {"guaranteed_at": AT},
        "payment_method_details": {
            "type": "custom",
            "custom": {"display_name": "Odoo"},
        },
        "processor_details": {
            "type": "custom",
            "custom": {"payment_reference": "FAC/2026/00042"},
        },
        "metadata": METADATA,
    }


@given(
    amount=st.integers(1, 10**10),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    reference=st.text(max_size=40),
    at=st.integers(0, 2**33),
)
def test_stripe_knows_all_that_a_payment_is_reported_with(
    amount: int, currency: str, reference: str, at: int
) -> None:
    params = report_params(amount, currency, reference, at, METADATA)
    assert complaints(params, sdk.PaymentRecordReportPaymentParams) == []
    assert json.loads(json.dumps(params)) == params


def test_it_carries_what_finds_the_document_again_and_no_more() -> None:
    params = report_params(1, "EUR", "F1", AT, {**METADATA, "odoo_partner": "14"})
    assert params["metadata"] == METADATA


@pytest.mark.parametrize("name", METADATA)
def test_a_report_that_could_not_be_found_again_is_not_made(name: str) -> None:
    incomplete = {key: value for key, value in METADATA.items() if key != name}
    with pytest.raises(KeyError):
        report_params(1, "EUR", "F1", AT, incomplete)
