from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..exceptions import REASONS
from ..lifecycle import PLAN, Call, Refusal, Status, Target
from ..stripe_api.errors import RejectedError
from .common import StripeInvoiceCommon

DECLINED = "4000 0000 0000 0341"
WORKS = "4242 4242 4242 4242"
# Where a wish ends that the table has a way to.
ENDS = {
    Target.OPEN: Status.OPEN,
    Target.CHARGED: Status.PAID,
    Target.PAID: Status.PAID,
    Target.UNCOLLECTIBLE: Status.UNCOLLECTIBLE,
    Target.VOID: Status.VOID,
    Target.DELETED: Status.DELETED,
}


class LifecycleCommon(StripeInvoiceCommon):
    """Invoices in every state of Stripe's, and a user of the billing group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing_user = new_test_user(
            cls.env,
            "billing",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def act(self, move):
        """Return the invoice as the billing user has it."""
        return move.with_user(self.billing_user)

    def store_card(self, number=WORKS):
        """Let the customer have a card at Stripe, by an invoice that made him known."""
        known = self.env["stripe.customer"].sudo().search([], limit=1)
        if not known:
            self.make_open_invoice()
            known = self.env["stripe.customer"].sudo().search([], limit=1)
        path = f"customers/{known.stripe_id}/card"
        self.simulator.control(path, {"number": number})

    def look(self):
        """Let what happened at Stripe arrive in Odoo."""
        self.receive_all()
        self.run_worker()

    def in_dashboard(self, move, act):
        """Let somebody do something in Stripe's dashboard."""
        self.simulator.control(f"invoices/{move.stripe_ref}/{act}", {})
        self.look()

    def make_paused_draft(self):
        """Return an invoice whose draft waits at Stripe for the end of the pause."""
        self.account.finalize_delay = 24
        move = self.make_invoice()
        self.account.finalize_delay = 0
        self.run_worker()
        self.assertEqual(
            move.stripe_status, "draft", move.sudo().stripe_document_id.error
        )
        return move

    def make_uncollectible_invoice(self):
        move = self.make_open_invoice()
        self.in_dashboard(move, "mark_uncollectible")
        self.assertEqual(move.stripe_status, "uncollectible")
        return move

    def remote_status(self, move):
        """Return what Stripe says when it is asked."""
        answer = self.simulator.api(f"invoices/{move.stripe_ref}")
        return answer.get("status") or "deleted"

    def assert_both(self, move, status):
        """Assert that Stripe is there, and that Odoo knows it and rests."""
        document = move.sudo().stripe_document_id
        self.assertEqual(move.stripe_status, status, document.error)
        self.assertEqual(self.remote_status(move), status)
        self.assertFalse(document.pending or document.refused, document.error)


@tagged("post_install", "-at_install")
class TestLifecycleWalk(LifecycleCommon):
    """Every cell of the table: what it does Stripe accepts, what it refuses, too."""

    def test_from_nothing(self):
        self.walk(Status.NONE, self.make_invoice)

    def test_from_draft(self):
        def make():
            move = self.make_paused_draft()
            move.sudo().stripe_document_id.finalize_at = False
            return move

        self.walk(Status.DRAFT, make)

    def test_from_open(self):
        self.walk(Status.OPEN, self.make_open_invoice)

    def test_from_paid(self):
        def make():
            # What Odoo has as paid, too, has nothing left to be refused.
            move = self.make_open_invoice()
            self.in_dashboard(move, "mark_paid")
            return move

        self.walk(Status.PAID, make)

    def test_from_uncollectible(self):
        self.walk(Status.UNCOLLECTIBLE, self.make_uncollectible_invoice)

    def test_from_void(self):
        def make():
            move = self.make_open_invoice()
            self.in_dashboard(move, "void")
            return move

        self.walk(Status.VOID, make)

    def test_from_deleted(self):
        def make():
            move = self.make_paused_draft()
            self.in_dashboard(move, "delete")
            move.sudo().stripe_document_id.finalize_at = False
            return move

        self.walk(Status.DELETED, make)

    def walk(self, status, make):
        """Want everything of an invoice in this state, each time of a new one."""
        self.store_card()
        for target in Target:
            with self.subTest(status=status.name, target=target.name):
                move = make()
                self.assertEqual(move.stripe_status or "", status.value)
                self.want(move, target)

    def want(self, move, target):
        status = Status(move.stripe_status or "")
        step = PLAN[status][target]
        before = self.writes()
        # Users never take a wish back; whoever only looks on has none.
        move.sudo().stripe_document_id._wake(target=target.value or False)
        self.run_worker()
        if isinstance(step, Call):
            withdrawn = status is Status.DRAFT and target is Target.VOID
            end = Status.DELETED if withdrawn else ENDS[target]
            self.assert_both(move, end.value)
            return
        self.assertEqual(self.writes(), before)
        self.assertEqual(move.stripe_status or "", status.value)
        document = move.sudo().stripe_document_id
        if isinstance(step, Refusal):
            self.assert_stripe_refuses(move, target)
            self.assertTrue(document.refused)
            self.assertEqual(document.error, REASONS[step.reason](self.env))
        else:
            self.assertFalse(document.pending or document.refused, document.error)

    def writes(self):
        """Return how many requests were made that change something."""
        return len([*self.simulator.sent("POST"), *self.simulator.sent("DELETE")])

    def assert_stripe_refuses(self, move, target):
        """Make the call that the table does not make, past the table."""
        gateway, ref = self.account._gateway(), move.stripe_ref
        key = f"walk-{ref}-{target.value}"
        before = self.remote_status(move)
        calls = {
            Target.OPEN: lambda: gateway.finalize_invoice(ref, {}, key),
            Target.CHARGED: lambda: gateway.pay_invoice(ref, {}, key),
            Target.PAID: lambda: gateway.pay_invoice(
                ref, {"paid_out_of_band": True}, key
            ),
            Target.UNCOLLECTIBLE: lambda: gateway.mark_uncollectible(ref, key),
            Target.VOID: lambda: gateway.void_invoice(ref, key),
            Target.DELETED: lambda: gateway.delete_invoice(ref),
        }
        with self.assertRaises(RejectedError) as caught:
            calls[target]()
        self.assertEqual(caught.exception.http_status, 400)
        self.assertEqual(self.remote_status(move), before)


