from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestInvoicePush(StripeInvoiceCommon):
    """From the confirmed invoice in Odoo to the open invoice at Stripe, and paid."""

    def test_confirmed_invoice_becomes_the_same_open_invoice_at_stripe(self):
        move = self.make_invoice(price=1234.56)
        self.assertFalse(move.stripe_status)
        self.assertTrue(move.stripe_pending)
        self.run_worker()
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(remote["status"], "open")
        self.assertEqual(remote["number"], move.name)
        self.assertEqual(remote["total"], round(move.amount_total * 100))
        self.assertEqual(remote["subtotal"], round(move.amount_untaxed * 100))
        self.assertFalse(move.stripe_pending)

    def test_payment_on_the_hosted_page_is_booked_and_matched(self):
        move = self.make_open_invoice()
        self.pay(move, method="card", outcome="success")
        self.receive_all()
        self.run_worker()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        payment = self.stripe_payments(move)
        self.assertEqual(len(payment), 1)
        self.assertEqual(payment.amount, move.amount_total)
        self.assertEqual(payment.journal_id, self.account.journal_id)
        self.assertTrue(payment.stripe_ref.startswith("inpay_"))
