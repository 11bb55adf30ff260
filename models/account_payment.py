from odoo import api, fields, models

from .observed import refuse_forgery

OBSERVED = frozenset(
    {
        "stripe_ref",
        "stripe_account_id",
        "stripe_document_id",
        "stripe_charge",
        "stripe_method",
        "stripe_last4",
        "stripe_receipt_url",
        "stripe_failed_on",
        "stripe_failure",
        "stripe_reopened_id",
    }
)


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
    stripe_document_id = fields.Many2one(
        "stripe.document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_charge = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="ID of the charge (ch_… or py_…); one charge may pay several invoices.",
    )
    stripe_method = fields.Char(
        "Paid With", readonly=True, copy=False, help="Stripe's word: card, sepa_debit…"
    )
    stripe_last4 = fields.Char("Last Four Digits", readonly=True, copy=False)
    stripe_surplus_kept = fields.Boolean(
        readonly=True,
        copy=False,
        help="Somebody decided that what is left over stays as the customer's credit.",
    )
    stripe_receipt_url = fields.Char("Receipt", readonly=True, copy=False)

    _stripe_ref_uniq = models.UniqueIndex(
        "(stripe_account_id, stripe_ref) WHERE stripe_ref IS NOT NULL",
        "This Stripe payment is booked already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse a payment that only claims to be Stripe's.

        :raise UserError: a user names a Stripe payment
        """
        refuse_forgery(self, OBSERVED, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to change which Stripe payment this is.

        :raise UserError: a user would change it
        """
        refuse_forgery(self, OBSERVED, [vals])
        return super().write(vals)

    def _stripe_surplus(self):
        """Return how much of these payments no invoice needed.

        :rtype: float, in the currency of the payments, which have the same one
        """
        receivable = self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        return -sum(receivable.mapped("amount_residual_currency"))
