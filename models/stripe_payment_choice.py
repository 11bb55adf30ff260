from odoo import fields, models


class ResPartner(models.Model):
    """What a contact may pay with."""

    _inherit = "res.partner"

    stripe_payment_method_ids = fields.Many2many(
        "stripe.payment.method",
        string="Stripe Payment Methods",
        help="What the payment page of this contact's invoices offers. "
        "Empty: what the company offers to everybody.",
    )


class AccountMove(models.Model):
    """What one invoice may be paid with."""

    _inherit = "account.move"

    stripe_payment_method_ids = fields.Many2many(
        "stripe.payment.method",
        string="Stripe Payment Methods",
        help="What the payment page of this invoice offers. "
        "Empty: what the contact may use, else the company's choice.",
    )
