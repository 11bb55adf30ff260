import logging

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain

from ..exceptions import sentence
from ..payloads.snapshot import SnapshotError
from ..stripe_api.errors import (
    RetryableError,
    StripeApiError,
    UnauthorizedError,
    UnknownOutcomeError,
)

_logger = logging.getLogger(__name__)

ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe"


class StripeOutboxMixin(models.AbstractModel):
    """A record that is brought to Stripe by itself, beside the invoice.

    A model says what is to be done (:meth:`_work`) and on which entry people are told
    of it (:meth:`_told_on`). What fails is kept and tried again, or waits for a person.
    """

    _name = "stripe.outbox.mixin"
    _description = "Stripe Outbox"
    _inherit = ["stripe.call.mixin", "stripe.queue.mixin"]

    account_id = fields.Many2one(ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    pending = fields.Boolean(readonly=True, help="There is something to do at Stripe.")
    refused = fields.Boolean(
        "To Fix", readonly=True, help="Trying again will not help; somebody must act."
    )
    error = fields.Text("Problem", readonly=True)

    def _work(self, gateway):
        """Bring Stripe where Odoo wants it.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError, SnapshotError: what stopped it
        """
        raise NotImplementedError

    def _told_on(self):
        """Return the ``account.move`` on which people are told, empty if none."""
        raise NotImplementedError

    def _reader(self):
        # EXTENDS 'stripe.queue.mixin'
        return self._told_on().invoice_user_id

    def _wake(self, **values):
        """Let the worker look at these rows.

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

    def action_retry(self):
        """Try again now what failed or waits. For the billing group."""
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self.sudo().account_id._try_now()
        for row in self.sudo():
            row._wake()

    @api.model
    def _waiting_domain(self):
        return Domain("pending", "=", True)

    def _process_batch(self):
        """Work on one row; what fails is kept."""
        self.ensure_one()
        row = self.with_company(self.company_id)
        try:
            row._work(row.account_id._gateway())
            row.account_id._note_success()
            self.env.flush_all()
        except (SnapshotError, StripeApiError) as error:
            row._note_failure(error)
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("%s could not be processed", self)
            row._wait(
                row.env._(
                    "An unexpected problem stopped this: %(problem)s. "
                    "It is tried again; the server log has the details.",
                    problem=type(error).__name__,
                )
            )

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
        move = self._told_on()
        if move:
            move.activity_schedule(
                ACTIVITY,
                summary=self.env._("Stripe: to fix"),
                note=text,
                user_id=(move.invoice_user_id or move.create_uid).id,
            )
