from odoo import Command, api, models

from ..postings.dispute import Choice


class StripePosting(models.AbstractModel):
    """Payments that were taken back: what a person decides of the receivable."""

    _inherit = "stripe.posting"

    @api.model
    def _book_decision(self, dispute, choice, date, account):
        """Book what was decided of a dispute.

        :param dispute: the ``stripe.dispute``
        :param Choice choice: ``REOPEN`` or ``WRITE_OFF``
        :param date: day of the entry
        :param account: the bad-debt account, for a write-off
        :return: the ``account.move``
        """
        shares = self._shares(dispute._payments(), dispute.amount)
        stripe_account = dispute.account_id
        source = stripe_account.dispute_account_id
        return self._book_taken_back(
            stripe_account, source, dispute.stripe_id, shares, choice, date, account
        )

    @api.model
    def _shares(self, payments, amount):
        """Return how much of ``amount`` each payment gives, as pairs."""
        found = []
        for payment in payments:
            share = min(payment.amount, amount)
            amount -= share
            if not payment.currency_id.is_zero(share):
                found.append((payment, share))
        return found

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
        company, currency = payment.company_id, payment.currency_id
        amount = sum(share for _payment, share in shares)
        in_books = currency._convert(amount, company.currency_id, company, date)
        shown = sum(gone.mapped("amount_residual"))
        total = shown if shown > 0 else in_books
        items = []
        for one, share in shares:
            target = one.destination_account_id
            target = target if choice is Choice.REOPEN else account
            items.append(self._item(one, ref, target, share, total * share / amount))
        other = self._item(payment, ref, source, -amount, -total)
        if shown > 0 and len(gone.currency_id) == 1:
            # As the balance shows it, so that nothing is left of it.
            other["currency_id"] = gone.currency_id.id
            other["amount_currency"] = -sum(gone.mapped("amount_residual_currency"))
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
        for payment, _amount in self._shares(dispute._payments(), dispute.amount):
            debts = self._receivable_lines(entry)
            # The payment pays its invoice again, the reversal the entry.
            debts.remove_move_reconcile()
            self._match_open(payment.move_id, payment.stripe_document_id.move_id)
        self._match_open(entry, reversal)
        return reversal
