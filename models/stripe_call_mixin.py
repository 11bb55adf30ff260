import hashlib
import json
import time

import psycopg2

from odoo import fields, models
from odoo.tools import SQL

from ..const import IDEMPOTENCY_KEY_SECONDS, KEY_PREFIX
from ..stripe_api.errors import (
    RejectedError,
    StripeApiError,
    UnauthorizedError,
    UnknownOutcomeError,
)

# Attempts to hold what users may be writing at the same moment.
HOLD_TRIES = 5


class StripeCallMixin(models.AbstractModel):
    """A record that writes to Stripe, so that no write is lost or made twice.

    Before a request leaves, the request itself is written down and committed. When the
    answer is there, it is removed in the transaction that stores the answer. A record
    that still holds one has an unknown outcome: the same request is sent again with the
    same idempotency key, and Stripe either acts now or repeats what it answered then.

    Only the worker calls these methods: they commit.
    """

    _name = "stripe.call.mixin"
    _description = "Stripe Call"

    pending_call = fields.Json(
        copy=False,
        readonly=True,
        help="The request to Stripe whose answer has not been stored yet.",
    )
    call_count = fields.Integer(copy=False, readonly=True)

    def _stripe_call(self, name, params, send):
        """Send one write to Stripe, after having written it down.

        :param str name: what is called, a value of ``lifecycle.Call`` or the like
        :param dict params: parameters as JSON data; ignored when a call is pending
        :param send: function of (params, idempotency key) that makes the request
        :return: Stripe's answer, a dict; storing it and committing is up to the caller
        :raise StripeApiError: as the gateway raised it; the pending call stays, to be
            repeated, unless Stripe said no
        """
        self.ensure_one()
        call = self.pending_call or self._write_down(name, params)
        try:
            answer = send(call["params"], call["key"])
        except StripeApiError as error:
            self._keep_failure(call, error)
            raise
        self._hold()
        self.pending_call = False
        self._note_request(answer.request_id)
        # What comes next fails for the first time, if it does.
        self.account_id._note_success()
        return answer

    def _keep_failure(self, call, error):
        """Keep what is to be known of a request that failed.

        :param dict call: the pending call
        :param StripeApiError error: how it failed
        """
        if isinstance(error, UnknownOutcomeError) and error.key_spent:
            self.pending_call = {**call, "spent": True}
        elif isinstance(error, RejectedError | UnauthorizedError):
            self._hold()
            self.pending_call = False
        self._note_request(error.request_id)

    def _note_request(self, request_id):
        """Keep by which id Stripe's support finds a request, where that is shown.

        :param str request_id: Stripe's (``req_…``), empty if it has told none
        """

    def _hold(self):
        """Begin a transaction that sees what is true by now, and hold what it writes.

        Stripe's answer took its time, and users went on meanwhile. Now they wait for
        some milliseconds; else one who edits without a pause would make every attempt
        to store the answer collide.

        :raise psycopg2.OperationalError: they hold it themselves, again and again
        """
        for _try in range(HOLD_TRIES - 1):
            self.env["ir.cron"]._commit_progress()
            try:
                self._lock_rows()
                return
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()
        self.env["ir.cron"]._commit_progress()
        self._lock_rows()

    def _lock_rows(self):
        """Lock the rows that an answer of Stripe changes."""
        query = SQL(
            "SELECT 1 FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
            SQL.identifier(self._table),
            tuple(self.ids),
        )
        self.env.cr.execute(query, log_exceptions=False)

    def _write_down(self, name, params):
        self.call_count += 1
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        seed = [database, self._name, self.id, name, self.call_count, params]
        digest = hashlib.sha256(json.dumps(seed, sort_keys=True).encode()).hexdigest()
        call = {
            "name": name,
            "params": params,
            "key": f"{KEY_PREFIX}{name}-{digest[:40]}",
            "at": int(time.time()),
        }
        self.pending_call = call
        # The request must not leave before it is known that it may have left.
        self.env["ir.cron"]._commit_progress()
        return call

    def _can_repeat_call(self):
        """Tell whether repeating the pending call with its key is still exact."""
        call = self.pending_call
        age = time.time() - call["at"]
        return not call.get("spent") and age < IDEMPOTENCY_KEY_SECONDS
