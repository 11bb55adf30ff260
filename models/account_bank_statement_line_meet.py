from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..postings.bank import EARLY, BankLine


class AccountBankStatementLine(models.Model):
    """Lines of the bank that may be payouts of Stripe."""

    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Let the worker see whether one of them is a payout."""
        lines = super().create(vals_list)
        if lines.sudo().company_id.stripe_bank_rule_id:
            banks = lines.sudo().journal_id
            if banks - banks._stripe_accounts().balance_ids.journal_id:
                self.env["stripe.document"]._ring()
        return lines

    @api.model
    def _stripe_candidates(self, rows, rule):
        """Return the lines that may be these movements, and that nobody has booked.

        Those that are booked on the account of the rule already are as good.

        :param rows: ``stripe.balance.transaction`` records of one company
        :param rule: its ``account.reconcile.model``
        """
        first = fields.Date.subtract(min(rows.mapped("date")), days=max(EARLY.values()))
        lines = self.search(
            [
                ("company_id", "=", rule.company_id.id),
                ("stripe_transaction_ids", "=", False),
                ("foreign_currency_id", "=", False),
                ("amount", "in", rows._transfer_items().mapped("amount_currency")),
                ("date", ">=", first),
                ("move_id.state", "=", "posted"),
            ]
        )
        # Whoever has undone it does not want it.
        lines -= rows.search([("bank_line_id", "in", lines.ids)]).bank_line_id
        return lines.filtered(lambda line: line._stripe_open_item(rule))

    def _stripe_open_item(self, rule):
        """Return what is on the other side of the bank, if that is open as a whole.

        :param rule: see :meth:`_stripe_candidates`
        """
        _liquidity, suspense, others = self._seek_for_lines()
        item = suspense + others
        accounts = suspense.account_id + rule.line_ids.account_id
        is_open = item._stripe_is_all_open() and item.account_id in accounts
        return item if is_open else item.browse()

    def _stripe_label(self):
        """Return all words of the bank's on this line, as one text."""
        words = [self.payment_ref, self.ref, self.transaction_details]
        if self.narration:
            words.append(html2plaintext(self.narration))
        return " ".join(str(word) for word in words if word)

    def _stripe_as_bank_line(self, rule):
        """Return this line as the pure module wants it."""
        return BankLine(
            key=self.id,
            amount=Decimal(str(self.amount)),
            currency=self.currency_id.name,
            day=self.date,
            label=self._stripe_label(),
            fits=rule._stripe_fits(self),
        )

    def _stripe_meet(self, transfer, rule):
        """Book this line where a movement at Stripe is, and match both.

        :param transfer: the ``account.move.line`` of the movement
        :param rule: see :meth:`_stripe_candidates`
        """
        item = self._stripe_open_item(rule)
        if item.account_id != transfer.account_id:
            item.with_context(skip_readonly_check=True).write(
                {"account_id": transfer.account_id.id, "reconcile_model_id": rule.id}
            )
        (item + transfer).reconcile()
