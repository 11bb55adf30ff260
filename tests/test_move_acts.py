from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from ..const import IDEMPOTENCY_KEY_SECONDS
from .common import StripeInvoiceCommon

GOOD, DECLINED, AUTHENTICATED = (
    "4242424242424242",
    "4000000000000002",
    "4000002760003184",
)


class StripeActsCommon(StripeInvoiceCommon):
    """What is looked at on both sides."""

    def remote(self, move):
        """Return the invoice as it is at Stripe."""
        return self.simulator.api(f"invoices/{move.stripe_ref}")

    def store_card(self, move, number=GOOD):
        """Let the customer leave a card to charge."""
        customer = self.remote(move)["customer"]
        self.simulator.control(f"customers/{customer}/card", {"number": number})
        self.consent(move.sudo().stripe_document_id._customer())

    def setting(self, **settings):
        """Change in what the simulated account differs from others."""
        body = {"settings": settings}
        self.simulator.control(f"accounts/{self.account.stripe_id}", body)

    def charges(self, move):
        """Return the charges at Stripe that took money."""
        rows = self.simulator.control("objects/charge")["data"]
        customer = self.remote(move)["customer"]
        return [row for row in rows if row["paid"] and row["customer"] == customer]

    def events(self, move, kind):
        """Return what Stripe tells of the invoice."""
        return [
            event
            for event in self.simulator.events()
            if event["type"] == kind
            and event["data"]["object"]["id"] == move.stripe_ref
        ]

    def settle_with_events(self):
        """Let everything settle, and what Stripe says of it, too, twice."""
        self.settle()
        for _time in range(2):
            self.receive_all()
            self.settle()

    def messages(self, move, text):
        """Return the messages on the invoice that hold ``text``."""
        return move.message_ids.filtered(lambda message: text in (message.body or ""))


