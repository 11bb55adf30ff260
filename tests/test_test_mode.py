from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestTestMode(StripeInvoiceCommon):
    """Whoever sees an invoice of the test mode is told that it takes no money."""

    def printed(self, move):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice", move.ids
        )
        return html.decode()

    def test_printed_invoice_says_that_it_is_a_test(self):
        move = self.make_open_invoice()
        self.assertIn("TEST: the payment page", self.printed(move))
        self.account.livemode = True
        self.env.invalidate_all()
        self.assertNotIn("TEST: the payment page", self.printed(move))

    def test_invoice_that_is_not_at_stripe_says_nothing(self):
        move = self.make_invoice(stripe_invoice=False)
        self.assertNotIn("TEST: the payment page", self.printed(move))
