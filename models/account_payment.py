from odoo import api, fields, models

from .observed import refuse_forgery

OBSERVED = frozenset(("stripe_ref", "stripe_account_id"))


class AccountPayment(models.Model):
    """The Stripe payment behind an Odoo payment."""

    _inherit = "account.payment"

    stripe_ref = fields.Char(
        "Stripe Payment",
        readonly=True,
        copy=False,
        help="ID of the InvoicePayment (inpay_…) that this payment books.",
    )
    stripe_account_id = fields.Many2one(
        "stripe.account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _stripe_ref_uniq = models.UniqueIndex(
        "(stripe_account_id, stripe_ref) WHERE stripe_ref IS NOT NULL",
        "This Stripe payment is booked already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse a payment that only claims to be Stripe's."""
        refuse_forgery(self, OBSERVED, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to change which Stripe payment this is."""
        refuse_forgery(self, OBSERVED, [vals])
        return super().write(vals)
