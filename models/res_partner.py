from odoo import fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """A contact's own way to get invoices, and its customers at Stripe."""

    _inherit = "res.partner"

    invoice_sending_method = fields.Selection(selection_add=[("stripe", "by Stripe")])
    stripe_customer_ids = fields.One2many(
        "stripe.customer",
        "partner_id",
        "Stripe Customers",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def action_stripe_link(self):
        """Open the dialog that links an existing Stripe customer.

        :raise UserError: the current company is not connected to Stripe
        """
        self.ensure_one()
        self.env["stripe.customer"]._check_manager()
        if not self.env.company._stripe_company():
            raise UserError(
                self.env._("%s is not connected to Stripe.", self.env.company.name)
            )
        return self.env["stripe.customer.link"]._get_records_action(
            name=self.env._("Link a Stripe Customer"),
            target="new",
            context={"default_partner_id": self.commercial_partner_id.id},
        )
