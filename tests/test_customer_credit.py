from odoo.exceptions import UserError
from odoo.tests import tagged

from .movements_common import MovementsCommon


@tagged("post_install", "-at_install")
class TestCustomerCredit(MovementsCommon):
    """Surplus, credit and small amounts: matched when Stripe settles with them."""

    def overpaid(self):
        """Return an invoice of 120.00 for which 130.00 arrived."""
        move = self.invoice()
        self.pay(move, method="customer_balance", amount=13000)
        self.learn()
        self.assertEqual(self.left_on("receivable"), (-10.0, -10.0))
        return move

    def credit_at_stripe(self, move):
        """Return the customer's credit at Stripe, in cents."""
        ref = self.simulator.api(f"invoices/{move.stripe_ref}")["customer"]
        return -self.simulator.api(f"customers/{ref}")["balance"]

    def test_credit_is_matched_when_stripe_uses_it(self):
        self.overpaid()
        move = self.invoice()
        self.assertEqual((move.stripe_status, move.amount_residual), ("open", 110.0))
        self.assertNotIn("stripe_difference", move._get_alerts())
        self.pay(move)
        self.learn()
        self.assert_row("credit_used")
        self.assertEqual(move.payment_state, "paid")
        self.assert_clean("receivable")
        self.assertEqual(self.simulator.sent(path="/v1/payment_records"), [])

    def test_credit_that_pays_all_of_an_invoice(self):
        self.overpaid()
        move = self.make_invoice(price=8.0, taxes=self.no_tax)
        self.settle()
        self.assertEqual((move.stripe_status, move.payment_state), ("paid", "paid"))
        self.assertFalse(move.activity_ids)
        self.assertEqual(self.left_on("receivable"), (-2.0, -2.0))

    def test_credit_of_a_credit_note(self):
        paid = self.paid_invoice()
        credit = self.credit(paid, means="balance", price=50.0)
        self.settle()
        move = self.invoice()
        self.assertEqual(move.amount_residual, 70.0)
        self.assertEqual(credit.amount_residual, 0.0)
        self.pay(move)
        self.learn()
        self.assertEqual(move.payment_state, "paid")
        self.assert_clean("receivable")
        self.assertEqual(self.simulator.sent(path="/v1/payment_records"), [])

    def test_credit_that_odoo_does_not_know_is_asked_about(self):
        first = self.paid_invoice()
        ref = self.simulator.api(f"invoices/{first.stripe_ref}")["customer"]
        path = f"customers/{ref}/balance_transactions"
        self.simulator.post(path, amount=-500, currency="eur")
        move = self.invoice()
        self.assertEqual((move.stripe_status, move.amount_residual), ("open", 120.0))
        self.assertIn("5.00", move.activity_ids.note)

    def test_rest_too_small_to_charge_is_paid_with_the_next_one(self):
        self.overpaid()
        small = self.make_invoice(price=10.2, taxes=self.no_tax)
        self.settle()
        self.assertEqual((small.stripe_status, small.amount_residual), ("paid", 0.2))
        self.assertFalse(small.activity_ids)
        self.assertIn("stripe_put_off", small._get_alerts())
        move = self.invoice()
        self.pay(move)
        self.learn()
        self.assert_row("too_small")
        self.assertEqual((small.payment_state, move.payment_state), ("paid", "paid"))
        self.assertFalse(move.activity_ids)
        self.assert_clean("receivable")

    def test_one_transfer_for_two_invoices(self):
        methods = self.env["stripe.payment.method"].search(
            [("code", "=", "customer_balance")]
        )
        moves = self.env["account.move"]
        for price in (120.0, 60.0):
            moves += self.invoice(price, stripe_payment_method_ids=methods.ids)
        self.start = self.newest_move()
        ref = self.simulator.api(f"invoices/{moves[0].stripe_ref}")["customer"]
        self.simulator.control(
            f"customers/{ref}/transfer", {"amount": 18000, "currency": "eur"}
        )
        self.learn()
        self.assertEqual(set(moves.mapped("payment_state")), {"paid"})
        self.assert_row("one_transfer")

    def test_surplus_is_given_back_and_no_credit_stays(self):
        move = self.overpaid()
        self.assertTrue(move.stripe_can_refund_surplus)
        self.assertEqual(self.credit_at_stripe(move), 1000)
        for kind in ("drop_before", "drop_after"):
            self.simulator.fault(
                kind=kind, method="POST", path="balance_transactions$", times=1
            )
        move.action_stripe_refund_surplus()
        self.assertFalse(move.activity_ids)
        with self.assertRaisesRegex(UserError, "no surplus"):
            move.action_stripe_refund_surplus()
        self.settle()
        self.learn()
        self.assertEqual(self.credit_at_stripe(move), 0)
        self.assertEqual(self.refunds(move).mapped("amount"), [10.0])
        self.assert_clean("receivable")
        self.assertFalse(move.reversal_move_ids)

    def test_surplus_that_was_used_meanwhile_is_not_given_back(self):
        move = self.overpaid()
        ref = self.simulator.api(f"invoices/{move.stripe_ref}")["customer"]
        path = f"customers/{ref}/balance_transactions"
        self.simulator.post(path, amount=500, currency="eur")
        move.action_stripe_refund_surplus()
        self.settle()
        refund = self.refunds(move)
        self.assertIn("no longer enough", refund.error)
        name = f"Refund of {move.name} {refund._figure()}"
        self.assertEqual(refund.display_name, name, "It has no id at Stripe")
        self.assertEqual(self.simulator.control("objects/refund")["data"], [])

    def test_what_was_paid_twice_is_given_back(self):
        move = self.invoice()
        self.pay(move)
        self.register(move, 120.0)
        self.learn()
        move.action_stripe_refund_surplus()
        self.settle()
        self.learn()
        self.assert_clean("receivable")
        self.assertEqual(self.credit_at_stripe(move), 0)
        self.assertNotIn("stripe_surplus", move._get_alerts())
