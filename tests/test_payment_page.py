from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .dashboard_common import DashboardCommon

BOUNCING = "DE62370400440532013001"


@tagged("post_install", "-at_install")
class TestPaymentPage(DashboardCommon):
    """What customers do on the payment page, and what becomes of it."""

    def test_declined_payment_is_told_once_and_forgotten_when_paid(self):
        move = self.make_open_invoice()
        self.pay(move, outcome="decline")
        self.learn(move)
        self.assertEqual(move.stripe_payment_state, "failed")
        self.assert_told(move, "failed", "stripe_failed", answer="payment page")
        self.pay(move)
        self.learn(move)
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.stripe_payment_state)
        self.assertFalse(move.activity_ids)

    def test_each_attempt_that_fails_is_told(self):
        move = self.make_open_invoice()
        for times in (1, 2, 3):
            self.pay(move, outcome="decline")
            self.learn(move)
            self.assert_told(
                move, "failed", "stripe_failed", answer="payment page", times=times
            )

    def test_payment_that_wants_authentication_says_who_must_act(self):
        move = self.make_open_invoice()
        self.pay(move, outcome="requires_action")
        self.learn(move)
        self.assertEqual(move.stripe_payment_state, "requires_action")
        self.assert_told(
            move,
            "must authenticate",
            "stripe_action",
            answer=move.stripe_hosted_invoice_url,
        )
        self.act(move, "authenticate", success=False)
        self.learn(move)
        self.assertEqual(move.stripe_payment_state, "failed")
        self.assertFalse(self.stripe_payments(move))
        self.act(move, "pay")
        self.learn(move)
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)

    def start_debit(self, **how):
        """Return an invoice whose customer has started a debit."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        move = self.make_open_invoice(currency_id=euro.id)
        self.pay(move, method="sepa_debit", outcome="processing", **how)
        self.learn(move)
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.stripe_payment_state, "processing")
        self.assertFalse(self.stripe_payments(move))
        self.assertEqual(move.payment_state, "not_paid")
        self.assert_told(move, "being processed", "stripe_processing")
        self.simulator.control("clock/advance", {"seconds": 6 * 86400})
        self.learn(move)
        return move

    def test_debit_is_shown_while_it_is_under_way_and_booked_at_its_end(self):
        move = self.start_debit()
        self.assertEqual(self.stripe_payments(move).mapped("amount"), [115.0])
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)
        self.assertFalse(move.stripe_payment_state)

    def test_debit_that_is_returned_books_nothing(self):
        move = self.start_debit(number=BOUNCING)
        self.assertFalse(self.stripe_payments(move))
        self.assertEqual(move.payment_state, "not_paid")
        self.assert_told(move, "payment failed", "stripe_failed", answer="payment page")

    def test_nothing_is_done_at_stripe_while_a_debit_is_under_way(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        move = self.make_open_invoice(currency_id=euro.id)
        acts = {
            "stripe_can_charge": move.action_stripe_charge,
            "stripe_can_send": move.action_stripe_send,
            "stripe_can_write_off": move.action_stripe_write_off,
        }
        self.assertTrue(all(move[name] for name in acts))
        self.pay(move, method="sepa_debit", outcome="processing")
        # Asked for before anybody knew: it waits.
        move.action_stripe_send()
        self.receive_all()
        self.run_worker()
        for name, act in acts.items():
            self.assertFalse(move[name], f"{name}: its button would be in sight")
            with self.assertRaisesRegex(UserError, "being processed"):
                act()
        dialog = self.env["stripe.document.write.off"].create(
            {"move_ids": move.ids, "propose_entry": False}
        )
        with self.assertRaisesRegex(UserError, "being processed"):
            dialog.action_confirm()
        # A cancellation is wanted in any case, and waits.
        move.action_stripe_void()
        self.run_worker()
        for path in ("/send", "/pay", "/void", "/mark_uncollectible"):
            self.assertFalse(self.simulator.sent("POST", path))

    def test_transfer_of_too_much_is_booked_whole_and_asked_about(self):
        move = self.make_open_invoice()
        self.pay(move, method="customer_balance", amount=12000)
        self.learn(move)
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.stripe_payments(move).mapped("amount"), [120.0])
        self.assert_told(move, "is paid", "stripe_surplus", answer="5.00")

    def test_overdue_is_told_once_and_shown(self):
        body = {"settings": {"overdue_events": True}}
        self.simulator.control(f"accounts/{self.account.stripe_id}", body)
        due = fields.Date.today() + timedelta(days=10)
        move = self.make_open_invoice(invoice_date_due=due)
        self.assertNotIn("stripe_overdue", move._get_alerts())
        self.simulator.control("clock/advance", {"seconds": 11 * 86400})
        with freeze_time(fields.Datetime.now() + timedelta(days=11)):
            self.learn(move)
            self.assert_told(move, "overdue", "stripe_overdue")
            self.pay(move)
            self.learn(move)
        self.assertNotIn("stripe_overdue", move._get_alerts())
