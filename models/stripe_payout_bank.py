import logging
from decimal import Decimal

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..postings.balance import Counterpart
from ..postings.bank import Transfer, meetings

_logger = logging.getLogger(__name__)


class StripePayout(models.Model):
    """Whether the bank has a payout, and matching it with the bank's line."""

    _inherit = "stripe.payout"

    bank_state = fields.Selection(
        [
            ("open", "Not Yet at the Bank"),
            ("matched", "Matched with the Bank"),
            ("returned", "Taken Back"),
        ],
        "At the Bank",
        compute="_compute_bank_state",
        compute_sudo=True,
        search="_search_bank_state",
        help="Whether the money on its way is matched with what the bank has received. "
        "Empty: not booked yet.",
    )
    bank_move_id = fields.Many2one(
        "account.move",
        "Entry of the Bank",
        compute="_compute_bank_state",
        compute_sudo=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _compute_bank_state(self):
        for payout in self:
            items = payout.movement_ids._transfer_items()
            partials = items.matched_debit_ids + items.matched_credit_ids
            met = partials.debit_move_id.move_id + partials.credit_move_id.move_id
            others = met - items.move_id - partials.exchange_move_id
            payout.bank_move_id = others[:1]
            if not items:
                payout.bank_state = False
            elif not all(items.mapped("reconciled")):
                payout.bank_state = "open"
            else:
                payout.bank_state = "matched" if others else "returned"

    @api.model
    def _search_bank_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        seen = self.search([("company_id", "parent_of", self.env.companies.ids)])
        found = seen.filtered(lambda payout: payout.bank_state in value)
        return Domain("id", "in", found.ids)

    # === MATCHING === #

    @api.model
    def _meet_the_bank(self):
        """Match what is on its way with the bank's lines, company by company.

        Only where a company still has the rule that Connect has made for it.
        """
        for company in self.env["res.company"].search(
            [("stripe_bank_rule_id.active", "=", True)]
        ):
            rows = self.env["stripe.balance.transaction"].with_company(company)
            try:
                rows._meet_the_bank(company.stripe_bank_rule_id)
                self.env.flush_all()
            except psycopg2.OperationalError:
                # Somebody wrote the same lines: they are for the next run.
                self.env.cr.rollback()
                self.env["stripe.document"]._ring()
            except Exception:
                # Whatever it is, it must not stop the others.
                self.env.cr.rollback()
                _logger.exception("Payouts of %s are not matched", company.name)


class StripeBalanceTransaction(models.Model):
    """Movements between Stripe and the bank, which the bank's lines meet."""

    _inherit = "stripe.balance.transaction"

    bank_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Line of the Bank",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="What Odoo has matched it with by itself. It does so once: whoever undoes "
        "that has the last word.",
    )

    def _transfer_items(self):
        """Return the journal items of these movements where the bank's lines meet them.

        By what the account is, not by its name in the settings, which may have changed.
        """
        payouts = self.filtered(lambda row: row.counterpart == Counterpart.PAYOUT.value)
        accounts = payouts.account_id
        kept = accounts.fee_account_id | accounts.fee_tax_account_id
        kept |= payouts.journal_id.default_account_id
        return payouts.move_id.line_ids.filtered(
            lambda item: item.account_id.reconcile and item.account_id not in kept
        )

    @api.model
    def _meet_the_bank(self, rule):
        """Match movements with lines of the bank where there is no doubt.

        :param rule: the ``account.reconcile.model`` of the company
        """
        rows = self._on_their_way(rule)
        if not rows:
            return
        lines = self.env["account.bank.statement.line"]._stripe_candidates(rows, rule)
        transfers = rows._as_transfers()
        bank_lines = [line._stripe_as_bank_line(rule) for line in lines]
        for transfer, bank_line in meetings(transfers, bank_lines):
            row, line = rows.browse(transfer.key), lines.browse(bank_line.key)
            try:
                with self.env.cr.savepoint():
                    line._stripe_meet(row._transfer_items(), rule)
                    row.bank_line_id = line
            except UserError as error:
                _logger.warning("%s is not matched: %s", row.stripe_id, error)

    @api.model
    def _on_their_way(self, rule):
        """Return the movements that the bank has yet to show, each with one open item.

        Test money and live money share an account: what counts is what the company is
        connected with.

        :param rule: its ``account.reconcile.model``, which names the account
        """
        company = rule.company_id
        still_open = [
            ("account_id", "in", rule.line_ids.account_id.ids),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
        ]
        rows = self.search(
            [
                ("company_id", "=", company.id),
                ("account_id.livemode", "=", company.stripe_account_id.livemode),
                ("counterpart", "=", Counterpart.PAYOUT.value),
                ("bank_line_id", "=", False),
                ("move_id.line_ids", "any", still_open),
            ]
        )
        return rows.filtered(lambda row: row._transfer_items()._stripe_is_all_open())

    def _as_transfers(self):
        """Return these movements as the pure module wants them."""
        payouts = self.env["stripe.payout"].search(
            [
                ("account_id", "in", self.account_id.ids),
                ("stripe_id", "in", self.mapped("source")),
            ]
        )
        references = {payout.stripe_id: payout.reference for payout in payouts}
        return [
            Transfer(
                key=row.id,
                amount=Decimal(str(item.amount_currency)),
                currency=item.currency_id.name,
                day=row.date,
                reference=references.get(row.source) or "",
            )
            for row in self
            for item in row._transfer_items()
        ]


class AccountMoveLine(models.Model):
    """Items that can be matched as a whole."""

    _inherit = "account.move.line"

    def _stripe_is_all_open(self):
        """Tell whether this is one item, and nobody has matched a part of it."""
        return len(self) == 1 and not (
            self.matched_debit_ids or self.matched_credit_ids
        )
