from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import StripeInvoiceCommon

PARIS = ZoneInfo("Europe/Paris")


@tagged("post_install", "-at_install")
class TestOverdue(StripeInvoiceCommon):
    """Overdue is what was not paid when its last day was over, told by whom it may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catch_up = cls.env.ref("sale_stripe_invoice.ir_cron_catch_up")

    def setUp(self):
        super().setUp()
        self.due = fields.Date.today() + timedelta(days=10)

    def at(self, hour, days=0):
        """Return the clock at an hour of the last day in Paris, or days later."""
        moment = datetime.combine(
            self.due + timedelta(days=days), datetime.min.time(), PARIS
        ).replace(hour=hour)
        return freeze_time(moment.astimezone(timezone.utc).replace(tzinfo=None))

    def make_due(self):
        # The contact's payment terms would set another day.
        values = {"invoice_payment_term_id": False, "invoice_date_due": self.due}
        move = self.make_open_invoice(**values)
        self.assertEqual(move.invoice_date_due, self.due)
        return move

    def told(self, move):
        bodies = move.message_ids.mapped("body")
        return len([body for body in bodies if "overdue" in body])

    def test_an_account_that_is_not_told_of_it_notices_it_the_day_after(self):
        move = self.make_due()
        for hour, days, told in ((9, 0, 0), (23, 0, 0), (1, 1, 1), (9, 2, 1)):
            with self.subTest(hour=hour, days=days), self.at(hour, days):
                self.run_worker(self.catch_up)
                self.assertEqual(self.told(move), told)
                self.assertEqual("stripe_overdue" in move._get_alerts(), bool(told))

    def test_the_last_day_of_payment_is_not_over_at_noon(self):
        body = {"settings": {"overdue_events": True}}
        self.simulator.control(f"accounts/{self.account.stripe_id}", body)
        move = self.make_due()
        self.simulator.control("clock/advance", {"seconds": 11 * 86400})
        with self.at(15):
            self.receive_all()
            self.settle()
            self.assertFalse(self.told(move))
        with self.at(1, days=1):
            self.run_worker(self.catch_up)
            self.settle()
            self.assertEqual(self.told(move), 1)

    def test_what_was_paid_in_time_is_not_overdue(self):
        move = self.make_due()
        self.pay(move)
        self.receive_all()
        self.settle()
        with self.at(9, days=2):
            self.run_worker(self.catch_up)
        self.assertFalse(self.told(move))
