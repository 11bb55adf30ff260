"""What Stripe is sent for which snapshot; the golden parameters are to be read."""

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
from .typed_params import complaints

DATABASE = "8e0b4d3c-0000-4000-8000-000000000000"
METADATA = {"odoo_db": DATABASE, "odoo_company": "1", "odoo_partner": "14"}

PARIS = AddressSnapshot(
    line1="12 rue des Écoles",
    line2="Bât. B",
    city="Paris",
    state="75",
    postal_code="75005",
    country="FR",
)
LYON = AddressSnapshot(
    line1="1 quai Perrache", city="Lyon", postal_code="69002", country="FR"
)
COMPANY = CustomerSnapshot(
    name="Librairie du Marché",
    email="compta@librairie.example",
    phone="+33 1 23 45 67 89",
    address=PARIS,
    shipping_name="Librairie du Marché, Dépôt",
    shipping_phone="+33 4 00 00 00 00",
    shipping_address=LYON,
    tax_ids=(("eu_vat", "FR23334175221"),),
    locale="fr-FR",
)
NAME_ALONE = CustomerSnapshot(name="Walk-in customer")

VAT_20 = TaxSnapshot("TVA 20 %", "20", 2000, 10000, "FR")
VAT_55 = TaxSnapshot("TVA 5,5 %", "5.5", 275, 5000, "FR")
ECO = TaxSnapshot("Éco-participation", "0", 50, 10000)
BOOKS = InvoiceSnapshot(
    number="FAC/2026/00042",
    currency="EUR",
    customer=COMPANY,
    lines=(
        LineSnapshot("Étagère (2 Unités × 50,00 €)", 10000, (VAT_20, ECO)),
        LineSnapshot("Livres", 5000, (VAT_55,)),
        LineSnapshot("Acompte", -1000),
    ),
    subtotal=14000,
    tax=2325,
    total=16325,
    effective_at=1_800_014_400,
    due_at=1_802_606_400,
    memo="Payment was due on 11/20/2026.",
    footer="Merci de votre visite !",
    custom_fields=(("Commande", "S00042"), ("Votre référence", "PO-7")),
    statement_descriptor="LIBRAIRIE FAC/2026/000",
    payment_method_types=("card", "customer_balance"),
    account_country="FR",
    template="inrtem_1",
    template_version=3,
    account_tax_ids=("txi_1",),
)
# What stored snapshots of earlier versions do not have, and Stripe decides if empty.
LATER = {
    "overdue": False,
    "footer": "",
    "custom_fields": (),
    "statement_descriptor": "",
    "payment_method_types": (),
    "account_country": "",
    "template": "",
    "template_version": 0,
    "account_tax_ids": (),
}


# === Invoices === #


def test_the_draft_of_an_invoice() -> None:
    metadata = invoice_payload.document_metadata(DATABASE, 7)
    assert invoice_payload.create_params(BOOKS, "cus_1", metadata) == {
        "customer": "cus_1",
        "currency": "eur",
        # One legal number: Odoo's.
        "number": "FAC/2026/00042",
        "collection_method": "send_invoice",
        "effective_at": 1_800_014_400,
        "due_date": 1_802_606_400,
        # What Stripe would do on its own is switched off.
        "auto_advance": False,
        "automatic_tax": {"enabled": False},
        "discounts": "",
        "pending_invoice_items_behavior": "exclude",
        "rendering": {
            "amount_tax_display": "exclude_tax",
            "pdf": {"page_size": "a4"},
            "template": "inrtem_1",
            "template_version": 3,
        },
        "payment_settings": {
            "payment_method_types": ["card", "customer_balance"],
            # A bank transfer goes to an account of its own, in one of six countries.
            "payment_method_options": {
                "customer_balance": {
                    "funding_type": "bank_transfer",
                    "bank_transfer": {
                        "type": "eu_bank_transfer",
                        "eu_bank_transfer": {"country": "FR"},
                    },
                }
            },
        },
        "account_tax_ids": ["txi_1"],
        "description": "Payment was due on 11/20/2026.",
        "footer": "Merci de votre visite !",
        "custom_fields": [
            {"name": "Commande", "value": "S00042"},
            {"name": "Votre référence", "value": "PO-7"},
        ],
        "statement_descriptor": "LIBRAIRIE FAC/2026/000",
        # How the invoice is found again, whatever was lost in between.
        "metadata": {
            "odoo_db": DATABASE,
            "odoo_document": "7",
            "odoo_number": "FAC/2026/00042",
        },
    }


