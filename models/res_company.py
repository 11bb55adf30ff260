from odoo import api, fields, models


class ResCompany(models.Model):
    """The company's switch, its default for orders, and its connection."""

    _inherit = "res.company"

    stripe_invoice = fields.Boolean(
        "Stripe Invoices",
        help="Invoices that want one get a Stripe invoice when they are confirmed. "
        "Switched off, nothing new is sent to Stripe.",
    )
    stripe_invoice_order_default = fields.Boolean(
        "New Orders Start with a Stripe Invoice", default=True
    )
    stripe_invoice_default = fields.Boolean(
        "New Invoices Start with a Stripe Invoice",
        help="Customer invoices that are made without an order.",
    )
    stripe_invoice_checkout = fields.Boolean(
        "Stripe Issues the Invoice for Orders Paid Online",
        help="Orders are paid up front on a page of Stripe, which issues an invoice of "
        "the payment. Odoo confirms the order and makes its own invoice, which counts.",
    )
    stripe_account_id = fields.Many2one("stripe.account", groups="base.group_system")
    stripe_pasted_key = fields.Char(groups=fields.NO_ACCESS, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        """Bring the Stripe fields in sight when the first company switches them on."""
        companies = super().create(vals_list)
        if any(vals.get("stripe_invoice") for vals in vals_list):
            self._stripe_update_sight()
        return companies

    def write(self, vals):
        """Bring the Stripe fields in sight, or out of it, when the switch changes."""
        result = super().write(vals)
        if "stripe_invoice" in vals:
            self._stripe_update_sight()
        if {"stripe_invoice", "stripe_invoice_checkout"} & set(vals):
            self.env["stripe.checkout.session"]._check_companies(self)
        return result

    @api.model
    def _stripe_update_sight(self):
        """Show the Stripe fields to everybody while a company has any use for them."""
        group = self.env.ref("sale_stripe_invoice.group_stripe_invoice").sudo()
        users = self.env.ref("base.group_user").sudo()
        in_use = self.sudo().search_count([("stripe_invoice", "=", True)], limit=1)
        in_use = in_use or self.env["stripe.document"].sudo().search_count([], limit=1)
        if in_use:
            users._apply_group(group)
        else:
            users._remove_group(group)

    def _stripe_company(self):
        """Return the company that is connected: this one, or the nearest parent.

        :return: a ``res.company`` in superuser mode, empty if none has the switch on
        """
        self.ensure_one()
        company = self.sudo()
        while company and not company.stripe_account_id:
            company = company.parent_id
        return company if company.stripe_invoice else company.browse()
