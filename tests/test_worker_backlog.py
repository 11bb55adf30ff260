from unittest.mock import patch

from odoo.tests import tagged

from ..models import stripe_account
from .common import StripeInvoiceCommon

FOREIGN = 12


@tagged("post_install", "-at_install")
class TestWorkerBacklog(StripeInvoiceCommon):
    """What one run does not manage is not left until the next scheduled one."""

    def setUp(self):
        super().setUp()
        for number in range(FOREIGN):
            body = {"id": f"in_foreign_{number}", "object": "invoice"}
            self.receive(
                {
                    "id": f"evt_foreign_{number}",
                    "object": "event",
                    "type": "invoice.updated",
                    "livemode": False,
                    "data": {"object": body},
                }
            )

    def triggers(self):
        domain = [("cron_id", "=", self.cron.id)]
        return self.env["ir.cron.trigger"].sudo().search(domain)

    def left(self):
        events = self.env["stripe.event"].sudo()
        return events.search_count([("state", "=", "received")])

    def test_more_than_a_run_takes_calls_for_the_next_run(self):
        with patch.object(stripe_account, "EVENTS_PER_RUN", 5):
            for left in (7, 2):
                self.triggers().unlink()
                self.run_worker()
                self.assertEqual(self.left(), left)
                self.assertTrue(self.triggers(), "It would wait for minutes")
            self.triggers().unlink()
            self.run_worker()
            self.assertEqual(self.left(), 0)
            self.assertFalse(self.triggers(), "It would run for nothing")
