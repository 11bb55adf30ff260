import re
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestWorker(StripeInvoiceCommon):
    """From the target to the same invoice at Stripe, or to a sentence."""

    def edit(self, move, **changes):
        """Change the draft in Stripe's dashboard."""
        self.simulator.control(f"invoices/{move.stripe_ref}/edit", changes)

    def remote_invoices(self):
        return self.simulator.control("objects/invoice")["data"]

    # === THE PROOF (I2) === #

    def test_draft_that_was_changed_at_stripe_is_not_finalized(self):
        extra = {"amount": 100, "description": "Extra"}
        edits = {
            "another line": lambda move: self.edit(move, add=[extra]),
            "one cent more": lambda move: self.edit(move, add=[{**extra, "amount": 1}]),
            "two lines that cancel out": lambda move: self.edit(
                move, add=[extra, {**extra, "amount": -100}]
            ),
            "a line less": lambda move: self.edit(
                move, remove=[self.line_ids(move)[0]]
            ),
            "another number": lambda move: self.edit(move, number="STRIPE-1"),
            "no number": lambda move: self.edit(move, number=""),
        }
        for edit, make in edits.items():
            with self.subTest(edit):
                move = self.make_draft_at_stripe()
                ref = move.stripe_ref
                make(move)
                self.settle()
                document = move.sudo().stripe_document_id
                self.assertEqual(document.status, "deleted", document.error)
                self.assertTrue(move.stripe_to_fix)
                self.assertFalse(move.stripe_pending)
                self.assertIn("≠", document.error)
                finalized = self.simulator.sent("POST", f"{ref}/finalize")
                self.assertFalse(finalized, "Something else was finalized")
                self.assertNotIn(ref, [one["id"] for one in self.remote_invoices()])
                # "Try again" makes it anew, and then nobody interferes.
                alert = move._get_alerts()["stripe_refused"]
                getattr(move, alert["action_call"][1])()
                self.assertFalse(move.stripe_to_fix)
                self.settle()
                self.assertEqual(move.stripe_status, "open", document.error)
                self.assertEqual(move.stripe_number, move.name)
                self.assertFalse(move.stripe_to_fix or document.error)

    def line_ids(self, move):
        lines = self.simulator.api(f"invoices/{move.stripe_ref}/lines")["data"]
        return [line["id"] for line in lines]

    def test_both_figures_of_what_differs_are_shown(self):
        move = self.make_draft_at_stripe(price=1000.0, taxes=self.env["account.tax"])
        self.edit(move, add=[{"amount": 1, "description": "One cent"}])
        self.settle()
        message = move._get_alerts()["stripe_refused"]["message"]
        self.assertIn("1,000.00", message)
        self.assertIn("1,000.01", message)

    def test_draft_that_was_finalized_at_stripe_is_taken_as_it_is(self):
        move = self.make_draft_at_stripe()
        self.simulator.control(f"invoices/{move.stripe_ref}/finalize", {})
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(len(self.remote_invoices()), 1)

    def test_finalized_at_stripe_as_another_invoice_is_shown(self):
        for by_event in (True, False):
            with self.subTest(by_event=by_event):
                move = self.make_draft_at_stripe(taxes=self.env["account.tax"])
                self.edit(move, add=[{"amount": 1, "description": "One cent"}])
                self.simulator.control(f"invoices/{move.stripe_ref}/finalize", {})
                if by_event:
                    self.receive_all()
                self.settle()
                self.assertEqual(move.stripe_status, "open")
                self.assertTrue(move.stripe_to_fix)
                message = move._get_alerts()["stripe_refused"]["message"]
                self.assertIn("100.00", message)
                self.assertIn("100.01", message)
                move.button_request_cancel()
                self.settle()
                self.assertEqual(move.state, "cancel")
                self.assertFalse(move.stripe_to_fix)

    # === POSTING (I3) === #

    def test_posting_neither_asks_stripe_nor_depends_on_it(self):
        self.simulator.control("requests/clear", {})
        self.simulator.fault(kind="down")
        self.account.secret_key = False
        move = self.make_invoice()
        self.assertEqual(move.state, "posted")
        self.assertTrue(move.stripe_pending)
        self.assertFalse(self.simulator.control("requests")["data"])

    def test_stripe_down_for_an_hour_delays_and_does_no_more(self):
        now = fields.Datetime.now()
        self.simulator.fault(kind="down")
        moves = self.env["account.move"]
        for minute in range(0, 60, 5):
            with freeze_time(now + timedelta(minutes=minute)):
                moves += self.make_invoice()
                self.run_worker()
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        self.assertTrue(all(moves.mapped("stripe_pending")))
        self.assertFalse(any(moves.mapped("stripe_to_fix")))
        requests = self.simulator.control("requests")["data"]
        self.assertLessEqual(len(requests), 12, "The account was not held back")
        self.assertIn("cannot be reached", self.account.error)
        self.assertIn(
            "cannot be reached", moves[0]._get_alerts()["stripe_waiting"]["message"]
        )
        self.simulator.control("faults/clear", {})
        with freeze_time(now + timedelta(minutes=65)):
            self.run_worker()
        self.assertEqual(set(moves.mapped("stripe_status")), {"open"})
        self.assertEqual(len(self.remote_invoices()), len(moves))
        self.assertFalse(self.account.error)

    # === ONE DOES NOT STOP THE OTHERS (I17) === #

    def test_bad_invoices_among_many_stop_none_of_the_others(self):
        moves = self.env["account.move"]
        for number in range(10):
            # One cent is less than Stripe charges.
            moves += self.make_invoice(price=100 + number if number else 0.01)
        long, tiny, rejected = moves[3], moves[0], moves[9]
        self.env.cr.execute(
            "UPDATE account_move SET name = %s WHERE id = %s",
            ["INV/2026/A-NUMBER-OF-27-LETTERS", long.id],
        )
        self.env.invalidate_all()
        self.simulator.fault(
            kind="status", status=400, path="/v1/invoices$", nth=8, times=1
        )
        self.run_worker()
        good = moves - long - tiny - rejected
        self.assertEqual(set(good.mapped("stripe_status")), {"open"})
        for bad in (long, tiny, rejected):
            with self.subTest(bad.name):
                self.assertFalse(bad.stripe_status)
                self.assertTrue(bad.stripe_to_fix)
                self.assertTrue(bad.sudo().stripe_document_id.error)
        self.assertIn("26", long._get_alerts()["stripe_refused"]["message"])
        self.assertEqual(len(self.remote_invoices()), 7)

    def test_broken_document_is_kept_and_stops_none_of_the_others(self):
        broken, good = self.make_draft_at_stripe(), self.make_invoice()
        document = broken.sudo().stripe_document_id
        document.write({"snapshot": {"lines": []}, "next_attempt_at": False})
        with self.assertLogs("odoo.addons.sale_stripe_invoice", "ERROR"):
            self.run_worker()
        self.assertEqual(good.stripe_status, "open")
        self.assertTrue(broken.stripe_pending)
        self.assertTrue(document.next_attempt_at)
        self.assertIn("server log", document.error)

    def test_number_that_is_taken_at_stripe_is_refused_with_a_sentence(self):
        taken = self.make_open_invoice()
        ref = taken.stripe_ref
        move = self.make_invoice()
        self.env.cr.execute(
            "UPDATE account_move SET name = 'X' WHERE id = %s;"
            "UPDATE account_move SET name = %s WHERE id = %s",
            [taken.id, taken.name, move.id],
        )
        self.env.invalidate_all()
        self.settle()
        self.assertTrue(move.stripe_to_fix, "The same number twice at Stripe")
        self.assertTrue(move._get_alerts()["stripe_refused"]["message"])
        open_ones = [i["id"] for i in self.remote_invoices() if i["status"] == "open"]
        self.assertEqual(open_ones, [ref])

    # === CUSTOMERS === #

    def test_ten_invoices_of_one_contact_make_one_customer(self):
        for _number in range(10):
            self.make_invoice()
        self.run_worker()
        self.assertEqual(len(self.remote_invoices()), 10)
        self.assertEqual(len(self.customers()), 1)
        created = self.simulator.sent("POST", "/v1/customers")
        self.assertEqual(len(created), 1, "An unchanged customer was sent again")

    def customers(self):
        return self.simulator.control("objects/customer")["data"]

    def test_changed_contact_changes_its_customer_only(self):
        first = self.make_open_invoice()
        self.partner_a.write({"email": "new@example.com", "street": False})
        second = self.make_open_invoice()
        (customer,) = self.customers()
        self.assertEqual(customer["email"], "new@example.com")
        self.assertFalse(customer["address"]["line1"])
        former = self.simulator.api(f"invoices/{first.stripe_ref}")
        self.assertEqual(former["customer_email"], "anna@example.com")
        latter = self.simulator.api(f"invoices/{second.stripe_ref}")
        self.assertEqual(latter["customer_email"], "new@example.com")

    def test_customer_that_was_deleted_at_stripe_is_made_anew(self):
        self.make_open_invoice()
        former = self.customers()[0]["id"]
        self.dashboard("DELETE", f"/v1/customers/{former}")
        for change in ({}, {"email": "changed@example.com"}):
            with self.subTest(change):
                self.partner_a.write(change)
                move = self.make_open_invoice()
                remote = self.simulator.api(f"invoices/{move.stripe_ref}")
                self.assertNotEqual(remote["customer"], former)

    # === WITHOUT A CONNECTION === #

    def test_revoked_key_holds_everything_back_until_it_is_connected_again(self):
        key = "sk_test_revoked_later"
        path = f"accounts/{self.account.stripe_id}"
        self.simulator.control(path, {"keys": {key: None}})
        self.account.secret_key = key
        self.simulator.control(f"{path}/remove_key", {"key": key})
        moves = self.make_invoice() + self.make_invoice()
        self.run_worker()
        self.assertTrue(all(moves.mapped("stripe_pending")))
        self.assertIn("does not know this key", self.account.error)
        requests = self.simulator.control("requests")["data"]
        self.assertEqual(len(requests), 1, "Each document tried the revoked key")
        self.connect(self.company)
        self.assertFalse(self.account.error)
        self.settle()
        self.assertEqual(set(moves.mapped("stripe_status")), {"open"})

    # === WHAT IS TOLD === #

    def test_each_real_change_is_told_once_in_the_chatter(self):
        move = self.make_open_invoice()
        self.pay(move)
        for _time in range(3):
            self.receive_all()
            move.action_stripe_retry()
            self.settle()
        bodies = " ".join(move.message_ids.mapped("body"))
        for change in ("is open", "is paid", "Stripe received"):
            self.assertEqual(len(re.findall(change, bodies)), 1, change)
