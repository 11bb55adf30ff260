import logging

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import METADATA_CREDIT_NOTE, METADATA_DATABASE
from ..exceptions import sentence
from ..lifecycle import Status
from ..payloads.credit_note import (
    NegativeLineError,
    UnknownRateError,
    create_params,
    differences,
    rate_ids,
)
from ..payloads.snapshot import SnapshotError
from ..payloads.snapshot.credit_note import freeze_credit_note
from ..stripe_api.errors import (
    RejectedError,
    RetryableError,
    StripeApiError,
    UnauthorizedError,
    UnknownOutcomeError,
)
from .stripe_customer import CLOCK_MARGIN

_logger = logging.getLogger(__name__)

# Statuses of an invoice that Stripe lets be credited.
CREDITABLE = frozenset({Status.OPEN, Status.PAID})


class StripeCreditNote(models.Model):
    """One Odoo credit note and its counterpart at Stripe.

    Stripe knows two states of it, issued and void, and issues it at once; so there is
    no draft to prove: the preview is compared before.
    """

    _name = "stripe.credit.note"
    _description = "Stripe Credit Note"
    _inherit = ["stripe.call.mixin", "stripe.queue.mixin"]
    _order = "id desc"
    _rec_name = "move_name"
    _check_company_auto = True

    account_id = fields.Many2one(ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    document_id = fields.Many2one(
        "stripe.document",
        "Stripe Invoice",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    move_id = fields.Many2one(
        "account.move",
        "Credit Note",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    move_name = fields.Char("Odoo Number", readonly=True)
    stripe_id = fields.Char("Stripe ID", readonly=True)
    stripe_number = fields.Char(readonly=True)
    pdf = fields.Char("Stripe PDF", readonly=True)
    status = fields.Selection(
        [("issued", "Issued"), ("void", "Void")],
        "Stripe Status",
        readonly=True,
        help="What Stripe last reported.",
    )
    target = fields.Selection(
        [("issued", "Issued"), ("void", "Void")],
        readonly=True,
        help="What Odoo wants at Stripe.",
    )
    pending = fields.Boolean(readonly=True, help="There is something to do at Stripe.")
    refused = fields.Boolean(
        "To Fix", readonly=True, help="Trying again will not help; somebody must act."
    )
    error = fields.Text("Problem", readonly=True)

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)",
        "A Stripe credit note belongs to one Odoo credit note.",
    )
    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL",
        "A credit note has one Stripe credit note.",
    )
    _outbox_idx = models.Index("(next_attempt_at, id) WHERE pending")

    def _want(self, target):
        """Set what Odoo wants, in the caller's transaction; the worker does the rest.

        :param str target: ``issued`` or ``void``
        """
        self.write(
            {
                "target": target,
                "pending": True,
                "refused": False,
                "error": False,
                "attempts": 0,
                "next_attempt_at": False,
            }
        )
        self._ring()

    def action_retry(self):
        """Try again now what failed or waits. For the billing group."""
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self.sudo().account_id._try_now()
        for note in self.sudo():
            note._want(note.target or "issued")

    # === THE WORKER === #

    @api.model
    def _waiting_domain(self):
        return Domain("pending", "=", True)

    def _process_batch(self):
        """Issue or void one credit note; what fails is kept."""
        self.ensure_one()
        note = self.with_company(self.company_id)
        language = self.move_id.invoice_user_id.lang or self.company_id.partner_id.lang
        note = note.with_context(lang=language or None)
        try:
            note._work(note.account_id._gateway())
            note.account_id._note_success()
            self.env.flush_all()
        except (SnapshotError, StripeApiError) as error:
            note._note_failure(error)
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Stripe credit note %s could not be processed", self.id)
            note._wait(
                note.env._(
                    "An unexpected problem stopped this: %(problem)s. "
                    "It is tried again; the server log has the details.",
                    problem=type(error).__name__,
                )
            )

    def _work(self, gateway):
        """Bring Stripe where Odoo wants it.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError, SnapshotError: what stopped it
        """
        if self.pending_call:
            self._recover(gateway)
        if self.target == "issued" and not self.stripe_id:
            self._issue(gateway)
        elif self.target == "void" and self.status == "issued":
            self._void(gateway)
        if not self.refused:
            self._settle()

    def _settle(self):
        self.write({"pending": False, "attempts": 0, "next_attempt_at": False})
        # What is due at Stripe has changed, and with it what Odoo has to tell.
        self.document_id._wake(refresh_wanted=True)

    def _issue(self, gateway):
        """Compare Stripe's preview with Odoo's credit note, and only then issue it.

        :raise SnapshotError: Stripe could not take these amounts
        """
        invoice = gateway.retrieve_invoice(self.document_id.stripe_id)
        if Status(invoice["status"]) not in CREDITABLE:
            # It counts in Odoo alone, like any other way to be paid there.
            self.target = False
            self._refuse(self._not_creditable(invoice["status"]))
            self.document_id._wake(refresh_wanted=True)
            return
        note = freeze_credit_note(
            self.move_id,
            self.account_id.tz,
            self.move_id.stripe_credit_means or "none",
            mailed=self.account_id.mail_sender == "stripe",
        )
        rates = rate_ids(self.document_id._tax_rates(gateway))
        metadata = {
            METADATA_DATABASE: self.account_id._database_uuid(),
            METADATA_CREDIT_NOTE: str(self.id),
        }
        try:
            params = create_params(note, invoice, rates, metadata)
        except UnknownRateError as error:
            self._refuse(
                self.env._(
                    "The invoice does not have the tax %(tax)s at Stripe. Credit it "
                    "with the taxes of the invoice, or keep this credit note in Odoo "
                    "only.",
                    tax=error.rate[0],
                )
            )
            return
        except NegativeLineError:
            self._refuse(
                self.env._(
                    "A line of the credit note charges something, and Stripe's credit "
                    "notes know no such line. Put it on an invoice of its own."
                )
            )
            return
        found = differences(note, gateway.preview_credit_note(params))
        if found:
            rows = self.document_id._difference_rows(found)
            self._refuse(
                self.env._(
                    "Not issued at Stripe, because its credit note would differ from "
                    "Odoo's (Odoo ≠ Stripe): %s.",
                    rows,
                )
            )
            return
        self._store(
            self._stripe_call("credit_note", params, gateway.create_credit_note)
        )

    def _not_creditable(self, status):
        labels = dict(self.env["stripe.document"]._selection_status())
        return self.env._(
            "Stripe credits open and paid invoices only, and this one is %(status)s "
            "there. The credit note counts in Odoo alone.",
            status=labels.get(status, status),
        )

    def _void(self, gateway):
        """Void the credit note, so that the invoice asks for the whole again."""

        def send(_params, key):
            return gateway.void_credit_note(self.stripe_id, key)

        self._store(self._stripe_call("void_credit_note", {}, send))

    def _store(self, answer):
        """Take over what Stripe reported.

        :param dict answer: Stripe's credit note
        """
        changed = self.status != answer["status"]
        self.write(
            {
                "stripe_id": answer["id"],
                "stripe_number": answer["number"],
                "status": answer["status"],
                "pdf": answer["pdf"],
                "refused": False,
                "error": False,
            }
        )
        if changed and self.move_id:
            self._tell()

    def _tell(self):
        number = self.stripe_number
        text = self.env._("Stripe credit note %s is issued.", number)
        if self.status == "void":
            text = self.env._("Stripe credit note %s is void.", number)
        self.move_id.message_post(body=text)
        if self.status == "void" and self.target == "void":
            self.move_id._stripe_cancel_voided()

    # === RECOVERY === #

    def _recover(self, gateway):
        """Find out what became of a request whose answer was lost."""
        call = self.pending_call
        if call["name"] == "void_credit_note":
            self.pending_call = False
            self._store(gateway.retrieve_credit_note(self.stripe_id))
        elif self._can_repeat_call():
            try:
                self._store(
                    self._stripe_call(call["name"], None, gateway.create_credit_note)
                )
            except RejectedError:
                # Out of date by now; the next step makes it anew.
                _logger.info("%s did not take place for %s", call["name"], self)
        else:
            since = call["at"] - CLOCK_MARGIN
            found = gateway.find_credit_note(call["params"]["metadata"], since)
            self.pending_call = False
            if found:
                self._store(found)

    # === WHAT FAILED === #

    def _note_failure(self, error):
        """Write down why it did not go on, and whether time alone can mend it."""
        if isinstance(error, SnapshotError):
            self._refuse(str(error))
        elif isinstance(error, UnauthorizedError):
            self.account_id._note_failure(error)
            self._wait(self.account_id.error)
        elif isinstance(error, RetryableError | UnknownOutcomeError):
            if not error.http_status:
                self.account_id._note_failure(error)
            self._wait(str(error), getattr(error, "retry_after", 0))
        else:
            self._refuse(sentence(self.env, error))

    def _wait(self, text, delay=0):
        self.error = text
        self._postpone(delay)

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
        move = self.move_id
        if move:
            move.activity_schedule(
                "sale_stripe_invoice.mail_activity_type_stripe",
                summary=self.env._("Stripe: to fix"),
                note=text,
                user_id=(move.invoice_user_id or move.create_uid).id,
            )
