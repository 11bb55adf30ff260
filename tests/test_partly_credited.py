from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestPartlyCredited(StripeInvoiceCommon):
    """An invoice of which a part was credited goes on, and says how it stands."""

    def make_partly_credited(self):
        move = self.make_open_invoice()
        credit = move._reverse_moves([{"invoice_date": "2026-11-03"}])
        credit.invoice_line_ids.price_unit = 10
        credit.action_post()
        self.settle()
        self.assertEqual(move.payment_state, "partial")
        return move

    def test_what_was_decided_at_stripe_is_still_shown(self):
        move = self.make_partly_credited()
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "void")
        self.assertIn("stripe_void", move._get_alerts())

    def test_drift_of_its_contact_is_still_told(self):
        move = self.make_partly_credited()
        move.partner_id.street = "2 another street"
        self.assertIn("stripe_drift", move._get_alerts())

    def test_all_of_it_credited_it_is_over(self):
        move = self.make_partly_credited()
        rest = move._reverse_moves([{"invoice_date": "2026-11-03"}])
        rest.invoice_line_ids.price_unit = 90
        rest.action_post()
        self.settle()
        move.partner_id.street = "2 another street"
        self.assertNotIn("stripe_drift", move._get_alerts())
