from odoo.tests import tagged

from .tour_common import BillerTourCommon


@tagged("post_install", "-at_install")
class TestTourCorrect(BillerTourCommon):
    """The wizard in a browser, by somebody who does the billing, each of its ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.write({"name": "Anna Example", "street": "1 wrong street"})

    def setUp(self):
        super().setUp()
        self.old = self.make_open_invoice()
        self.partner_a.street = "2 right street"

    def correct(self, way):
        """Let the browser correct the invoice; return the new one."""
        cues = {"worker": self.settle, "pay": lambda: self.pay(self.old)}
        self.play(f"stripe_invoice_correct_{way}", **cues)
        return self.old.stripe_replaced_by_id

    def assert_replaced(self, new, status="open"):
        """Assert that the new invoice is the only one, here and at Stripe."""
        self.assertEqual(new.stripe_status, status)
        self.assertIn("2 right street", new.stripe_customer_address)
        remote = self.simulator.api(f"invoices/{self.old.stripe_ref}")
        self.assertEqual(remote["metadata"]["odoo_replaced_by"], new.stripe_ref)
        return remote

    def test_void_duplicate_update(self):
        remote = self.assert_replaced(self.correct("duplicate"))
        self.assertEqual((remote["status"], self.old.state), ("void", "cancel"))

    def test_revision_by_stripe(self):
        new = self.correct("revision")
        remote = self.assert_replaced(new)
        self.assertEqual((remote["status"], self.old.state), ("void", "cancel"))
        self.assertEqual(remote["latest_revision"], new.stripe_ref)

    def test_credit_note_and_new_invoice(self):
        remote = self.assert_replaced(self.correct("credit_note"))
        self.assertEqual(remote["status"], "void")
        self.assertEqual(self.old.payment_state, "reversed")

    def test_paid_invoice_has_one_way_only(self):
        self.pay(self.old)
        self.receive_all()
        self.settle()
        remote = self.assert_replaced(self.correct("paid"), status="paid")
        self.assertEqual(remote["status"], "paid")
        self.assertEqual(self.old.payment_state, "reversed")

    def test_payment_in_between_is_told(self):
        self.assertFalse(self.correct("stopped"))
        self.assertEqual(self.old.payment_state, "paid")
