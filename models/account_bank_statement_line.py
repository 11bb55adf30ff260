from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountBankStatementLine(models.Model):
    """The movement of Stripe's balance behind a statement line."""

    _inherit = "account.bank.statement.line"

    stripe_transaction_ids = fields.One2many(
        "stripe.balance.transaction",
        "statement_line_id",
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.ondelete(at_uninstall=False)
    def _check_no_stripe_transaction(self):
        """Keep what Stripe's balance shows: without it, the journal would be wrong.

        :raise UserError: one of them is such a line
        """
        if row := self.sudo().stripe_transaction_ids[:1]:
            raise UserError(
                self.env._(
                    "The statement line %(line)s books %(movement)s, which moved the "
                    "balance at Stripe. Correct it with an entry of its own.",
                    line=row.move_id.name,
                    movement=row.stripe_id,
                )
            )
