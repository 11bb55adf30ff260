from odoo import fields, models


class StripeDocumentHistory(models.Model):
    """What happened to a Stripe document, when, and who did it."""

    _name = "stripe.document.history"
    _description = "Stripe Document History"
    _order = "id desc"
    _rec_name = "text"

    document_id = fields.Many2one(
        "stripe.document", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    actor = fields.Selection(
        [
            ("user", "User"),
            ("odoo", "Odoo"),
            ("stripe", "Stripe"),
            ("dashboard", "Stripe Dashboard"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", readonly=True)
    text = fields.Char(required=True, readonly=True)
