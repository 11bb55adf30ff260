from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditNote(CreditCommon):
    """A credit note of Odoo is one at Stripe, and no money moves unasked."""

    def note(self, credit):
        """Return the row of a credit note."""
        return credit.sudo().stripe_credit_note_ids

    def at_stripe(self, move):
        """Return the invoice and its credit notes as Stripe has them."""
        ref = move.stripe_ref
        notes = self.simulator.api("credit_notes", invoice=ref)["data"]
        return self.simulator.api(f"invoices/{ref}"), notes

    def receive_and_settle(self):
        """Let all that happened at Stripe arrive."""
        self.receive_all()
        self.settle()

    def test_part_of_an_open_invoice_is_no_longer_asked_for(self):
        move = self.make_open_invoice(price=100.0)
        credit = self.credit(move, price=40.0)
        self.settle()
        invoice, [note] = self.at_stripe(move)
        self.assertEqual(note["total"], round(credit.amount_total * 100))
        self.assertEqual(note["subtotal"], 4000)
        self.assertEqual(note["lines"]["data"][0]["description"], "Consulting")
        self.assertIn(credit.name, note["memo"])
        self.assertEqual(note["pre_payment_amount"], note["total"])
        self.assertEqual(invoice["amount_remaining"], round(move.amount_residual * 100))
        self.assertEqual(self.note(credit).status, "issued")
        self.assertEqual(credit.stripe_credit_note_number, note["number"])
        # It is credited, and so not told as a payment on top.
        self.assertEqual(invoice["amount_paid"], 0)
        self.assertEqual(self.simulator.sent(path="/v1/payment_records"), [])

    def test_whole_open_invoice_ends_as_paid_without_money(self):
        move = self.make_open_invoice()
        self.credit(move)
        self.settle()
        invoice, _notes = self.at_stripe(move)
        self.assertEqual((invoice["status"], move.stripe_status), ("paid", "paid"))
        self.assertEqual(self.simulator.sent(path="/pay"), [])
        self.assertFalse(self.stripe_payments(move))
        self.assertEqual(move.payment_state, "reversed")
        self.assertFalse(move.activity_ids)

    def test_rest_after_a_credit_is_paid_by_bank(self):
        move = self.make_open_invoice(price=100.0)
        self.credit(move, price=40.0)
        self.settle()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self.settle()
        self.assertEqual(move.stripe_status, "paid")
        invoice, _notes = self.at_stripe(move)
        self.assertEqual(invoice["status"], "paid")

    def test_paid_invoice_is_credited_without_moving_money(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_and_settle()
        credit = self.credit(move)
        self.settle()
        _invoice, [note] = self.at_stripe(move)
        self.assertEqual(note["out_of_band_amount"], note["total"])
        self.assertEqual(note["refunds"], [])
        self.assertEqual(self.note(credit).status, "issued")

    def test_refund_and_customer_balance_are_asked_for(self):
        for means in ("refund", "balance"):
            move = self.make_open_invoice()
            self.pay(move)
            self.receive_and_settle()
            credit = self.credit(move, means=means)
            self.settle()
            _invoice, [note] = self.at_stripe(move)
            self.assertEqual(bool(note["refunds"]), means == "refund")
            balance = bool(note["customer_balance_transaction"])
            self.assertEqual(balance, means == "balance")
            self.assertFalse(self.note(credit).error)

    def test_more_than_stripe_has_is_refused_with_a_sentence(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_and_settle()
        self.simulator.control(f"invoices/{move.stripe_ref}/refund", {"amount": 1000})
        credit = self.credit(move, means="refund")
        self.settle()
        self.assertTrue(self.note(credit).refused)
        self.assertTrue(credit.stripe_credit_note_error)
        self.assertTrue(credit.activity_ids)

    def test_tax_that_the_invoice_does_not_have_is_refused(self):
        move = self.make_open_invoice()
        credit = self.credit(move, post=False)
        credit.invoice_line_ids.tax_ids = self.tax_sale_b
        credit.action_post()
        self.settle()
        self.assertIn(
            self.tax_sale_b.invoice_label or self.tax_sale_b.name,
            credit.stripe_credit_note_error,
        )
        _invoice, notes = self.at_stripe(move)
        self.assertEqual(notes, [])

    def test_negative_lines_are_summed_up(self):
        line = {"name": "Discount", "price_unit": -10.0, "quantity": 1}
        taxes = [Command.set(self.tax_sale_a.ids)]
        move = self.make_invoice(price=100.0, post=False)
        move.invoice_line_ids = [Command.create({**line, "tax_ids": taxes})]
        move.action_post()
        self.settle()
        credit = self.credit(move)
        self.settle()
        _invoice, [note] = self.at_stripe(move)
        self.assertEqual(note["total"], round(credit.amount_total * 100))
        self.assertEqual(len(note["lines"]["data"]), 1)

    def test_lost_answer_issues_it_once(self):
        move = self.make_open_invoice()
        for kind in ("drop_before", "drop_after"):
            self.simulator.fault(
                kind=kind, method="POST", path="/v1/credit_notes$", times=1
            )
        credit = self.credit(move, price=10.0)
        self.settle()
        self.assertEqual(len(self.at_stripe(move)[1]), 1)
        self.assertEqual(self.note(credit).status, "issued")

    def test_issued_credit_note_is_voided_before_it_is_cancelled(self):
        move = self.make_open_invoice(price=100.0)
        credit = self.credit(move, price=40.0)
        self.settle()
        for act in (credit.button_draft, credit.button_cancel):
            with self.assertRaisesRegex(UserError, credit.name):
                act()
        credit.action_stripe_void_credit_note()
        self.settle()
        invoice, [note] = self.at_stripe(move)
        self.assertEqual((note["status"], credit.state), ("void", "cancel"))
        self.assertEqual(invoice["amount_remaining"], invoice["total"])

    def test_voiding_what_was_paid_is_refused(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_and_settle()
        credit = self.credit(move)
        self.settle()
        with self.assertRaisesRegex(UserError, credit.name):
            credit.action_stripe_void_credit_note()

    def test_credit_of_what_stripe_does_not_have_stays_in_odoo(self):
        move = self.make_invoice(stripe_invoice=False)
        credit = self.credit(move)
        self.assertFalse(self.note(credit))
        self.assertFalse(credit.stripe_is_credit)

    def test_credit_note_of_the_dashboard_becomes_a_draft(self):
        move = self.make_open_invoice(price=100.0)
        line_id = self.simulator.api(f"invoices/{move.stripe_ref}/lines")["data"][0]
        line = {"type": "invoice_line_item", "invoice_line_item": line_id["id"]}
        self.simulator.control(
            f"invoices/{move.stripe_ref}/credit_note",
            {"lines": [{**line, "amount": 2500}]},
        )
        self.receive_and_settle()
        draft = move.reversal_move_ids
        self.assertEqual((len(draft), draft.state), (1, "draft"))
        _invoice, [note] = self.at_stripe(move)
        self.assertEqual(round(draft.amount_total * 100), note["total"])
        self.assertEqual(draft.invoice_line_ids.tax_ids, self.tax_sale_a)
        self.assertIn(note["number"], move.activity_ids.note)
        # However often it is told, and once it is confirmed, it stays one.
        self.receive_and_settle()
        draft.action_post()
        self.settle()
        self.assertEqual(move.reversal_move_ids, draft)
        self.assertEqual(len(self.at_stripe(move)[1]), 1)
        self.assertEqual(move.amount_residual * 100, _invoice["amount_remaining"])

    def test_draft_of_the_dashboard_may_be_thrown_away(self):
        move = self.make_open_invoice()
        self.simulator.control(
            f"invoices/{move.stripe_ref}/credit_note",
            {"amount": round(move.amount_total * 100)},
        )
        self.receive_and_settle()
        move.reversal_move_ids.unlink()
        self.receive_and_settle()
        self.assertFalse(move.reversal_move_ids)
