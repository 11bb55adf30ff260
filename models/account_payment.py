from odoo import fields, models


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
