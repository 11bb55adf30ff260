from odoo import Command, models


class StripeAccount(models.Model):
    """The journal of a Stripe account and the accounts that it books on."""

    _inherit = "stripe.account"

    def _ensure_accounting(self):
        """Make what is missing of the Stripe journal and the accounts that it uses.

        The balance account is what Stripe holds for the company. Payments are booked on
        the transit account until Stripe's balance transaction arrives on the balance.
        """
        self.ensure_one()
        account = self.with_company(self.company_id).sudo()
        if not account.journal_id:
            account.journal_id = account._create_journal()
        if not account.fee_account_id:
            account.fee_account_id = account._create_account(
                self.env._("Stripe Fees"), "expense", reconcile=False
            )

    def _create_journal(self):
        journals = self.env["account.journal"]
        mode = "" if self.livemode else " (test)"
        journal = journals.create(
            {
                "name": f"Stripe{mode}",
                "type": "bank",
                "code": self._free_journal_code(),
                "company_id": self.company_id.id,
            }
        )
        transit = self._create_account(
            self.env._("Stripe Payments in Transit"), "asset_current", reconcile=True
        )
        lines = (
            journal.inbound_payment_method_line_ids[:1]
            + journal.outbound_payment_method_line_ids[:1]
        )
        lines.write({"payment_account_id": transit.id, "name": "Stripe"})
        return journal

    def _free_journal_code(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        domain = journals._check_company_domain(self.company_id)
        taken = set(journals.search(domain).mapped("code"))
        codes = ["STRP", *(f"STR{number}" for number in range(1, 100))]
        return next(code for code in codes if code not in taken)

    def _create_account(self, name, account_type, reconcile):
        """Create an account next to the first one of its type in the chart."""
        accounts = self.env["account.account"]
        domain = accounts._check_company_domain(self.company_id)
        similar = accounts.search(
            [*domain, ("account_type", "=", account_type)], order="code", limit=1
        )
        return accounts.create(
            {
                "name": name,
                "account_type": account_type,
                "reconcile": reconcile,
                "code": accounts._search_new_account_code(similar.code or "100000"),
                "company_ids": [Command.link(self.company_id.id)],
            }
        )