def test_what_is_empty_is_left_to_stripes_own_settings() -> None:
    params = invoice_payload.create_params(
        replace(BOOKS, memo="", **LATER), "cus_1", {}
    )
    assert set(params) == {
        "customer",
        "currency",
        "number",
        "collection_method",
        "effective_at",
        "due_date",
        "auto_advance",
        "automatic_tax",
        "discounts",
        "pending_invoice_items_behavior",
        "rendering",
        "metadata",
    }


def test_letter_is_for_those_who_want_it() -> None:
    letter = replace(BOOKS, page_size="letter", template="")
    params = invoice_payload.create_params(letter, "cus_1", {})
    assert params["rendering"]["pdf"] == {"page_size": "letter"}


def test_lines_are_printed_with_their_taxes_where_odoo_does_so() -> None:
    gross = replace(BOOKS, tax_included_display=True)
    params = invoice_payload.create_params(gross, "cus_1", {})
    assert params["rendering"]["amount_tax_display"] == "include_inclusive_tax"


def test_a_line_with_two_taxes() -> None:
    assert invoice_payload.line_params(BOOKS.lines[0]) == {
        "amount": 10000,
        "description": "Étagère (2 Unités × 50,00 €)",
        "discountable": False,
        "tax_amounts": [
            {
                "amount": 2000,
                "taxable_amount": 10000,
                "tax_rate_data": {
                    "display_name": "TVA 20 %",
                    "percentage": "20",
                    "inclusive": False,
                    "country": "FR",
                },
            },
            # A tax of a fixed amount has no percentage; this one has no country.
            {
                "amount": 50,
                "taxable_amount": 10000,
                "tax_rate_data": {
                    "display_name": "Éco-participation",
                    "percentage": "0",
                    "inclusive": False,
                },
            },
        ],
    }


def test_all_that_a_customer_is_to_see_of_a_tax() -> None:
    tax = TaxSnapshot(
        "VAT 0 % intra-community", "0", 0, 10000, "BE", tax_type="vat",
        jurisdiction="BE", reason="reverse_charge",
    )  # fmt: skip
    line = invoice_payload.line_params(LineSnapshot("Beer", 10000, (tax,)))
    assert line["tax_amounts"] == [
        {
            "amount": 0,
            "taxable_amount": 10000,
            "taxability_reason": "reverse_charge",
            "tax_rate_data": {
                "display_name": "VAT 0 % intra-community",
                "percentage": "0",
                "inclusive": False,
                "country": "BE",
                "jurisdiction": "BE",
                "tax_type": "vat",
            },
        }
    ]


def test_a_line_without_taxes() -> None:
    assert invoice_payload.line_params(BOOKS.lines[2]) == {
        "amount": -1000,
        "description": "Acompte",
        "discountable": False,
    }


def test_taxes_are_told_apart_as_stripe_does() -> None:
    assert VAT_20.rate == replace(VAT_20, amount=1, taxable_amount=5).rate
    others = (
        replace(VAT_20, label="VAT"),
        replace(VAT_20, percentage="19"),
        replace(VAT_20, country="BE"),
        replace(VAT_20, inclusive=True),
        replace(VAT_20, state="75"),
        replace(VAT_20, jurisdiction="FR"),
        replace(VAT_20, tax_type="vat"),
    )
    assert len({VAT_20.rate, *(other.rate for other in others)}) == 8


# === Customers === #


def test_a_new_customer() -> None:
    assert customer_payload.create_params(COMPANY, METADATA) == {
        "name": "Librairie du Marché",
        "email": "compta@librairie.example",
        "phone": "+33 1 23 45 67 89",
        "address": {
            "line1": "12 rue des Écoles",
            "line2": "Bât. B",
            "city": "Paris",
            "state": "75",
            "postal_code": "75005",
            "country": "FR",
        },
        "shipping": {
            "name": "Librairie du Marché, Dépôt",
            "phone": "+33 4 00 00 00 00",
            "address": {
                "line1": "1 quai Perrache",
                "line2": "",
                "city": "Lyon",
                "state": "",
                "postal_code": "69002",
                "country": "FR",
            },
        },
        "tax_exempt": "none",
        "preferred_locales": ["fr-FR"],
        "metadata": METADATA,
    }


