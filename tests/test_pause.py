from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tests import freeze_time, tagged

from .acts_common import StripeActsCommon


@tagged("post_install", "-at_install")
class TestPause(StripeActsCommon):
    """The pause before finalization, in which all can still be changed."""

    def make_paused(self, hours=24):
        """Return an invoice that is a draft at Stripe for some hours."""
        self.account.finalize_delay = hours
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft", move.stripe_document_id.error)
        return move

    def test_nothing_is_finalized_before_its_time(self):
        move = self.make_paused()
        self.assertIn("finalized on", move._get_alerts()["stripe_pending"]["message"])
        now = fields.Datetime.now()
        for hours, status in ((1, "draft"), (23, "draft"), (24.1, "open")):
            with freeze_time(now + timedelta(hours=hours)):
                self.run_worker()
            self.assertEqual(move.stripe_status, status)
        self.assertEqual(len(self.simulator.sent("POST", "/finalize")), 1)

    def test_pause_is_told_to_the_scheduler(self):
        move = self.make_paused()
        at = move.sudo().stripe_document_id.finalize_at
        triggers = (
            self.env["ir.cron.trigger"]
            .sudo()
            .search([("cron_id", "=", self.cron.id), ("call_at", ">=", at)])
        )
        self.assertTrue(triggers, "Nobody wakes the worker")

    def test_reset_to_draft_in_the_pause_withdraws_it(self):
        move = self.make_paused()
        ref = move.stripe_ref
        move.button_draft()
        self.settle()
        self.assertEqual(move.stripe_status, "deleted")
        ids = [row["id"] for row in self.simulator.control("objects/invoice")["data"]]
        self.assertNotIn(ref, ids)
        self.assertFalse(move.activity_ids, "We did it ourselves")
        # Confirmed again, it has its pause again.
        move.action_post()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        self.assertEqual(self.remote(move)["status"], "draft")

    def test_edits_in_the_pause_reach_stripe_once(self):
        move = self.make_paused()
        self.simulator.control("requests/clear", {})
        for text in ("A", "Au", "Audit"):
            move.invoice_line_ids.name = text
        due = fields.Date.today() + timedelta(days=60)
        move.invoice_date_due = due
        self.run_worker()
        created = [
            row
            for row in self.simulator.sent("POST", "/v1/invoices")
            if row["path"] == "/v1/invoices"
        ]
        self.assertEqual(len(created), 1)
        later = fields.Datetime.now() + timedelta(hours=25)
        with freeze_time(later):
            self.settle()
        self.assertEqual(move.stripe_status, "open")
        remote = self.remote(move)
        self.assertIn("Audit", remote["lines"]["data"][0]["description"])
        zone = ZoneInfo(self.account.tz)
        self.assertEqual(datetime.fromtimestamp(remote["due_date"], zone).date(), due)
        invoices = self.simulator.control("objects/invoice")["data"]
        self.assertEqual(len(invoices), 1)
