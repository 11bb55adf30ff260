import re
from unittest import SkipTest

from odoo import Command
from odoo.tests import tagged

from .common import StripeInvoiceCommon

FORMATS = {"facturx": "account.edi.xml.cii", "ubl_bis3": "account.edi.xml.ubl_bis3"}


@tagged("post_install", "-at_install")
class TestEInvoicing(StripeInvoiceCommon):
    """Odoo's electronic invoices are the same with the switch on and off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "account.edi.xml.cii" not in cls.env:
            raise SkipTest("Odoo makes no electronic invoices here")
        france = cls.env.ref("base.fr").id
        cls.company.partner_id.write(
            {
                "country_id": france,
                "street": "5 rue de la Gare",
                "zip": "69001",
                "city": "Lyon",
                "vat": "FR23334175221",
                "company_registry": "33417522101010",
                "email": "vente@example.com",
                "phone": "+33 4 72 00 00 00",
            }
        )
        cls.partner_a.write(
            {"vat": "FR40303265045", "company_registry": "30326504500017"}
        )
        bank = {"acc_number": "FR7630001007941234567890185"}
        cls.company.partner_id.bank_ids = [Command.create(bank)]

    def exported(self, move, name):
        """Return the electronic invoice without what tells two invoices apart."""
        xml, _problems = self.env[FORMATS[name]]._export_invoice(move)
        return re.sub(re.escape(move.name), "NUMBER", xml.decode())

    def sent(self, move, name):
        """Send an invoice as Odoo does; return what Odoo kept of it by file name."""
        sender = self.env["account.move.send"]
        sender._generate_and_send_invoices(
            move, sending_methods=["manual"], invoice_edi_format=name
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )
        return {
            re.sub(re.escape(move.name.replace("/", "_")), "NUMBER", file.name): file
            for file in files | move.sudo().ubl_cii_xml_id | move.invoice_pdf_report_id
        }

    def test_the_content_is_the_same_with_the_switch_on_and_off(self):
        for name in FORMATS:
            with self.subTest(name):
                without = self.make_invoice(stripe_invoice=False)
                expected = self.exported(without, name)
                self.assertIn("FR40303265045", expected)
                move = self.make_invoice()
                self.assertEqual(self.exported(move, name), expected, "Not sent yet")
                self.run_worker()
                self.assertEqual(move.stripe_status, "open")
                self.assertEqual(self.exported(move, name), expected, "Finalized")
                self.partner_a.street = f"{name} street"
                expected = self.exported(without, name)
                self.assertIn(self.partner_a.street, expected)
                self.assertEqual(self.exported(move, name), expected, "Edited")

    def test_sending_makes_the_same_files_with_the_frozen_customer_in_print(self):
        for name in FORMATS:
            with self.subTest(name):
                without = self.sent(self.make_invoice(stripe_invoice=False), name)
                move = self.make_open_invoice()
                self.assertTrue(move._stripe_printed_customer())
                files = self.sent(move, name)
                self.assertEqual(set(files), set(without))
                self.assertFalse(move.is_being_sent)
                self.assertTrue(move.invoice_pdf_report_id)
                for file, attachment in files.items():
                    if file.endswith(".xml") and name == "facturx":
                        mine, theirs = attachment.raw, without[file].raw
                        number = re.compile(rb"INV/\d+/\d+")
                        self.assertEqual(
                            number.sub(b"", mine), number.sub(b"", theirs), file
                        )
