from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .movements_common import MovementsCommon


@tagged("post_install", "-at_install")
class TestAccountingShared(MovementsCommon):
    """Refunds and disputes of a payment that has paid several invoices."""

    def shared(self, *prices):
        """Return invoices of one customer that one payment has paid."""
        moves = self.env["account.move"]
        for price in prices or (120.0, 60.0):
            moves += self.invoice(price)
        first, *others = moves.mapped("stripe_ref")
        path = f"invoices/{first}/pay_together"
        self.simulator.control(path, {"others": others})
        self.settle_at_stripe()
        self.learn()
        self.import_balance()
        self.assertEqual(set(moves.mapped("payment_state")), {"paid"})
        self.assertEqual(len(set(self.payments(moves).mapped("stripe_charge"))), 1)
        self.assert_clean("transit", "receivable")
        self.start = self.newest_move()
        return moves

    def payments(self, moves):
        return self.env["account.payment"].search(
            [("stripe_document_id.move_id", "in", moves.ids)], order="id"
        )

    # === REFUNDS === #

    def test_refund_of_several_invoices(self):
        moves = self.shared()
        refund = self.refund_in_dashboard(moves[1])
        self.learn_all()
        row = self.env["stripe.refund"].search([("stripe_id", "=", refund["id"])])
        self.assertEqual(row.move_ids, moves)
        drafts = row.credit_move_ids
        for move, amount in zip(moves, (120.0, 60.0), strict=True):
            self.assertEqual(move.reversal_move_ids.amount_total, amount)
            self.assertIn(move.reversal_move_ids, drafts)
            self.assertEqual(move.stripe_refund_count, 1)
            self.assertIn("several invoices", move.activity_ids.note)
        drafts.action_post()
        self.learn_all()
        self.assert_row("refund_of_several_invoices")
        self.assert_clean("transit", "receivable")
        for move, amount in zip(moves, (12000, 6000), strict=True):
            [note], refunds = self.at_stripe_of(move)
            self.assertEqual(
                [(one["refund"], one["amount_refunded"]) for one in note["refunds"]],
                [(refund["id"], amount)],
            )
            self.assertFalse(note["out_of_band_amount"])
            self.assertEqual(len(refunds), 1)

    def at_stripe_of(self, move):
        """Return credit notes of an invoice, and all refunds, as Stripe has them."""
        notes = self.simulator.api("credit_notes", invoice=move.stripe_ref)["data"]
        return notes, self.simulator.control("objects/refund")["data"]

    def test_a_part_that_is_just_one_invoice_is_proposed_for_that_one(self):
        first, second = self.shared()
        self.refund_in_dashboard(first, amount=6000)
        self.learn_all()
        self.assertFalse(first.reversal_move_ids)
        self.assertEqual(second.reversal_move_ids.amount_total, 60.0)

    def test_a_person_may_spread_a_part_otherwise(self):
        first, second = self.shared()
        refund = self.refund_in_dashboard(first, amount=15000)
        self.learn_all()
        drafts = first.reversal_move_ids, second.reversal_move_ids
        self.assertEqual([one.amount_total for one in drafts], [120.0, 30.0])
        drafts[0].invoice_line_ids.price_unit = 90.0
        drafts[1].invoice_line_ids.price_unit = 60.0
        (drafts[0] + drafts[1]).action_post()
        self.learn_all()
        self.assert_clean("transit", "receivable")
        for move, amount in ((first, 9000), (second, 6000)):
            [note], _refunds = self.at_stripe_of(move)
            self.assertEqual(
                [(one["refund"], one["amount_refunded"]) for one in note["refunds"]],
                [(refund["id"], amount)],
            )

    def test_credit_notes_of_the_dashboard_take_the_drafts_of_their_invoices(self):
        moves = self.shared()
        refund = self.refund_in_dashboard(moves[0])
        self.learn_all()
        drafts = [move.reversal_move_ids for move in moves]
        link = {"refund": refund["id"], "amount_refunded": 12000}
        self.simulator.control(
            f"invoices/{moves[0].stripe_ref}/credit_note",
            {"amount": 12000, "refunds": [link]},
        )
        self.learn_all()
        self.assertEqual([move.reversal_move_ids for move in moves], drafts)
        drafts[0].action_post()
        drafts[1].action_post()
        self.learn_all()
        self.assert_clean("transit", "receivable")

    def test_refund_that_failed_opens_both_credit_notes_again(self):
        moves = self.shared()
        refund = self.refund_in_dashboard(moves[0])
        self.learn_all()
        moves.reversal_move_ids.action_post()
        self.learn_all()
        self.simulator.control(f"refunds/{refund['id']}/fail", {"reason": "declined"})
        self.learn_all()
        self.assert_clean("transit")
        self.assertEqual(self.left_on("receivable"), (-180.0, -180.0))

    # === DISPUTES === #

    def test_dispute_of_several_invoices(self):
        moves = self.shared()
        dispute = self.dispute(moves[0])
        self.assertEqual(set(moves.mapped("stripe_disputed")), {True})
        self.assertEqual(set(moves.mapped("no_followup")), {True})
        for move in moves:
            alert = move._get_alerts()["stripe_disputed"]
            self.assertIn("Evidence is due", alert["message"])
            self.assertEqual(alert["action_text"], "Decide")
            self.assertEqual(move.stripe_dispute_count, 1)
        # One person is asked, once, and told of all of them.
        (activity,) = moves.activity_ids
        for move in moves:
            self.assertIn(move.name, activity.note)
        self.close(dispute, "lost")
        self.import_balance()
        for move in moves:
            alert = move._get_alerts()["stripe_disputed"]
            self.assertIn("Decide what becomes", alert["message"])
        self.decide(self.row(moves[1]))
        self.learn_all()
        self.assertFalse(self.row(moves[0]).activity_id)
        self.assert_row("dispute_of_several_invoices")
        self.assert_clean()
        self.assertEqual(moves.mapped("amount_residual"), [120.0, 60.0])
        self.assertFalse(any(moves.mapped("stripe_disputed")))

    def test_of_a_part_a_person_says_which_invoice_is_meant(self):
        first, second = self.shared()
        dispute = self.dispute(first, amount=5000)
        self.close(dispute, "lost")
        self.import_balance()
        row = self.row(first)
        action = row.action_decide()
        wizards = self.env[action["res_model"]].with_context(**action["context"])
        dialog = Form(wizards)
        self.assertTrue(dialog.is_shared)
        with dialog.line_ids.edit(0) as line:
            self.assertEqual((line.move_id, line.amount), (first, 50.0))
            line.amount = 20.0
        with self.assertRaisesRegex(UserError, "50.00"):
            dialog.save().action_confirm()
        with dialog.line_ids.edit(1) as line:
            self.assertEqual((line.move_id, line.amount), (second, 0.0))
            line.amount = 30.0
        dialog.save().action_confirm()
        self.learn_all()
        self.assert_clean()
        self.assertEqual((first.amount_residual, second.amount_residual), (20.0, 30.0))

    def test_nobody_decides_about_payments_of_others(self):
        moves = self.shared()
        other = self.settled_invoice()
        dispute = self.dispute(moves[0], amount=5000)
        self.close(dispute, "lost")
        row = self.row(moves[0])
        action = row.action_decide()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create({})
        wizard.line_ids[0].payment_id = self.payment_of(other)
        with self.assertRaisesRegex(UserError, "50.00"):
            wizard.action_confirm()

    def test_dispute_that_is_won_lets_both_go_on(self):
        moves = self.shared()
        dispute = self.dispute(moves[0])
        self.import_balance()
        self.decide(self.row(moves[0]))
        self.close(dispute, "won")
        self.import_balance()
        self.row(moves[0]).action_take_back()
        self.learn_all()
        self.assert_clean("transit", "dispute", "receivable")
        self.assertEqual(set(moves.mapped("payment_state")), {"paid"})
        self.assertFalse(any(moves.mapped("no_followup")))

    # === LATE FAILURES === #

    def test_failure_is_decided_for_each_invoice_with_its_own_amount(self):
        moves = self.shared()
        payments = self.payments(moves)
        self.simulator.control(f"charges/{payments[0].stripe_charge}/fail", {})
        self.learn_all()
        self.decide(payments[0])
        self.assertEqual(moves.mapped("amount_residual"), [120.0, 0.0])
        self.assertEqual(self.left_on("receivable"), (120.0, 120.0))
        self.decide(payments[1], "write_off", account_id=self.bad_debt().id)
        self.learn_all()
        self.assert_clean()
        self.assertEqual(self.left_on("receivable"), (120.0, 120.0))
