import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..exceptions import REASONS, sentence
from ..lifecycle import (
    PAYABLE,
    Call,
    Later,
    Nothing,
    Refusal,
    Status,
    Target,
    plan,
)
from ..payloads.snapshot import SnapshotError
from ..stripe_api.errors import (
    RejectedError,
    RetryableError,
    StripeApiError,
    UnauthorizedError,
    UnknownOutcomeError,
)

_logger = logging.getLogger(__name__)

# Requests for one document in a row; more would be a circle.
MAX_STEPS = 20
# Seconds between two looks at a payment that is under way.
LOOK_AGAIN_SECONDS = 3600


class StripeDocument(models.Model):
    """One Odoo document that has a counterpart at Stripe: its status and its target.

    Users only ever set the target (:meth:`_want`), in the transaction of what they do.
    After its commit the worker (:meth:`_process_batch`) asks the lifecycle for the next
    call, makes it, stores the answer, commits, and asks again until nothing is left.
    A crash at any point is cured by running again.
    """

    _name = "stripe.document"
    _description = "Stripe Document"
    _inherit = ["stripe.call.mixin", "stripe.queue.mixin"]
    _order = "id desc"
    _check_company_auto = True

    account_id = fields.Many2one(ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
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
    history_ids = fields.One2many(
        "stripe.document.history", "document_id", readonly=True
    )
    payment_ids = fields.One2many(
        "account.payment", "stripe_document_id", "Payments", readonly=True
    )

    pending = fields.Boolean(readonly=True, help="There is something to do at Stripe.")
    refused = fields.Boolean(
        "To Fix", readonly=True, help="Trying again will not help; somebody must act."
    )
    error = fields.Text("Problem", readonly=True)

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)",
        "A Stripe document belongs to one Odoo document.",
    )
    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL", "An invoice has one Stripe document."
    )
    # The outbox, as the worker asks for it.
    _outbox_idx = models.Index("(next_attempt_at, id) WHERE pending")

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

    # === WHAT ODOO WANTS === #

    def _want(self, target):
        """Set what Odoo wants, in the caller's transaction; the worker does the rest.

        :param Target target: the wanted state
        """
        for document in self:
            if document.target != target.value:
                label = dict(self._selection_target())[target.value]
                document._tell_history(
                    "user", self.env._("Wanted at Stripe: %s", label)
                )
        self._wake(target=target.value)

    def _want_open(self):
        """Want an open invoice, after the pause that the company wants."""
        for account, documents in self.grouped("account_id").items():
            hours = account.finalize_delay
            at = fields.Datetime.now() + timedelta(hours=hours) if hours else False
            documents.write({"finalize_at": at})
        self._want(Target.OPEN)

    def _wake_open(self, taken_back=False):
        """Let the worker see that something was paid in Odoo, or is no longer.

        :param bool taken_back: a payment was taken back
        """
        for document in self:
            status = Status(document.status or "")
            if status is Status.PAID and document._settled_in_odoo():
                document._answer()
            elif taken_back and document.move_id.state == "posted":
                document._follow_taken_back()
            # A payment ends the pause before a draft is finalized.
            if status in PAYABLE or status is Status.DRAFT:
                document._wake()
        self.env["stripe.correction"]._running(self.move_id)._wake()

    def _wake(self, **values):
        """Let the worker look at these documents again.

        :param values: what else to write on them
        """
        self.write(
            {
                "pending": True,
                "refused": False,
                "error": False,
                "attempts": 0,
                "next_attempt_at": False,
                **values,
            }
        )
        self._ring()

    def _tell_history(self, actor, text):
        """Add a line to the history.

        :param str actor: ``user``, ``odoo``, ``stripe`` or ``dashboard``
        :param str text: what happened, translated
        """
        user = self.env.user
        if actor == "user" and user._is_superuser():
            actor = "odoo"
        self.env["stripe.document.history"].sudo().create(
            [
                {
                    "document_id": document.id,
                    "actor": actor,
                    "user_id": user.id if actor == "user" else False,
                    "text": text,
                }
                for document in self
            ]
        )

    def action_retry(self):
        """Try again now what failed or waits. For the billing group."""
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self.sudo().account_id._try_now()
        for document in self.sudo():
            # A draft that was withdrawn because it differed is wanted open again.
            target = Target(document.target or Target.OPEN)
            wanted = document.move_id.state == "posted" and target is Target.DELETED
            document._want(Target.OPEN if wanted else target)

    # === THE WORKER === #

    @api.model
    def _waiting_domain(self):
        return Domain("pending", "=", True)

    def _for_its_people(self):
        """Return the document in its company, and in the language of who is told."""
        language = self.move_id.invoice_user_id.lang or self.company_id.partner_id.lang
        return self.with_company(self.company_id).with_context(lang=language or None)

    def _process_batch(self):
        """Bring one document as far as it goes; what fails is kept."""
        self.ensure_one()
        document = self._for_its_people()
        try:
            document._work(document.account_id._gateway())
            self.env.flush_all()
        except (SnapshotError, RejectedError, StripeApiError) as error:
            document._note_failure(error)
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Stripe document %s could not be processed", self.id)
            document._wait(
                document.env._(
                    "An unexpected problem stopped this: %(problem)s. "
                    "It is tried again; the server log has the details.",
                    problem=type(error).__name__,
                )
            )

    def _work(self, gateway):
        """Make calls until Stripe is where Odoo wants it.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError, SnapshotError: what stopped it
        """
        for _step in range(MAX_STEPS):
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
                    return
            self.account_id._note_success()
            self.env["ir.cron"]._commit_progress()
        raise RetryableError(self.env._("Stripe and Odoo do not come to rest."))

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

    def _settle(self):
        self.write(
            {
                "pending": False,
                "refresh_wanted": False,
                "attempts": 0,
                "next_attempt_at": False,
            }
        )
        if not self.refused:
            self.error = False

    def _refuse(self, text):
        """Stop until somebody acts, and say why.

        :param str text: a translated sentence
        """
        self.write(
            {
                "pending": False,
                "refused": True,
                "error": text,
                "attempts": 0,
                "next_attempt_at": False,
            }
        )
        self._ask(self.env._("Stripe: to fix"), text)

    def _wait(self, text, delay=0):
        """Try again later.

        :param str text: a translated sentence that says what is waited for
        :param int delay: seconds that Stripe asked for; our own backoff if 0
        """
        self.error = text
        self._postpone(delay)

    def _note_failure(self, error):
        """Write down why it did not go on, and whether time alone can mend it."""
        if isinstance(error, SnapshotError):
            self._refuse(str(error))
        elif isinstance(error, UnauthorizedError):
            self.account_id._note_failure(error)
            self._wait(self.account_id.error)
        elif isinstance(error, RetryableError | UnknownOutcomeError):
            self._wait(self._waiting_sentence(error), getattr(error, "retry_after", 0))
        else:
            self._refuse(sentence(self.env, error))

    def _waiting_sentence(self, error):
        """Return what is waited for; no answer at all holds the account back, too."""
        if not error.http_status:
            self.account_id._note_failure(error)
            return self.account_id.error
        return self.env._(
            "Stripe did not take this yet (%(message)s). It is tried again by itself.",
            message=str(error),
        )

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
