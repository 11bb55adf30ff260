from odoo import fields, models


class AccountMoveReversal(models.TransientModel):
    """What a credit note does at Stripe about what was paid already."""

    _inherit = "account.move.reversal"

    stripe_credit_means = fields.Selection(
        [
            ("none", "Nothing: no money moves at Stripe"),
            ("refund", "Refund the payment at Stripe"),
            ("balance", "Credit for the next Stripe invoice"),
        ],
        "What Was Paid Already",
        default="none",
        required=True,
    )
    stripe_is_paid = fields.Boolean(compute="_compute_stripe_is_paid")

    def _compute_stripe_is_paid(self):
        for wizard in self:
            documents = wizard.move_ids.sudo().stripe_document_id
            wizard.stripe_is_paid = any(document.amount_paid for document in documents)

    def _prepare_default_reversal(self, move):
        # EXTENDS 'account'
        values = super()._prepare_default_reversal(move)
        return {**values, "stripe_credit_means": self.stripe_credit_means}
