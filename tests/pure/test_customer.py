"""What is sent of a customer."""

from dataclasses import replace

import pytest

from ...payloads import customer as customer_payload
from ...payloads.document import AddressSnapshot
from .samples import COMPANY, LYON, METADATA, NAME_ALONE


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
