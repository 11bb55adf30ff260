from odoo import fields, models


class StripeDocument(models.Model):
    """Refunds of what was paid, and what stands against them."""

    _inherit = "stripe.document"

    refund_ids = fields.One2many("stripe.refund", "document_id", readonly=True)

    def _refund_refusal(self):
        """Return why nothing can be refunded now, as far as is known here.

        :return: a translated sentence, empty if nothing is known against it
        """
        return ""
