import io
from importlib.util import find_spec
from unittest import skipUnless

import requests

from odoo.tests import tagged

from .amounts_common import AmountsCommon


@tagged("post_install", "-at_install")
class TestTaxesShown(AmountsCommon):
    """Stripe's page and PDF say of each tax what the law wants; a seller in France."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seat_in("fr")

    @classmethod
    def seat_in(cls, country):
        cls.change_company_country(cls.company, cls.env.ref(f"base.{country}"))
        cls.company.invalidate_recordset()

    def rates(self, remote):
        """Return the tax rates that Stripe has made for the lines, by name."""
        used = {
            tax["tax_rate_details"]["tax_rate"]
            for line in remote["lines"]
            for tax in line["taxes"]
        }
        rates = self.simulator.control("objects/tax_rate")["data"]
        return {rate["display_name"]: rate for rate in rates if rate["id"] in used}

    def reasons(self, remote):
        return {
            tax["taxability_reason"]
            for line in remote["lines"]
            for tax in line["taxes"]
        }

    def customer_in(self, country, vat=False):
        self.partner_a.write(
            {"country_id": self.env.ref(f"base.{country}").id, "vat": vat}
        )

    def page(self, remote):
        answer = requests.get(remote["hosted_invoice_url"], timeout=30)
        answer.raise_for_status()
        return answer.text

    # === EACH MEMBER === #

    def test_the_label_is_the_customers_and_not_the_bookkeepers(self):
        tax = self.tax("20% G", 20, invoice_label="TVA 20 %")
        rates = self.rates(self.at_stripe(self.invoice((100, tax))))
        self.assertEqual(list(rates), ["TVA 20 %"])

    def test_a_label_that_is_only_a_number_gets_the_words_of_its_group(self):
        group = self.env["account.tax.group"].create({"name": "TVA 10%"})
        tax = self.tax("10% G", 10, invoice_label="10%", tax_group_id=group.id)
        rates = self.rates(self.at_stripe(self.invoice((10, tax))))
        self.assertEqual(list(rates), ["TVA 10%"])

    def test_the_rate_has_four_decimals(self):
        tax = self.tax("Sales tax", 8.8875)
        rates = self.rates(self.at_stripe(self.invoice((100, tax), (100, self.vat_fi))))
        self.assertEqual(rates["Sales tax"]["percentage"], 8.8875)
        self.assertEqual(rates["ALV 25,5 %"]["percentage"], 25.5)

    def test_included_or_not(self):
        move = self.invoice((120, self.included), (100, self.vat))
        rates = self.rates(self.at_stripe(move))
        self.assertTrue(rates["TVA 20 % TTC"]["inclusive"])
        self.assertFalse(rates["TVA 20 %"]["inclusive"])

    def test_country_jurisdiction_and_type(self):
        rate = self.rates(self.at_stripe(self.invoice((100, self.vat))))["TVA 20 %"]
        self.assertEqual(
            (rate["country"], rate["jurisdiction"], rate["tax_type"]),
            ("FR", "FR", "vat"),
        )

    def test_the_state_that_taxes(self):
        self.seat_in("us")
        new_york = self.env.ref("base.state_us_27")
        position = self.env["account.fiscal.position"].create(
            {
                "name": "New York",
                "country_id": new_york.country_id.id,
                "state_ids": new_york.ids,
            }
        )
        tax = self.tax("Sales tax", 8.875)
        move = self.invoice((100, tax), fiscal_position_id=position.id)
        rate = self.rates(self.at_stripe(move))["Sales tax"]
        self.assertEqual(
            (rate["country"], rate["state"], rate["jurisdiction"], rate["tax_type"]),
            ("US", "NY", "NY", "sales_tax"),
        )

    # === WHY NOTHING IS TAXED === #

    def test_exempt_at_home(self):
        self.customer_in("fr")
        remote = self.at_stripe(self.invoice((100, self.tax("Exonéré", 0))))
        self.assertEqual(self.reasons(remote), {"product_exempt"})
        self.assertEqual(remote["customer_tax_exempt"], "exempt")
        self.assertIn("Tax exempt", self.page(remote))

    def test_intra_community(self):
        self.customer_in("de", "DE123456788")
        remote = self.at_stripe(self.invoice((100, self.tax("Intra-EU", 0))))
        self.assertEqual(self.reasons(remote), {"reverse_charge"})
        self.assertEqual(remote["customer_tax_exempt"], "reverse")
        page = self.page(remote)
        self.assertIn("everse charge", page)
        self.assertIn("DE123456788", page)

    def test_exported(self):
        self.customer_in("jp")
        remote = self.at_stripe(self.invoice((100, self.tax("Export", 0))))
        self.assertEqual(self.reasons(remote), {"zero_rated"})
        self.assertEqual(remote["customer_tax_exempt"], "none")

    def test_reverse_charge(self):
        remote = self.at_stripe(self.invoice((100, self.reverse_charge)))
        self.assertEqual(self.reasons(remote), {"reverse_charge"})
        self.assertEqual(remote["customer_tax_exempt"], "reverse")
        self.assertIn("everse charge", self.page(remote))

    def test_the_status_is_the_invoices_and_never_beside_a_tax_to_pay(self):
        reverse = self.invoice((100, self.reverse_charge))
        both = self.invoice((100, self.reverse_charge), (50, self.vat))
        taxed = self.invoice((100, self.vat))
        found = [
            self.at_stripe(move)["customer_tax_exempt"]
            for move in (reverse, both, taxed)
        ]
        self.assertEqual(found, ["reverse", "none", "none"])

    @skipUnless(find_spec("pypdf"), "pypdf is not installed")
    def test_the_pdf_has_the_taxes_and_the_legal_mentions(self):
        from pypdf import PdfReader

        self.customer_in("de", "DE123456788")
        position = self.env["account.fiscal.position"].create(
            {"name": "EU", "note": "<p>Article 138 Directive 2006/112/EC</p>"}
        )
        tax = self.tax(
            "Intra-EU", 0, invoice_legal_notes="<p>VAT due by the <b>buyer</b></p>"
        )
        move = self.invoice((100, tax), fiscal_position_id=position.id)
        remote = self.at_stripe(move)
        pdf = requests.get(remote["invoice_pdf"], timeout=30).content
        text = "\n".join(
            page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages
        )
        for words in (
            "Intra-EU (0%)",
            "everse charge",
            "Article 138 Directive 2006/112/EC",
            "VAT due by the buyer",
            "DE123456788",
        ):
            self.assertIn(words, text)
