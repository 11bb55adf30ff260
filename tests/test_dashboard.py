from datetime import timedelta

import requests

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import StripeInvoiceCommon

BOUNCING = "DE62370400440532013001"


@tagged("post_install", "-at_install")
class TestDashboard(StripeInvoiceCommon):
    """What people do in Stripe's dashboard, and customers on the payment page."""

    def act(self, move, act, **how):
        """Do something about the invoice in Stripe's dashboard."""
        return self.simulator.control(f"invoices/{move.stripe_ref}/{act}", how)

    def dashboard(self, method, path, **params):
        """Do anything else in Stripe's dashboard."""
        account = self.account.stripe_id
        body = {"account": account, "method": method, "path": path, "params": params}
        return self.simulator.control("dashboard", body)

    def learn(self, move):
        """Let Odoo learn of it; the same five times more adds nothing."""
        self.receive_all()
        self.settle()
        before = self.state_of(move)
        for time in range(5):
            for event in self.simulator.events():
                self.receive({**event, "id": f"{event['id']}_{time}"})
                self.receive(event)
            self.settle()
        self.assertEqual(self.state_of(move), before)

    def state_of(self, move):
        """Return all that a further event could add to."""
        document = move.sudo().stripe_document_id
        return {
            "status": move.stripe_status,
            "messages": move.message_ids.mapped("body"),
            "history": document.history_ids.mapped("text"),
            "activities": move.activity_ids.mapped(lambda one: (one.summary, one.note)),
            "payments": self.stripe_payments(move).mapped("amount"),
            "alerts": move._get_alerts(),
            "entries": self.env["account.move"].search_count([]),
        }

    def assert_told(self, move, text, alert=None, answer=None, times=1):
        """Assert that it was told once, is shown, and is asked about once.

        :param text: part of the message in the chatter and of the history
        :param alert: name of the alert
        :param answer: part of the activity's note; none is expected without
        """
        document = move.sudo().stripe_document_id
        for told in (move.message_ids.mapped("body"), document.history_ids):
            texts = [getattr(one, "text", one) or "" for one in told]
            self.assertEqual(len([one for one in texts if text in one]), times, texts)
        shown = [name for name in move._get_alerts() if name.startswith("stripe")]
        self.assertEqual(shown, [alert] if alert else [])
        notes = move.activity_ids.mapped("note")
        self.assertEqual(len(notes), 1 if answer else 0, notes)
        if answer:
            self.assertIn(answer, notes[0])
            self.assertTrue(move.activity_ids.user_id)

    # === DRAFTS === #

    def make_paused(self):
        """Return an invoice that is a draft at Stripe for a day."""
        self.account.finalize_delay = 24
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        return move

    def after_the_pause(self):
        return freeze_time(fields.Datetime.now() + timedelta(hours=25))

    def test_draft_that_was_edited_is_not_finalized_and_both_figures_are_shown(self):
        move = self.make_paused()
        self.act(move, "edit", add=[{"amount": 100, "description": "Extra"}])
        # At its event, not only when the time to finalize has come.
        self.learn(move)
        self.assertEqual(move.stripe_status, "deleted")
        alert = move._get_alerts()["stripe_refused"]["message"]
        self.assertIn("116.00", alert)
        self.assert_told(move, "deleted", "stripe_refused", answer="differs")

    def test_draft_that_was_finalized_is_taken_over(self):
        move = self.make_paused()
        self.act(move, "finalize")
        self.learn(move)
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertFalse(move.stripe_pending)
        self.assert_told(move, "is open")

    def test_draft_that_was_edited_and_finalized_is_a_case_for_a_person(self):
        move = self.make_paused()
        self.act(move, "edit", add=[{"amount": 100, "description": "Extra"}])
        self.act(move, "finalize")
        self.learn(move)
        self.assertEqual(move.stripe_status, "open")
        self.assertTrue(move.stripe_to_fix)
        self.assertIn("116.00", move._get_alerts()["stripe_refused"]["message"])
        self.assert_told(move, "is open", "stripe_refused", answer="116.00")

    def test_draft_that_was_deleted_is_made_anew_on_request_alone(self):
        move = self.make_paused()
        ref = move.stripe_ref
        self.act(move, "delete")
        self.learn(move)
        with self.after_the_pause():
            self.settle()
            self.assertEqual(move.stripe_status, "deleted")
            self.assert_told(move, "deleted", "stripe_deleted", answer="Try again")
            move.action_stripe_retry()
            self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertNotEqual(move.stripe_ref, ref)
        self.assertFalse(move.activity_ids)

    def test_finalization_that_failed_says_stripes_reason(self):
        move = self.make_paused()
        error = {"code": "customer_tax_location_invalid", "message": "No such place"}
        self.act(move, "finalization_error", **error)
        path = f"/v1/invoices/{move.stripe_ref}/finalize"
        with self.assertRaises(requests.HTTPError):
            self.dashboard("POST", path)
        self.learn(move)
        self.assertEqual(move.stripe_status, "draft")
        self.assertTrue(move.stripe_to_fix)
        alerts = move._get_alerts()
        self.assertIn("place the customer", alerts["stripe_refused"]["message"])
        self.assertEqual(len(move.activity_ids), 1)
        self.act(move, "finalization_error", off=True)
        move.action_stripe_retry()
        with self.after_the_pause():
            self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertFalse(move.activity_ids)

    # === DECISIONS === #

    def test_void_is_asked_about(self):
        move = self.make_open_invoice()
        self.act(move, "void")
        self.learn(move)
        self.assertEqual(move.stripe_status, "void")
        self.assertEqual(move.state, "posted")
        self.assert_told(move, "is void", "stripe_void", answer="credit note")

    def test_void_that_a_refresh_finds_is_asked_about_in_the_same_way(self):
        move = self.make_open_invoice()
        self.act(move, "void")
        move.action_stripe_refresh()
        self.settle()
        self.assert_told(move, "is void", "stripe_void", answer="credit note")

    def test_void_cancels_where_the_company_wants_that(self):
        self.account.void_policy = "cancel"
        move = self.make_open_invoice()
        self.act(move, "void")
        self.learn(move)
        self.assertEqual(move.stripe_status, "void")
        self.assertEqual(move.state, "cancel")
        self.assert_told(move, "is void")

    def test_void_of_what_is_partly_paid_in_odoo_is_asked_about_in_any_case(self):
        self.account.void_policy = "cancel"
        self.account.can_report_payments = False
        move = self.make_open_invoice()
        self.register(move, 40.0)
        self.settle()
        self.act(move, "void")
        self.learn(move)
        self.assertEqual(
            move.state, "posted", "Money that was received hangs in the air"
        )
        self.assert_told(move, "is void", "stripe_void", answer="credit note")

    def test_given_up_is_asked_about(self):
        move = self.make_open_invoice()
        self.act(move, "mark_uncollectible")
        self.learn(move)
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assert_told(
            move, "uncollectible", "stripe_uncollectible", answer="Write it off"
        )
        self.pay(move)
        self.learn(move)
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)

    def test_given_up_proposes_the_entry_where_the_company_wants_that(self):
        self.account.uncollectible_policy = "propose"
        self.account.bad_debt_account_id = self.company_data["default_account_expense"]
        move = self.make_open_invoice()
        self.act(move, "mark_uncollectible")
        self.learn(move)
        entry = self.env["account.move"].search([("stripe_bad_debt", "=", True)])
        self.assertEqual(len(entry), 1)
        self.assertEqual(entry.state, "draft")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(len(move.activity_ids), 1)

    def test_revision_names_the_invoice_that_took_its_place(self):
        for policy in ("ask", "cancel"):
            with self.subTest(policy):
                self.account.void_policy = policy
                move = self.make_open_invoice()
                revision = self.dashboard(
                    "POST",
                    "/v1/invoices",
                    from_invoice={"action": "revision", "invoice": move.stripe_ref},
                )
                self.receive_all()
                self.settle()
                self.assertEqual(move.stripe_status, "open", "Nothing has happened yet")
                path = f"/v1/invoices/{revision['id']}/finalize"
                self.dashboard("POST", path)
                self.learn(move)
                self.assertEqual(move.stripe_status, "void")
                self.assertEqual(move.state, "posted")
                self.assert_told(move, "void", "stripe_void", answer=revision["id"])
                documents = self.env["stripe.document"].sudo().search([])
                self.assertNotIn(revision["id"], documents.mapped("stripe_id"))

    def test_marked_as_paid_asks_how_and_books_nothing(self):
        move = self.make_open_invoice()
        self.act(move, "mark_paid")
        self.learn(move)
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(self.stripe_payments(move))
        self.assert_told(move, "is paid", "stripe_paid", answer="Register")
        self.register(move)
        self.settle()
        self.assertFalse(move.activity_ids)

    def test_mailed_from_the_dashboard_is_told_and_our_own_mail_not_twice(self):
        move = self.make_open_invoice()
        self.dashboard("POST", f"/v1/invoices/{move.stripe_ref}/send")
        self.receive_all()
        self.settle()
        self.receive_all()
        self.settle()
        self.assertTrue(move.stripe_sent_at)
        self.assert_told(move, "mailed")
        move.action_stripe_send()
        self.settle()
        self.receive_all()
        self.settle()
        self.assert_told(move, "mailed", times=2)

    # === CUSTOMERS === #

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

    # === WHAT IS NOT OURS === #

    def test_foreign_invoice_is_ignored_with_its_reason(self):
        move = self.make_open_invoice()
        customer = self.simulator.control("objects/customer")["data"][0]["id"]
        foreign = self.dashboard("POST", "/v1/invoices", customer=customer)
        before = self.state_of(move)
        self.receive_all()
        self.settle()
        events = self.env["stripe.event"].sudo()
        ignored = events.search([("invoice_ref", "=", foreign["id"])])
        self.assertEqual(set(ignored.mapped("state")), {"ignored"})
        self.assertIn("not made by this database", ignored[0].reason)
        self.assertEqual(self.state_of(move), before)

    def register(self, move, amount=None):
        """Register a payment with Odoo's own wizard."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizard = self.env["account.payment.register"].with_context(**context)
        values = {} if amount is None else {"amount": amount}
        return wizard.create(values)._create_payments()
