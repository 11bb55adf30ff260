import re

from odoo import Command, fields, models


class ResCompany(models.Model):
    """The company's rule that says how the bank writes Stripe's payouts."""

    _inherit = "res.company"

    stripe_bank_rule_id = fields.Many2one(
        "account.reconcile.model",
        groups="account.group_account_invoice,account.group_account_readonly",
        copy=False,
    )
    stripe_bank_rule_made = fields.Boolean(
        copy=False, help="It is made once; who deletes it does not get it back."
    )

    def _stripe_make_bank_rule(self):
        """Make the reconciliation model of the payouts, the first time only.

        It proposes and does not act by itself: a bank's line that speaks of Stripe may
        be something else, a fee that is debited from the bank, say.
        """
        self.ensure_one()
        if self.stripe_bank_rule_made or not self.transfer_account_id:
            return
        values = {
            "account_id": self.transfer_account_id.id,
            "amount_type": "percentage",
            "amount_string": "100",
        }
        rule = self.env["account.reconcile.model"].create(
            {
                "name": self.env._("Stripe payouts"),
                "company_id": self.id,
                "match_label": "contains",
                "match_label_param": "STRIPE",
                "line_ids": [Command.create(values)],
            }
        )
        self.write({"stripe_bank_rule_id": rule.id, "stripe_bank_rule_made": True})


class AccountReconcileModel(models.Model):
    """Odoo Community stores these models, and has nothing that applies them."""

    _inherit = "account.reconcile.model"

    def _stripe_fits(self, line):
        """Tell whether a statement line meets the conditions of this model.

        :param line: an ``account.bank.statement.line``
        """
        self.ensure_one()
        journals, partners = self.match_journal_ids, self.match_partner_ids
        return (
            (not journals or line.journal_id in journals)
            and (not partners or line.partner_id in partners)
            and self._stripe_fits_amount(abs(line.amount))
            and self._stripe_fits_label(line._stripe_label())
        )

    def _stripe_fits_amount(self, amount):
        low, high = self.match_amount_min, self.match_amount_max
        return {
            "lower": amount <= high,
            "greater": amount >= low,
            "between": low <= amount <= high,
        }.get(self.match_amount, True)

    def _stripe_fits_label(self, label):
        wanted = self.match_label_param or ""
        if self.match_label == "match_regex":
            return bool(re.search(wanted, label, re.IGNORECASE))
        there = wanted.casefold() in label.casefold()
        return {"contains": there, "not_contains": not there}.get(
            self.match_label, True
        )
