import random
from datetime import datetime, timedelta, timezone

import psycopg2

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..const import HANDLED_EVENTS
from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestWorkerEvents(StripeInvoiceCommon):
    """Any order and any number of events, the same end state (I1, I5, I12)."""

    def setUp(self):
        super().setUp()
        self.inbox = self.env["stripe.event"].sudo()

    def assert_paid_once(self, move, amounts=None):
        """Assert that the invoice is paid, and that each payment is booked once."""
        amounts = amounts or [move.amount_total]
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(move.amount_residual, 0)
        payments = self.stripe_payments(move)
        self.assertEqual(sorted(payments.mapped("amount")), sorted(amounts))
        self.assertEqual(len(set(payments.mapped("stripe_ref"))), len(amounts))
        self.assertEqual(set(payments.mapped("is_reconciled")), {True})
        events = self.inbox.search([("invoice_ref", "=", move.stripe_ref)])
        self.assertLessEqual(set(events.mapped("state")), {"done", "ignored"})

    def events_of(self, move):
        """Return all events about the invoice, oldest first."""
        return [
            event
            for event in self.simulator.events()
            if move.stripe_ref
            in (
                event["data"]["object"]["id"],
                event["data"]["object"].get("invoice"),
            )
        ]

    # === ORDER AND NUMBER (I1, I5) === #

    def test_any_order_of_the_events_books_the_payment_once(self):
        for seed in range(6):
            with self.subTest(seed=seed):
                move = self.make_open_invoice()
                self.pay(move)
                events = self.events_of(move)
                self.assertGreater(len(events), 4)
                random.Random(seed).shuffle(events)
                for event in events:
                    self.receive(event)
                    self.run_worker()
                self.assert_paid_once(move)
                self.assertFalse(move.stripe_pending)

    def test_twenty_copies_of_each_event_in_random_order_book_the_payment_once(self):
        move = self.make_open_invoice()
        self.pay(move)
        copies = self.events_of(move) * 20
        random.Random(1).shuffle(copies)
        for number, event in enumerate(copies):
            self.receive(event)
            if number % 10 == 0:
                self.run_worker()
        self.run_worker()
        self.assert_paid_once(move)
        rows = self.inbox.search([("invoice_ref", "=", move.stripe_ref)])
        self.assertEqual(len(rows), len(copies) / 20)

    def test_every_event_applied_again_and_again_changes_nothing(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_all()
        self.settle()
        messages = move.message_ids
        for _time in range(3):
            self.inbox.search([]).action_retry()
            self.settle()
        self.assert_paid_once(move)
        self.assertEqual(move.message_ids, messages)

    def test_same_event_under_twenty_ids_books_the_payment_once(self):
        move = self.make_open_invoice()
        self.pay(move)
        paid = [e for e in self.events_of(move) if e["type"] == "invoice_payment.paid"]
        for number in range(20):
            self.receive({**paid[0], "id": f"evt_again{number}"})
        self.settle()
        self.assert_paid_once(move)
        looks = self.simulator.sent("GET", f"/v1/invoices/{move.stripe_ref}")
        self.assertLess(len(looks), 10, "Each event looked for itself")

    def test_an_old_event_alone_brings_the_newest_state(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive(self.events_of(move)[0])
        self.settle()
        self.assert_paid_once(move)

    # === EVENTS AND LOST ANSWERS (I4) === #

    def test_event_that_comes_before_our_own_answer_changes_nothing(self):
        for path in ("/v1/invoices$", "/add_lines$", "/finalize$"):
            with self.subTest(path):
                self.simulator.control("faults/clear", {})
                self.simulator.fault(kind="drop_after", path=path, times=1)
                move = self.make_invoice()
                self.run_worker()
                self.assertNotEqual(move.stripe_status, "open")
                self.receive_all()
                self.settle()
                self.assertEqual(move.stripe_status, "open")
                self.assertEqual(move.stripe_number, move.name)
                invoices = self.simulator.control("objects/invoice")["data"]
                numbers = [invoice["number"] for invoice in invoices]
                self.assertEqual(numbers.count(move.name), 1)

    def test_lost_draft_is_found_by_its_event_when_the_key_is_worth_nothing(self):
        rule = {"kind": "status", "status": 500, "after": True, "times": 1}
        self.simulator.fault(path="/v1/invoices$", **rule)
        move = self.make_invoice()
        self.run_worker()
        self.assertFalse(move.stripe_ref)
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(len(self.simulator.control("objects/invoice")["data"]), 1)

    def test_payment_that_comes_before_our_own_answer_is_booked_once(self):
        self.simulator.fault(kind="drop_after", path="/finalize$", times=1)
        move = self.make_invoice()
        self.run_worker()
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assert_paid_once(move)

    # === WHAT FAILS (I12) === #

    def test_failed_event_says_why_and_succeeds_later(self):
        move = self.make_open_invoice()
        self.pay(move)
        rule = {"kind": "status", "status": 500, "method": "GET"}
        fault = self.simulator.fault(path=f"/v1/invoices/{move.stripe_ref}$", **rule)
        self.receive_all()
        self.run_worker()
        rows = self.inbox.search([("type", "in", list(HANDLED_EVENTS))])
        self.assertEqual(set(rows.mapped("state")), {"failed"})
        self.assertTrue(all(row.reason and row.next_attempt_at for row in rows))
        self.assertEqual(move.stripe_status, "open")
        # What came already does not hide that it failed.
        self.receive_all()
        self.assertEqual(set(rows.mapped("state")), {"failed"})
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(minutes=1)):
            self.run_worker()
        self.assertEqual(set(rows.mapped("attempts")), {2})
        self.simulator.control(f"faults/{fault['id']}", method="DELETE")
        with freeze_time(now + timedelta(hours=1)):
            self.run_worker()
        self.assertEqual(set(rows.mapped("state")), {"done"})
        self.assertFalse(any(rows.mapped("reason")))
        self.assert_paid_once(move)

    def test_payment_that_cannot_be_booked_is_booked_when_it_can(self):
        move, other = self.make_open_invoice(), self.make_open_invoice()
        self.pay(move)
        self.pay(other)
        self.account.write({"import_balance": False, "journal_id": False})
        self.receive_all()
        with mute_logger("odoo.addons.sale_stripe_invoice.models.stripe_event"):
            self.run_worker()
        failed = self.inbox.search([("state", "=", "failed")])
        self.assertEqual(
            set(failed.mapped("invoice_ref")), {move.stripe_ref, other.stripe_ref}
        )
        self.assertIn("no journal", failed[0].reason)
        self.assertFalse(self.stripe_payments(move))
        self.account._ensure_accounting()
        failed[0].action_retry()
        self.settle()
        self.assert_paid_once(move)
        self.assert_paid_once(other)

    def test_unreachable_stripe_holds_the_account_back_and_loses_no_event(self):
        moves = [self.make_open_invoice() for _number in range(5)]
        for move in moves:
            self.pay(move)
        self.receive_all()
        self.simulator.control("requests/clear", {})
        self.simulator.fault(kind="down")
        self.run_worker()
        self.assertLessEqual(len(self.simulator.control("requests")["data"]), 1)
        self.simulator.control("faults/clear", {})
        self.settle()
        for move in moves:
            self.assert_paid_once(move)

    # === PAYMENTS === #

    def test_payment_is_dated_in_the_zone_of_the_books(self):
        cases = {
            "Europe/Paris": ((23, 30), 1),
            "UTC": ((23, 30), 0),
            "America/New_York": ((3, 30), -1),
            "Pacific/Auckland": ((11, 30), 1),
            "Pacific/Honolulu": ((9, 59), -1),
        }
        day = fields.Date.today() + timedelta(days=3)
        for zone, ((hour, minute), shift) in cases.items():
            with self.subTest(zone):
                self.account.tz = zone
                move = self.make_open_invoice()
                self.assert_printed_day(move)
                moment = datetime(day.year, day.month, day.day, hour, minute)
                epoch = int(moment.replace(tzinfo=timezone.utc).timestamp())
                self.simulator.control("clock/set", {"epoch": epoch})
                self.pay(move)
                self.simulator.control("clock/set", {"epoch": _now()})
                self.receive_all()
                self.settle()
                payment = self.stripe_payments(move)
                self.assertEqual(payment.date, day + timedelta(days=shift))
                self.assertEqual(payment.move_id.date, payment.date)

    def assert_printed_day(self, move):
        """Stripe prints the day of ``effective_at`` in the account's own zone."""
        effective_at = self.simulator.api(f"invoices/{move.stripe_ref}")["effective_at"]
        printed = datetime.fromtimestamp(effective_at, timezone.utc).date()
        self.assertLessEqual(abs(printed - move.invoice_date), timedelta(days=1))

    def test_partial_payments_are_booked_one_by_one(self):
        move = self.make_open_invoice(price=100, taxes=self.env["account.tax"])
        self.pay(move, method="card", amount=4000)
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.payment_state, "partial")
        self.assertEqual(move.amount_residual, 60)
        self.assertEqual(self.stripe_payments(move).mapped("amount"), [40])
        self.pay(move, method="card", amount=6000)
        self.receive_all()
        self.settle()
        self.assert_paid_once(move, [40, 60])

    def test_partial_payments_that_are_seen_together_are_booked_one_by_one(self):
        move = self.make_open_invoice(price=100, taxes=self.env["account.tax"])
        self.pay(move, method="card", amount=4000)
        self.pay(move, method="card", amount=6000)
        events = self.simulator.events()
        for event in reversed(events):
            self.receive(event)
            self.run_worker()
        self.assert_paid_once(move, [40, 60])

    def test_declined_card_books_nothing(self):
        move = self.make_open_invoice()
        self.pay(move, method="card", outcome="decline")
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertFalse(self.stripe_payments(move))
        self.pay(move, method="card", outcome="success")
        self.receive_all()
        self.settle()
        self.assert_paid_once(move)

    def test_marked_as_paid_at_stripe_books_nothing_and_says_so(self):
        move = self.make_open_invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/mark_paid", {})
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertFalse(self.stripe_payments(move))
        self.assertIn("marked as paid", move._get_alerts()["stripe_paid"]["message"])

    def test_voided_at_stripe_is_shown_and_leaves_the_invoice_alone(self):
        move = self.make_open_invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "void")
        self.assertEqual(move.state, "posted")
        self.assertIn("void at Stripe", move._get_alerts()["stripe_void"]["message"])

    def test_database_refuses_a_second_payment_of_the_same_stripe_payment(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_all()
        self.settle()
        payment = self.stripe_payments(move)
        refused = self.assertRaises(psycopg2.errors.UniqueViolation)
        with mute_logger("odoo.sql_db"), refused, self.env.cr.savepoint():
            payment.sudo().copy(
                {
                    "stripe_ref": payment.stripe_ref,
                    "stripe_account_id": payment.stripe_account_id.id,
                }
            )
        self.assertFalse(payment.copy().stripe_ref)

    def test_payment_of_an_invoice_paid_elsewhere_is_still_booked(self):
        move = self.make_open_invoice()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self.pay(move)
        self.receive_all()
        self.settle()
        payment = self.stripe_payments(move)
        self.assertEqual(payment.amount, move.amount_total)
        self.assertEqual(payment.state, "in_process")
        self.assertFalse(payment.is_reconciled, "The surplus is the customer's")


def _now():
    return int(datetime.now(timezone.utc).timestamp())
