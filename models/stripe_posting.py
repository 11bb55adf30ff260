from collections import defaultdict

from markupsafe import Markup

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang


class StripePosting(models.AbstractModel):
    """The only place that creates payments for what happened at Stripe."""

    _name = "stripe.posting"
    _description = "Stripe Posting"

    @api.model
    def _book_payments(self, wanted):
        """Book each payment once, and match it with its invoice, all together.

        What is booked already, by Stripe's id, is left alone; the database forbids a
        second one whatever happens here.

        :param list wanted: pairs of the ``stripe.document`` that was paid and a
            ``PaymentPosting``
        :return: the new ``account.payment`` records
        """
        known = self._known([posting.stripe_ref for _document, posting in wanted])
        new = [
            (document, posting)
            for document, posting in wanted
            if (document.account_id.id, posting.stripe_ref) not in known
        ]
        payments = self.env["account.payment"]
        for company, pairs in self._by_company(new):
            payments += self._book_new(company, pairs)
        return payments

    @api.model
    def _known(self, refs):
        """Return the account and Stripe's id of each payment that is booked."""
        payments = self.env["account.payment"].search([("stripe_ref", "in", refs)])
        return {(row.stripe_account_id.id, row.stripe_ref) for row in payments}

    @api.model
    def _by_company(self, wanted):
        companies = defaultdict(list)
        for document, posting in wanted:
            companies[document.company_id].append((document, posting))
        return companies.items()

    @api.model
    def _book_new(self, company, pairs):
        values = [self._payment_values(*pair) for pair in pairs]
        payments = self.env["account.payment"].with_company(company).create(values)
        payments.action_post()
        self._match_invoices(payments)
        self.env["stripe.balance.transaction"]._match_payments(payments)
        payments.stripe_account_id._want_balance()
        self._tell(payments, pairs)
        return payments

    @api.model
    def _tell(self, payments, pairs):
        """Say on the invoices what was received, and on which day it is in the books.

        Each in the language of who is responsible for the invoice.
        """
        texts = defaultdict(list)
        for payment, (document, posting) in zip(payments, pairs, strict=True):
            env = document.env
            amount = formatLang(env, payment.amount, currency_obj=payment.currency_id)
            text = env._(
                "Stripe received %(amount)s (%(memo)s).",
                amount=amount,
                memo=posting.memo,
            )
            texts[payment.stripe_document_id.move_id].append(text)
            self.with_env(env)._tell_closed_period(payment)
        moves = self.env["account.move"].union(*texts)
        moves._message_log_batch(
            {move.id: Markup("<br>").join(texts[move]) for move in moves}
        )

    @api.model
    def _tell_closed_period(self, payment):
        """Say so if a payment is not in the books on its own day."""
        if payment.move_id.date != payment.date:
            payment._message_log(
                body=self.env._(
                    "Paid on %(paid)s, in a period that is closed. Booked on %(booked)s"
                    ", the first open day.",
                    paid=format_date(self.env, payment.date),
                    booked=format_date(self.env, payment.move_id.date),
                )
            )

    @api.model
    def _payment_values(self, document, posting):
        account = document.account_id
        move = document.move_id
        journal = account.journal_id
        method = journal.inbound_payment_method_line_ids.filtered("payment_account_id")
        if not journal or not method:
            raise UserError(
                self.env._(
                    "The Stripe account %(account)s has no journal with a payment "
                    "method and its account. Connect it again in the settings.",
                    account=account.display_name,
                )
            )
        receivable = move.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        values = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": move.commercial_partner_id.id,
            "amount": float(posting.amount),
            "currency_id": self._currency(posting.currency).id,
            "date": posting.date,
            "journal_id": journal.id,
            "payment_method_line_id": method[0].id,
            "memo": posting.memo,
            "stripe_ref": posting.stripe_ref,
            "stripe_account_id": account.id,
            "stripe_document_id": document.id,
            "stripe_charge": posting.charge or False,
            "stripe_method": posting.method or False,
            "stripe_last4": posting.last4 or False,
            "stripe_receipt_url": posting.receipt_url or False,
        }
        if receivable:
            values["destination_account_id"] = receivable.account_id[:1].id
        if move.state == "posted":
            values["invoice_ids"] = [Command.set(move.ids)]
        return values

    @api.model
    def _currency(self, code):
        currency = self.env["res.currency"].with_context(active_test=False)
        return currency.search([("name", "=", code)], limit=1)

    @api.model
    def _match_invoices(self, payments):
        """Match payments with what is still open of their invoices, if anything is."""
        plan = []
        for document, own in payments.grouped("stripe_document_id").items():
            move = document.move_id
            if move.state != "posted":
                continue
            for account, lines in (
                (own.move_id.line_ids + move.line_ids).grouped("account_id").items()
            ):
                still_open = lines.filtered(lambda line: not line.reconciled)
                both = still_open & move.line_ids and still_open & own.move_id.line_ids
                if account in own.destination_account_id and both:
                    plan.append(still_open)
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)
