import hashlib
import json
import time

from odoo import fields, models

from ..const import IDEMPOTENCY_KEY_SECONDS, KEY_PREFIX
from ..stripe_api.errors import RejectedError, UnauthorizedError, UnknownOutcomeError


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
        except UnknownOutcomeError as error:
            if error.key_spent:
                self.pending_call = {**call, "spent": True}
            raise
        except (RejectedError, UnauthorizedError):
            self.pending_call = False
            raise
        self.pending_call = False
        return answer

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
