from .common import StripeInvoiceCommon


class DashboardCommon(StripeInvoiceCommon):
    """What others do at Stripe, and that Odoo tells of it once."""

    def act(self, move, act, **how):
        """Do something about the invoice in Stripe's dashboard."""
        return self.simulator.control(f"invoices/{move.stripe_ref}/{act}", how)

    def learn(self, move):
        """Let Odoo learn of it; the same five times more adds nothing."""
        self.receive_all()
        self.settle()
        before = self.state_of(move)
        for time in range(5):
            for event in self.simulator.events():
                self.receive({**event, "id": f"{event['id']}_{time}"})
                self.receive(event)
            self.settle()
        self.assertEqual(self.state_of(move), before)

    def state_of(self, move):
        """Return all that a further event could add to."""
        document = move.sudo().stripe_document_id
        return {
            "status": move.stripe_status,
            "messages": move.message_ids.mapped("body"),
            "history": document.history_ids.mapped("text"),
            "activities": move.activity_ids.mapped(lambda one: (one.summary, one.note)),
            "payments": self.stripe_payments(move).mapped("amount"),
            "alerts": move._get_alerts(),
            "entries": self.env["account.move"].search_count([]),
        }

    def assert_told(self, move, text, alert=None, answer=None, times=1):
        """Assert that it was told once, is shown, and is asked about once.

        :param text: part of the message in the chatter and of the history
        :param alert: name of the alert
        :param answer: part of the activity's note; none is expected without
        """
        document = move.sudo().stripe_document_id
        for told in (move.message_ids.mapped("body"), document.history_ids):
            texts = [getattr(one, "text", one) or "" for one in told]
            self.assertEqual(len([one for one in texts if text in one]), times, texts)
        shown = [name for name in move._get_alerts() if name.startswith("stripe")]
        self.assertEqual(shown, [alert] if alert else [])
        notes = move.activity_ids.mapped("note")
        self.assertEqual(len(notes), 1 if answer else 0, notes)
        if answer:
            self.assertIn(answer, notes[0])
            self.assertTrue(move.activity_ids.user_id)
