from odoo import Command
from odoo.tests import new_test_user

from .common import StripeInvoiceCommon

DECLINED = "4000 0000 0000 0341"
WORKS = "4242 4242 4242 4242"


class LifecycleCommon(StripeInvoiceCommon):
    """Invoices in every state of Stripe's, and a user of the billing group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing_user = new_test_user(
            cls.env,
            "billing",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def act(self, move):
        """Return the invoice as the billing user has it."""
        return move.with_user(self.billing_user)

    def store_card(self, number=WORKS):
        """Let the customer have a card at Stripe, by an invoice that made him known."""
        known = self.env["stripe.customer"].sudo().search([], limit=1)
        if not known:
            self.make_open_invoice()
            known = self.env["stripe.customer"].sudo().search([], limit=1)
        path = f"customers/{known.stripe_id}/card"
        self.simulator.control(path, {"number": number})
        self.consent(known)

    def look(self):
        """Let what happened at Stripe arrive in Odoo."""
        self.receive_all()
        self.run_worker()

    def in_dashboard(self, move, act):
        """Let somebody do something in Stripe's dashboard."""
        self.simulator.control(f"invoices/{move.stripe_ref}/{act}", {})
        self.look()

    def make_paused_draft(self):
        """Return an invoice whose draft waits at Stripe for the end of the pause."""
        self.account.finalize_delay = 24
        move = self.make_invoice()
        self.account.finalize_delay = 0
        self.run_worker()
        self.assertEqual(
            move.stripe_status, "draft", move.sudo().stripe_document_id.error
        )
        return move

    def make_uncollectible_invoice(self):
        move = self.make_open_invoice()
        self.in_dashboard(move, "mark_uncollectible")
        self.assertEqual(move.stripe_status, "uncollectible")
        return move

    def remote_status(self, move):
        """Return what Stripe says when it is asked."""
        answer = self.simulator.api(f"invoices/{move.stripe_ref}")
        return answer.get("status") or "deleted"

    def assert_both(self, move, status):
        """Assert that Stripe is there, and that Odoo knows it and rests."""
        document = move.sudo().stripe_document_id
        self.assertEqual(move.stripe_status, status, document.error)
        self.assertEqual(self.remote_status(move), status)
        self.assertFalse(document.pending or document.refused, document.error)
