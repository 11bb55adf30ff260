from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang


class StripePosting(models.AbstractModel):
    """The only place that creates payments for what happened at Stripe."""

    _name = "stripe.posting"
    _description = "Stripe Posting"

    @api.model
    def _book_payments(self, document, postings):
        """Book each payment once, and match it with the invoice.

        What is booked already, by Stripe's id, is left alone; the database forbids a
        second one whatever happens here.

        :param document: the ``stripe.document`` that was paid
        :param postings: list of ``PaymentPosting``
        :return: the new ``account.payment`` records
        """
        known = self._known(document.account_id, [p.stripe_ref for p in postings])
        payments = self.env["account.payment"]
        for posting in postings:
            if posting.stripe_ref not in known:
                payments += self._book_payment(document, posting)
        return payments

    @api.model
    def _known(self, account, refs):
        domain = [("stripe_account_id", "=", account.id), ("stripe_ref", "in", refs)]
        return set(self.env["account.payment"].search(domain).mapped("stripe_ref"))

    @api.model
    def _book_payment(self, document, posting):
        payment = (
            self.env["account.payment"]
            .with_company(document.company_id)
            .create(self._payment_values(document, posting))
        )
        payment.action_post()
        self._reconcile(document.move_id, payment)
        if document.move_id:
            document.move_id.message_post(
                body=self.env._(
                    "Stripe received %(amount)s (%(memo)s).",
                    amount=formatLang(
                        self.env, payment.amount, currency_obj=payment.currency_id
                    ),
                    memo=posting.memo,
                )
            )
        return payment

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
    def _reconcile(self, move, payment):
        """Match the payment with what is still open of the invoice, if anything is."""
        if move.state != "posted":
            return
        lines = (payment.move_id.line_ids + move.line_ids).filtered(
            lambda line: (
                line.account_id == payment.destination_account_id
                and not line.reconciled
            )
        )
        if lines & move.line_ids and lines & payment.move_id.line_ids:
            lines.reconcile()
