from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..models.stripe_event import RETENTION_DAYS
from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestRetention(StripeInvoiceCommon):
    """Of events no more is kept than is needed, and for no longer than that."""

    def test_settled_events_go_after_a_while_and_open_ones_stay(self):
        for number in range(6):
            self.receive(
                {
                    "id": f"evt_{number}",
                    "object": "event",
                    "type": "invoice.paid",
                    "data": {"object": {"id": f"in_{number}", "object": "invoice"}},
                }
            )
        events = self.env["stripe.event"].sudo().search([], order="id")
        states = ("done", "ignored", "failed", "received", "done", "ignored")
        for event, state in zip(events, states, strict=True):
            event.state = state
        old = fields.Datetime.now() - timedelta(days=RETENTION_DAYS, minutes=1)
        events[:4].received_at = old
        self.env.flush_all()
        self.env["stripe.event"].sudo()._gc_events()
        left = self.env["stripe.event"].sudo().search([], order="id")
        self.assertEqual(left, events[2:], "What is open is not forgotten")

    def test_no_column_of_an_event_holds_what_is_personal(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_all()
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(e)::text FROM stripe_event e")
        text = " ".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn(move.stripe_ref, text)
        partner = self.partner_a
        for personal in (partner.name, partner.email, partner.street, "4242"):
            with self.subTest(personal):
                self.assertNotIn(personal, text)
