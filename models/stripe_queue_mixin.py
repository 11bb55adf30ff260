import random
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import BACKOFF


class StripeQueueMixin(models.AbstractModel):
    """Rows that wait for the worker: the inbox and the outbox alike.

    A model says which rows wait (:meth:`_waiting_domain`), which of them go together
    (:meth:`_batches`), and what is done with them (:meth:`_process_batch`, which keeps
    what fails and lets only collisions in the database through). Each batch is
    committed by itself, so that one that fails does not stop the others.
    """

    _name = "stripe.queue.mixin"
    _description = "Stripe Queue"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, index=True
    )
    attempts = fields.Integer(readonly=True)
    next_attempt_at = fields.Datetime("Next Try", readonly=True)

    @api.model
    def _process_due(self, limit):
        """Work off what is due, and have the worker come back at once for the rest.

        Several queues share one job, so what it says of its progress is not enough.

        :param int limit: rows to take, so that nobody else waits too long
        """
        cron = self.env["ir.cron"]
        accounts = self.env["stripe.account"]
        domain = self._due_domain()
        due = self.search(domain, order="next_attempt_at NULLS FIRST, id", limit=limit)
        if not due:
            # Most queues are empty most of the time, and the job runs often.
            return
        left = self.search_count(domain) if len(due) == limit else len(due)
        if left > len(due):
            self._ring()
        cron._commit_progress(remaining=left)
        for batch in due._batches():
            # An account that just failed holds back what else waits for it.
            if batch.account_id in accounts._usable():
                batch._for_readers()._process_or_leave()
            if not cron._commit_progress(len(batch)):
                # No time is left for the others of these.
                self._ring()
                return

    def _process_or_leave(self):
        """Process one batch; what somebody else wrote meanwhile is for the next run."""
        try:
            self._process_batch()
            # What collides has to do so here, not where the run commits.
            self.env.flush_all()
        except psycopg2.OperationalError:
            self.env.cr.rollback()
            self._ring()

    def _for_readers(self):
        """Return the rows in the language and on the calendar of who keeps the books.

        The worker has neither, but people read what it writes, and what it posts bears
        the day of the books.
        """
        account = self.account_id
        language = self._reader().lang or account._language()
        return self.with_context(lang=language, tz=account.tz)

    def _reader(self):
        """Return the ``res.users`` who is told of a row, empty if nobody is."""
        return self.env["res.users"]

    @api.model
    def _due_domain(self):
        now = fields.Datetime.now()
        due = Domain("next_attempt_at", "=", False)
        due |= Domain("next_attempt_at", "<=", now)
        usable = self.env["stripe.account"]._usable_domain()
        return self._waiting_domain() & due & Domain("account_id", "any", usable)

    def _batches(self):
        """Return the rows in the groups that are worked off together."""
        return list(self)

    def _postpone(self, delay=0):
        """Let each row be tried again later, and wake the worker then.

        :param float delay: seconds that Stripe asked for; our own backoff if 0
        """
        for row in self:
            seconds = delay or backoff(row.attempts) * random.uniform(1, 1.25)
            at = fields.Datetime.now() + timedelta(seconds=seconds)
            row.write({"attempts": row.attempts + 1, "next_attempt_at": at})
            self._ring(at)

    @api.model
    def _ring(self, at=None):
        """Wake the worker after the commit, or at a later instant."""
        self.env.ref("sale_stripe_invoice.ir_cron_synchronize").sudo()._trigger(at)


def backoff(failures):
    """Return the seconds until the next try after ``failures`` failures before it.

    :param int failures: 0 for the first failure
    """
    return BACKOFF[min(failures, len(BACKOFF) - 1)]
