from odoo import Command
from odoo.tests import tagged

from ..payloads.snapshot import SnapshotError, freeze_invoice
from ..payloads.snapshot.amounts import freeze_amounts
from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestAmounts(StripeInvoiceCommon):
    """What Odoo can put on an invoice is the same at Stripe, or is refused before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls.tax("TVA 20 %", 20)
        cls.vat_low = cls.tax("TVA 5,5 %", 5.5)
        cls.vat_fi = cls.tax("ALV 25,5 %", 25.5)
        cls.included = cls.tax(
            "TVA 20 % TTC", 20, price_include_override="tax_included"
        )
        cls.eco = cls.tax("Éco-participation", 0.13, amount_type="fixed")
        cls.withheld = cls.tax("Retención IRPF", -15)
        cls.division = cls.tax("ICMS", 18, amount_type="division")

    @classmethod
    def tax(cls, name, amount, **values):
        return cls.env["account.tax"].create(
            {
                "name": name,
                "invoice_label": name,
                "amount": amount,
                "amount_type": "percent",
                "type_tax_use": "sale",
                "company_id": cls.company.id,
                "price_include_override": "tax_excluded",
                **values,
            }
        )

    def invoice(self, *lines, **values):
        """Return a posted invoice; a line is price, taxes, and other values."""
        post = values.pop("post", True)
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-11-02",
                "stripe_invoice": True,
                "invoice_line_ids": [
                    Command.create(self.line(*line)) for line in lines
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def line(self, price, taxes=None, **values):
        if isinstance(price, dict):
            return price
        taxes = self.env["account.tax"] if taxes is None else taxes
        values = {"name": "Item", "quantity": 1, **values}
        return {"price_unit": price, "tax_ids": [Command.set(taxes.ids)], **values}

    def freeze(self, move):
        return freeze_invoice(move, self.account)

    def assert_same(self, move):
        """Freeze an invoice and compare its sums with Odoo's; return the snapshot."""
        frozen = self.freeze(move)
        exclusive = sum(
            tax.amount
            for line in frozen.lines
            for tax in line.taxes
            if not tax.inclusive
        )
        self.assertEqual(frozen.total, round(move.amount_total * 100))
        self.assertEqual(sum(x.amount for x in frozen.lines) + exclusive, frozen.total)
        return frozen

    def assert_refused(self, move, *codes):
        with self.assertRaises(SnapshotError) as caught:
            self.freeze(move)
        objections = caught.exception.objections
        self.assertEqual([objection.code for objection in objections], list(codes))
        return objections

    def assert_pushed(self, moves):
        """Push invoices and compare what Stripe has finalized with Odoo's."""
        self.run_worker()
        for move in moves:
            with self.subTest(move.ref or move.name):
                self.assertFalse(move.stripe_document_id.error)
                remote = self.simulator.api(f"invoices/{move.stripe_ref}")
                self.assertEqual(remote["total"], round(move.amount_total * 100))

    # === TAXES === #

    def test_several_taxes_on_a_line_are_each_told(self):
        move = self.invoice((100, self.vat + self.eco), (9.99, self.vat_fi))
        first, second = self.assert_same(move).lines
        self.assertEqual((first.amount, second.amount), (10000, 999))
        vat, eco = sorted(first.taxes, key=lambda tax: -tax.amount)
        self.assertEqual(
            (vat.label, vat.percentage, vat.amount), ("TVA 20 %", "20", 2000)
        )
        self.assertEqual(
            (eco.label, eco.percentage, eco.amount), ("Éco-participation", "0", 13)
        )
        self.assertEqual(second.taxes[0].percentage, "25.5")

    def test_included_taxes_are_part_of_the_line(self):
        move = self.invoice((21.53, self.included), (21.53, self.included))
        frozen = self.assert_same(move)
        self.assertEqual([line.amount for line in frozen.lines], [2153, 2153])
        self.assertTrue(all(line.taxes[0].inclusive for line in frozen.lines))
        self.assertEqual(frozen.tax, round(move.amount_tax * 100))

    def test_withheld_taxes_become_a_line_of_their_own(self):
        move = self.invoice((200, self.vat + self.withheld), (50, self.vat))
        frozen = self.assert_same(move)
        self.assertEqual(frozen.total, 200_00 + 50_00 + 50_00 - 30_00)
        self.assertEqual(frozen.lines[-1].description, "Retención IRPF (-15 %)")
        self.assertEqual(frozen.lines[-1].amount, -30_00)
        self.assert_pushed(move)

    def test_a_division_tax_is_told_with_the_rate_of_the_law(self):
        frozen = self.assert_same(self.invoice((82, self.division)))
        (tax,) = frozen.lines[0].taxes
        self.assertEqual((tax.percentage, tax.amount), ("18", 1800))

    def test_a_label_that_is_only_a_number_gets_the_words_of_its_group(self):
        group = self.env["account.tax.group"].create({"name": "TVA 10%"})
        tax = self.tax("10% G", 10, invoice_label="10%", tax_group_id=group.id)
        frozen = self.freeze(self.invoice((10, tax)))
        self.assertEqual(frozen.lines[0].taxes[0].label, "TVA 10%")

    # === LIMITS === #

    def test_a_total_below_zero_is_refused(self):
        # Odoo posts no such invoice, but the preview of a draft has to tell.
        move = self.invoice((-100, self.vat), post=False)
        with self.assertRaisesRegex(SnapshotError, "120.00.* credit note"):
            freeze_amounts(move)

    def test_totals_that_stripe_does_not_charge_are_refused_with_both_figures(self):
        (told,) = self.assert_refused(self.invoice((0.49,)), "below_minimum")
        self.assertIn("0.49", told.text)
        self.assertIn("0.50", told.text)
        (told,) = self.assert_refused(self.invoice((1000000,)), "above_maximum")
        self.assertIn("1,000,000.00", told.text)
        self.assertIn("999,999.99", told.text)
        self.assert_same(self.invoice((0.5,)))
        self.assert_same(self.invoice((999999.99,)))

    def test_a_total_of_zero_is_settled_without_a_payment(self):
        move = self.invoice((100, self.vat), (-100, self.vat))
        self.assertEqual(move.amount_total, 0)
        self.run_worker()
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(self.stripe_payments(move))
        self.assertFalse(move.activity_ids)
