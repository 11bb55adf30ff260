from odoo import api, models


class StripeEvent(models.Model):
    """Events of refunds, disputes and their charges."""

    _inherit = "stripe.event"

    @api.model
    def _object_models(self):
        # EXTENDS 'sale_stripe_invoice'
        return {
            **super()._object_models(),
            "refund": "stripe.refund",
            "dispute": "stripe.dispute",
            "charge": "stripe.charge",
        }