@tagged("post_install", "-at_install")
class TestMoveActs(StripeActsCommon):
    """What a user does about the Stripe invoice, whatever happens on the wire."""

    # === CHARGE === #

    def test_charge_takes_the_stored_card_once_and_books_it(self):
        move = self.make_open_invoice()
        self.store_card(move)
        move.action_stripe_charge()
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)
        self.assertEqual(len(self.charges(move)), 1)
        self.assertFalse(move.activity_ids)

    def test_declined_charge_says_why_and_is_not_repeated(self):
        move = self.make_open_invoice()
        self.store_card(move, DECLINED)
        move.action_stripe_charge()
        self.settle_with_events()
        document = move.sudo().stripe_document_id
        self.assertEqual(document.target, "open")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)
        self.assertEqual(len(self.messages(move, "declined")), 1)
        self.assertEqual(len(move.activity_ids), 1)
        self.assertIn("declined", move.activity_ids.note)
        self.assertIn("declined", move._get_alerts()["stripe_failed"]["message"])
        self.assertFalse(self.stripe_payments(move))
        # With another card it goes, and nothing is left to do.
        self.store_card(move)
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)
        self.assertNotIn("stripe_failed", move._get_alerts())

    def test_card_that_wants_the_customer_leads_to_the_payment_page(self):
        move = self.make_open_invoice()
        self.store_card(move, AUTHENTICATED)
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.sudo().stripe_document_id.target, "open")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertTrue(move.stripe_hosted_invoice_url)
        self.assertEqual(len(move.activity_ids), 1, move.activity_ids.mapped("summary"))
        self.assertIn(move.stripe_hosted_invoice_url, move.activity_ids.note)
        self.assertIn("authenticate", move._get_alerts()["stripe_action"]["message"])
        self.simulator.control(
            f"invoices/{move.stripe_ref}/authenticate", {"success": True}
        )
        self.settle_with_events()
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)

    def test_customer_without_a_stored_card_is_said_so(self):
        move = self.make_open_invoice()
        self.consent(move.sudo().stripe_document_id._customer())
        move.action_stripe_charge()
        self.settle_with_events()
        document = move.sudo().stripe_document_id
        self.assertEqual(document.target, "open")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertIn("no payment method", move.activity_ids.note)
        self.assertEqual(len(move.activity_ids), 1)
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)

    def test_charge_whose_answer_was_lost_is_never_made_twice(self):
        faults = {
            "lost before": {"kind": "drop_before"},
            "lost after": {"kind": "drop_after"},
            "failed before": {"kind": "status", "status": 500},
            "failed after": {"kind": "status", "status": 500, "after": True},
            "gateway after": {"kind": "status", "status": 502, "after": True},
            "locked": {"kind": "status", "status": 409},
            "too many": {"kind": "status", "status": 429},
        }
        for name, rule in faults.items():
            with self.subTest(name):
                partner = self.partner_a.copy()
                move = self.make_open_invoice(partner=partner)
                self.store_card(move)
                self.simulator.fault(path="/pay$", times=1, **rule)
                move.action_stripe_charge()
                self.settle_with_events()
                self.simulator.control("faults/clear", {})
                charged = len(self.charges(move))
                paid = move.stripe_status == "paid"
                self.assertEqual(charged, paid)
                self.assertEqual(len(self.stripe_payments(move)), paid)
                if name == "failed before":
                    # Nobody can know: a person has to look before the next one.
                    self.assertEqual(charged, 0)
                    self.assertIn("not known", move.activity_ids.note)
                else:
                    self.assertEqual(charged, 1)
                    self.assertFalse(move.activity_ids)

    def test_charge_whose_key_is_too_old_is_looked_at_and_not_repeated(self):
        for kind, charged in (("drop_before", 0), ("drop_after", 1)):
            with self.subTest(kind):
                partner = self.partner_a.copy()
                move = self.make_open_invoice(partner=partner)
                self.store_card(move)
                self.simulator.fault(kind=kind, path="/pay$", times=1)
                move.action_stripe_charge()
                self.run_worker()
                later = timedelta(seconds=IDEMPOTENCY_KEY_SECONDS + 60)
                with freeze_time(fields.Datetime.now() + later):
                    self.settle_with_events()
                self.simulator.control("faults/clear", {})
                sent = self.simulator.sent("POST", f"{move.stripe_ref}/pay")
                self.assertLessEqual(len(sent), 1, "It was sent again")
                self.assertEqual(len(self.charges(move)), charged)
                self.assertEqual(move.stripe_status, "paid" if charged else "open")
                self.assertEqual(len(move.activity_ids), 0 if charged else 1)

    def test_charge_is_refused_while_a_debit_is_under_way(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        move = self.make_open_invoice(currency_id=euro.id)
        self.store_card(move)
        self.pay(move, method="sepa_debit", outcome="processing")
        # Nobody knows yet: Stripe refuses.
        move.action_stripe_charge()
        self.settle()
        self.assertEqual(move.sudo().stripe_document_id.target, "open")
        self.assertEqual(move.stripe_payment_state, "processing")
        # Now everybody knows.
        with self.assertRaisesRegex(UserError, "being processed"):
            move.action_stripe_charge()
        self.simulator.control("clock/advance", {"seconds": 6 * 86400})
        self.settle_with_events()
        self.assertEqual(len(self.stripe_payments(move)), 1)
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)

    # === MAIL === #

    def test_mailed_once_for_each_time_it_was_asked_for(self):
        move = self.make_open_invoice()
        for times in (1, 2):
            move.action_stripe_send()
            self.settle_with_events()
            self.assertEqual(len(self.events(move, "invoice.sent")), times)
            self.assertEqual(len(self.messages(move, "mailed")), times)
        self.assertTrue(move.stripe_sent_at)

    def test_answer_to_the_mail_that_was_lost_is_no_second_mail(self):
        faults = {
            "lost after": {"kind": "drop_after"},
            "failed after": {"kind": "status", "status": 500, "after": True},
            "locked": {"kind": "status", "status": 409},
        }
        for name, rule in faults.items():
            with self.subTest(name):
                move = self.make_open_invoice()
                self.simulator.fault(path="/send$", times=1, **rule)
                move.action_stripe_send()
                self.settle_with_events()
                self.simulator.control("faults/clear", {})
                self.assertEqual(len(self.events(move, "invoice.sent")), 1)
                self.assertEqual(len(self.messages(move, "mailed")), 1)
                self.assertFalse(move.stripe_pending or move.stripe_to_fix)

    def test_only_what_is_open_is_mailed(self):
        move = self.make_draft_at_stripe()
        with self.assertRaisesRegex(UserError, move.name):
            move.action_stripe_send()

    # === WRITE OFF === #

    def write_off(self, moves):
        """Write invoices off with the dialog; return the entries that it proposes."""
        before = self.env["account.move"].search([])
        action = moves.action_stripe_write_off()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard = wizard.create(
            {"account_id": self.company_data["default_account_expense"].id}
        )
        wizard.action_confirm()
        return self.env["account.move"].search([]) - before

    def test_write_off_proposes_an_entry_and_posts_nothing(self):
        move = self.make_open_invoice()
        entry = self.write_off(move)
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertEqual(entry.state, "draft")
        self.assertEqual(sum(entry.line_ids.mapped("debit")), move.amount_total)
        self.assertIn(
            self.company_data["default_account_expense"], entry.line_ids.account_id
        )
        self.assertFalse(move.activity_ids, "We did it ourselves")

    def test_payment_after_the_write_off_is_booked(self):
        for pay in (self.pay_on_the_page, self.charge):
            with self.subTest(pay.__name__):
                move = self.make_open_invoice()
                self.write_off(move)
                self.settle_with_events()
                pay(move)
                self.settle_with_events()
                self.assertEqual(move.stripe_status, "paid")
                self.assertEqual(move.payment_state, "paid")
                self.assertEqual(len(self.stripe_payments(move)), 1)

    def pay_on_the_page(self, move):
        self.pay(move)

    def charge(self, move):
        self.store_card(move)
        move.action_stripe_charge()

    def test_charge_of_an_uncollectible_invoice_that_fails_leaves_it_so(self):
        move = self.make_open_invoice()
        self.write_off(move)
        self.settle()
        self.store_card(move, DECLINED)
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)
        self.assertIn("declined", move.activity_ids.note)

    def test_uncollectible_invoice_is_voided_or_stripe_says_why_not(self):
        for allowed in (True, False):
            with self.subTest(allowed=allowed):
                self.setting(void_uncollectible=allowed)
                move = self.make_open_invoice()
                self.write_off(move)
                self.settle()
                move.action_stripe_void()
                self.settle_with_events()
                if allowed:
                    self.assertEqual(move.stripe_status, "void")
                    self.assertEqual(move.state, "cancel")
                    continue
                self.assertEqual(move.stripe_status, "uncollectible")
                self.assertEqual(move.state, "posted")
                self.assertTrue(move.stripe_to_fix)
                self.assertTrue(move._get_alerts()["stripe_refused"]["message"])
                # It can still be paid, and that is the end of it.
                self.pay(move)
                self.settle_with_events()
                self.assertEqual(move.payment_state, "paid")

    # === THE PAUSE BEFORE FINALIZATION === #

    def make_paused(self, hours=24):
        """Return an invoice that is a draft at Stripe for some hours."""
        self.account.finalize_delay = hours
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft", move.stripe_document_id.error)
        return move

    def test_nothing_is_finalized_before_its_time(self):
        move = self.make_paused()
        self.assertIn("finalized on", move._get_alerts()["stripe_pending"]["message"])
        now = fields.Datetime.now()
        for hours, status in ((1, "draft"), (23, "draft"), (24.1, "open")):
            with freeze_time(now + timedelta(hours=hours)):
                self.run_worker()
            self.assertEqual(move.stripe_status, status)
        self.assertEqual(len(self.simulator.sent("POST", "/finalize")), 1)

    def test_pause_is_told_to_the_scheduler(self):
        move = self.make_paused()
        at = move.sudo().stripe_document_id.finalize_at
        triggers = (
            self.env["ir.cron.trigger"]
            .sudo()
            .search([("cron_id", "=", self.cron.id), ("call_at", ">=", at)])
        )
        self.assertTrue(triggers, "Nobody wakes the worker")

    def test_reset_to_draft_in_the_pause_withdraws_it(self):
        move = self.make_paused()
        ref = move.stripe_ref
        move.button_draft()
        self.settle()
        self.assertEqual(move.stripe_status, "deleted")
        ids = [row["id"] for row in self.simulator.control("objects/invoice")["data"]]
        self.assertNotIn(ref, ids)
        self.assertFalse(move.activity_ids, "We did it ourselves")
        # Confirmed again, it has its pause again.
        move.action_post()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        self.assertEqual(self.remote(move)["status"], "draft")

    def test_edits_in_the_pause_reach_stripe_once(self):
        move = self.make_paused()
        self.simulator.control("requests/clear", {})
        for text in ("A", "Au", "Audit"):
            move.invoice_line_ids.name = text
        due = fields.Date.today() + timedelta(days=60)
        move.invoice_date_due = due
        self.run_worker()
        created = [
            row
            for row in self.simulator.sent("POST", "/v1/invoices")
            if row["path"] == "/v1/invoices"
        ]
        self.assertEqual(len(created), 1)
        later = fields.Datetime.now() + timedelta(hours=25)
        with freeze_time(later):
            self.settle()
        self.assertEqual(move.stripe_status, "open")
        remote = self.remote(move)
        self.assertIn("Audit", remote["lines"]["data"][0]["description"])
        zone = ZoneInfo(self.account.tz)
        self.assertEqual(datetime.fromtimestamp(remote["due_date"], zone).date(), due)
        invoices = self.simulator.control("objects/invoice")["data"]
        self.assertEqual(len(invoices), 1)

    # === LOOKING AND TRYING AGAIN === #

    def test_refresh_finds_what_no_event_told(self):
        move = self.make_open_invoice()
        self.pay(move)
        move.action_stripe_refresh()
        self.run_worker()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")

    def test_try_again_goes_on_when_the_cause_is_mended(self):
        self.simulator.control(
            f"accounts/{self.account.stripe_id}/finalization_error",
            {"code": "customer_tax_location_invalid", "message": "No place"},
        )
        move = self.make_invoice()
        self.settle()
        self.assertTrue(move.stripe_to_fix)
        self.assertEqual(len(move.activity_ids), 1)
        self.simulator.control(
            f"accounts/{self.account.stripe_id}/finalization_error", {"off": True}
        )
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertFalse(move.stripe_to_fix)
        self.assertFalse(move.activity_ids)

    # === MANY AT ONCE === #

    def test_of_many_the_legal_ones_are_done_and_the_others_told(self):
        acts = {
            "action_stripe_charge": "paid",
            "action_stripe_send": "open",
            "action_stripe_void": "void",
        }
        for act, status in acts.items():
            with self.subTest(act):
                partner = self.partner_a.copy()
                legal = self.make_open_invoice(partner=partner)
                legal += self.make_open_invoice(partner=partner)
                self.store_card(legal[0])
                paid = self.make_open_invoice(partner=partner)
                self.pay(paid)
                self.receive_all()
                never = self.make_invoice(partner=partner, stripe_invoice=False)
                self.settle()
                result = getattr(legal + paid + never, act)()
                self.settle_with_events()
                self.assertEqual(set(legal.mapped("stripe_status")), {status})
                self.assertEqual(paid.stripe_status, "paid")
                self.assertEqual(result["tag"], "display_notification")
                for refused in (paid, never):
                    self.assertIn(refused.name, result["params"]["message"])
                for done in legal:
                    self.assertNotIn(done.name, result["params"]["message"])
                documents = self.env["stripe.document"].search(
                    result["params"]["next"]["domain"]
                )
                self.assertEqual(documents.move_id, legal + paid)

    def test_if_none_is_legal_nothing_is_done_and_each_is_told(self):
        paid = self.make_open_invoice()
        self.pay(paid)
        self.receive_all()
        self.settle()
        never = self.make_invoice(stripe_invoice=False)
        with self.assertRaises(UserError) as caught:
            (paid + never).action_stripe_void()
        for move in (paid, never):
            self.assertIn(move.name, str(caught.exception))

    def test_many_are_written_off_with_one_dialog_and_the_others_told_in_it(self):
        legal = self.make_open_invoice() + self.make_open_invoice()
        draft = self.make_draft_at_stripe()
        action = (legal + draft).action_stripe_write_off()
        self.assertEqual(action["context"]["default_move_ids"], legal.ids)
        self.assertIn(draft.name, action["context"]["default_refusals"])
        entries = self.write_off(legal + draft)
        self.settle()
        self.assertEqual(len(entries), 2)
        self.assertEqual(set(legal.mapped("stripe_status")), {"uncollectible"})

    def test_invoices_of_several_companies_are_not_written_off_together(self):
        other = self.setup_other_company()["company"]
        foreign = self.env["account.move"].with_company(other)
        moves = self.make_open_invoice() + foreign.create(
            {"move_type": "out_invoice", "partner_id": self.partner_a.id}
        )
        with self.assertRaisesRegex(UserError, other.name):
            moves.action_stripe_write_off()
        dialogs = self.env["stripe.document.write.off"]
        dialog = dialogs.create({"move_ids": moves.ids, "propose_entry": False})
        with self.assertRaisesRegex(UserError, "one company at a time"):
            dialog.action_confirm()

    def test_one_that_fails_at_stripe_does_not_stop_the_others(self):
        moves = self.env["account.move"]
        for number in (GOOD, DECLINED, GOOD):
            partner = self.partner_a.copy()
            move = self.make_open_invoice(partner=partner)
            self.store_card(move, number)
            moves += move
        action = moves.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(moves.mapped("stripe_status"), ["paid", "open", "paid"])
        documents = self.env["stripe.document"].search(action["domain"])
        self.assertEqual(documents.move_id, moves)
        self.assertEqual(moves[1].stripe_payment_state, "failed")

    # === RIGHTS === #

    def test_who_may_act(self):
        billing = new_test_user(
            self.env, "billing", "base.group_user,account.group_account_invoice"
        )
        others = [
            new_test_user(
                self.env, "salesman", "base.group_user,sales_team.group_sale_manager"
            ),
            new_test_user(
                self.env, "reader", "base.group_user,account.group_account_readonly"
            ),
            new_test_user(self.env, "employee", "base.group_user"),
        ]
        acts = (
            "action_stripe_send",
            "action_stripe_refresh",
            "action_stripe_retry",
            "action_stripe_charge",
            "action_stripe_write_off",
            "action_stripe_void",
            "action_stripe_push",
        )
        move = self.make_open_invoice()
        for user in others:
            for act in acts:
                with (
                    self.subTest(user=user.login, act=act),
                    self.assertRaises(AccessError),
                ):
                    getattr(move.with_user(user), act)()
        for act in acts:
            with self.subTest(user=billing.login, act=act):
                getattr(move.with_user(billing), act)()
