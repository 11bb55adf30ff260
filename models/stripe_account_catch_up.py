import logging

import psycopg2

from odoo import api, models

from ..const import CATCH_UP_OVERLAP, CATCH_UP_SECONDS, HANDLED_EVENTS
from ..lifecycle import CHANGING
from ..stripe_api.errors import StripeApiError

_logger = logging.getLogger(__name__)

# Collisions with the worker, one after the other, that wait for the next hour.
COLLISIONS = 3


class StripeAccount(models.Model):
    """Missed events are found and made good, whoever or whatever lost them."""

    _inherit = "stripe.account"

    @api.model
    def _cron_catch_up(self):
        """List what happened since the last time, and look at what is still open.

        The list goes through the same inbox as the webhook, so what has arrived already
        changes nothing.
        """
        for account in self._usable().filtered("secret_key"):
            account.with_context(lang=account._language())._catch_up_or_leave()
            self.env["ir.cron"]._commit_progress(1)

    def _catch_up_or_leave(self):
        """Catch up on one account; whatever stops it does not stop the others."""
        for _try in range(COLLISIONS):
            try:
                self._try_to_catch_up()
                self.env.flush_all()
                return
            except psycopg2.OperationalError:
                # The worker wrote the account, too, while Stripe was being asked.
                self.env.cr.rollback()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Stripe account %s could not catch up", self.id)
                return

    def _try_to_catch_up(self):
        try:
            self._catch_up()
            self._note_success()
        except StripeApiError as error:
            self._note_failure(error)

    def _catch_up(self):
        """Put the events that Stripe has made since the last time into the inbox.

        :raise StripeApiError: see the gateway
        """
        gateway = self._gateway()
        at = self._receive_what_was_missed(gateway)
        since = self._catch_up_since(at)
        self._look_at_open(since)
        self._find_movements(gateway, since)
        self._catch_up_on_balance(gateway)
        self._listen(gateway)
        self._teach_webhook_endpoint(gateway)
        self.env["stripe.document"]._notice_overdue(self)
        # Without Stripe's time, the same is listed once more.
        self.last_catch_up = at or self.last_catch_up

    def _receive_what_was_missed(self, gateway):
        """Put what Stripe still knows to have happened since then into the inbox.

        :return: Stripe's time when it began to answer, in epoch seconds, 0 if unknown
        """
        at = 0
        since = max(self.last_catch_up - CATCH_UP_OVERLAP, 0)
        for page in gateway.event_pages(sorted(HANDLED_EVENTS), since):
            at = at or page.at
            self.env["stripe.event"]._receive_missed(self, page.items[::-1])
            # The webhook may be about to store one of them, and is not to wait.
            self.env["ir.cron"]._commit_progress()
        return at

    def _catch_up_since(self, at):
        """Return since when things may have been missed, in epoch seconds.

        Stripe forgets events after 30 days; older gaps are closed by looking.

        :param int at: Stripe's time in epoch seconds; ours may be wrong by hours
        """
        return max(self.last_catch_up - CATCH_UP_OVERLAP, at - CATCH_UP_SECONDS, 0)

    def _catch_up_on_balance(self, gateway):
        """Have the balance imported, and look at payouts that are on their way."""
        if not (self.import_balance or self.import_start):
            # It was connected before there was anything to import.
            self._ensure_accounting()
        if self.import_balance:
            self.env["stripe.payout"]._refresh_open(self, gateway)
            self._want_balance()

    def _look_at_open(self, since):
        """Let the worker look at what can change when the events do not reach back."""
        if self.last_catch_up and self.last_catch_up > since:
            return
        self.env["stripe.checkout.session"]._look_at_pending(self)
        self.env["stripe.document"].search(
            [
                ("account_id", "=", self.id),
                ("status", "in", [status.value for status in CHANGING]),
            ]
        )._wake(refresh_wanted=True)
