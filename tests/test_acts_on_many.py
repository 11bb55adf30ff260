from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestActsOnMany(StripeInvoiceCommon):
    """An act on many invoices does to each what was meant for it, and no more."""

    def make_paused(self, **values):
        """Return an invoice that is a draft at Stripe for a day."""
        self.account.finalize_delay = 24
        move = self.make_invoice(**values)
        self.run_worker()
        self.account.finalize_delay = 0
        self.assertEqual(move.stripe_status, "draft")
        return move

    def start_debit(self):
        """Return an invoice that a bank is about to pay."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        move = self.make_open_invoice(currency_id=euro.id)
        self.pay(move, method="sepa_debit", outcome="processing")
        self.receive_all()
        self.settle()
        return move

    def document(self, move):
        return move.sudo().stripe_document_id

    # === SEND === #

    def test_sending_many_takes_no_wish_back(self):
        waiting = self.start_debit()
        waiting.action_stripe_void()
        self.run_worker()
        unsent = self.make_invoice(stripe_invoice=False)
        (waiting + unsent).action_stripe_push()
        self.assertEqual(self.document(waiting).target, "void")
        self.assertEqual(self.document(unsent).target, "open")

    def test_sending_again_does_not_begin_the_pause_anew(self):
        move = self.make_paused()
        before = self.document(move).finalize_at
        self.account.finalize_delay = 48
        move.action_stripe_push()
        self.assertEqual(self.document(move).finalize_at, before)

    def test_what_cannot_be_sent_is_named(self):
        unsent = self.make_invoice(stripe_invoice=False)
        draft = self.make_invoice(post=False)
        cancelled = self.make_invoice(post=False)
        cancelled.button_cancel()
        bill = self.env["account.move"].create({"move_type": "in_invoice"})
        told = (unsent + draft + cancelled + bill).action_stripe_push()
        self.assertTrue(self.document(unsent))
        sentences = told["params"]["message"].splitlines()
        self.assertEqual(len(sentences), 3)
        for move in draft + cancelled + bill:
            self.assertFalse(self.document(move))
            with self.assertRaises(UserError):
                move.action_stripe_push()

    def test_what_is_paid_is_not_offered(self):
        move = self.make_invoice(stripe_invoice=False)
        self.register(move)
        self.assertFalse(move.stripe_can_push)
        # Who had meant to send it is still offered it.
        move.stripe_invoice = True
        self.assertTrue(move.stripe_can_push)

    # === TRY AGAIN === #

    def test_what_was_switched_off_is_not_sent_by_trying_again(self):
        move = self.make_paused()
        move.stripe_invoice = False
        self.settle()
        self.assertEqual(move.stripe_status, "deleted")
        self.assertNotIn("stripe_deleted", move._get_alerts())
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "deleted")
        self.assertFalse(self.simulator.control("objects/invoice")["data"])

    def test_what_came_to_its_end_is_not_made_wrong_by_trying_again(self):
        move = self.make_open_invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        move.button_draft()
        move.button_cancel()
        move.action_stripe_retry()
        self.settle()
        self.assertFalse(move.stripe_to_fix, self.document(move).error)
        self.assertFalse(move.stripe_pending)

    # === REFUSALS === #

    def test_draft_that_cannot_be_sent_any_more_is_refused_with_a_sentence(self):
        partner = self.partner_a.copy()
        draft = self.make_paused(partner=partner)
        partner.email = False
        legal = self.make_open_invoice()
        for act in ("action_stripe_charge", "action_stripe_void"):
            with self.subTest(act), self.assertRaisesRegex(UserError, "open first"):
                getattr(draft, act)()
        result = (legal + draft).action_stripe_void()
        self.assertIn(draft.name, result["params"]["message"])
        self.assertEqual(self.document(legal).target, "void")

    # === RIGHTS === #

    def test_only_who_writes_invoices_requests_their_cancellation(self):
        move = self.make_open_invoice()
        groups = {
            "salesman": "base.group_user,sales_team.group_sale_manager",
            "reader": "base.group_user,account.group_account_readonly",
            "customer": "base.group_portal",
        }
        for login, names in groups.items():
            user = new_test_user(
                self.env,
                f"cancels_{login}",
                names,
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            if login == "customer":
                user.partner_id.parent_id = move.partner_id
                move.message_subscribe(user.partner_id.ids)
            with self.subTest(login):
                self.assertTrue(move.with_user(user).has_access("read"))
                with self.assertRaises(AccessError):
                    move.with_user(user).button_request_cancel()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.state, "posted")
