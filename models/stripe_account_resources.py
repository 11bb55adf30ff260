from odoo import fields, models
from odoo.exceptions import UserError

from ..stripe_api.errors import StripeApiError


class StripeRenderingTemplate(models.Model):
    """A template of invoices that somebody made in Stripe's dashboard."""

    _name = "stripe.rendering.template"
    _description = "Stripe Rendering Template"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    name = fields.Char(readonly=True)
    stripe_id = fields.Char("Stripe ID", required=True, readonly=True)
    version = fields.Integer(readonly=True)

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "An account has each template once."
    )


class StripeAccountTaxId(models.Model):
    """A tax id of the company itself, as it is kept at Stripe."""

    _name = "stripe.account.tax.id"
    _description = "Tax ID of a Stripe Account"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    name = fields.Char("Tax ID", readonly=True)
    stripe_id = fields.Char("Stripe ID", required=True, readonly=True)

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "An account has each tax ID once."
    )


class StripeAccount(models.Model):
    """What the company has at Stripe that its invoices can refer to."""

    _inherit = "stripe.account"

    country_code = fields.Char(
        "Country", readonly=True, help="Of the Stripe account, as Stripe has it."
    )
    payment_method_ids = fields.Many2many(
        "stripe.payment.method",
        string="Payment Methods",
        help="What the payment page offers, unless contact or invoice say otherwise. "
        "Empty: what the invoice template in Stripe's settings says.",
    )
    rendering_template_id = fields.Many2one(
        "stripe.rendering.template",
        domain="[('account_id', '=', id)]",
        help="Made in Stripe's dashboard. Load the list to choose one.",
    )
    own_tax_ids = fields.Many2many(
        "stripe.account.tax.id",
        string="Own Tax IDs",
        domain="[('account_id', '=', id)]",
        help="Which of your tax IDs at Stripe are printed. Load the list to choose. "
        "Empty: those that Stripe's settings say.",
    )

    def action_load_resources(self):
        """Look up the templates and the account's own tax ids at Stripe.

        What is gone there goes here, too.

        :raise UserError: Stripe did not answer, with the reason
        """
        self.ensure_one()
        self.check_access("write")
        try:
            gateway = self._gateway()
            remote = gateway.retrieve_account()
            templates = gateway.list_rendering_templates()
            tax_ids = gateway.list_own_tax_ids()
        except StripeApiError as error:
            raise UserError(self._connection_sentence(error)) from error
        self.country_code = remote.get("country")
        self._keep(
            "stripe.rendering.template",
            {
                row["id"]: {
                    "name": row["nickname"] or row["id"],
                    "version": row["version"],
                }
                for row in templates
            },
        )
        self._keep(
            "stripe.account.tax.id",
            {row["id"]: {"name": row["value"]} for row in tax_ids},
        )

    def _keep(self, model, found):
        """Make the rows of a model equal what was found, values by Stripe id."""
        rows = self.env[model].search([("account_id", "=", self.id)])
        rows.filtered(lambda row: row.stripe_id not in found).unlink()
        known = {row.stripe_id: row for row in rows.exists()}
        for stripe_id, values in found.items():
            if stripe_id in known:
                known[stripe_id].write(values)
            else:
                keys = {"account_id": self.id, "stripe_id": stripe_id}
                self.env[model].create({**keys, **values})
