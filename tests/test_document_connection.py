from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StripeInvoiceCommon

OTHER_KEY = "sk_test_moved_here"


@tagged("post_install", "-at_install")
class TestDocumentConnection(StripeInvoiceCommon):
    """A company that connects another Stripe account sends what is left to that one."""

    def move_to_another_account(self):
        body = {"keys": {OTHER_KEY: None}, "settings": {"country": "FR"}}
        self.simulator.control("accounts", body)
        return self.connect(self.company, OTHER_KEY)

    def refused(self):
        """Return an invoice that was refused before it was at Stripe."""
        self.simulator.fault(kind="status", status=400, path="/v1/invoices$", times=1)
        move = self.make_invoice()
        self.run_worker()
        self.assertTrue(move.stripe_to_fix)
        self.assertFalse(move.stripe_ref)
        return move

    def at(self, key):
        return {row["number"] for row in self.simulator.api("invoices", key)["data"]}

    def test_refused_before_goes_to_the_account_of_today(self):
        move = self.refused()
        account = self.move_to_another_account()
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        self.assertEqual(move.sudo().stripe_document_id.account_id, account)
        self.assertIn(move.name, self.at(OTHER_KEY))
        self.assertNotIn(move.name, self.at("sk_test_simulator"))

    def test_withdrawn_and_confirmed_again_goes_to_the_account_of_today(self):
        self.account.finalize_delay = 24
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        move.button_draft()
        self.run_worker()
        self.assertEqual(move.stripe_status, "deleted")
        account = self.move_to_another_account()
        move.action_post()
        self.settle()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        self.assertEqual(move.sudo().stripe_document_id.account_id, account)
        history = move.sudo().stripe_document_id.history_ids.mapped("text")
        self.assertTrue([text for text in history if account.display_name in text])

    def test_archived_account_says_what_waits_for_it(self):
        move = self.make_open_invoice()
        account = self.account.sudo()
        with self.assertRaisesRegex(UserError, "sends its invoices to"):
            account.action_archive()
        self.company.stripe_invoice = False
        account.livemode = True
        for owner in (account, self.company):
            with self.assertRaisesRegex(UserError, rf"at Stripe \(1\): {move.name}"):
                owner.write({"active": False})
        account.livemode = False
        account.action_archive()
        self.pay(move)
        self.receive_all()
        self.run_worker()
        waiting = self.env["stripe.event"].search([("account_id.active", "=", False)])
        self.assertEqual(set(waiting.mapped("state")), {"received"})
        self.assertIn("archived", waiting[0].held)
        self.assertIn("archived", move._get_alerts()["stripe_archived"]["message"])
        account.action_unarchive()
        self.settle()
        self.assertFalse(move.stripe_document_id.held)
        self.assertEqual(move.payment_state, "paid")

    def test_archived_company_hears_of_its_payments_when_it_is_back(self):
        move = self.make_open_invoice().sudo()
        other = self.setup_other_company()["company"]
        users = self.env["res.users"].search([("company_id", "=", self.company.id)])
        users.write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        self.company.sudo().active = False
        self.pay(move)
        self.receive_all()
        self.run_worker()
        events = self.env["stripe.event"].sudo().search([])
        self.assertEqual(set(events.mapped("state")), {"received"})
        self.assertIn("archived", events[0].held)
        self.company.sudo().active = True
        self.settle()
        self.assertEqual(move.payment_state, "paid")

    def test_what_is_at_stripe_stays_where_it_is(self):
        move = self.make_open_invoice()
        former = move.sudo().stripe_document_id.account_id
        self.move_to_another_account()
        move.action_stripe_retry()
        move.action_stripe_refresh()
        self.settle()
        self.assertEqual(move.sudo().stripe_document_id.account_id, former)
        self.pay(move)
        for event in self.simulator.events():
            self.env["stripe.event"].sudo()._receive(former, event)
        self.settle()
        self.assertEqual(move.payment_state, "paid")

    def test_what_may_be_at_stripe_stays_where_it_is(self):
        self.simulator.fault(kind="drop_after", path="/v1/invoices$", times=1)
        move = self.make_invoice()
        self.run_worker()
        former = move.sudo().stripe_document_id.account_id
        self.assertTrue(move.sudo().stripe_document_id.pending_call)
        self.move_to_another_account()
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        self.assertEqual(move.sudo().stripe_document_id.account_id, former)
        self.assertFalse(self.at(OTHER_KEY))
