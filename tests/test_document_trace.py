from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

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

    def test_what_was_asked_of_stripe_is_named_for_its_support(self):
        move = self.make_open_invoice()
        line = self.lines(move).filtered(lambda row: "is open" in row.text)
        asked = [row for row in self.simulator.sent() if "/v1/invoices" in row["path"]]
        self.assertEqual(line.request_refs.split(", "), [row["id"] for row in asked])
        rule = {"kind": "status", "status": 400, "path": "/v1/invoices/[^/]+/send$"}
        self.simulator.fault(method="POST", times=1, **rule)
        move.action_stripe_send()
        self.settle()
        refused = self.lines(move)[0]
        self.assertEqual(refused.text, move.stripe_document_id.error)
        self.assertEqual(refused.request_refs, self.simulator.sent()[-1]["id"])
        billing = new_test_user(self.env, "billing", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            refused.with_user(billing).read(["request_refs"])

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
