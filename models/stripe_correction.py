import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..correction import Facts, Step, Way, next_step
from ..lifecycle import FINALIZED, PAYABLE, Status
from ..stripe_api.errors import StripeApiError, UnauthorizedError

_logger = logging.getLogger(__name__)


class StripeCorrection(models.Model):
    """A finalized invoice gives way to a corrected one, and both know why.

    The steps are those of ``correction.next_step``, and none of them calls Stripe: they
    set what the two documents want there. The first ones are taken in the transaction
    of the user; what has to wait for Stripe goes on when a document tells that it has
    changed (:meth:`_notice`). Interrupted anywhere, it goes on from what it finds.
    """

    _name = "stripe.correction"
    _description = "Stripe Correction"
    _inherit = ["stripe.call.mixin", "stripe.queue.mixin"]
    _order = "id desc"
    _rec_name = "reason"

    company_id = fields.Many2one(related="move_id.company_id", store=True, index=True)
    move_id = fields.Many2one(
        "account.move",
        "Corrected Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    new_move_id = fields.Many2one(
        "account.move", "New Invoice", readonly=True, index=True, ondelete="set null"
    )
    credit_note_id = fields.Many2one("account.move", readonly=True, ondelete="set null")
    way = fields.Selection("_selection_way", required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Corrected by", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", required=True, readonly=True)
    partner_shipping_id = fields.Many2one("res.partner", readonly=True)
    send = fields.Boolean(readonly=True, help="The new invoice is sent, too.")
    currency_id = fields.Many2one(related="move_id.currency_id")
    paid_before = fields.Boolean(
        readonly=True, help="Money had been received before the correction began."
    )
    received_before = fields.Monetary(readonly=True)
    state = fields.Selection(
        [
            ("closing", "Waiting for the Old Invoice"),
            ("issuing", "Waiting for the New Invoice"),
            ("done", "Done"),
            ("stopped", "Stopped"),
        ],
        required=True,
        readonly=True,
        default="closing",
    )
    pending = fields.Boolean(readonly=True, help="There is something to do.")
    revision_ref = fields.Char(
        readonly=True,
        help="ID of the revision from the dashboard whose end is known.",
    )
    revision_paid = fields.Boolean(readonly=True)
    linked = fields.Boolean(readonly=True, help="Stripe's metadata names the new one.")
    error = fields.Text("Problem", readonly=True)

    _running_uniq = models.UniqueIndex(
        "(move_id) WHERE state IN ('closing', 'issuing')",
        "This invoice is being corrected already.",
    )
    _queue_idx = models.Index("(next_attempt_at, id) WHERE pending")

    @api.model
    def _selection_way(self):
        return [
            (Way.DUPLICATE.value, self.env._("Void, duplicate, update")),
            (Way.REVISION.value, self.env._("Revision by Stripe")),
            (Way.CREDIT_NOTE.value, self.env._("Credit note and new invoice")),
        ]

    @api.model
    def _start(self, values):
        """Begin a correction in the transaction of the user, as far as it goes there.

        :param dict values: ``move_id``, ``way``, ``reason``, ``partner_id`` ...
        :return: the new ``stripe.correction``
        :raise UserError: the new invoice cannot be made; nothing has changed then
        """
        move = self.env["account.move"].browse(values["move_id"])
        correction = self.sudo().create(
            {
                "account_id": move.sudo().stripe_document_id.account_id.id,
                "user_id": self.env.uid,
                "paid_before": move._stripe_is_paid(),
                "received_before": move._stripe_received(),
                **values,
            }
        )
        correction._advance()
        return correction

    @api.model
    def _running(self, moves):
        """Return the corrections under way of these invoices, old or new ones."""
        domain = Domain("move_id", "in", moves.ids)
        domain |= Domain("new_move_id", "in", moves.ids)
        domain &= Domain("state", "in", ("closing", "issuing"))
        return self.sudo().search(domain)

    def _wake(self):
        """Let the worker go on, because something has changed."""
        if self:
            self.write({"pending": True, "attempts": 0, "next_attempt_at": False})
            self._ring()

    def action_retry(self):
        """Go on now with what failed or waits. For the billing group."""
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self.sudo()._wake()

    # === THE WORKER === #

    def _reader(self):
        # EXTENDS 'stripe.queue.mixin'
        return self.user_id

    @api.model
    def _waiting_domain(self):
        return Domain("pending", "=", True)

    def _process_batch(self):
        """Take the steps that can be taken now; what fails is kept, and tried again."""
        correction = self.with_user(self.user_id).sudo().with_company(self.company_id)
        try:
            if correction._foreign_revision():
                correction._end_revision(correction.account_id._gateway())
            with self.env.cr.savepoint():
                correction._advance()
            if correction.state == "done" and not correction.linked:
                correction._link(correction.account_id._gateway())
        except StripeApiError as error:
            if isinstance(error, UnauthorizedError) or not error.http_status:
                self.account_id._note_failure(error)
            correction._fail(str(error))
        except UserError as error:
            correction._fail(str(error))
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.exception("Correction %s could not go on", self.id)
            correction._fail(type(error).__name__)

    def _fail(self, problem):
        """Say why it does not go on, and try again later."""
        self.error = problem
        self._postpone()
        if self.state != "done":
            self._ask(
                self.env._("Stripe: a correction does not go on"),
                self.env._("%s It is tried again by itself.", problem),
            )

    def _ask(self, summary, note):
        document = self.move_id.stripe_document_id
        document._ask(summary, note, self.user_id)

    # === THE STEPS === #

    def _facts(self):
        """Return the ``correction.Facts`` as they are now."""
        old, new = self.move_id, self.new_move_id
        more = old._stripe_received() - self.received_before
        document = new.stripe_document_id
        return Facts(
            payable=Status(old.stripe_status or "") in PAYABLE,
            paid_before=self.paid_before,
            paid_since=old.currency_id.compare_amounts(more, 0) > 0
            or ((old._stripe_is_paid() or self.revision_paid) and not self.paid_before),
            revised=bool(self._foreign_revision()),
            closed=self._is_closed(),
            replaced=new.state == "posted" and not new._stripe_is_closed(),
            issued=not document or Status(document.status or "") in FINALIZED,
        )

    def _is_closed(self):
        return self.move_id.state == "cancel" or self.credit_note_id.state == "posted"

    def _advance(self):
        """Take all steps that can be taken now.

        :raise UserError: one of them is impossible as things are
        """
        self.ensure_one()
        step = None
        while (following := next_step(Way(self.way), self._facts())) is not step:
            step = following
            self._steps()[step]()
        to_link = self.state == "done" and not self.linked
        waits = to_link or step is Step.END_REVISION
        self.write({"pending": waits, "error": False, "attempts": 0})

    def _steps(self):
        return {
            Step.END_REVISION: self._await_revision,
            Step.VOID: self._void,
            Step.REPLACE: self._replace,
            Step.COPY: self._copy,
            Step.CLOSE: self._close,
            Step.WITHDRAW: self._withdraw,
            Step.WAIT: self._rest,
            Step.STOP: self._stop,
            Step.DONE: self._finish,
        }
