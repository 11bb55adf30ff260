from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import tagged

from .accounting_common import FRENCH_CARD, AccountingCommon


@tagged("post_install", "-at_install")
class TestAccounting(AccountingCommon):
    """Each row about payments of the accountant's page, with exact entries."""

    # What moves the balance has rows of its own.
    IMPORT_BALANCE = False

    # === PAYMENTS === #

    def test_payment(self):
        move = self.paid_invoice()
        self.assert_row("payment")
        self.assertEqual(move.payment_state, "paid")
        payment = self.payment_of(move)
        self.assertEqual(payment.stripe_method, "card")
        self.assertEqual(payment.stripe_last4, "0003")
        self.assertTrue(payment.stripe_charge.startswith("ch_"))
        self.assertIn("/receipt/", payment.stripe_receipt_url)

    def test_payment_in_parts(self):
        move = self.invoice()
        self.pay(move, amount=5000)
        self.learn()
        self.assertEqual(move.payment_state, "partial")
        self.pay(move)
        self.learn()
        self.assert_row("payment_in_parts")
        self.assertEqual(move.payment_state, "paid")

    def test_payment_repeated(self):
        self.paid_invoice()
        for _time in range(3):
            self.learn()
        self.assert_row("payment_repeated")

    def test_payment_of_too_much(self):
        move = self.invoice()
        self.pay(move, method="customer_balance", amount=13000)
        self.learn()
        self.assert_row("payment_of_too_much")
        self.assertEqual(move.payment_state, "paid")
        self.assertIn("10.00", move.activity_ids.note)
        self.assertIn("10.00", move._get_alerts()["stripe_surplus"]["message"])

    def test_payment_twice(self):
        move = self.invoice()
        self.pay(move)
        self.register(move, 120.0)
        self.learn()
        self.assert_row("payment_twice")
        self.assertIn("120.00", move.activity_ids.note)
        self.assertIn("120.00", move._get_alerts()["stripe_surplus"]["message"])
        move.action_stripe_keep_surplus()
        self.assertNotIn("stripe_surplus", move._get_alerts())
        self.assertFalse(move.activity_ids)

    def test_payment_under_way(self):
        move = self.invoice()
        self.pay(move, method="sepa_debit", outcome="processing")
        self.learn()
        self.assert_row("payment_under_way")

    def test_payment_in_closed_period(self):
        move = self.invoice()
        self.pay(move)
        today = datetime.now(ZoneInfo(self.account.tz)).date()
        self.lock(today + timedelta(days=3))
        self.learn()
        self.assert_row("payment_in_closed_period")
        payment = self.payment_of(move)
        self.assertEqual(payment.date, today)
        self.assertGreater(payment.move_id.date, today + timedelta(days=3))
        self.assertIn("closed", payment.message_ids[0].body)
        self.assertEqual(move.payment_state, "paid")

    def test_paid_out_of_band(self):
        move = self.invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/mark_paid", {})
        self.learn()
        self.assert_row("paid_out_of_band")
        self.assertIn("Register", move.activity_ids.note)

    def test_nothing_to_pay(self):
        move = self.make_invoice(price=0.0, taxes=self.no_tax)
        self.start = self.newest_move()
        self.settle()
        self.learn()
        self.assertEqual(move.stripe_status, "paid")
        self.assert_row("nothing_to_pay")

    def test_many_payments_are_booked_together_and_a_bad_one_alone_waits(self):
        moves = [self.invoice() for _number in range(4)]
        for move in moves:
            self.pay(move, number=FRENCH_CARD)
        # Whatever it is that Odoo will not book of one of them.
        bad = moves[1].stripe_document_id.sudo()
        currency, bad.currency_id = bad.currency_id, False
        self.receive_all()
        with self.assertLogs("odoo.addons.sale_stripe_invoice.models.stripe_event"):
            self.run_worker()
        states = [move.payment_state for move in moves]
        self.assertEqual(states, ["paid", "not_paid", "paid", "paid"])
        bad.currency_id = currency
        self.learn()
        self.assertEqual(moves[1].payment_state, "paid")
        self.assertEqual(len(self.entries()), 4, "One payment for each, booked once")
