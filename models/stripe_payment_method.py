from odoo import api, fields, models


class StripePaymentMethod(models.Model):
    """A way to pay that Stripe can offer on an invoice, and what it is to the books."""

    _name = "stripe.payment.method"
    _description = "Stripe Payment Method"
    _order = "sequence, name"

    name = fields.Char(required=True, readonly=True, translate=True)
    code = fields.Char(required=True, readonly=True, help="Stripe's name of it.")
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [
            ("card", "Card or wallet"),
            ("debit", "Direct debit"),
            ("transfer", "Bank transfer"),
            ("bank", "Bank's own page or app"),
            ("voucher", "Voucher"),
            ("later", "Pay later"),
        ],
        required=True,
        readonly=True,
        default="card",
    )
    books = fields.Char("What It Means for the Books", compute="_compute_books")

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Stripe has each payment method once."
    )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_books(self):
        # Source: https://docs.stripe.com/payments/payment-methods/overview
        env = self.env
        meaning = {
            "card": env._(
                "Paid at once. The customer can dispute it for months: the amount and "
                "a fee are then taken back until it is decided."
            ),
            "debit": env._(
                "Processing for days, booked when it succeeds. The bank can send it "
                "back for weeks after that, and mostly without asking."
            ),
            "transfer": env._(
                "Booked when the money arrives; nothing can be taken back. What is too "
                "much, or has no reference, waits at Stripe."
            ),
            "bank": env._("Paid at once or within minutes, and hardly ever disputed."),
            "voucher": env._(
                "The customer pays in a shop or at a machine, days later; booked then. "
                "It cannot be disputed."
            ),
            "later": env._(
                "Paid at once by the provider, who bears the risk; the fee is higher, "
                "and disputes go through him."
            ),
        }
        for method in self:
            method.books = meaning[method.kind]
