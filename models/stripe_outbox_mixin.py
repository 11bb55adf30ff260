import logging

import psycopg2
from markupsafe import Markup

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
from .people import responsible

_logger = logging.getLogger(__name__)

# Steps for one record in a row; more would be a circle.
MAX_STEPS = 20


class StripeOutboxMixin(models.AbstractModel):
    """A record that the worker brings to Stripe: it waits, is tried again, is refused.

    A model says what the next step is (:meth:`_go_on`), or does all in one go
    (:meth:`_work`), and on which document people are told of it (:meth:`_told_on`).
    What fails waits and is tried again, or is refused and waits for a person.
    """

    _name = "stripe.outbox.mixin"
    _description = "Stripe Outbox"
    _inherit = ["stripe.call.mixin", "stripe.queue.mixin"]

    # Type of the activities on what :meth:`_told_on` returns.
    _activity_type = "sale_stripe_invoice.mail_activity_type_stripe"

    account_id = fields.Many2one(ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    pending = fields.Boolean(readonly=True, help="There is something to do at Stripe.")
    refused = fields.Boolean(
        "To Fix", readonly=True, help="Trying again will not help; somebody must act."
    )
    error = fields.Text("Problem", readonly=True)

    # As the worker asks for it.
    _outbox_idx = models.Index("(next_attempt_at, id) WHERE pending")

    def _told_on(self):
        """Return the ``account.move`` or ``sale.order`` on which people are told.

        :return: empty if there is none
        """
        raise NotImplementedError

    # === WAKING === #

    def _reader(self):
        # EXTENDS 'stripe.queue.mixin'
        return self._told_on().user_id

    def _wake(self, **values):
        """Let the worker look at these rows.

        :param values: what else to write on them
        """
        if not self:
            return
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
            row._retry()

    def _retry(self):
        """Do once more what a person wants to be tried again."""
        self._wake()

    # === THE WORKER === #

    @api.model
    def _waiting_domain(self):
        # EXTENDS 'stripe.queue.mixin'
        return Domain("pending", "=", True)

    def _process_batch(self):
        """Bring one row as far as it goes; what fails is kept."""
        self.ensure_one()
        row = self.with_company(self.company_id)
        try:
            row._work(row.account_id._gateway())
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

    def _work(self, gateway):
        """Take one step after the other until nothing is left to do for now.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError, SnapshotError: what stopped it
        """
        for _number in range(MAX_STEPS):
            if not self._go_on(gateway):
                return
            self.account_id._note_success()
            self.env["ir.cron"]._commit_progress()
        raise RetryableError(self.env._("Stripe and Odoo do not come to rest."))

    def _go_on(self, gateway):
        """Take the next step; what it has stored is committed.

        :param gateway: the ``StripeGateway`` of the account
        :return: False if there was nothing to do for now
        :raise StripeApiError, SnapshotError: what stopped it
        """
        raise NotImplementedError

    # === RESTING === #

    def _settle(self, **values):
        """Nothing is left to do.

        :param values: what else to write
        """
        if not self.refused:
            values["error"] = False
        self.write(
            {"pending": False, "attempts": 0, "next_attempt_at": False, **values}
        )

    def _wait(self, text, delay=0):
        """Try again later.

        :param str text: a translated sentence that says what is waited for
        :param int delay: seconds that Stripe asked for; our own backoff if 0
        """
        self.error = text
        self._postpone(delay)

    def _refuse(self, text, summary=""):
        """Stop until somebody acts, and say why.

        :param str text: a translated sentence
        :param str summary: what the person's activity is called, translated
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
        self._ask(summary or self.env._("Stripe: to fix"), text)

    def _note_failure(self, error):
        """Write down why it did not go on, and whether time alone can mend it.

        :param error: a ``SnapshotError`` or ``StripeApiError``
        """
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

    # === ASKING === #

    def _ask(self, summary, note, user=None):
        """Give the responsible person an activity, unless he has it already.

        :param str summary: translated
        :param note: translated; Markup, or text that may hold anything
        :param user: a ``res.users`` who comes before those of the document
        """
        told = self._told_on()
        if not told:
            return
        note = Markup("<p>%s</p>") % note
        same = told.activity_ids.filtered(lambda activity: activity.summary == summary)
        if same:
            same.write({"note": note})
            return
        user = responsible(told, user, self.account_id.user_id)
        told.activity_schedule(
            self._activity_type, summary=summary, note=note, user_id=user.id
        )

    def _answer(self):
        """Drop the activities that the course of things has answered."""
        self._told_on().activity_unlink([self._activity_type])
