from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountJournal(models.Model):
    """Journals that show what Stripe holds: the balance is imported from them, too."""

    _inherit = "account.journal"

    stripe_can_import = fields.Boolean(compute="_compute_stripe_can_import")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_stripe_can_import(self):
        importable = self._stripe_journals()
        for journal in self:
            journal.stripe_can_import = journal in importable

    def _stripe_accounts(self):
        """Return the ``stripe.account`` records whose balance these journals show."""
        accounts = self.env["stripe.account"].sudo()
        return accounts.search(
            [
                "|",
                ("journal_id", "in", self.ids),
                ("balance_ids.journal_id", "in", self.ids),
            ]
        )

    def _stripe_journals(self):
        """Return those of these journals from which this user may import a balance."""
        if not self.env.user.has_group("account.group_account_invoice"):
            return self.browse()
        accounts = self._stripe_accounts().filtered("import_balance")
        return self & (accounts.journal_id + accounts.balance_ids.journal_id)

    def _get_journal_dashboard_data_batched(self):
        # EXTENDS 'account'
        found = super()._get_journal_dashboard_data_batched()
        importable = self._stripe_journals()
        for journal in self:
            found[journal.id]["stripe_can_import"] = journal in importable
        return found

    def action_stripe_import_balance(self):
        """Import what has moved the balance that these journals show. For billing.

        :raise UserError: whoever asks may not, or an account is missing
        """
        self.check_access("read")
        accounts = self._stripe_accounts().sudo(False)
        if not accounts:
            raise UserError(
                self.env._("No Stripe account has its balance in this journal.")
            )
        return accounts.action_import_balance()
