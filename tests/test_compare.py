from odoo import fields
from odoo.tests import tagged

from ..postings.seen import seen_invoice
from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestCompare(StripeInvoiceCommon):
    """Once a day the invoices themselves are compared, not the news of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.compare_cron = cls.env.ref("sale_stripe_invoice.ir_cron_compare")
        cls.account.sudo().webhook_endpoint = False

    def compare(self):
        """Let the daily job run, and the worker after it."""
        self.run_worker(self.compare_cron)
        self.settle()

    def believe(self, move, **values):
        """Let Odoo have taken everything for done, although it did not come of it."""
        self.receive_all()
        events = self.env["stripe.event"].sudo()
        events.search([]).write({"state": "done"})
        move.sudo().stripe_document_id.write({"pending": False, **values})

    def test_a_payment_whose_event_came_to_nothing_is_booked(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.believe(move)
        self.run_worker()
        self.assertEqual(move.payment_state, "not_paid", "Nobody looks any more")
        self.compare()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        for _time in range(2):
            self.compare()
        self.assertEqual(len(self.stripe_payments(move)), 1)

    def test_a_status_without_its_payment_is_repaired(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.believe(move, status="paid", amount_remaining=0, amount_paid=100)
        self.compare()
        self.assertEqual(move.payment_state, "paid")

    def test_whatever_happened_unnoticed_is_found(self):
        acts = {
            "void": ("void", "void"),
            "mark_uncollectible": ("uncollectible", "uncollectible"),
            "mark_paid": ("paid", "paid"),
        }
        moves = {act: self.make_open_invoice() for act in acts}
        part = self.make_open_invoice()
        for act, move in moves.items():
            self.simulator.control(f"invoices/{move.stripe_ref}/{act}", {})
        self.pay(part, amount=4000)
        for move in (*moves.values(), part):
            self.believe(move)
        self.compare()
        for act, (status, _word) in acts.items():
            with self.subTest(act):
                self.assertEqual(moves[act].stripe_status, status)
        self.assertEqual(self.stripe_payments(part).amount, 40)

    def test_what_agrees_is_not_asked_for_one_by_one(self):
        for _number in range(3):
            self.make_open_invoice()
        self.receive_all()
        self.settle()
        self.simulator.control("requests/clear", {})
        self.compare()
        asked = [row["path"] for row in self.simulator.sent("GET")]
        self.assertEqual(asked.count("/v1/invoices"), 3, "One list for each status")
        self.assertFalse([path for path in asked if "/v1/invoices/" in path])
        self.assertTrue(self.account.compared_at)

    def test_many_invoices_are_read_page_by_page(self):
        customer = (
            self.make_open_invoice()
            and self.simulator.control("objects/customer")["data"][0]["id"]
        )
        for _number in range(110):
            self.simulator.post("invoices", customer=customer)
        move = self.make_open_invoice()
        oldest = self.env["account.move"].search([("stripe_ref", "!=", False)])[-1]
        for one in (move, oldest):
            self.believe(one, amount_remaining=1)
        self.compare()
        for one in (move, oldest):
            document = one.sudo().stripe_document_id
            self.assertEqual(document.amount_remaining, one.amount_total)

    def test_one_that_cannot_be_read_is_looked_at(self):
        document = self.make_open_invoice().sudo().stripe_document_id
        seen = self.account._seen_at_stripe(self.account._gateway())
        seen = seen[document.stripe_id]
        self.assertFalse(document._differs_from(seen))
        self.assertTrue(document._differs_from(seen_invoice({}, "open", "")))

    def test_invoices_of_others_are_left_alone(self):
        customer = self.simulator.post("customers", name="Else")["id"]
        self.simulator.post("invoices", customer=customer, auto_advance="false")
        self.compare()
        self.assertFalse(self.account.unknown_invoices)

    def test_invoices_that_a_restored_database_forgot_are_told_once(self):
        move = self.make_open_invoice()
        name, ref = move.name, move.stripe_ref
        # The backup is older than the invoice.
        document = move.sudo().stripe_document_id
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET stripe_document_id = NULL WHERE id = %s", [move.id]
        )
        self.env.cr.execute("DELETE FROM stripe_document WHERE id = %s", [document.id])
        self.env.invalidate_all()
        for _time in range(2):
            self.compare()
        self.assertEqual(self.account.unknown_invoices, f"{name} ({ref})")
        asked = self.account.activity_ids
        self.assertEqual(len(asked), 1)
        self.assertIn(name, asked.note)
        self.simulator.control(f"invoices/{ref}/void", {})
        self.compare()
        self.assertFalse(self.account.unknown_invoices)

    def test_two_companies_on_one_stripe_account_do_not_miss_each_others(self):
        other = self.setup_other_company()["company"]
        other.stripe_invoice = True
        second = self.connect(other)
        self.make_open_invoice()
        self.compare()
        self.assertFalse(self.account.unknown_invoices or second.unknown_invoices)

    def test_stripe_that_is_silent_holds_the_account_back(self):
        self.make_open_invoice()
        self.simulator.fault(kind="down")
        self.run_worker(self.compare_cron)
        self.assertIn("cannot be reached", self.account.error)
        self.assertFalse(self.account.compared_at)
        self.simulator.control("faults/clear", {})
        self.account.next_attempt_at = False
        self.compare()
        self.assertFalse(self.account.error)
        self.assertLess(
            (fields.Datetime.now() - self.account.compared_at).total_seconds(), 60
        )
