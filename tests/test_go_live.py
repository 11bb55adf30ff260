from odoo.tests import tagged

from .common import StripeInvoiceCommon

SECOND = "sk_test_second_connection"


@tagged("post_install", "-at_install")
class TestGoLive(StripeInvoiceCommon):
    """What is not at Stripe goes to the connection in use, not to a former one (I9)."""

    def setUp(self):
        super().setUp()
        self.simulator.control("accounts", {"keys": {SECOND: None}})

    def number_at(self, key):
        return [one["number"] for one in self.simulator.api("invoices", key)["data"]]

    def make_refused(self):
        """Return an invoice that could not be sent, because its contact is wrong."""
        partner = self.partner_a.copy({"email": False})
        move = self.make_invoice(partner=partner)
        self.settle()
        self.assertTrue(move.stripe_to_fix)
        return move

    def test_what_was_refused_before_goes_to_the_new_connection(self):
        move = self.make_refused()
        account = self.connect(self.company, SECOND)
        self.assertNotEqual(account, self.account)
        move.partner_id.email = "anna@example.com"
        move.action_stripe_retry()
        self.assert_sent_to(account, move)

    def assert_sent_to(self, account, move):
        self.settle()
        document = move.sudo().stripe_document_id
        self.assertEqual(document.account_id, account, document.error)
        self.assertEqual(move.stripe_status, "open", document.error)
        self.assertEqual(self.number_at(SECOND), [move.name])

    def test_what_was_taken_back_goes_there_when_it_is_confirmed_again(self):
        move = self.make_draft_at_stripe()
        move.button_draft()
        self.settle()
        account = self.connect(self.company, SECOND)
        move.action_post()
        self.assert_sent_to(account, move)

    def test_what_is_open_stays_where_it_is(self):
        move = self.make_open_invoice()
        ref = move.stripe_ref
        self.connect(self.company, SECOND)
        move.action_stripe_retry()
        move.action_stripe_push()
        self.settle()
        document = move.sudo().stripe_document_id
        self.assertEqual((document.account_id, move.stripe_ref), (self.account, ref))
        self.assertFalse(self.number_at(SECOND))
