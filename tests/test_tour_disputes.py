from odoo.tests import HttpCase, new_test_user, tagged

from .test_dispute import DisputeCommon
from .test_tour_lifecycle import Stage


@tagged("post_install", "-at_install")
class TestTourDisputes(DisputeCommon, HttpCase):
    """Disputes decided and payments refunded, by who does the billing, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "biller",
            "account.group_account_invoice",
            name="Billing Person",
            company_id=cls.company.id,
        )
        cls.bad_debts = cls.company_data["default_account_expense"].copy()
        cls.bad_debts.name = "Bad Debts"
        cls.partner_a.name = "Anna Example"

    def play(self, tour, **cues):
        stage = Stage({"worker": self.settle, **cues}, self.registry)
        self.addCleanup(stage.stop)
        self.start_tour(
            "/odoo/customer-invoices",
            tour,
            login="biller",
            cookies={"stage": stage.url},
            timeout=180,
        )
        self.env.invalidate_all()

    def disputed_invoice(self, name, outcome=None):
        """Return a paid invoice of somebody, its dispute, and how that ended."""
        partner = self.partner_a.copy({"name": name})
        move = self.invoice(partner=partner)
        self.pay(move)
        self.learn()
        dispute = self.dispute(move, reason="product_not_received")
        if outcome:
            self.close(dispute, outcome)
        return move, dispute

    def test_disputes_are_decided_by_a_person(self):
        anna, _lost = self.disputed_invoice("Anna Example", "lost")
        ben, _lost = self.disputed_invoice("Ben Example", "lost")
        cara, open_one = self.disputed_invoice("Cara Example")
        dan, _open = self.disputed_invoice("Dan Example")
        self.play(
            "stripe_disputes",
            decided_by_somebody_else=lambda: self.decide(self.row(cara)),
            won=lambda: self.close(open_one, "won"),
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
