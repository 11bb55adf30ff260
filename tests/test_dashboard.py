from datetime import timedelta

import requests

from odoo import fields
from odoo.tests import freeze_time, tagged

from .dashboard_common import DashboardCommon


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCommon):
    """What people do in Stripe's dashboard."""

    # === DRAFTS === #

    def make_paused(self):
        """Return an invoice that is a draft at Stripe for a day."""
        self.account.finalize_delay = 24
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        return move

    def after_the_pause(self):
        return freeze_time(fields.Datetime.now() + timedelta(hours=25))

    def test_draft_that_was_edited_is_not_finalized_and_both_figures_are_shown(self):
        move = self.make_paused()
        self.act(move, "edit", add=[{"amount": 100, "description": "Extra"}])
        # At its event, not only when the time to finalize has come.
        self.learn(move)
        self.assertEqual(move.stripe_status, "deleted")
        alert = move._get_alerts()["stripe_refused"]["message"]
        self.assertIn("116.00", alert)
        self.assert_told(move, "deleted", "stripe_refused", answer="differs")

    def test_draft_that_was_finalized_is_taken_over(self):
        move = self.make_paused()
        self.act(move, "finalize")
        self.learn(move)
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertFalse(move.stripe_pending)
        self.assert_told(move, "is open")

    def test_draft_that_was_edited_and_finalized_is_a_case_for_a_person(self):
        move = self.make_paused()
        self.act(move, "edit", add=[{"amount": 100, "description": "Extra"}])
        self.act(move, "finalize")
        self.learn(move)
        self.assertEqual(move.stripe_status, "open")
        self.assertTrue(move.stripe_to_fix)
        self.assertIn("116.00", move._get_alerts()["stripe_refused"]["message"])
        self.assert_told(move, "is open", "stripe_refused", answer="116.00")

    def test_draft_that_was_deleted_is_made_anew_on_request_alone(self):
        move = self.make_paused()
        ref = move.stripe_ref
        self.act(move, "delete")
        self.learn(move)
        with self.after_the_pause():
            self.settle()
            self.assertEqual(move.stripe_status, "deleted")
            self.assert_told(move, "deleted", "stripe_deleted", answer="Try again")
            move.action_stripe_retry()
            self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertNotEqual(move.stripe_ref, ref)
        self.assertFalse(move.activity_ids)

    def test_finalization_that_failed_says_stripes_reason(self):
        move = self.make_paused()
        error = {"code": "customer_tax_location_invalid", "message": "No such place"}
        self.act(move, "finalization_error", **error)
        path = f"/v1/invoices/{move.stripe_ref}/finalize"
        with self.assertRaises(requests.HTTPError):
            self.dashboard("POST", path)
        self.learn(move)
        self.assertEqual(move.stripe_status, "draft")
        self.assertTrue(move.stripe_to_fix)
        alerts = move._get_alerts()
        self.assertIn("place the customer", alerts["stripe_refused"]["message"])
        self.assertEqual(len(move.activity_ids), 1)
        self.act(move, "finalization_error", off=True)
        move.action_stripe_retry()
        with self.after_the_pause():
            self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertFalse(move.activity_ids)

    # === DECISIONS === #

    def test_void_is_asked_about(self):
        move = self.make_open_invoice()
        self.act(move, "void")
        self.learn(move)
        self.assertEqual(move.stripe_status, "void")
        self.assertEqual(move.state, "posted")
        self.assert_told(move, "is void", "stripe_void", answer="credit note")

    def test_void_that_a_refresh_finds_is_asked_about_in_the_same_way(self):
        move = self.make_open_invoice()
        self.act(move, "void")
        move.action_stripe_refresh()
        self.settle()
        self.assert_told(move, "is void", "stripe_void", answer="credit note")

    def test_void_cancels_where_the_company_wants_that(self):
        self.account.void_policy = "cancel"
        move = self.make_open_invoice()
        self.act(move, "void")
        self.learn(move)
        self.assertEqual(move.stripe_status, "void")
        self.assertEqual(move.state, "cancel")
        self.assert_told(move, "is void")

    def test_void_of_what_is_partly_paid_in_odoo_is_asked_about_in_any_case(self):
        self.account.void_policy = "cancel"
        self.account.can_report_payments = False
        move = self.make_open_invoice()
        self.register(move, 40.0)
        self.settle()
        self.act(move, "void")
        self.learn(move)
        self.assertEqual(
            move.state, "posted", "Money that was received hangs in the air"
        )
        self.assert_told(move, "is void", "stripe_void", answer="credit note")

    def test_given_up_is_asked_about(self):
        move = self.make_open_invoice()
        self.act(move, "mark_uncollectible")
        self.learn(move)
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assert_told(
            move, "uncollectible", "stripe_uncollectible", answer="Write it off"
        )
        self.pay(move)
        self.learn(move)
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)

    def test_given_up_proposes_the_entry_where_the_company_wants_that(self):
        self.account.uncollectible_policy = "propose"
        self.account.bad_debt_account_id = self.company_data["default_account_expense"]
        move = self.make_open_invoice()
        self.act(move, "mark_uncollectible")
        self.learn(move)
        entry = self.env["account.move"].search([("stripe_bad_debt", "=", True)])
        self.assertEqual(len(entry), 1)
        self.assertEqual(entry.state, "draft")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(len(move.activity_ids), 1)

    def test_revision_names_the_invoice_that_took_its_place(self):
        for policy in ("ask", "cancel"):
            with self.subTest(policy):
                self.account.void_policy = policy
                move = self.make_open_invoice()
                revision = self.dashboard(
                    "POST",
                    "/v1/invoices",
                    from_invoice={"action": "revision", "invoice": move.stripe_ref},
                )
                self.receive_all()
                self.settle()
                self.assertEqual(move.stripe_status, "open", "Nothing has happened yet")
                path = f"/v1/invoices/{revision['id']}/finalize"
                self.dashboard("POST", path)
                self.learn(move)
                self.assertEqual(move.stripe_status, "void")
                self.assertEqual(move.state, "posted")
                self.assert_told(move, "void", "stripe_void", answer=revision["id"])
                documents = self.env["stripe.document"].sudo().search([])
                self.assertNotIn(revision["id"], documents.mapped("stripe_id"))

    def test_marked_as_paid_asks_how_and_books_nothing(self):
        move = self.make_open_invoice()
        self.act(move, "mark_paid")
        self.learn(move)
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(self.stripe_payments(move))
        self.assert_told(move, "is paid", "stripe_paid", answer="Register")
        self.register(move)
        self.settle()
        self.assertFalse(move.activity_ids)

    def test_mailed_from_the_dashboard_is_told_and_our_own_mail_not_twice(self):
        move = self.make_open_invoice()
        self.dashboard("POST", f"/v1/invoices/{move.stripe_ref}/send")
        self.receive_all()
        self.settle()
        self.receive_all()
        self.settle()
        self.assertTrue(move.stripe_sent_at)
        self.assert_told(move, "mailed")
        move.action_stripe_send()
        self.settle()
        self.receive_all()
        self.settle()
        self.assert_told(move, "mailed", times=2)

    # === WHAT IS NOT OURS === #

    def test_foreign_invoice_is_ignored_with_its_reason(self):
        move = self.make_open_invoice()
        customer = self.simulator.control("objects/customer")["data"][0]["id"]
        foreign = self.dashboard("POST", "/v1/invoices", customer=customer)
        before = self.state_of(move)
        self.receive_all()
        self.settle()
        events = self.env["stripe.event"].sudo()
        ignored = events.search([("invoice_ref", "=", foreign["id"])])
        self.assertEqual(set(ignored.mapped("state")), {"ignored"})
        self.assertIn("not made by this database", ignored[0].reason)
        self.assertEqual(self.state_of(move), before)
