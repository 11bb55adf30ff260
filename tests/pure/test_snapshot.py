"""What a snapshot can hold, and that Stripe knows all that is sent of it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stripe import params as sdk

from ...payloads import customer as customer_payload
from ...payloads import invoice as invoice_payload
from ...payloads.document import (
    AddressSnapshot,
    CustomerSnapshot,
    InvoiceSnapshot,
    LineSnapshot,
    TaxSnapshot,
    customer_from_json,
)
from ...payloads.payment_method import METHODS
from .samples import BOOKS, DATABASE, LATER, METADATA
from .typed_params import complaints

texts = st.text(max_size=12)
numbers = st.integers(min_value=-(10**8), max_value=10**8)
addresses = st.builds(AddressSnapshot, texts, texts, texts, texts, texts, texts)
customers = st.builds(
    CustomerSnapshot,
    name=texts,
    email=texts,
    phone=texts,
    address=addresses,
    shipping_name=texts,
    shipping_phone=texts,
    shipping_address=addresses,
    tax_exempt=st.sampled_from(["none", "exempt", "reverse"]),
    tax_ids=st.lists(st.tuples(st.just("eu_vat"), texts), max_size=2).map(tuple),
    locale=texts,
)
taxes = st.builds(
    TaxSnapshot,
    label=texts,
    percentage=st.sampled_from(["0", "20", "5.5", "8.1234"]),
    amount=numbers,
    taxable_amount=numbers,
    country=st.sampled_from(["", "FR"]),
    inclusive=st.booleans(),
    state=st.sampled_from(["", "NY"]),
    jurisdiction=st.sampled_from(["", "NY"]),
    tax_type=st.sampled_from(["", "vat"]),
    reason=st.sampled_from(["", "reverse_charge"]),
)
lines = st.builds(
    LineSnapshot,
    description=texts,
    amount=numbers,
    taxes=st.lists(taxes, max_size=3).map(tuple),
)
invoices = st.builds(
    InvoiceSnapshot,
    number=texts,
    currency=st.sampled_from(["EUR", "JPY", "USD"]),
    customer=customers,
    lines=st.lists(lines, max_size=4).map(tuple),
    subtotal=numbers,
    tax=numbers,
    total=numbers,
    effective_at=st.integers(0, 2**33),
    due_at=st.integers(0, 2**33),
    memo=texts,
    page_size=st.sampled_from(["a4", "letter"]),
    overdue=st.booleans(),
    footer=texts,
    custom_fields=st.lists(st.tuples(texts, texts), max_size=4).map(tuple),
    statement_descriptor=texts,
    tax_included_display=st.booleans(),
    payment_method_types=st.lists(st.sampled_from(sorted(METHODS)), max_size=3).map(
        tuple
    ),
    account_country=st.sampled_from(["", "FR", "US"]),
    template=texts,
    template_version=st.integers(0, 9),
    account_tax_ids=st.lists(texts, max_size=2).map(tuple),
)


@settings(max_examples=50)
@given(invoice=invoices)
def test_a_snapshot_survives_its_storage(invoice: InvoiceSnapshot) -> None:
    stored = json.loads(json.dumps(invoice.to_json()))
    assert InvoiceSnapshot.from_json(stored) == invoice
    assert customer_from_json(stored["customer"]) == invoice.customer


def test_a_snapshot_of_an_earlier_version_can_still_be_read() -> None:
    plain = replace(BOOKS, **LATER)
    stored = plain.to_json()
    for name in LATER:
        del stored[name]
    assert InvoiceSnapshot.from_json(stored) == plain


@settings(max_examples=50)
@given(invoice=invoices)
def test_stripe_knows_all_that_an_invoice_is_sent_with(
    invoice: InvoiceSnapshot,
) -> None:
    metadata = invoice_payload.document_metadata(DATABASE, 7)
    params = invoice_payload.create_params(invoice, "cus_1", metadata)
    assert complaints(params, sdk.InvoiceCreateParams) == []
    sent = {"lines": [invoice_payload.line_params(line) for line in invoice.lines]}
    assert complaints(sent, sdk.InvoiceAddLinesParams) == []


@settings(max_examples=50)
@given(customer=customers)
def test_stripe_knows_all_that_a_customer_is_sent_with(
    customer: CustomerSnapshot,
) -> None:
    created = customer_payload.create_params(customer, METADATA)
    assert complaints(created, sdk.CustomerCreateParams) == []
    updated = customer_payload.update_params(customer)
    assert complaints(updated, sdk.CustomerUpdateParams) == []


@settings(max_examples=50)
@given(invoice=invoices)
def test_equal_snapshots_are_sent_equally(invoice: InvoiceSnapshot) -> None:
    """Stripe repeats an answer only to the very same parameters."""
    again = InvoiceSnapshot.from_json(invoice.to_json())
    first = invoice_payload.create_params(invoice, "cus_1", {})
    assert json.dumps(first) == json.dumps(
        invoice_payload.create_params(again, "cus_1", {})
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"amount_due": 5}, ".amount_due is unknown"),
        ({"auto_advance": "false"}, ".auto_advance: 'false' is no <class 'bool'>"),
        ({"due_date": True}, ".due_date: True is no <class 'int'>"),
        ({"collection_method": 5}, ".collection_method: 5"),
        ({"automatic_tax": {}}, ".automatic_tax.enabled is missing"),
        ({"rendering": {"pdf": {"size": "a4"}}}, ".rendering.pdf.size is unknown"),
        ({"metadata": {"n": 7}}, ".metadata: {'n': 7}"),
        ({"discounts": "all"}, ".discounts: 'all'"),
    ],
)
def test_the_comparison_with_stripes_parameters_sees(
    change: dict[str, Any], fault: str
) -> None:
    params = invoice_payload.create_params(BOOKS, "cus_1", {})
    found = complaints({**params, **change}, sdk.InvoiceCreateParams)
    assert any(fault in complaint for complaint in found), found
