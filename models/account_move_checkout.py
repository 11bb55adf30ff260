from odoo import fields, models


class AccountMove(models.Model):
    """Invoices of orders that were paid up front: Stripe has its invoice already."""

    _inherit = "account.move"

    stripe_checkout_id = fields.Many2one(
        "stripe.checkout.session",
        "Stripe Payment Page",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _post(self, soft=True):
        # EXTENDS 'account': what is invoiced otherwise is not paid on the order's page.
        posted = super()._post(soft)
        orders = posted.line_ids.sale_line_ids.order_id
        if orders:
            self.env["stripe.checkout.session"]._live(orders)._close()
        return posted

    def _stripe_push(self):
        # EXTENDS: no second invoice of what Checkout has invoiced, ever.
        made = self.filtered(lambda move: move.sudo().stripe_checkout_id)
        return super(AccountMove, self - made)._stripe_push()
