from collections import defaultdict

from odoo import api, models


class StripeBalanceTransaction(models.Model):
    """What the balance shows of refunds that came back and payments taken back."""

    _inherit = "stripe.balance.transaction"

    @api.model
    def _match(self, account, sources):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._match(account, sources)
        wanted = [source for source in sources if source]
        groups = defaultdict(self.env["account.move"].browse)
        own = [("account_id", "=", account.id), ("stripe_id", "in", wanted)]
        for refund in self.env["stripe.refund"].search(own):
            # Only together: by itself the payment is matched as any other.
            if refund.taken_back_id:
                entries = refund.payment_id.move_id + refund.taken_back_id
                groups[refund.stripe_id] |= entries
        for dispute in self.env["stripe.dispute"].search(own):
            groups[dispute.stripe_id] |= dispute.entry_id + dispute.taken_back_id
        payments = self.env["account.payment"].search(
            [
                ("stripe_account_id", "=", account.id),
                ("stripe_charge", "in", wanted),
                ("stripe_reopened_id", "!=", False),
            ]
        )
        for payment in payments:
            entries = payment.move_id + payment.stripe_reopened_id
            groups[payment.stripe_charge] |= entries
        self._match_entries(account, groups)
        return result

    @api.model
    def _match_entries(self, account, groups):
        """Match entries with what the balance shows under the same id.

        :param account: the ``stripe.account``
        :param dict groups: Stripe's id → ``account.move`` records
        """
        accounts = account.transit_account_id | account.dispute_account_id
        plan = [
            still_open
            for source, entries in groups.items()
            if entries
            for still_open in self._to_reconcile(
                entries.line_ids + self._shown(account, source), accounts
            )
        ]
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    @api.model
    def _shown(self, account, source):
        """Return the journal items that book what moved the balance for an object.

        :param str source: Stripe's id of the object
        """
        rows = self.search(
            [
                ("account_id", "=", account.id),
                ("source", "=", source),
                ("statement_line_id", "!=", False),
            ]
        )
        return rows.move_id.line_ids
