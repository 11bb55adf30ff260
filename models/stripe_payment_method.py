from odoo import fields, models


class StripePaymentMethod(models.Model):
    """A way to pay that Stripe can offer on an invoice."""

    _name = "stripe.payment.method"
    _description = "Stripe Payment Method"
    _order = "sequence, name"

    name = fields.Char(required=True, readonly=True, translate=True)
    code = fields.Char(required=True, readonly=True, help="Stripe's name of it.")
    sequence = fields.Integer(readonly=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Stripe has each payment method once."
    )
