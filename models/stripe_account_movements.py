from odoo import models


class StripeAccount(models.Model):
    """Refunds and disputes of which no event has told are found by asking."""

    _inherit = "stripe.account"

    def _find_movements(self, gateway, since):
        """Take over what has begun since an instant, and what can still change.

        :param gateway: the ``StripeGateway`` of the account
        :param int since: epoch seconds
        :raise StripeApiError: see the gateway
        """
        refunds = gateway.list_refunds_since(since)
        disputes = gateway.list_disputes_since(since)
        self._find("stripe.refund", gateway, [one["id"] for one in refunds])
        self._find("stripe.dispute", gateway, [one["id"] for one in disputes])

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
