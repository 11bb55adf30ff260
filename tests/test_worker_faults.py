from datetime import timedelta, timezone

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from ..const import LINES_PER_CALL
from .common import StripeInvoiceCommon

# What can go wrong once with one request.
FAULTS = {
    "rate limit": {"kind": "status", "status": 429},
    "lock": {"kind": "status", "status": 409},
    "server error before the effect": {"kind": "status", "status": 500},
    "server error after the effect": {"kind": "status", "status": 500, "after": True},
    "bad gateway after the effect": {"kind": "status", "status": 502, "after": True},
    "connection lost before the effect": {"kind": "drop_before"},
    "connection lost after the effect": {"kind": "drop_after"},
}
# The requests on the way from a confirmed to an open invoice.
CALLS = {
    "create the customer": ("POST", "/v1/customers$"),
    "create the draft": ("POST", "/v1/invoices$"),
    "add the lines": ("POST", "/add_lines$"),
    "read the draft": ("GET", "/v1/invoices/[^/]+$"),
    "read the lines": ("GET", "/lines$"),
    "finalize": ("POST", "/finalize$"),
}


@tagged("post_install", "-at_install")
class TestWorkerFaults(StripeInvoiceCommon):
    """Whatever goes wrong on the wire, the same end state (invariant I4)."""

    def setUp(self):
        super().setUp()
        self.number = 0

    def new_partner(self):
        """Return a contact that Stripe has not seen yet."""
        self.number += 1
        return self.partner_a.copy({"name": f"Customer {self.number}"})

    def remote(self, name, **metadata):
        """Return the objects at Stripe, of any state, that carry ``metadata``."""
        objects = self.simulator.control(f"objects/{name}")["data"]
        return [
            one
            for one in objects
            if metadata.items() <= (one["metadata"] or {}).items()
        ]

    def assert_same_end_state(self, move):
        """Assert that the invoice is open, and that nothing exists twice."""
        document = move.sudo().stripe_document_id
        self.assertEqual(document.status, "open", document.error)
        self.assertFalse(document.pending or document.pending_call or document.error)
        customers = self.remote("customer", odoo_partner=str(move.partner_id.id))
        self.assertEqual(len(customers), 1, "customers at Stripe")
        invoices = self.remote("invoice", odoo_document=str(document.id))
        self.assertEqual(len(invoices), 1, "invoices at Stripe")
        self.assertEqual(invoices[0]["id"], move.stripe_ref)
        self.assertEqual(invoices[0]["status"], "open")
        self.assertEqual(invoices[0]["number"], move.name)
        self.assertEqual(invoices[0]["customer"], customers[0]["id"])
        self.assertEqual(invoices[0]["total"], round(move.amount_total * 100))
        lines = self.simulator.api(f"invoices/{move.stripe_ref}/lines", limit=100)
        self.assertEqual(len(lines["data"]), len(move.invoice_line_ids))
        told = [body for body in move.message_ids.mapped("body") if "is open" in body]
        self.assertEqual(len(told), 1, "messages about the open invoice")

    def push_through(self, method, path, fault):
        """Send an invoice while ``fault`` strikes, then settle, and return it."""
        self.simulator.fault(method=method, path=path, **fault)
        move = self.make_invoice(partner=self.new_partner())
        self.settle()
        rules = self.simulator.control("faults")["data"]
        self.assertTrue(all(rule["hits"] for rule in rules), "The fault never struck")
        self.simulator.control("faults/clear", {})
        return move

    def test_any_fault_of_any_request_leads_to_the_same_end_state(self):
        for call, (method, path) in CALLS.items():
            for fault, rule in FAULTS.items():
                with self.subTest(call=call, fault=fault):
                    move = self.push_through(method, path, {**rule, "times": 1})
                    self.assert_same_end_state(move)

    def test_faults_that_come_three_times_lead_to_the_same_end_state(self):
        for call, (method, path) in CALLS.items():
            with self.subTest(call=call):
                rule = {**FAULTS["connection lost after the effect"], "times": 3}
                self.assert_same_end_state(self.push_through(method, path, rule))

    def test_a_fault_of_every_seventh_request_leads_to_the_same_end_state(self):
        for fault, rule in FAULTS.items():
            with self.subTest(fault=fault):
                move = self.push_through("", "", {**rule, "every": 7})
                self.assert_same_end_state(move)

    def test_lines_in_several_chunks_are_added_once_each(self):
        for kind, nth in (("drop_after", 1), ("drop_after", 2), ("drop_before", 2)):
            with self.subTest(kind=kind, nth=nth):
                self.simulator.fault(kind=kind, path="/add_lines$", nth=nth)
                lines = [
                    Command.create({"name": f"Line {n}", "price_unit": n})
                    for n in range(1, LINES_PER_CALL + 2)
                ]
                partner = self.new_partner()
                move = self.make_invoice(partner=partner, invoice_line_ids=lines)
                self.settle()
                self.simulator.control("faults/clear", {})
                self.assertEqual(move.stripe_status, "open")
                remote = self.simulator.api(f"invoices/{move.stripe_ref}")
                self.assertEqual(remote["lines"]["total_count"], len(lines))
                self.assertEqual(remote["total"], round(move.amount_total * 100))

    def test_any_fault_of_the_void_leads_to_the_cancelled_invoice(self):
        for fault, rule in FAULTS.items():
            with self.subTest(fault=fault):
                move = self.make_open_invoice(partner=self.new_partner())
                self.simulator.fault(path="/void$", times=1, **rule)
                move.button_request_cancel()
                self.settle()
                self.simulator.control("faults/clear", {})
                self.assertEqual(move.stripe_status, "void")
                self.assertEqual(move.state, "cancel")
                remote = self.simulator.api(f"invoices/{move.stripe_ref}")
                self.assertEqual(remote["status"], "void")

    def test_any_fault_of_the_withdrawal_leads_to_the_deleted_draft(self):
        for fault, rule in FAULTS.items():
            with self.subTest(fault=fault):
                move = self.make_draft_at_stripe()
                self.simulator.fault(method="DELETE", times=1, **rule)
                move.button_draft()
                self.settle()
                self.simulator.control("faults/clear", {})
                self.assertEqual(move.stripe_status, "deleted")
                document = str(move.sudo().stripe_document_id.id)
                self.assertFalse(self.remote("invoice", odoo_document=document))

    # === KEYS THAT HAVE LOST THEIR WORTH === #

    def test_after_a_day_the_lost_object_is_found_by_its_metadata(self):
        for call in ("create the customer", "create the draft", "add the lines"):
            for kind in ("drop_before", "drop_after"):
                with self.subTest(call=call, kind=kind):
                    method, path = CALLS[call]
                    self.simulator.fault(method=method, path=path, kind=kind, times=1)
                    move = self.make_invoice(partner=self.new_partner())
                    self.run_worker()
                    keys = self.keys_sent(path)
                    self.assertEqual(len(keys), 1)
                    self.go_on_after(hours=25)
                    self.assert_same_end_state(move)
                    again = self.keys_sent(path)[1:]
                    self.assertNotIn(keys[0], again, "An expired key was used again")
                    self.simulator.control("faults/clear", {})
                    self.simulator.control("requests/clear", {})

    def test_after_some_hours_a_request_that_is_out_of_date_is_made_anew(self):
        self.simulator.fault(kind="drop_before", path="/v1/invoices$", times=1)
        move = self.make_invoice(invoice_date_due=fields.Date.today())
        self.run_worker()
        self.go_on_after(hours=8)
        self.assert_same_end_state(move)

    def go_on_after(self, hours):
        """Settle some hours later, by Odoo's clock and by Stripe's."""
        now = fields.Datetime.now()
        self.simulator.control("clock/advance", {"seconds": hours * 3600})
        with freeze_time(now + timedelta(hours=hours)):
            self.settle()
        epoch = int(now.replace(tzinfo=timezone.utc).timestamp())
        self.simulator.control("clock/set", {"epoch": epoch})

    def keys_sent(self, path):
        sent = self.simulator.sent("POST", path.rstrip("$"))
        return [
            row["idempotency_key"] for row in sent if row["path"].endswith(path[:-1])
        ]

    # === HOW LONG IT WAITS === #

    def test_stripe_decides_how_long_to_wait_after_too_many_requests(self):
        self.simulator.fault(kind="status", status=429, retry_after=120, times=1)
        before = fields.Datetime.now()
        move = self.make_invoice()
        self.run_worker()
        document = move.sudo().stripe_document_id
        wait = document.next_attempt_at - before
        self.assertGreaterEqual(wait, timedelta(seconds=120))
        self.assertLess(wait, timedelta(seconds=135))
        self.run_worker()
        self.assertEqual(len(self.simulator.sent("POST")), 1, "It did not wait")
        with freeze_time(before + timedelta(seconds=140)):
            self.run_worker()
        self.assert_same_end_state(move)

    def test_lost_answers_in_between_do_not_add_up_for_the_whole_account(self):
        for path in ("/v1/customers$", "/v1/invoices$", "/add_lines$", "/finalize$"):
            self.simulator.fault(kind="drop_after", path=path, times=1)
        move = self.make_invoice(partner=self.new_partner())
        pauses = []
        while move.stripe_status != "open":
            now = fields.Datetime.now()
            self.run_worker()
            if self.account.next_attempt_at:
                pauses.append((self.account.next_attempt_at - now).total_seconds())
            self.account.next_attempt_at = False
            move.sudo().stripe_document_id.next_attempt_at = False
        self.assertEqual(len(pauses), 4)
        self.assertLess(max(pauses), 20, pauses)
        self.assert_same_end_state(move)

    def test_pauses_grow_while_it_fails_and_what_is_waited_for_is_shown(self):
        self.simulator.fault(kind="status", status=409, path="/v1/invoices$")
        move = self.make_invoice()
        document = move.sudo().stripe_document_id
        pauses = []
        now = fields.Datetime.now()
        for _attempt in range(6):
            with freeze_time(now):
                self.run_worker()
            pauses.append((document.next_attempt_at - now).total_seconds())
            self.assertEqual(document.attempts, len(pauses))
            self.assertTrue(move.stripe_pending)
            self.assertFalse(move.stripe_to_fix)
            now = document.next_attempt_at + timedelta(seconds=1)
        self.assertEqual(pauses, sorted(pauses))
        self.assertGreater(pauses[-1], 20 * pauses[0])
        alert = move._get_alerts()["stripe_waiting"]
        self.assertIn("another API request", alert["message"])
        move.action_stripe_retry()
        self.simulator.control("faults/clear", {})
        self.run_worker()
        self.assert_same_end_state(move)
