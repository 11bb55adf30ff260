from odoo import fields, models


class AccountJournal(models.Model):
    """The balance at Stripe that a journal shows."""

    _inherit = "account.journal"

    stripe_balance_ids = fields.One2many(
        "stripe.balance",
        "journal_id",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
