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

    def make_edited(self):
        """Return an open invoice whose tax was edited by hand, which no copy has."""
        partner = self.partner_a.copy({"street": "1 wrong street"})
        move = self.make_invoice(partner=partner, post=False)
        tax_line = move.line_ids.filtered("tax_line_id")
        edited = {"amount_currency": tax_line.amount_currency - 0.01}
        move.line_ids = [Command.update(tax_line.id, edited)]
        self.assertEqual(move.amount_tax, 15.01)
        move.action_post()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        partner.street = "2 right street"
        return move

    def test_nothing_is_ended_if_the_new_invoice_cannot_be_made(self):
        old = self.make_edited()
        for way in WAYS:
            with self.subTest(way):
                with (
                    self.assertRaisesRegex(UserError, "another amount"),
                    self.env.cr.savepoint(),
                ):
                    self.correct(old, way)
                self.settle()
                self.assertEqual(old.stripe_status, "open")
                self.assertEqual(self.remote(old)["status"], "open")
                self.assertEqual(old.state, "posted")
                corrections = self.env["stripe.correction"].sudo()
                self.assertFalse(corrections.search([("move_id", "=", old.id)]))

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
