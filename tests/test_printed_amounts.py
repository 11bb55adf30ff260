from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestPrintedAmounts(StripeInvoiceCommon):
    """Neither the days of payment nor a stored sum changes after finalization (I6)."""

    def make_instalments(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in 30 days",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        return self.make_open_invoice(invoice_payment_term_id=term.id)

    def assert_refused(self, move, records, values):
        for user in (self.env.user, self.env.ref("base.user_root")):
            with self.subTest(user=user.login, values=values):
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    records.with_user(user).write(values)
                self.assertIn(move.name, str(caught.exception))
                self.assertIn("Request its cancellation", str(caught.exception))

    def test_day_of_an_instalment_stays(self):
        move = self.make_instalments()
        first = move.line_ids.filtered(lambda one: one.display_type == "payment_term")
        self.assert_refused(move, first[0], {"date_maturity": "2027-06-30"})
        first[0].write({"date_maturity": first[0].date_maturity})

    def test_stored_sums_stay(self):
        move = self.make_open_invoice()
        for name in ("amount_untaxed", "amount_tax", "amount_total"):
            self.assert_refused(move, move, {name: 1.0})
        for name in ("price_subtotal", "price_total"):
            self.assert_refused(move, move.invoice_line_ids, {name: 1.0})

    def test_parts_of_a_section_stay_in_sight(self):
        move = self.make_open_invoice(
            invoice_line_ids=[
                Command.create({"name": "Work", "display_type": "line_section"}),
                Command.create({"name": "Consulting", "price_unit": 10}),
            ]
        )
        section = move.invoice_line_ids.filtered("display_type").filtered(
            lambda line: line.display_type == "line_section"
        )
        for name in ("collapse_composition", "collapse_prices"):
            self.assert_refused(move, section, {name: True})

    def test_payment_still_reconciles(self):
        move = self.make_instalments()
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertEqual(move.payment_state, "paid")
