from odoo import api, fields, models


class AccountMove(models.Model):
    """What a user does about money that arrived at Stripe and no invoice needed."""

    _inherit = "account.move"

    stripe_can_refund_surplus = fields.Boolean(
        compute="_compute_stripe_can_refund_surplus"
    )

    @api.depends("state", "stripe_status", "amount_residual", "stripe_disputed")
    def _compute_stripe_can_refund_surplus(self):
        for move in self:
            document = move.sudo().stripe_document_id
            ready = move.state == "posted" and not move.stripe_disputed
            move.stripe_can_refund_surplus = (
                ready and bool(document) and bool(document._surplus_to_refund())
            )

    def action_stripe_refund_surplus(self):
        """Give what no invoice needed back to the customer, at Stripe.

        :raise UserError: there is nothing to give back, or a dispute stands against it
        """
        self.check_access("write")
        for document in self.sudo().stripe_document_id:
            document._refund_surplus()
