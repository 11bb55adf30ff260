from odoo import fields, models


class StripeBalance(models.Model):
    """What Stripe holds for a company in one currency, and the journal that shows it.

    The worker alone writes what Stripe said.
    """

    _name = "stripe.balance"
    _description = "Stripe Balance"
    _order = "account_id, currency_id"
    _rec_name = "journal_id"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    journal_id = fields.Many2one(
        "account.journal", required=True, readonly=True, index=True
    )
    amount = fields.Monetary(
        "Balance at Stripe", readonly=True, help="Pending and available money together."
    )
    read_at = fields.Datetime("Asked At", readonly=True)
    opening = fields.Monetary(
        "Before the Start",
        readonly=True,
        help="What Stripe held already when the books began.",
    )

    _currency_uniq = models.Constraint(
        "UNIQUE(account_id, currency_id)",
        "A Stripe account has one journal for each currency.",
    )
