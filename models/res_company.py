from odoo import fields, models


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
    stripe_account_id = fields.Many2one(
        "stripe.account", "Stripe Account", groups="base.group_system"
    )
    stripe_pasted_key = fields.Char(groups=fields.NO_ACCESS, copy=False)

    def _stripe_company(self):
        """Return the company that is connected: this one, or the nearest parent.

        :return: a ``res.company`` in superuser mode, empty if none has the switch on
        """
        self.ensure_one()
        company = self.sudo()
        while company and not company.stripe_account_id:
            company = company.parent_id
        return company if company.stripe_invoice else company.browse()
