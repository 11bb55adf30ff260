"""What Stripe is sent for which snapshot; the golden parameters are to be read."""

from dataclasses import replace

from ...payloads import invoice as invoice_payload
from ...payloads.document import LineSnapshot, TaxSnapshot
from .samples import BOOKS, DATABASE, LATER, VAT_20


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
