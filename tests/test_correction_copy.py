from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .correction_common import WAYS, CorrectionCommon


@tagged("post_install", "-at_install")
class TestCorrectionCopy(CorrectionCommon):
    """The new invoice is the old one in all that the law wants, or nothing is ended."""

    def test_new_invoice_tells_the_same_day_of_supply(self):
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong(delivery_date="2026-10-28")
                correction = self.correct(old, way)
                self.settle()
                self.assert_replaced(correction)
                new = correction.new_move_id
                self.assertEqual(str(new.delivery_date), "2026-10-28")

    def test_taxes_that_were_edited_by_hand_are_kept(self):
        for way in WAYS:
            with self.subTest(way):
                partner = self.partner_a.copy({"street": "1 wrong street"})
                old = self.make_invoice(partner=partner, post=False)
                tax_line = old.line_ids.filtered("tax_line_id")
                edited = {"amount_currency": tax_line.amount_currency - 0.01}
                old.line_ids = [Command.update(tax_line.id, edited)]
                self.assertEqual(old.amount_tax, 15.01)
                old.action_post()
                self.settle()
                partner.street = "2 right street"
                correction = self.correct(old, way)
                self.settle()
                self.assert_replaced(correction)

    def test_nothing_is_ended_if_the_new_invoice_cannot_be_made(self):
        old = self.make_wrong()
        tax = self.tax_sale_a
        tax.amount += 1
        for way in WAYS:
            with self.subTest(way):
                with self.assertRaisesRegex(UserError, "another amount"):
                    self.correct(old, way)
                self.settle()
                self.assertEqual(old.stripe_status, "open")
                self.assertEqual(self.remote(old)["status"], "open")
                self.assertEqual(old.state, "posted")
                self.assertFalse(self.env["stripe.correction"].search([]))

    def test_rehearsal_leaves_nothing_behind(self):
        old = self.make_wrong()
        moves = self.env["account.move"].search_count([])
        documents = self.env["stripe.document"].search_count([])
        mails = self.env["mail.mail"].search_count([])
        self.correct(old, "duplicate")
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        self.assertEqual(self.env["stripe.document"].search_count([]), documents)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.settle()
