from odoo.tests import tagged

from .dispute_common import DisputeCommon
from .tour_common import BillerTourCommon


@tagged("post_install", "-at_install")
class TestTourDisputes(BillerTourCommon, DisputeCommon):
    """Disputes decided and payments refunded, by who does the billing, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bad_debts = cls.company_data["default_account_expense"].copy()
        cls.bad_debts.name = "Bad Debts"
        cls.partner_a.name = "Anna Example"

    def play(self, tour, **cues):
        return super().play(tour, worker=self.settle, **cues)

    def look(self):
        """Let Odoo learn of what happened at Stripe."""
        self.receive_all()
        self.settle()

    def disputed_invoices(self, *names):
        """Return paid invoices of these customers, which their banks dispute."""
        moves = [
            self.invoice(partner=self.partner_a.copy({"name": name})) for name in names
        ]
        for move in moves:
            self.pay(move)
        self.look()
        for move in moves:
            path = f"invoices/{move.stripe_ref}/dispute"
            self.simulator.control(path, {"reason": "product_not_received"})
        self.look()
        return moves

    def end(self, move, outcome):
        """Let the bank decide the dispute of an invoice."""
        path = f"disputes/{self.row(move).stripe_id}/close"
        self.simulator.control(path, {"outcome": outcome})

    def reopen(self, move):
        """Decide as somebody else does, so that the browser's request finds it."""
        self.decide(self.row(move))
        self.env.flush_all()

    def won(self, move):
        self.end(move, "won")
        self.look()

    def test_disputes_are_decided_by_a_person(self):
        names = ("Anna Example", "Ben Example", "Cara Example", "Dan Example")
        anna, ben, cara, dan = self.disputed_invoices(*names)
        for move in (anna, ben):
            self.end(move, "lost")
        self.look()
        self.play(
            "stripe_disputes",
            decided_by_somebody_else=lambda: self.reopen(cara),
            won=lambda: self.won(cara),
        )
        self.assertEqual((anna.payment_state, anna.amount_residual), ("not_paid", 120))
        self.assertEqual(ben.payment_state, "paid")
        [debit] = self.row(ben).entry_id.line_ids.filtered("debit")
        self.assertEqual((debit.account_id, debit.debit), (self.bad_debts, 120))
        self.assertEqual((cara.payment_state, cara.amount_residual), ("paid", 0))
        self.assertFalse(self.row(dan).decision)

    def test_paid_invoice_is_refunded_by_a_credit_note(self):
        move = self.paid_invoice()
        self.play("stripe_refunds")
        refund = self.refunds(move)
        self.assertEqual((refund.amount, refund.status), (120, "succeeded"))
        self.assertTrue(refund.payment_id.is_reconciled)