def test_a_new_customer_with_nothing_but_a_name() -> None:
    assert customer_payload.create_params(NAME_ALONE, METADATA) == {
        "name": "Walk-in customer",
        "tax_exempt": "none",
        "metadata": METADATA,
    }


def test_an_update_clears_what_is_gone() -> None:
    """An empty text is what clears a field at Stripe; nothing at all leaves it."""
    assert customer_payload.update_params(NAME_ALONE) == {
        "name": "Walk-in customer",
        "email": "",
        "phone": "",
        "address": "",
        "shipping": "",
        "tax_exempt": "none",
    }


def test_an_update_clears_the_parts_of_an_address_too() -> None:
    params = customer_payload.update_params(replace(COMPANY, address=LYON))
    assert params["address"]["line2"] == params["address"]["state"] == ""


def test_an_update_leaves_the_metadata_alone() -> None:
    created = customer_payload.create_params(COMPANY, METADATA)
    del created["metadata"]
    assert customer_payload.update_params(COMPANY) == created


def tax_id(name: str, kind: str, value: str) -> dict[str, str]:
    return {"id": name, "type": kind, "value": value}


FRENCH = ("eu_vat", "FR23334175221")
SIREN = ("fr_siren", "334175221")


@pytest.mark.parametrize(
    ("wanted", "existing", "ours", "expected"),
    [
        ([], [], [], ([], [], [])),
        ([FRENCH, SIREN], [], [], ([], [FRENCH, SIREN], [])),
        # Stripe may write it another way.
        (
            [FRENCH],
            [tax_id("txi_1", "eu_vat", "fr 23 334 175 221")],
            ["txi_1"],
            ([], [], ["txi_1"]),
        ),
        # One of a kind, whoever has made it.
        (
            [FRENCH],
            [
                tax_id("txi_1", *FRENCH),
                tax_id("txi_2", *FRENCH),
                tax_id("txi_3", "eu_vat", "DE123456788"),
            ],
            [],
            (["txi_2", "txi_3"], [], ["txi_1"]),
        ),
        # What the contact no longer has goes, if Odoo has made it.
        (
            [FRENCH],
            [tax_id("txi_1", *SIREN), tax_id("txi_2", "de_stn", "1")],
            ["txi_1"],
            (["txi_1"], [FRENCH], []),
        ),
    ],
)
def test_tax_ids_become_those_of_the_contact(
    wanted: list[tuple[str, str]],
    existing: list[dict[str, str]],
    ours: list[str],
    expected: tuple[list[str], list[tuple[str, str]], list[str]],
) -> None:
    assert customer_payload.tax_id_changes(wanted, existing, ours) == expected


@pytest.mark.parametrize(
    ("name", "address", "phone", "sent"),
    [
        ("Dépôt", LYON, "+33 4", {"name", "address", "phone"}),
        ("Dépôt", LYON, "", {"name", "address"}),
        # Stripe takes no shipping without both of them.
        ("Dépôt", AddressSnapshot(), "+33 4", set()),
        ("", LYON, "+33 4", set()),
        ("", AddressSnapshot(), "", set()),
    ],
)
def test_shipping_goes_whole_or_not_at_all(
    name: str, address: AddressSnapshot, phone: str, sent: set[str]
) -> None:
    customer = replace(
        COMPANY, shipping_name=name, shipping_address=address, shipping_phone=phone
    )
    assert set(customer_payload.update_params(customer)["shipping"]) == sent
    created = customer_payload.create_params(customer, METADATA)
    assert set(created.get("shipping", ())) == sent


def test_an_address_is_empty_only_when_all_of_it_is() -> None:
    assert not AddressSnapshot()
    for name in ("line1", "line2", "city", "state", "postal_code", "country"):
        assert AddressSnapshot(**{name: "x"}), name


# === What the snapshot can hold === #

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
