from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .dispute_common import DisputeCommon


@tagged("post_install", "-at_install")
class TestDispute(DisputeCommon):
    """Disputes: seen at once, decided by a person, each movement in the books once."""

    def test_disputed_invoice_is_unmistakable(self):
        move = self.paid_invoice()
        dispute = self.dispute(move, reason="product_not_received")
        row = self.row(move)
        self.assertEqual((row.stripe_id, row.status), (dispute["id"], "needs_response"))
        self.assertTrue(move.stripe_disputed)
        self.assertIn(move, move.search([("stripe_disputed", "=", True)]))
        alert = move._get_alerts()["stripe_disputed"]
        self.assertEqual(alert["level"], "danger")
        self.assertIn("the goods did not arrive", alert["message"])
        activity = row.activity_id
        self.assertEqual(activity.date_deadline, row._deadline())
        self.assertIn(f"/disputes/{dispute['id']}", activity.note)
        self.assertEqual(move.payment_state, "paid", "Only a person reopens it")

    def test_evidence_is_due_on_the_day_of_the_books(self):
        move = self.paid_invoice()
        self.dispute(move)
        row = self.row(move)
        # 23:59:59 UTC is the next day in Paris.
        self.assertEqual(row.due_by.hour, 23)
        self.assertEqual((row._deadline() - row.due_by.date()).days, 1)

    def test_inquiry_moves_nothing_and_is_only_told(self):
        move = self.paid_invoice()
        dispute = self.dispute(move, inquiry=True)
        row = self.row(move)
        self.assertFalse(row.taken_on)
        self.assertFalse(row.can_decide)
        self.assertEqual(move._get_alerts()["stripe_disputed"]["level"], "warning")
        self.assertIn("asks", row.activity_id.summary)
        self.close(dispute, "warning_closed")
        self.assertFalse(move.stripe_disputed)
        self.assertFalse(row.activity_id)

    def test_inquiry_that_becomes_a_dispute(self):
        move = self.paid_invoice()
        dispute = self.dispute(move, inquiry=True)
        self.simulator.control(f"disputes/{dispute['id']}/escalate", {})
        self.learn()
        row = self.row(move)
        self.assertEqual(row.status, "needs_response")
        self.assertTrue(row.taken_on)
        self.assertIn("disputed", row.activity_id.summary)

    def test_evidence_that_was_sent_ends_the_activity(self):
        move = self.paid_invoice()
        dispute = self.dispute(move)
        self.simulator.control(
            f"disputes/{dispute['id']}/respond",
            {"evidence": {"uncategorized_text": "It was delivered."}},
        )
        self.learn()
        row = self.row(move)
        self.assertEqual(row.status, "under_review")
        self.assertFalse(row.activity_id)
        self.assertTrue(move.stripe_disputed)

    def test_dispute_that_is_won_leaves_nothing_behind(self):
        move = self.paid_invoice()
        dispute = self.dispute(move)
        self.close(dispute, "won")
        row = self.row(move)
        self.assertEqual((row.status, bool(row.back_on)), ("won", True))
        self.assertFalse(move.stripe_disputed)
        self.assertFalse(row.activity_id)
        self.assertEqual(move.payment_state, "paid")

    def test_dispute_that_is_lost_asks_and_is_reopened_by_a_person(self):
        move = self.paid_invoice()
        dispute = self.dispute(move)
        self.close(dispute, "lost")
        row = self.row(move)
        self.assertEqual(move.amount_residual, 0.0)
        self.assertIn("Decide", row.activity_id.note)
        self.decide(row)
        self.assertEqual(
            (move.amount_residual, move.payment_state), (120.0, "not_paid")
        )
        self.assertFalse(move.stripe_disputed)
        self.assertFalse(row.activity_id)
        self.assertEqual(row.entry_id.state, "posted")
        with self.assertRaisesRegex(UserError, "nothing to decide"):
            self.decide(row)
        self.learn()
        self.assertEqual(move.amount_residual, 120.0)

    def test_lost_dispute_is_written_off(self):
        move = self.paid_invoice()
        dispute = self.dispute(move)
        self.close(dispute, "lost")
        row = self.row(move)
        with self.assertRaisesRegex(UserError, "account of the bad debt"):
            self.decide(row, "write_off")
        self.decide(row, "write_off", account_id=self.bad_debt().id)
        self.assertEqual(move.payment_state, "paid")
        debit = row.entry_id.line_ids.filtered("debit")
        self.assertEqual((debit.account_id, debit.debit), (self.bad_debt(), 120.0))

    def test_what_is_still_argued_about_is_not_written_off(self):
        move = self.paid_invoice()
        self.dispute(move)
        with self.assertRaisesRegex(UserError, "nothing to decide"):
            self.decide(self.row(move), "write_off", account_id=self.bad_debt().id)

    def test_part_of_a_payment_that_is_disputed(self):
        move = self.paid_invoice()
        dispute = self.dispute(move, amount=5000)
        self.close(dispute, "lost")
        self.decide(self.row(move))
        self.assertEqual((move.amount_residual, move.payment_state), (50.0, "partial"))

    def test_reopened_and_then_won(self):
        move = self.paid_invoice()
        dispute = self.dispute(move)
        row = self.row(move)
        self.decide(row)
        self.assertEqual(move.amount_residual, 120.0)
        self.close(dispute, "won")
        self.assertTrue(row.can_take_back)
        self.assertIn("Take Back", row.activity_id.note)
        row.action_take_back()
        self.assertEqual((move.amount_residual, move.payment_state), (0.0, "paid"))
        self.assertFalse(row.activity_id)
        with self.assertRaisesRegex(UserError, "no decision"):
            row.action_take_back()

    def test_reminders_and_charges_are_held(self):
        move = self.invoice()
        self.pay(move, amount=5000)
        self.learn()
        dispute = self.dispute(move)
        self.assertTrue(move.no_followup)
        self.assertFalse(move.stripe_can_send or move.stripe_can_charge)
        for act in (move.action_stripe_send, move.action_stripe_charge):
            with self.assertRaisesRegex(UserError, "disputed"):
                act()
        self.close(dispute, "won")
        self.assertFalse(move.no_followup)
        self.assertTrue(move.stripe_can_send)

    def test_nothing_is_refunded_while_it_is_disputed(self):
        move = self.paid_invoice()
        self.dispute(move)
        credit = self.credit(move, means="refund")
        self.settle()
        self.assertIn("disputed", credit.stripe_credit_note_error)
        _notes, refunds = self.at_stripe(move)
        self.assertEqual(refunds, [])
        credit.stripe_credit_means = "none"
        credit.action_stripe_retry_credit_note()
        self.settle()
        self.assertEqual(credit.stripe_credit_note_status, "issued")

    def test_credit_of_a_lost_dispute(self):
        move = self.paid_invoice()
        dispute = self.dispute(move)
        self.close(dispute, "lost")
        self.decide(self.row(move))
        credit = self.credit(move)
        self.settle()
        self.learn()
        [note], _refunds = self.at_stripe(move)
        self.assertEqual(note["out_of_band_amount"], 12000)
        self.assertEqual(move.payment_state, "reversed")
        self.assertEqual(credit.amount_residual, 0.0)

    def test_debit_that_the_bank_sent_back(self):
        move = self.invoice()
        self.pay(move, method="sepa_debit")
        self.learn()
        self.assertEqual(move.payment_state, "paid")
        self.simulator.control(f"invoices/{move.stripe_ref}/return", {})
        self.learn()
        row = self.row(move)
        self.assertEqual(row.activity_id.summary, "Stripe: the bank sent a debit back")
        self.assertIn("not enough money", row.activity_id.note)
        self.decide(row)
        self.assertEqual(move.amount_residual, 120.0)

    def test_payment_that_failed_after_it_had_succeeded(self):
        move = self.paid_invoice()
        payment = self.payment_of(move)
        self.simulator.control(f"charges/{payment.stripe_charge}/fail", {})
        self.learn()
        self.assertTrue(payment.stripe_failed_on)
        self.assertIn("took", move.activity_ids.note)
        alert = move._get_alerts()["stripe_returned"]
        self.assertEqual(alert["level"], "danger")
        self.decide(payment)
        self.assertEqual(move.amount_residual, 120.0)
        self.assertNotIn("stripe_returned", move._get_alerts())
        with self.assertRaisesRegex(UserError, "nothing to decide"):
            self.decide(payment)

    def test_lost_events_are_found_by_asking(self):
        move = self.paid_invoice()
        self.simulator.control("deliveries/drop", {"on": True, "events": True})
        self.simulator.control(f"invoices/{move.stripe_ref}/dispute", {})
        catch_up = self.env.ref("sale_stripe_invoice.ir_cron_catch_up")
        self.run_worker(catch_up)
        row = self.row(move)
        self.assertEqual(row.status, "needs_response")
        self.simulator.control(f"disputes/{row.stripe_id}/close", {"outcome": "won"})
        self.run_worker(catch_up)
        self.assertEqual(row.status, "won")

    def test_who_may_decide(self):
        move = self.paid_invoice()
        dispute = self.dispute(move)
        self.close(dispute, "lost")
        row = self.row(move)
        reader = new_test_user(
            self.env,
            "reader",
            "account.group_account_readonly",
            company_id=self.company.id,
        )
        self.assertTrue(row.with_user(reader).stripe_id)
        with self.assertRaises(AccessError):
            self.decide(row.with_user(reader))
        with self.assertRaises(AccessError):
            row.with_user(reader).action_take_back()
        biller = new_test_user(
            self.env,
            "biller",
            "account.group_account_invoice",
            company_id=self.company.id,
        )
        self.decide(row.with_user(biller))
        self.assertEqual(move.amount_residual, 120.0)
