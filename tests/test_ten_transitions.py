from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .lifecycle_common import DECLINED, LifecycleCommon


@tagged("post_install", "-at_install")
class TestTenTransitions(LifecycleCommon):
    """Each row of Stripe's table of transitions, by the act of a billing user."""

    # === Draft === #

    def test_draft_to_deleted_when_the_invoice_is_reset_and_deleted(self):
        move = self.make_paused_draft()
        document, ref = move.sudo().stripe_document_id, move.stripe_ref
        self.act(move).button_draft()
        self.run_worker()
        self.assert_both(move, "deleted")
        self.act(move).unlink()
        self.run_worker()
        self.assertTrue(self.simulator.api(f"invoices/{ref}")["error"])
        self.assertEqual(document.status, "deleted")
        self.assertFalse(document.pending or document.refused, document.error)

    def test_draft_to_deleted_when_the_invoice_is_deleted_before_the_worker_runs(self):
        move = self.make_paused_draft()
        document, ref = move.sudo().stripe_document_id, move.stripe_ref
        self.act(move).button_draft()
        self.act(move).unlink()
        self.run_worker()
        self.assertTrue(self.simulator.api(f"invoices/{ref}")["error"])
        self.assertEqual(document.status, "deleted")

    def test_draft_to_deleted_when_the_invoice_is_cancelled(self):
        move = self.make_paused_draft()
        self.act(move).button_cancel()
        self.run_worker()
        self.assert_both(move, "deleted")
        self.assertEqual(move.state, "cancel")

    def test_draft_to_deleted_when_it_is_switched_off(self):
        move = self.make_paused_draft()
        self.act(move).stripe_invoice = False
        self.run_worker()
        self.assert_both(move, "deleted")
        self.assertEqual(move.state, "posted")

    def test_draft_deleted_in_the_dashboard_is_made_anew_on_request_alone(self):
        move = self.make_paused_draft()
        self.in_dashboard(move, "delete")
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_worker()
            self.assert_both(move, "deleted")
            self.assertIn(
                "Stripe: draft deleted in the dashboard",
                move.activity_ids.mapped("summary"),
            )
            self.act(move).action_stripe_retry()
            self.run_worker()
            self.assert_both(move, "open")

    def test_draft_to_open_when_it_is_confirmed(self):
        move = self.make_invoice(post=False)
        self.act(move).action_post()
        self.run_worker()
        self.assert_both(move, "open")

    def test_draft_to_open_after_the_pause_and_not_before(self):
        move = self.make_paused_draft()
        for hours, status in ((23, "draft"), (25, "open")):
            with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
                self.run_worker()
            self.assertEqual(move.stripe_status, status)
        self.assert_both(move, "open")

    def test_draft_to_paid_when_it_is_paid_in_odoo_during_the_pause(self):
        move = self.make_paused_draft()
        self.register_payment(move)
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertFalse(self.stripe_payments(move))

    # === Open === #

    def test_open_to_paid_when_it_is_charged(self):
        self.store_card()
        move = self.make_open_invoice()
        self.act(move).action_stripe_charge()
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)
        self.assertEqual(move.amount_residual, 0)

    def test_open_stays_open_when_the_charge_fails(self):
        self.assert_charge_fails(self.make_open_invoice(), "open")

    def test_open_stays_open_when_it_is_mailed_again_on_request(self):
        move = self.make_open_invoice()
        for times in (1, 2):
            self.act(move).action_stripe_send()
            self.run_worker()
            self.run_worker()
            self.assert_both(move, "open")
            self.assertEqual(len(self.simulator.sent("POST", "/send")), times)
        self.assertTrue(move.stripe_sent_at)

    def test_open_to_void_when_the_cancellation_is_requested(self):
        self.assert_cancelled(self.make_open_invoice())

    def test_open_to_uncollectible_when_it_is_written_off(self):
        move = self.make_open_invoice()
        entry = self.write_off(move)
        self.assert_both(move, "uncollectible")
        self.assertEqual(entry.state, "draft")
        self.assertEqual(move.payment_state, "not_paid")

    # === Uncollectible === #

    def test_uncollectible_to_paid_when_it_is_charged(self):
        self.store_card()
        move = self.make_uncollectible_invoice()
        self.act(move).action_stripe_charge()
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)

    def test_uncollectible_to_paid_when_it_is_paid_in_odoo(self):
        written_off = self.make_open_invoice()
        self.write_off(written_off)
        for move in (self.make_uncollectible_invoice(), written_off):
            self.register_payment(move)
            self.run_worker()
            self.assert_both(move, "paid")
            self.assertFalse(self.stripe_payments(move))

    def test_uncollectible_stays_when_the_bad_debt_is_booked(self):
        written_off = self.make_open_invoice()
        entry = self.write_off(written_off)
        entry.action_post()
        lines = (written_off + entry).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(written_off.amount_residual, 0)
        self.run_worker()
        self.assert_both(written_off, "uncollectible")

    def test_uncollectible_stays_uncollectible_when_the_charge_fails(self):
        self.assert_charge_fails(self.make_uncollectible_invoice(), "uncollectible")

    def test_uncollectible_to_void_when_the_cancellation_is_requested(self):
        self.assert_cancelled(self.make_uncollectible_invoice())

    def test_uncollectible_stays_where_stripe_does_not_void_it(self):
        path = f"accounts/{self.account.stripe_id}"
        settings = {"void_uncollectible": False}
        self.simulator.control(path, {"settings": settings})
        move = self.make_uncollectible_invoice()
        self.act(move).button_request_cancel()
        self.run_worker()
        document = move.sudo().stripe_document_id
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assertEqual(move.state, "posted")
        self.assertTrue(document.refused and not document.pending)
        self.assertIn(document.error, move.activity_ids.mapped("note")[-1])
        alert = self.act(move)._get_alerts()["stripe_refused"]["message"]
        self.assertIn(document.error, alert)
        self.assertIn("stays Uncollectible", alert)
        # The wish went back, so what is paid later is told to Stripe.
        self.register_payment(move)
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertFalse(self.stripe_payments(move))

    # === What they have in common === #

    def assert_charge_fails(self, move, status):
        self.store_card(DECLINED)
        self.act(move).action_stripe_charge()
        self.run_worker()
        self.assert_both(move, status)
        self.assertEqual(move.stripe_payment_state, "failed")
        self.assertFalse(self.stripe_payments(move))
        alert = self.act(move)._get_alerts()["stripe_failed"]["message"]
        self.assertIn("declined", alert)
        asked = move.activity_ids.filtered(
            lambda activity: activity.summary == "Stripe: a payment failed"
        )
        self.assertEqual(len(asked), 1)
        self.assertIn("declined", asked.note)
        self.assertIn(f'<a href="{move.stripe_hosted_invoice_url}"', asked.note)
        # Nobody is charged again without being asked.
        self.run_worker()
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)

    def assert_cancelled(self, move):
        self.act(move).button_request_cancel()
        self.assertEqual(move.state, "posted", "Stripe comes first")
        self.run_worker()
        self.assert_both(move, "void")
        self.assertEqual(move.state, "cancel")

    def write_off(self, move):
        """Write an invoice off with the dialog, and return the proposed entry."""
        self.account.bad_debt_account_id = self.company_data["default_account_expense"]
        action = self.act(move).action_stripe_write_off()
        dialogs = self.env[action["res_model"]].with_user(self.billing_user)
        dialogs.with_context(**action["context"]).create({}).action_confirm()
        self.run_worker()
        return self.env["account.move"].search([("stripe_bad_debt", "=", True)])

    def register_payment(self, move):
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizards = self.env["account.payment.register"].with_user(self.billing_user)
        wizards.with_context(**context).create({}).action_create_payments()
