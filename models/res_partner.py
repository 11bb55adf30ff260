from odoo import fields, models


class ResPartner(models.Model):
    """Stripe as a contact's own way to get invoices."""

    _inherit = "res.partner"

    invoice_sending_method = fields.Selection(selection_add=[("stripe", "by Stripe")])
