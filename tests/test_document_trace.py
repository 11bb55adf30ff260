from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestDocumentTrace(StripeInvoiceCommon):
    """An auditor gets from what happened to the events at Stripe, and to the person."""

    def lines(self, move):
        return move.sudo().stripe_document_id.history_ids

    def test_what_events_told_names_them(self):
        move = self.make_open_invoice()
        self.receive_all()
        self.settle()
        self.pay(move)
        paid = [
            event["id"]
            for event in self.simulator.events()
            if event["type"] == "invoice.paid"
        ]
        self.receive_all()
        self.settle()
        line = self.lines(move).filtered(lambda row: "is paid" in row.text)
        self.assertEqual(line.actor, "stripe")
        self.assertIn(paid[0], line.event_refs)

    def test_what_a_person_or_odoo_did_names_none(self):
        move = self.make_open_invoice()
        move.action_stripe_send()
        self.settle()
        lines = self.lines(move)
        self.assertTrue(lines.filtered("user_id"))
        self.assertFalse(any(lines.mapped("event_refs")))

    def test_many_events_of_one_look_are_cut(self):
        move = self.make_open_invoice()
        self.receive_all()
        self.settle()
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        event = self.simulator.events()[-1]
        for number in range(12):
            self.receive({**event, "id": f"evt_copy_{number}"})
        self.settle()
        line = self.lines(move).filtered(lambda row: "is void" in row.text)
        self.assertEqual(len(line.event_refs.split(", ")), 5)
