import time
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import freeze_time, new_test_user, tagged

from ..const import CATCH_UP_SECONDS, HANDLED_EVENTS
from .common import StripeInvoiceCommon
from .simulator import KEY


@tagged("post_install", "-at_install")
class TestCatchUp(StripeInvoiceCommon):
    """Missed events are found and made good (invariant I13)."""

    IMPORT_BALANCE = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catch_up_cron = cls.env.ref("sale_stripe_invoice.ir_cron_catch_up")

    def catch_up(self):
        """Let the hourly job run, and the worker after it; no webhook ever comes."""
        self.run_worker(self.catch_up_cron)
        self.settle()

    def scene(self):
        """Return invoices to which all kinds of things have happened at Stripe."""
        names = ("paid", "parts", "void", "uncollectible", "declined", "marked", "open")
        moves = {
            name: self.make_open_invoice(partner=self.partner_a.copy({"name": name}))
            for name in names
        }
        self.pay(moves["paid"])
        self.pay(moves["parts"], amount=4000)
        self.pay(moves["parts"], amount=2500)
        self.act(moves["void"], "void")
        self.act(moves["uncollectible"], "mark_uncollectible")
        self.pay(moves["declined"], outcome="decline")
        self.act(moves["marked"], "mark_paid")
        return moves

    def act(self, move, act):
        """Do something about the invoice in Stripe's dashboard."""
        self.simulator.control(f"invoices/{move.stripe_ref}/{act}", {})

    def books(self, moves):
        """Return what Odoo holds of the invoices, by what happened to them."""
        return {
            name: {
                "status": move.stripe_status,
                "payment_state": move.payment_state,
                "residual": move.amount_residual,
                "payments": sorted(self.stripe_payments(move).mapped("amount")),
                "progress": move.stripe_payment_state,
                "activities": sorted(move.activity_ids.mapped("summary")),
                "messages": len(move.message_ids),
                "alerts": sorted(move._get_alerts()),
            }
            for name, move in moves.items()
        }

    def later(self, **delta):
        """Return the clock of Odoo some time later."""
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def test_without_any_webhook_the_books_become_the_same(self):
        told = self.scene()
        self.receive_all()
        self.settle()
        expected = self.books(told)
        missed = self.scene()
        self.assertNotEqual(self.books(missed), expected)
        self.catch_up()
        self.assertEqual(self.books(missed), expected)
        self.assertEqual(expected["parts"]["payments"], [25.0, 40.0])
        self.assertEqual(expected["paid"]["payment_state"], "paid")
        self.assertEqual(expected["marked"]["payments"], [])

    def test_catching_up_again_changes_nothing(self):
        moves = self.scene()
        self.catch_up()
        before = self.books(moves)
        rows = self.env["stripe.event"].sudo().search_count([])
        self.simulator.control("requests/clear", {})
        for _time in range(3):
            self.catch_up()
        self.assertEqual(self.books(moves), before)
        self.assertEqual(self.env["stripe.event"].sudo().search_count([]), rows)
        self.assertFalse(self.simulator.sent("POST"))
        asked = self.simulator.sent("GET")
        paths = {
            "/v1/events",
            "/v1/refunds",
            "/v1/disputes",
            "/v1/balance",
            "/v1/balance_transactions",
        }
        self.assertEqual({row["path"] for row in asked}, paths)

    def test_collision_with_the_worker_does_not_wait_for_the_next_hour(self):
        moves = self.scene()
        kind = type(self.env["stripe.account"])
        catch_up, tries = kind._catch_up, []

        def collide(account):
            tries.append(account)
            if len(tries) == 1:
                raise SerializationFailure("could not serialize access")
            return catch_up(account)

        with patch.object(kind, "_catch_up", collide):
            self.catch_up()
        self.assertEqual(self.books(moves)["paid"]["payment_state"], "paid")

    def test_one_account_that_is_broken_does_not_stop_the_others(self):
        other = self.connect(self.setup_other_company()["company"])
        kind = type(self.env["stripe.account"])
        catch_up, broken = kind._catch_up, self.account

        def fail(account):
            if account == broken:
                raise KeyError("Something that nobody has thought of")
            return catch_up(account)

        logs = self.assertLogs("odoo.addons.sale_stripe_invoice", "ERROR")
        with patch.object(kind, "_catch_up", fail), logs:
            self.run_worker(self.catch_up_cron)
        self.assertTrue(other.last_catch_up)

    def test_webhook_that_comes_after_all_changes_nothing(self):
        moves = self.scene()
        self.catch_up()
        before = self.books(moves)
        self.receive_all()
        self.settle()
        self.assertEqual(self.books(moves), before)

    def test_only_what_happened_since_is_asked_for(self):
        self.make_open_invoice()
        self.catch_up()
        self.simulator.control("requests/clear", {})
        self.catch_up()
        query = self.simulator.sent("GET", "/v1/events")[0]["params"]
        since = int(query["created"]["gte"])
        self.assertLess(since, self.account.last_catch_up)
        self.assertGreater(since, self.account.last_catch_up - 2 * 3600)

    def test_clock_of_the_server_that_is_hours_ahead_misses_nothing(self):
        move = self.make_open_invoice()
        with self.later(hours=5):
            self.catch_up()
            self.pay(move)
            self.catch_up()
        self.assertEqual(move.payment_state, "paid")
        self.assertLess(self.account.last_catch_up, time.time() + 60)

    def test_types_are_asked_for_in_as_few_questions_as_stripe_takes(self):
        self.simulator.control("requests/clear", {})
        self.catch_up()
        asked = self.simulator.sent("GET", "/v1/events")
        self.assertEqual(len(asked), -(-len(HANDLED_EVENTS) // 20))

    def test_after_a_gap_that_events_do_not_bridge_what_is_open_is_looked_at(self):
        moves = self.scene()
        draft = self.make_draft_at_stripe(partner=self.partner_a.copy())
        draft.sudo().stripe_document_id.write({"pending": False})
        self.account.last_catch_up = int(fields.Datetime.now().timestamp())
        self.act(draft, "delete")
        self.simulator.control("clock/advance", {"seconds": 40 * 86400})
        types = {event["type"] for event in self.simulator.events()}
        self.assertFalse(types & set(HANDLED_EVENTS), "Stripe still has its events")
        with self.later(days=40):
            self.catch_up()
            books = self.books(moves)
        self.assertEqual(books["paid"]["payment_state"], "paid")
        self.assertEqual(books["parts"]["payments"], [25.0, 40.0])
        self.assertEqual(books["void"]["status"], "void")
        self.assertEqual(books["uncollectible"]["status"], "uncollectible")
        self.assertEqual(books["marked"]["status"], "paid")
        self.assertEqual(books["declined"]["progress"], "failed")
        self.assertEqual(draft.stripe_status, "deleted")

    def test_a_short_gap_asks_for_no_invoice_by_itself(self):
        self.make_open_invoice()
        self.catch_up()
        self.simulator.control("requests/clear", {})
        self.account.last_catch_up -= CATCH_UP_SECONDS - 7200
        self.catch_up()
        self.assertFalse(self.simulator.sent("GET", "/v1/invoices"))

    def test_nothing_is_asked_while_the_account_is_held_back(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.simulator.fault(kind="down")
        self.run_worker(self.catch_up_cron)
        self.assertTrue(self.account.next_attempt_at)
        self.assertIn("cannot be reached", self.account.error)
        since = self.account.last_catch_up
        self.simulator.control("faults/clear", {})
        self.simulator.control("requests/clear", {})
        self.run_worker(self.catch_up_cron)
        self.run_worker()
        self.assertFalse(self.simulator.sent("GET"), "It did not wait")
        self.assertEqual(self.account.last_catch_up, since)
        with self.later(hours=1):
            self.catch_up()
        self.assertFalse(self.account.error)
        self.assertEqual(move.payment_state, "paid")

    def test_answer_that_breaks_off_is_asked_for_again(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.simulator.fault(kind="status", status=500, path="/v1/events$", times=1)
        self.run_worker(self.catch_up_cron)
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.account.next_attempt_at = False
        self.catch_up()
        self.assertEqual(move.payment_state, "paid")

    # === SILENCE === #

    def make_silence(self):
        """Let Stripe call for the last time, and pay an invoice some time after."""
        # Each test begins with a Stripe that knows of no webhook.
        self.account._connect(self.company, KEY)
        move = self.make_open_invoice()
        self.receive_all()
        self.account.webhook_since = fields.Datetime.now() - timedelta(days=1)
        self.settle()
        self.simulator.control("clock/advance", {"seconds": 60})
        self.pay(move)
        with self.later(minutes=30):
            self.catch_up()
        self.assertEqual(move.payment_state, "paid", "Found by asking")

    def catch_up_later(self, **delta):
        with self.later(**delta):
            self.run_worker(self.catch_up_cron)

    def test_silence_raises_an_alarm_and_a_call_ends_it(self):
        responsible = new_test_user(self.env, "admin2", "base.group_system")
        self.account.user_id = responsible
        self.make_silence()
        heard = self.account.last_event_at
        self.assertLess(heard, fields.Datetime.now() + timedelta(seconds=30))
        self.catch_up_later(hours=2)
        self.assertFalse(self.account.silence, "It may be a short trouble")
        self.catch_up_later(hours=4)
        self.catch_up_later(hours=5)
        self.assertEqual(self.account.silent_since, heard)
        self.assertIn("/stripe_invoice/webhook", self.account.silence)
        self.assertNotIn(self.account.webhook_token, self.account.silence)
        activity = self.account.activity_ids
        self.assertEqual(activity.user_id, responsible)
        self.assertIn("can be reached from the internet", activity.note)
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.stripe_silence, self.account.silence)
        # The call that was missing comes at last.
        with self.later(hours=6):
            self.receive(self.simulator.events()[-1])
        self.env.invalidate_all()
        self.assertFalse(self.account.silence or settings.stripe_silence)
        self.assertFalse(self.account.activity_ids)
        self.assertGreater(self.account.last_event_at, heard)
        self.catch_up_later(hours=9)
        self.assertFalse(self.account.silence)

    def test_alarm_says_what_became_of_the_webhook(self):
        self.make_silence()
        path = f"/v1/webhook_endpoints/{self.account.webhook_endpoint}"
        body = {"account": self.account.stripe_id, "path": path}
        acts = {
            "disabled": {"method": "POST", "params": {"disabled": True}},
            "deleted": {"method": "DELETE", "params": {}},
        }
        for state, act in acts.items():
            self.simulator.control("dashboard", {**body, **act})
            self.account.silent_since = False
            self.catch_up_later(hours=4)
            self.assertEqual(self.account.endpoint_state, state)
            self.assertIn(f"{state} at Stripe", self.account.silence)
        self.account._connect(self.company, KEY)
        self.assertFalse(self.account.silence or self.account.activity_ids)

    def test_what_happened_before_the_webhook_was_made_is_no_silence(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.account.webhook_since = fields.Datetime.now() + timedelta(minutes=1)
        self.catch_up()
        self.catch_up_later(hours=4)
        self.assertFalse(self.account.last_event_at, "Stripe has never called")
        self.assertFalse(self.account.silence)

    def test_account_without_a_key_stops_no_other(self):
        company = self.setup_other_company()["company"]
        company.stripe_invoice = True
        other = self.connect(company)
        other.secret_key = False
        other.last_catch_up = 0
        move = self.make_open_invoice()
        self.pay(move)
        self.catch_up()
        self.assertEqual(move.payment_state, "paid")

    def test_many_events_on_several_pages_are_all_found(self):
        moves = self.env["account.move"]
        for _number in range(3):
            moves += self.make_open_invoice()
        customer = self.simulator.control("objects/customer")["data"][0]["id"]
        for _number in range(110):
            body = {
                "account": self.account.stripe_id,
                "method": "POST",
                "path": "/v1/invoices",
                "params": {"customer": customer},
            }
            self.simulator.control("dashboard", body)
        for move in moves:
            self.pay(move)
        since = self.account.last_catch_up
        self.simulator.fault(kind="status", status=500, path="/v1/events$", nth=2)
        self.run_worker(self.catch_up_cron)
        missed = self.env["stripe.event"].sudo().search_count([])
        self.assertEqual(missed, 100, "The page before is kept")
        self.assertEqual(self.account.last_catch_up, since)
        self.account.next_attempt_at = False
        self.catch_up()
        self.assertEqual(set(moves.mapped("payment_state")), {"paid"})
        waiting = self.env["stripe.event"].sudo()
        self.assertFalse(waiting.search(waiting._waiting_domain()))
