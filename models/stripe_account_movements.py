from odoo import api, models

from ..stripe_api.errors import UnauthorizedError
from .stripe_account_silence import ACTIVITY


class StripeAccount(models.Model):
    """Refunds and disputes of which no event has told are found by asking."""

    _inherit = "stripe.account"

    def _find_movements(self, gateway, since):
        """Take over what has begun since an instant, and what can still change.

        :param gateway: the ``StripeGateway`` of the account
        :param int since: epoch seconds
        :raise StripeApiError: see the gateway
        """
        for model, begun in (
            ("stripe.refund", gateway.list_refunds_since),
            ("stripe.dispute", gateway.list_disputes_since),
        ):
            try:
                self._find(model, gateway, [one["id"] for one in begun(since)])
            except UnauthorizedError as error:
                # A key of earlier days may do all else.
                if error.http_status != 403:
                    raise
                self._ask_for_right(error)

    @api.model
    def _invoices_of_intent(self, gateway, intent):
        """Return the ids of the invoices that a PaymentIntent has paid.

        :param gateway: the ``StripeGateway`` of the account
        :param str intent: Stripe's id, or empty
        :raise StripeApiError: see the gateway
        """
        paid = gateway.list_payments_of_intent(intent) if intent else []
        return [payment["invoice"] for payment in paid]

    def _ask_for_right(self, error):
        """Say once that the key may not read refunds or disputes.

        :param UnauthorizedError error: what Stripe said
        """
        summary = self.env._("Stripe: refunds or disputes cannot be read")
        person = self.user_id or self.create_uid
        if summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                ACTIVITY,
                summary=summary,
                note=self._connection_sentence(error),
                user_id=person.id,
            )

    def _find(self, model, gateway, begun):
        """Take over objects of one kind.

        :param str model: a model that inherits ``stripe.movement.mixin``
        :param list begun: Stripe's ids of those that have begun lately
        """
        rows = self.env[model].with_company(self.company_id)
        known = rows.search([("account_id", "=", self.id), ("stripe_id", "in", begun)])
        ids = set(begun) - set(known.mapped("stripe_id"))
        ids |= set(rows._watched(self).mapped("stripe_id"))
        looks = rows._look_at(self, gateway, ids)
        # Reading took its time: what follows sees what is true by now.
        self.env["ir.cron"]._commit_progress()
        rows._take_over_objects(self, looks)
