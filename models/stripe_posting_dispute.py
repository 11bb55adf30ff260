from decimal import Decimal

from odoo import Command, api, models

from ..postings.dispute import Choice
from ..postings.shares import proposal


class StripePosting(models.AbstractModel):
    """Payments that were taken back: what a person decides of the receivable."""

    _inherit = "stripe.posting"

    @api.model
    def _book_decision(self, dispute, choice, date, account, shares):
        """Book what was decided of a dispute.

        :param dispute: the ``stripe.dispute``
        :param Choice choice: ``REOPEN`` or ``WRITE_OFF``
        :param date: day of the entry
        :param account: the bad-debt account, for a write-off
        :param list shares: how much of which payment, see :meth:`_shares`
        :return: the ``account.move``
        """
        stripe_account = dispute.account_id
        source = stripe_account.dispute_account_id
        return self._book_taken_back(
            stripe_account, source, dispute.stripe_id, shares, choice, date, account
        )

    @api.model
    def _shares(self, payments, amount, paid=None):
        """Return pairs of a payment and what was taken back of it, as is proposed.

        :param payments: all that the charge has made
        :param float amount: what was taken back of the charge
        :param list paid: what can be taken back of each; all that it paid, if none
        """
        if not payments:
            return []
        currency = payments.currency_id
        exact = [
            Decimal(str(currency.round(one)))
            for one in paid or payments.mapped("amount")
        ]
        parts = proposal(Decimal(str(currency.round(amount))), exact)
        pairs = zip(payments, map(float, parts), strict=True)
        return [(payment, share) for payment, share in pairs if share]

    @api.model
    def _book_taken_back(
        self, stripe_account, source, ref, shares, choice, date, account
    ):
        """Book that payments were taken back: the receivable, or a bad debt, for it.

        :param stripe_account: the ``stripe.account``
        :param source: the account on which the balance shows what is gone
        :param str ref: Stripe's id, which names the items on it
        :param list shares: see :meth:`_shares`
        :return: the posted entry, its items matched
        """
        gone = self._open_items(stripe_account, source, ref)
        values = self._taken_back_values(
            stripe_account, source, ref, shares, choice, date, account, gone
        )
        entry = self.env["account.move"].create(values)
        entry.action_post()
        counterpart = entry.line_ids.filtered(lambda line: line.account_id == source)
        if gone:
            (gone + counterpart).reconcile()
        if choice is Choice.REOPEN:
            self._reopen(entry, shares)
        moves = {payment.stripe_document_id.move_id for payment, _amount in shares}
        for move in moves:
            move.message_post(body=self._decision_sentence(choice, entry))
        return entry

    @api.model
    def _decision_sentence(self, choice, entry):
        link = entry._get_html_link()
        if choice is Choice.REOPEN:
            return self.env._("The receivable is open again: %s", link)
        return self.env._("The payment that was taken back is written off: %s", link)

    @api.model
    def _open_items(self, stripe_account, source, ref):
        """Return what the balance shows as gone, as far as it is open.

        :param stripe_account: the ``stripe.account``
        :param source: the account on which the balance shows it
        :param str ref: Stripe's id of what took it
        """
        rows = self.env["stripe.balance.transaction"]
        return rows._shown(stripe_account, ref).filtered(
            lambda line: (
                line.account_id == source and not line.reconciled and line.debit
            )
        )

    @api.model
    def _taken_back_values(
        self, stripe_account, source, ref, shares, choice, date, account, gone
    ):
        payment = shares[0][0]
        amount = payment.currency_id.round(sum(share for _payment, share in shares))
        total = self._worth(payment, amount, date, gone)
        items, left = [], total
        for one, share in shares:
            target = one.destination_account_id
            target = target if choice is Choice.REOPEN else account
            # The last one takes what rounding leaves, so that the entry balances.
            worth = left if one == shares[-1][0] else total * share / amount
            items.append(self._item(one, ref, target, share, worth))
            left -= items[-1]["balance"]
        other = self._item(payment, ref, source, -amount, -total)
        return {
            "move_type": "entry",
            "date": date,
            "journal_id": stripe_account.journal_id.id,
            "ref": self.env._(
                "Taken back %(invoice)s %(ref)s",
                invoice=payment.stripe_document_id.move_name or "",
                ref=ref,
            ),
            "line_ids": [Command.create(item) for item in (*items, other)],
        }

    @api.model
    def _worth(self, payment, amount, date, gone):
        """Return what was taken back in the company's currency, as the balance has it.

        :param payment: one of those that were taken back, for their currency
        :param float amount: in that currency
        :param gone: what the balance shows as gone; it may be more, or nothing
        """
        company, currency = payment.company_id, payment.currency_id
        shown = sum(gone.mapped("amount_residual_currency"))
        if gone.currency_id != currency or not shown:
            return currency._convert(amount, company.currency_id, company, date)
        part = min(amount / shown, 1)
        return company.currency_id.round(sum(gone.mapped("amount_residual")) * part)

    @api.model
    def _item(self, payment, ref, account, amount, balance):
        company_currency = payment.company_id.currency_id
        return {
            "name": self.env._(
                "%(ref)s %(invoice)s",
                ref=ref,
                invoice=payment.stripe_document_id.move_name or "",
            ),
            "partner_id": payment.partner_id.id,
            "account_id": account.id,
            "currency_id": payment.currency_id.id,
            "amount_currency": amount,
            "balance": company_currency.round(balance),
        }

    @api.model
    def _reopen(self, entry, shares):
        """Let payments pay the entry instead of their invoices, which are open again.

        :param entry: it owes what was taken back
        :param list shares: see :meth:`_shares`
        """
        debts = self._receivable_lines(entry)
        for (payment, _amount), debt in zip(shares, debts, strict=True):
            credit = self._receivable_lines(payment.move_id)
            invoice = payment.stripe_document_id.move_id
            partials = credit.matched_debit_ids.filtered(
                lambda partial, invoice=invoice: (
                    partial.debit_move_id.move_id == invoice
                )
            )
            partials.unlink()
            (credit + debt).reconcile()
            self._match_open(payment.move_id, invoice)

    @api.model
    def _take_decision_back(self, dispute):
        """Reverse what was decided, because the money was given back.

        :param dispute: a ``stripe.dispute`` that was decided
        :return: the entry that reverses it
        """
        entry = dispute.entry_id
        text = self.env._("Given back %s", dispute.stripe_id)
        reversal = entry._reverse_moves([{"date": dispute.back_on, "ref": text}])
        reversal.action_post()
        # The payments pay their invoices again, the reversal the entry.
        self._receivable_lines(entry).remove_move_reconcile()
        for payment in dispute._payments():
            self._match_open(payment.move_id, payment.stripe_document_id.move_id)
        self._match_open(entry, reversal)
        return reversal
