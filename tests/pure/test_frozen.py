"""The seven fields of a finalized invoice, as data and as text."""

from typing import Any

import pytest

from ...payloads.document import AddressSnapshot, CustomerSnapshot
from ...payloads.frozen import (
    FIELDS,
    changed,
    mistaken,
    reported,
    sent,
    text,
    unlike,
)

ADDRESS = {
    "line1": "1 rue de la Paix",
    "line2": None,
    "city": "Paris",
    "state": "",
    "postal_code": "75002",
    "country": "FR",
}
INVOICE: dict[str, Any] = {
    "customer_name": "Anna Example",
    "customer_email": "anna@example.com",
    "customer_phone": None,
    "customer_address": ADDRESS,
    "customer_shipping": {"name": "Warehouse", "phone": "", "address": ADDRESS},
    "customer_tax_exempt": "none",
    "customer_tax_ids": [{"type": "eu_vat", "value": "FR40303265045"}],
}
SNAPSHOT = CustomerSnapshot(
    name="Anna Example",
    email="anna@example.com",
    address=AddressSnapshot("1 rue de la Paix", "", "Paris", "", "75002", "FR"),
    shipping_name="Warehouse",
    shipping_address=AddressSnapshot(
        "1 rue de la Paix", "", "Paris", "", "75002", "FR"
    ),
    tax_ids=(("eu_vat", "FR40303265045"),),
    locale="fr-FR",
)


def test_what_was_sent_and_what_is_reported_are_the_same() -> None:
    assert unlike(sent(SNAPSHOT), reported(INVOICE)) == []


def test_nothing_is_reported_of_a_customer_without_anything() -> None:
    assert reported({}) == {}
    assert [text(name, {}) for name in FIELDS] == [""] * 7


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_alone_makes_a_difference(name: str) -> None:
    other = {**INVOICE, f"customer_{name}": None}
    expected = [] if name == "phone" else [name]
    assert unlike(reported(INVOICE), reported(other)) == expected


def test_spaces_in_a_tax_number_are_no_difference() -> None:
    spaced = [{"type": "eu_vat", "value": "fr 40 303 265 045"}]
    other = reported({**INVOICE, "customer_tax_ids": spaced})
    assert unlike(reported(INVOICE), other) == []
    kind = [{"type": "gb_vat", "value": "FR40303265045"}]
    other = reported({**INVOICE, "customer_tax_ids": kind})
    assert unlike(reported(INVOICE), other) == ["tax_ids"]


def test_texts_are_what_a_person_reads() -> None:
    customer = reported(INVOICE)
    address = "1 rue de la Paix\n75002 Paris\nFR"
    assert text("name", customer) == "Anna Example"
    assert text("phone", customer) == ""
    assert text("address", customer) == address
    assert text("shipping", customer) == f"Warehouse\n{address}"
    assert text("tax_ids", customer) == "FR40303265045"


# === Before it is frozen === #


@pytest.mark.parametrize("name", FIELDS)
def test_what_would_be_printed_wrongly_is_named(name: str) -> None:
    other = {**INVOICE, f"customer_{name}": None}
    expected = [] if name == "phone" else [name]
    assert mistaken(sent(SNAPSHOT), reported(other)) == expected


def test_stripes_own_way_of_writing_is_no_mistake() -> None:
    theirs = {
        **INVOICE,
        "customer_name": "ANNA  Example",
        "customer_email": "Anna@Example.com",
        "customer_tax_ids": [{"type": "eu_vat", "value": "FR 40 303265045"}],
    }
    assert unlike(sent(SNAPSHOT), reported(theirs)) == ["name", "email"]
    assert mistaken(sent(SNAPSHOT), reported(theirs)) == []


def test_a_number_that_somebody_added_at_stripe_is_no_mistake() -> None:
    numbers = INVOICE["customer_tax_ids"]
    more = [*numbers, {"type": "de_stn", "value": "1234567890"}]
    found = reported({**INVOICE, "customer_tax_ids": more})
    assert mistaken(sent(SNAPSHOT), found) == []
    other = [{"type": "eu_vat", "value": "FR23334175221"}]
    found = reported({**INVOICE, "customer_tax_ids": other})
    assert mistaken(sent(SNAPSHOT), found) == ["tax_ids"]


def test_of_what_has_several_parts_only_those_that_differ_are_told() -> None:
    before = reported(INVOICE)
    moved = {**ADDRESS, "line1": "9 rue Neuve"}
    kinds = [["eu_vat", "FR40303265045"], ["fr_siret", "30326504500017"]]
    after = {**before, "address": moved, "tax_ids": kinds, "name": "Anna Married"}
    assert changed("name", before, after) == ("Anna Example", "Anna Married")
    assert changed("address", before, after) == ("1 rue de la Paix", "9 rue Neuve")
    assert changed("tax_ids", before, after) == ("", "30326504500017")
    assert changed("email", before, {}) == ("anna@example.com", "")
