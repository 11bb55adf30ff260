from odoo import fields, models


class StripeDocument(models.Model):
    """Refunds of what was paid, and what stands against them."""

    _inherit = "stripe.document"

    refund_ids = fields.Many2many(
        "stripe.refund",
        "stripe_refund_document_rel",
        "document_id",
        "refund_id",
        readonly=True,
    )
    dispute_ids = fields.Many2many(
        "stripe.dispute",
        "stripe_dispute_document_rel",
        "document_id",
        "dispute_id",
        readonly=True,
    )

    def _refund_refusal(self):
        """Return why nothing can be refunded now, as far as is known here.

        :return: a translated sentence, empty if nothing is known against it
        """
        standing = self.dispute_ids.filtered(
            lambda dispute: not (dispute._meaning().refundable or dispute.back_on)
        )
        if not standing:
            return ""
        return self.env._(
            "Nothing was refunded: the payment is disputed (%s), and Stripe refunds "
            "nothing meanwhile. Choose another way under What Was Paid Already, or "
            "wait until the dispute is over, and try again.",
            ", ".join(standing.mapped("stripe_id")),
        )
