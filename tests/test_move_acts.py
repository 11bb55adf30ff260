from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .acts_common import DECLINED, GOOD, StripeActsCommon


@tagged("post_install", "-at_install")
class TestMoveActs(StripeActsCommon):
    """What a user does about the Stripe invoice, whatever happens on the wire."""

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
