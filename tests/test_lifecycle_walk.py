from odoo.tests import tagged

from ..exceptions import REASONS
from ..lifecycle import PLAN, Call, Refusal, Status, Target
from ..stripe_api.errors import RejectedError
from .lifecycle_common import LifecycleCommon

# Where a wish ends that the table has a way to.
ENDS = {
    Target.OPEN: Status.OPEN,
    Target.CHARGED: Status.PAID,
    Target.PAID: Status.PAID,
    Target.UNCOLLECTIBLE: Status.UNCOLLECTIBLE,
    Target.VOID: Status.VOID,
    Target.DELETED: Status.DELETED,
}


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
