from odoo.tests import tagged

from .movements_common import MovementsCommon


@tagged("post_install", "-at_install")
class TestAccountingMovements(MovementsCommon):
    """Each row about refunds, disputes and returned payments, with exact entries."""

    # === REFUNDS AND CREDIT NOTES === #

    def test_refund(self):
        move = self.settled_invoice()
        credit = self.credit(move, means="refund", price=50.0)
        self.learn_all()
        self.assert_row("refund")
        self.assertEqual(credit.payment_state, "paid")
        self.assert_clean("transit", "receivable")

    def test_refund_in_the_dashboard(self):
        move = self.settled_invoice()
        self.refund_in_dashboard(move)
        self.learn_all()
        move.reversal_move_ids.action_post()
        self.learn_all()
        self.assert_row("refund_in_the_dashboard")
        self.assert_clean("transit", "receivable")

    def test_refund_failed(self):
        move = self.settled_invoice()
        refund = self.refund_in_dashboard(move)
        self.learn_all()
        move.reversal_move_ids.action_post()
        self.settle()
        self.simulator.control(f"refunds/{refund['id']}/fail", {"reason": "declined"})
        self.learn_all()
        self.assert_row("refund_failed")
        self.assert_clean("transit")
        self.assertEqual(self.left_on("receivable"), (-120.0, -120.0))
        self.assertEqual(move.reversal_move_ids.payment_state, "not_paid")

    def test_refund_that_failed_before_odoo_heard_of_it(self):
        move = self.settled_invoice()
        refund = self.refund_in_dashboard(move)
        self.simulator.control(f"refunds/{refund['id']}/fail", {"reason": "declined"})
        self.import_balance()
        self.learn_all()
        self.assert_clean("transit", "receivable")
        self.assertFalse(move.reversal_move_ids)

    def test_refund_under_way(self):
        move = self.settled_invoice()
        self.setting(refunds_need_balance=True)
        self.refund_in_dashboard(move)
        self.learn_all()
        self.assert_row("refund_under_way")

    def test_refund_of_a_surplus(self):
        move = self.invoice()
        self.pay(move)
        self.settle_at_stripe()
        self.register(move, 120.0)
        self.learn_all()
        self.start = self.newest_move()
        self.refund_in_dashboard(move)
        self.learn_all()
        self.assert_row("refund_of_a_surplus")
        self.assert_clean("transit", "receivable")

    def test_credit_without_money(self):
        move = self.settled_invoice()
        self.credit(move)
        self.learn_all()
        self.assert_row("credit_without_money")
        self.assertEqual(self.left_on("receivable"), (-120.0, -120.0))

    def test_credit_note_voided(self):
        move = self.invoice()
        credit = self.credit(move, price=50.0)
        self.settle()
        credit.action_stripe_void_credit_note()
        self.learn()
        self.assert_row("credit_note_voided")
        self.assertEqual(move.amount_residual, 120.0)

    # === DISPUTES === #

    def disputed(self, outcome=None, **how):
        """Return an invoice whose payment is disputed, and what came of it."""
        move = self.settled_invoice()
        dispute = self.dispute(move, **how)
        self.import_balance()
        if outcome:
            self.close(dispute, outcome)
            self.import_balance()
        return move

    def test_dispute_inquiry(self):
        self.disputed(inquiry=True)
        self.assert_row("dispute_inquiry")

    def test_dispute(self):
        move = self.disputed()
        self.assert_row("dispute")
        self.assertEqual(move.payment_state, "paid")

    def test_dispute_won(self):
        self.disputed("won")
        self.assert_row("dispute_won")
        self.assert_clean()

    def test_dispute_won_with_fee(self):
        self.setting(dispute_fee_returned=True)
        self.disputed("won")
        self.assert_row("dispute_won_with_fee")
        self.assert_clean()

    def test_dispute_lost(self):
        move = self.disputed("lost")
        self.assert_row("dispute_lost")
        self.assertEqual(move.payment_state, "paid")

    def test_dispute_reopened(self):
        move = self.disputed("lost")
        self.decide(self.row(move))
        self.learn_all()
        self.assert_row("dispute_reopened")
        self.assert_clean()
        self.assertEqual(move.amount_residual, 120.0)
        self.assertEqual(self.left_on("receivable"), (120.0, 120.0))

    def test_dispute_written_off(self):
        move = self.disputed("lost")
        self.decide(self.row(move), "write_off", account_id=self.bad_debt().id)
        self.assert_row("dispute_written_off")
        self.assert_clean("transit", "dispute", "receivable")

    def test_dispute_credited(self):
        move = self.disputed("lost")
        self.decide(self.row(move))
        self.credit(move)
        self.learn_all()
        self.assert_row("dispute_credited")
        self.assert_clean("transit", "dispute", "receivable")

    def test_dispute_reopened_and_won(self):
        move = self.settled_invoice()
        dispute = self.dispute(move)
        self.import_balance()
        self.decide(self.row(move))
        self.close(dispute, "won")
        self.import_balance()
        self.row(move).action_take_back()
        self.learn_all()
        self.assert_row("dispute_reopened_and_won")
        self.assert_clean("transit", "dispute", "receivable")
        self.assertEqual(move.payment_state, "paid")

    def test_decision_before_the_balance_shows_it(self):
        self.account.import_balance = False
        move = self.paid_invoice()
        dispute = self.dispute(move)
        self.close(dispute, "lost")
        self.decide(self.row(move))
        self.account.import_balance = True
        self.settle_at_stripe()
        self.import_balance()
        self.assert_clean()

    # === PAYMENTS THAT THE BANK TOOK BACK === #

    def test_debit_returned(self):
        move = self.settled_invoice(method="sepa_debit")
        self.simulator.control(f"invoices/{move.stripe_ref}/return", {})
        self.learn_all()
        self.decide(self.row(move))
        self.assert_row("debit_returned")
        self.assert_clean()
        self.assertEqual(move.amount_residual, 120.0)

    def test_payment_failed_late(self):
        move = self.settled_invoice()
        payment = self.payment_of(move)
        self.simulator.control(f"charges/{payment.stripe_charge}/fail", {})
        self.learn_all()
        self.decide(payment)
        self.learn_all()
        self.assert_row("payment_failed_late")
        self.assert_clean()
        self.assertEqual(move.amount_residual, 120.0)
