from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .accounting_common import FRENCH_CARD
from .refund_common import RefundCommon
from .simulator import GRANTS


@tagged("post_install", "-at_install")
class TestRefund(RefundCommon):
    """Refunds, from here and from the dashboard: booked once, when the money moved."""

    def test_refund_of_the_dashboard_is_booked_and_a_draft_proposed(self):
        move = self.paid_invoice()
        refund = self.refund_in_dashboard(move)
        self.learn()
        row = self.refunds(move)
        self.assertEqual((row.stripe_id, row.status), (refund["id"], "succeeded"))
        payment = row.payment_id
        self.assertEqual(payment.payment_type, "outbound")
        self.assertEqual(payment.stripe_ref, refund["id"])
        draft = row.credit_move_id
        self.assertEqual((draft.state, draft.amount_total), ("draft", 120.0))
        self.assertEqual(draft.reversed_entry_id, move)
        self.assertIn("refunded in the dashboard", move.activity_ids.note)
        draft.action_post()
        self.assertTrue(payment.is_reconciled)
        self.assertEqual(draft.payment_state, "paid")
        self.settle()
        # At Stripe, too, there is a credit note for it now, and no second refund.
        [note], refunds = self.at_stripe(move)
        self.assertEqual(note["refunds"][0]["refund"], refund["id"])
        self.assertFalse(note["out_of_band_amount"])
        self.assertEqual(len(refunds), 1)
        self.assertEqual(row.credit_note_id.stripe_id, note["id"])

    def test_refund_of_a_part_has_its_share_of_each_tax(self):
        tax_a, tax_b = self.make_taxed(20), self.make_taxed(5.5)
        move = self.make_invoice(post=False, taxes=tax_a, price=100.0)
        line = {"name": "Book", "price_unit": 37.77, "quantity": 1}
        taxes = [Command.set(tax_b.ids)]
        move.invoice_line_ids = [Command.create({**line, "tax_ids": taxes})]
        move.action_post()
        self.settle()
        self.pay(move, number=FRENCH_CARD)
        self.receive_all()
        self.settle()
        self.refund_in_dashboard(move, amount=3333)
        self.receive_all()
        self.settle()
        draft = self.refunds(move).credit_move_id
        self.assertEqual(draft.amount_total, 33.33)
        self.assertEqual(draft.invoice_line_ids.tax_ids, tax_a + tax_b)
        draft.action_post()
        self.settle()
        self.assertEqual(draft.payment_state, "paid")
        [note], _refunds = self.at_stripe(move)
        self.assertEqual(note["total"], 3333, draft.stripe_credit_note_error)

    def test_several_refunds_each_have_their_draft(self):
        move = self.paid_invoice()
        for amount in (2000, 3000):
            self.refund_in_dashboard(move, amount=amount)
        self.learn()
        rows = self.refunds(move)
        self.assertEqual(rows.mapped("amount"), [20.0, 30.0])
        self.assertEqual(rows.credit_move_id.mapped("amount_total"), [20.0, 30.0])

    def test_draft_that_was_thrown_away_is_not_proposed_again(self):
        move = self.paid_invoice()
        self.refund_in_dashboard(move)
        self.learn()
        self.refunds(move).credit_move_id.unlink()
        self.learn()
        self.assertFalse(self.refunds(move).credit_move_id)

    def test_credit_note_of_the_dashboard_with_a_refund_is_one_draft(self):
        move = self.paid_invoice()
        self.simulator.control(
            f"invoices/{move.stripe_ref}/credit_note",
            {"amount": 12000, "refund_amount": 12000},
        )
        self.learn()
        row = self.refunds(move)
        draft = move.reversal_move_ids
        self.assertEqual(len(draft), 1)
        self.assertEqual(row.credit_move_id, draft)
        draft.action_post()
        self.settle()
        self.assertEqual(draft.payment_state, "paid")

    def test_credit_note_that_follows_a_refund_in_the_dashboard_takes_its_draft(self):
        move = self.paid_invoice()
        refund = self.refund_in_dashboard(move)
        self.learn()
        link = {"refund": refund["id"], "amount_refunded": 12000}
        self.simulator.control(
            f"invoices/{move.stripe_ref}/credit_note",
            {"amount": 12000, "refunds": [link]},
        )
        self.learn()
        draft = move.reversal_move_ids
        self.assertEqual((len(draft), draft.state), (1, "draft"))
        self.assertEqual(self.refunds(move).credit_move_id, draft)

    def test_refund_from_odoo(self):
        move = self.paid_invoice()
        credit = self.credit(move, means="refund", price=50.0)
        self.settle()
        self.learn()
        row = self.refunds(move)
        [note], [refund] = self.at_stripe(move)
        self.assertEqual(note["refunds"][0]["refund"], row.stripe_id)
        self.assertEqual(refund["amount"], 5000)
        self.assertEqual(row.credit_move_id, credit)
        self.assertEqual(credit.payment_state, "paid")
        self.assertEqual(move.reversal_move_ids, credit, "Nothing is proposed on top")

    def test_refund_of_several_payments_takes_each_for_what_it_paid(self):
        move = self.invoice()
        self.pay(move, amount=5000)
        self.pay(move)
        self.learn()
        credit = self.credit(move, means="refund", price=100.0)
        self.settle()
        self.learn()
        self.assertFalse(credit.stripe_credit_note_error)
        [note], refunds = self.at_stripe(move)
        self.assertEqual(sum(one["amount"] for one in refunds), 10000)
        self.assertEqual(len(note["refunds"]), 2)
        self.assertEqual(credit.payment_state, "paid")
        self.assertEqual(sum(self.refunds(move).payment_id.mapped("amount")), 100.0)

    def test_lost_answers_refund_several_payments_once(self):
        move = self.invoice()
        self.pay(move, amount=5000)
        self.pay(move)
        self.learn()
        for kind in ("drop_before", "drop_after"):
            for path in ("/v1/refunds$", "/v1/credit_notes$"):
                self.simulator.fault(kind=kind, method="POST", path=path, times=1)
        credit = self.credit(move, means="refund")
        self.settle()
        self.learn()
        _notes, refunds = self.at_stripe(move)
        self.assertEqual(sum(one["amount"] for one in refunds), 12000)
        self.assertEqual(credit.payment_state, "paid")

    def test_more_than_was_paid_is_never_refunded(self):
        move = self.invoice()
        self.pay(move, amount=5000)
        self.pay(move)
        self.learn()
        self.refund_in_dashboard(move, amount=1000)
        self.learn()
        credit = self.credit(move, means="refund")
        self.settle()
        _notes, refunds = self.at_stripe(move)
        self.assertEqual(len(refunds), 1)
        self.assertIn("110.00", credit.stripe_credit_note_error)

    def test_no_money_moves_for_a_credit_note_that_stripe_would_not_take(self):
        move = self.invoice()
        self.pay(move, amount=5000)
        self.pay(move)
        self.learn()
        credit = self.credit(move, means="refund", post=False)
        credit.invoice_line_ids.tax_ids = self.make_taxed(5)
        credit.action_post()
        self.settle()
        self.assertIn("does not have the tax", credit.stripe_credit_note_error)
        _notes, refunds = self.at_stripe(move)
        self.assertEqual(refunds, [])

    def test_failed_refund_is_taken_back(self):
        move = self.paid_invoice()
        refund = self.refund_in_dashboard(move)
        self.learn()
        row = self.refunds(move)
        row.credit_move_id.action_post()
        self.settle()
        credit = row.credit_move_id
        self.simulator.control(f"refunds/{refund['id']}/fail", {"reason": "declined"})
        self.learn()
        self.assertEqual((row.status, row.payment_id.state), ("failed", "rejected"))
        self.assertEqual(credit.amount_residual, 120.0)
        self.assertEqual(row.taken_back_id.reversed_entry_id, row.payment_id.move_id)
        summaries = move.activity_ids.mapped("summary")
        self.assertIn("Stripe: a refund failed", summaries)

    def test_pending_refund_is_booked_when_its_money_moves(self):
        account = self.simulator.api("account")["id"]
        settings = {"settings": {"refunds_need_balance": True}}
        self.simulator.control(f"accounts/{account}", settings)
        move = self.paid_invoice()
        refund = self.refund_in_dashboard(move)
        self.learn()
        row = self.refunds(move)
        self.assertEqual((row.status, bool(row.payment_id)), ("pending", False))
        self.simulator.control(f"refunds/{refund['id']}/succeed", {})
        self.learn()
        self.assertEqual((row.status, row.payment_id.amount), ("succeeded", 120.0))

    def test_refund_that_waits_for_the_customer_and_is_cancelled(self):
        move = self.invoice()
        self.pay(move, method="customer_balance")
        self.learn()
        refund = self.refund_in_dashboard(move)
        self.learn()
        row = self.refunds(move)
        self.assertEqual(row.status, "requires_action")
        self.assertTrue(row.payment_id)
        self.simulator.control(f"refunds/{refund['id']}/cancel", {})
        self.learn()
        self.assertEqual((row.status, row.payment_id.state), ("canceled", "rejected"))

    def test_refund_of_what_was_paid_twice_needs_no_credit_note(self):
        move = self.invoice()
        self.pay(move)
        self.register(move, 120.0)
        self.learn()
        self.refund_in_dashboard(move)
        self.learn()
        row = self.refunds(move)
        self.assertTrue(row.is_surplus)
        self.assertFalse(move.reversal_move_ids)
        self.assertNotIn("stripe_surplus", move._get_alerts())
        self.assertTrue(row.payment_id.is_reconciled)

    def test_refund_that_arrives_before_its_payment(self):
        move = self.invoice()
        self.pay(move, number=FRENCH_CARD)
        self.refund_in_dashboard(move)
        for event in reversed(self.simulator.events()):
            if event["type"].startswith(("refund", "charge")):
                self.receive(event)
        self.settle()
        self.assertTrue(self.refunds(move).payment_id)
        self.learn()
        self.assertEqual(len(self.refunds(move)), 1)

    def test_lost_events_are_found_by_asking(self):
        move = self.paid_invoice()
        self.simulator.control("deliveries/drop", {"on": True, "events": True})
        self.refund_in_dashboard(move)
        self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        self.assertEqual(self.refunds(move).payment_id.amount, 120.0)

    def test_refund_of_somebody_else_is_ignored(self):
        move = self.paid_invoice()
        refund = self.refund_in_dashboard(move)
        foreign = {"id": "evt_x", "type": "refund.created", "livemode": False}
        body = {**refund, "charge": "ch_other", "payment_intent": None}
        self.receive({**foreign, "data": {"object": {**body, "id": "re_other"}}})
        self.settle()
        event = self.env["stripe.event"].sudo().search([("stripe_id", "=", "evt_x")])
        self.assertEqual(event.state, "done")

    def test_credit_note_that_is_voided_in_the_dashboard_asks(self):
        move = self.invoice()
        credit = self.credit(move, price=50.0)
        self.settle()
        note = credit.sudo().stripe_credit_note_ids
        self.simulator.control(f"credit_notes/{note.stripe_id}/void", {})
        self.learn()
        self.assertEqual((note.status, credit.state), ("void", "posted"))
        self.assertIn(credit.name, move.activity_ids.note)

    def test_credit_of_an_uncollectible_invoice_closes_it(self):
        move = self.invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/mark_uncollectible", {})
        self.learn()
        credit = self.credit(move)
        self.settle()
        notes, _refunds = self.at_stripe(move)
        self.assertEqual(notes, [])
        self.assertFalse(credit.sudo().stripe_credit_note_ids)
        self.assertEqual((move.payment_state, move.stripe_status), ("reversed", "paid"))

    def test_credit_of_a_void_invoice_stays_in_odoo(self):
        move = self.invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.learn()
        credit = self.credit(move)
        self.settle()
        self.assertFalse(credit.sudo().stripe_credit_note_ids)
        self.assertEqual((move.payment_state, move.stripe_status), ("reversed", "void"))

    def test_stripe_mails_a_credit_note_only_where_it_mails(self):
        for sender, mailed in (("odoo", 0), ("stripe", 1)):
            self.account.mail_sender = sender
            move = self.invoice()
            self.credit(move, price=10.0)
            self.settle()
            mails = self.simulator.control("objects/mail")["data"]
            credits = [mail for mail in mails if mail["kind"] == "credit_note"]
            self.assertEqual(len(credits), mailed, sender)

    def test_what_became_of_the_money_is_settled_once_it_is_issued(self):
        move = self.paid_invoice()
        credit = self.credit(move)
        self.settle()
        with self.assertRaisesRegex(UserError, "settled"):
            credit.stripe_credit_means = "refund"

    def test_endpoint_of_an_earlier_version_learns_the_new_events(self):
        account = self.account.sudo()
        events = ["invoice.paid"]
        url = "http://127.0.0.1:1/stripe_invoice/webhook/earlier"
        told = {"url": url, "enabled_events[]": events}
        endpoint = self.simulator.post("webhook_endpoints", **told)
        account.write({"webhook_endpoint": endpoint["id"], "webhook_events": False})
        path = f"webhook_endpoints/{endpoint['id']}"
        self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        found = self.simulator.api(path)["enabled_events"]
        self.assertIn("charge.dispute.created", found)
        self.assertFalse(account.error)

    def test_key_that_may_not_read_disputes_stops_nothing_else(self):
        move = self.paid_invoice()
        rights = [f"{one}:write" for one in GRANTS.values() if one != "disputes"]
        rights += ["account:read"]
        path = f"accounts/{self.account.stripe_id}"
        self.simulator.control(path, {"keys": {"rk_test_limited": rights}})
        self.account.sudo().secret_key = "rk_test_limited"
        self.refund_in_dashboard(move)
        for _time in range(2):
            self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        self.settle()
        self.assertTrue(self.refunds(move))
        self.assertFalse(self.account.error)
        asked = self.account.activity_ids.filtered("summary")
        self.assertEqual(len(asked), 1)
