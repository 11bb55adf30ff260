from odoo import api, models


class StripeCharge(models.AbstractModel):
    """The events of a charge: they name it alone, and mean its refunds."""

    _name = "stripe.charge"
    _description = "Stripe Charge"
    _inherit = "stripe.object.mixin"

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        # EXTENDS 'stripe.object.mixin'
        refunds = self.env["stripe.refund"]
        return {
            charge: refunds._look_at(
                account,
                gateway,
                {refund["id"] for refund in gateway.list_refunds(charge)},
            )
            for charge in sorted(stripe_ids)
        }

    @api.model
    def _take_over_objects(self, account, found):
        # EXTENDS 'stripe.object.mixin'
        reasons = {}
        for charge, looks in found.items():
            ignored = self.env["stripe.refund"]._take_over_objects(account, looks)
            if len(ignored) == len(looks):
                reasons[charge] = next(
                    iter(ignored.values()), self.env._("Nothing was booked of it.")
                )
        return reasons
