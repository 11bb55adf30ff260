from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import REASONS
from ..lifecycle import (
    CHANGING,
    FINALIZED,
    Call,
    Later,
    Nothing,
    Refusal,
    Status,
    Target,
    plan,
)
from ..stripe_api.errors import RejectedError

# Seconds between two looks at a payment that is under way.
LOOK_AGAIN_SECONDS = 3600


class StripeDocument(models.Model):
    """One Odoo document that has a counterpart at Stripe: its status and its target.

    Users only ever set the target (:meth:`_want`), in the transaction of what they do.
    After its commit the worker (:meth:`_go_on`) asks the lifecycle for the next call,
    makes it, stores the answer, commits, and asks again until nothing is left.
    A crash at any point is cured by running again.
    """

    _name = "stripe.document"
    _description = "Stripe Document"
    _inherit = "stripe.outbox.mixin"
    _order = "id desc"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index=True,
        check_company=True,
    )
    move_name = fields.Char("Odoo Number", readonly=True)
    status = fields.Selection(
        "_selection_status",
        "Stripe Status",
        readonly=True,
        index=True,
        help="Stripe's word for the state of its invoice.\n"
        "Draft: it can still change, and nobody can pay it.\n"
        "Open: finalized; the customer can pay it.\n"
        "Paid: nothing is left to pay.\n"
        "Uncollectible: given up, but it can still be paid.\n"
        "Void: cancelled for good.\n"
        "Deleted: the draft was withdrawn.",
    )
    target = fields.Selection(
        "_selection_target", readonly=True, help="What Odoo wants at Stripe."
    )
    stripe_id = fields.Char("Stripe ID", readonly=True, index="btree_not_null")
    stripe_number = fields.Char(readonly=True)
    hosted_invoice_url = fields.Char("Payment Page", readonly=True)
    invoice_pdf = fields.Char("Stripe PDF", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_total = fields.Monetary("Total at Stripe", readonly=True)
    amount_remaining = fields.Monetary("Due at Stripe", readonly=True)
    amount_paid = fields.Monetary("Paid at Stripe", readonly=True)
    snapshot = fields.Json(
        readonly=True, help="The invoice as it was frozen before it was sent."
    )
    lines_sent = fields.Integer(readonly=True)
    replaced_by = fields.Char(
        readonly=True, help="ID of the Stripe invoice that revises this one."
    )
    payment_ids = fields.One2many(
        "account.payment", "stripe_document_id", "Payments", readonly=True
    )

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)",
        "A Stripe document belongs to one Odoo document.",
    )
    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL", "An invoice has one Stripe document."
    )

    @api.model
    def _selection_status(self):
        return [
            (Status.DRAFT.value, self.env._("Draft")),
            (Status.OPEN.value, self.env._("Open")),
            (Status.UNCOLLECTIBLE.value, self.env._("Uncollectible")),
            (Status.PAID.value, self.env._("Paid")),
            (Status.VOID.value, self.env._("Void")),
            (Status.DELETED.value, self.env._("Deleted")),
        ]

    @api.model
    def _selection_target(self):
        return [
            (Target.OPEN.value, self.env._("Open")),
            (Target.CHARGED.value, self.env._("Charged")),
            (Target.PAID.value, self.env._("Paid")),
            (Target.UNCOLLECTIBLE.value, self.env._("Uncollectible")),
            (Target.VOID.value, self.env._("Void")),
            (Target.DELETED.value, self.env._("Deleted")),
        ]

    @api.depends("move_name", "stripe_id")
    def _compute_display_name(self):
        for document in self:
            document.display_name = document.move_name or document.stripe_id or "?"

    def _lock_rows(self):
        # EXTENDS 'stripe.call.mixin': the state is stored on the invoice, too.
        query = SQL(
            "SELECT 1 FROM account_move WHERE id IN "
            "(SELECT move_id FROM stripe_document WHERE id IN %s) "
            "ORDER BY id FOR NO KEY UPDATE",
            tuple(self.ids),
        )
        self.env.cr.execute(query, log_exceptions=False)
        return super()._lock_rows()

    def _told_on(self):
        # EXTENDS 'stripe.outbox.mixin'
        return self.move_id

    # === WHAT ODOO WANTS === #

    def _want(self, target):
        """Set what Odoo wants, in the caller's transaction; the worker does the rest.

        :param Target target: the wanted state
        """
        new = self.filtered(lambda document: document.target != target.value)
        if new:
            label = dict(self._selection_target())[target.value]
            new._tell_history("user", self.env._("Wanted at Stripe: %s", label))
        self._wake(target=target.value)

    def _want_open(self):
        """Want an open invoice, after the pause that the company wants."""
        for account, documents in self.grouped("account_id").items():
            hours = account.finalize_delay
            at = fields.Datetime.now() + timedelta(hours=hours) if hours else False
            documents.write({"finalize_at": at})
        self._want(Target.OPEN)

    def _notice_settled(self):
        """Drop the questions about invoices that are paid on both sides.

        :return: those invoices
        """
        settled = self.filtered(
            lambda document: (
                document.status == Status.PAID.value and document._settled_in_odoo()
            )
        )
        for document in settled:
            document._answer()
        return settled

    def _wake_open(self, taken_back=False):
        """Let the worker see that something was paid in Odoo, or is no longer.

        :param bool taken_back: a payment was taken back
        """
        unsettled = self - self._notice_settled()
        if taken_back:
            for document in unsettled.filtered(
                lambda one: one.move_id.state == "posted"
            ):
                document._follow_taken_back()
        # A payment ends the pause before a draft is finalized.
        changing = {status.value for status in CHANGING}
        self.filtered(lambda document: document.status in changing)._wake()
        self.env["stripe.correction"]._running(self.move_id)._wake()

    def _retry(self):
        # EXTENDS 'stripe.outbox.mixin': the same is wanted once more; an open invoice,
        # if its draft was withdrawn.
        wish = Target(self.target or "")
        meant = self.move_id.state == "posted" and self.move_id.stripe_invoice
        withdrawn = wish in (Target.NONE, Target.DELETED)
        if meant:
            self._follow_connection()
        if meant and withdrawn and Status(self.status or "") not in FINALIZED:
            self._want(Target.OPEN)
        elif wish is Target.NONE:
            self._wake()
        else:
            self._want(wish)

    # === THE WORKER === #

    def _go_on(self, gateway):
        # EXTENDS 'stripe.outbox.mixin'
        if self.pending_call:
            self._recover(gateway)
        elif self.refresh_wanted and self.stripe_id:
            self._refresh(gateway)
        elif self.credit_notes_wanted:
            self._look_at_credit_notes(gateway)
        else:
            step = self._next_step()
            if isinstance(step, Call):
                self._take(step, gateway)
            elif not isinstance(step, Later) or self._can_wait(gateway):
                self._rest(step)
                return False
        return True

    def _next_step(self):
        """Return what the lifecycle says: a call, nothing (yet), or a refusal."""
        return plan(Status(self.status or ""), Target(self.target or ""), self._facts())

    def _rest(self, step):
        """Stop here, for good, until later, or until somebody acts."""
        if isinstance(step, Nothing):
            self._settle()
        elif isinstance(step, Later):
            self._sleep()
        elif isinstance(step, Refusal):
            self._refuse(REASONS[step.reason](self.env))

    def _sleep(self):
        """Go on when the time has come, or what is waited for has ended."""
        if self._replaces_valid():
            text = self.env._("The invoice that this one replaces is not closed yet.")
            self._wait(text, LOOK_AGAIN_SECONDS)
            return
        if self.status != Status.DRAFT.value:
            # Its event wakes this at once; should that be lost, a look is enough.
            self.refresh_wanted = True
            text = self.env._(
                "A payment is under way at Stripe. This goes on when it has ended."
            )
            self._wait(text, LOOK_AGAIN_SECONDS)
            return
        self.write({"error": False, "next_attempt_at": self.finalize_at})
        self._ring(self.finalize_at)

    def _settle(self, **values):
        # EXTENDS 'stripe.outbox.mixin'
        return super()._settle(refresh_wanted=False, **values)

    def _take(self, step, gateway):
        """Make one call. A refusal that only says "already done" is none.

        :param Call step: what the lifecycle named
        """
        try:
            self._steps()[step](gateway)
        except RejectedError as error:
            if not self.stripe_id or step in (Call.CREATE, Call.ADD_LINES):
                raise
            before = self.payment_attempt
            self._refresh(gateway)
            # It counts only if a fresh look still leads to the same call.
            if self._next_step() is not step:
                return
            if step in (Call.VOID, Call.MARK_UNCOLLECTIBLE):
                self._stay(error)
            elif step is Call.PAY:
                told = self.payment_attempt not in (before, False)
                self._charge_failed(error, told)
            else:
                raise