@tagged("post_install", "-at_install")
class TestTenTransitions(LifecycleCommon):
    """Each row of Stripe's table of transitions, by the act of a billing user."""

    # === Draft === #

    def test_draft_to_deleted_when_the_invoice_is_reset_and_deleted(self):
        move = self.make_paused_draft()
        document, ref = move.sudo().stripe_document_id, move.stripe_ref
        self.act(move).button_draft()
        self.run_worker()
        self.assert_both(move, "deleted")
        self.act(move).unlink()
        self.run_worker()
        self.assertTrue(self.simulator.api(f"invoices/{ref}")["error"])
        self.assertEqual(document.status, "deleted")
        self.assertFalse(document.pending or document.refused, document.error)

    def test_draft_to_deleted_when_the_invoice_is_deleted_before_the_worker_runs(self):
        move = self.make_paused_draft()
        document, ref = move.sudo().stripe_document_id, move.stripe_ref
        self.act(move).button_draft()
        self.act(move).unlink()
        self.run_worker()
        self.assertTrue(self.simulator.api(f"invoices/{ref}")["error"])
        self.assertEqual(document.status, "deleted")

    def test_draft_to_deleted_when_the_invoice_is_cancelled(self):
        move = self.make_paused_draft()
        self.act(move).button_cancel()
        self.run_worker()
        self.assert_both(move, "deleted")
        self.assertEqual(move.state, "cancel")

    def test_draft_to_deleted_when_it_is_switched_off(self):
        move = self.make_paused_draft()
        self.act(move).stripe_invoice = False
        self.run_worker()
        self.assert_both(move, "deleted")
        self.assertEqual(move.state, "posted")

    def test_draft_deleted_in_the_dashboard_is_made_anew_on_request_alone(self):
        move = self.make_paused_draft()
        self.in_dashboard(move, "delete")
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.run_worker()
            self.assert_both(move, "deleted")
            self.assertIn(
                "Stripe: draft deleted in the dashboard",
                move.activity_ids.mapped("summary"),
            )
            self.act(move).action_stripe_retry()
            self.run_worker()
            self.assert_both(move, "open")

    def test_draft_to_open_when_it_is_confirmed(self):
        move = self.make_invoice(post=False)
        self.act(move).action_post()
        self.run_worker()
        self.assert_both(move, "open")

    def test_draft_to_open_after_the_pause_and_not_before(self):
        move = self.make_paused_draft()
        for hours, status in ((23, "draft"), (25, "open")):
            with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
                self.run_worker()
            self.assertEqual(move.stripe_status, status)
        self.assert_both(move, "open")

    # === Open === #

    def test_open_to_paid_when_it_is_charged(self):
        self.store_card()
        move = self.make_open_invoice()
        self.act(move).action_stripe_charge()
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)
        self.assertEqual(move.amount_residual, 0)

    def test_open_stays_open_when_the_charge_fails(self):
        self.assert_charge_fails(self.make_open_invoice(), "open")

    def test_open_stays_open_when_it_is_mailed_again_on_request(self):
        move = self.make_open_invoice()
        for times in (1, 2):
            self.act(move).action_stripe_send()
            self.run_worker()
            self.run_worker()
            self.assert_both(move, "open")
            self.assertEqual(len(self.simulator.sent("POST", "/send")), times)
        self.assertTrue(move.stripe_sent_at)

    def test_open_to_void_when_the_cancellation_is_requested(self):
        self.assert_cancelled(self.make_open_invoice())

    def test_open_to_uncollectible_when_it_is_written_off(self):
        move = self.make_open_invoice()
        entry = self.write_off(move)
        self.assert_both(move, "uncollectible")
        self.assertEqual(entry.state, "draft")
        self.assertEqual(move.payment_state, "not_paid")

    # === Uncollectible === #

    def test_uncollectible_to_paid_when_it_is_charged(self):
        self.store_card()
        move = self.make_uncollectible_invoice()
        self.act(move).action_stripe_charge()
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)

    def test_uncollectible_to_paid_when_it_is_paid_in_odoo(self):
        written_off = self.make_open_invoice()
        self.write_off(written_off)
        for move in (self.make_uncollectible_invoice(), written_off):
            self.register_payment(move)
            self.run_worker()
            self.assert_both(move, "paid")
            self.assertFalse(self.stripe_payments(move))

    def test_uncollectible_stays_when_the_bad_debt_is_booked(self):
        written_off = self.make_open_invoice()
        entry = self.write_off(written_off)
        entry.action_post()
        lines = (written_off + entry).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(written_off.amount_residual, 0)
        self.run_worker()
        self.assert_both(written_off, "uncollectible")

    def test_uncollectible_stays_uncollectible_when_the_charge_fails(self):
        self.assert_charge_fails(self.make_uncollectible_invoice(), "uncollectible")

    def test_uncollectible_to_void_when_the_cancellation_is_requested(self):
        self.assert_cancelled(self.make_uncollectible_invoice())

    def test_uncollectible_stays_where_stripe_does_not_void_it(self):
        path = f"accounts/{self.account.stripe_id}"
        settings = {"void_uncollectible": False}
        self.simulator.control(path, {"settings": settings})
        move = self.make_uncollectible_invoice()
        self.act(move).button_request_cancel()
        self.run_worker()
        document = move.sudo().stripe_document_id
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assertEqual(move.state, "posted")
        self.assertTrue(document.refused and not document.pending)
        self.assertIn(document.error, move.activity_ids.mapped("note")[-1])
        alert = self.act(move)._get_alerts()["stripe_refused"]["message"]
        self.assertIn(document.error, alert)

    # === What they have in common === #

    def assert_charge_fails(self, move, status):
        self.store_card(DECLINED)
        self.act(move).action_stripe_charge()
        self.run_worker()
        self.assert_both(move, status)
        self.assertEqual(move.stripe_payment_state, "failed")
        self.assertFalse(self.stripe_payments(move))
        alert = self.act(move)._get_alerts()["stripe_failed"]["message"]
        self.assertIn("declined", alert)
        asked = move.activity_ids.filtered(
            lambda activity: activity.summary == "Stripe: a payment failed"
        )
        self.assertEqual(len(asked), 1)
        self.assertIn("declined", asked.note)
        self.assertIn(move.stripe_hosted_invoice_url, asked.note)
        # Nobody is charged again without being asked.
        self.run_worker()
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)

    def assert_cancelled(self, move):
        self.act(move).button_request_cancel()
        self.assertEqual(move.state, "posted", "Stripe comes first")
        self.run_worker()
        self.assert_both(move, "void")
        self.assertEqual(move.state, "cancel")

    def write_off(self, move):
        """Write an invoice off with the dialog, and return the proposed entry."""
        self.account.bad_debt_account_id = self.company_data["default_account_expense"]
        action = self.act(move).action_stripe_write_off()
        dialogs = self.env[action["res_model"]].with_user(self.billing_user)
        dialogs.with_context(**action["context"]).create({}).action_confirm()
        self.run_worker()
        return self.env["account.move"].search([("stripe_bad_debt", "=", True)])

    def register_payment(self, move):
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizards = self.env["account.payment.register"].with_user(self.billing_user)
        wizards.with_context(**context).create({}).action_create_payments()
