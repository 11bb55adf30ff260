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
        to_fix = self._stripe_to_fix()
        for journal in self:
            found[journal.id]["stripe_can_import"] = journal in importable
            found[journal.id]["stripe_to_fix"] = to_fix.get(journal, 0)
        return found

    def _stripe_to_fix(self):
        """Return how much is to be mended at Stripe: journal → number.

        On the first journal of each account, for those who may do something about it.
        """
        if not self.env.user.has_group("account.group_account_invoice"):
            return {}
        accounts = self._stripe_accounts().filtered(lambda one: one.journal_id in self)
        return {account.journal_id: account.to_fix for account in accounts}

    def action_stripe_to_fix(self):
        """Show what is to be mended at Stripe, of the account with this journal."""
        self.ensure_one()
        self.check_access("read")
        account = self._stripe_accounts().filtered(lambda one: one.journal_id == self)
        return account[:1].sudo(False).action_to_fix()

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
