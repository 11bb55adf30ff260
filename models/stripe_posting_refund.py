from odoo import Command, api, models
from odoo.exceptions import UserError


class StripePosting(models.AbstractModel):
    """Refunds: the outgoing payment, what takes it back, the credit note's draft."""

    _inherit = "stripe.posting"

    @api.model
    def _book_refund(self, refund, posting):
        """Book the money of a refund, once.

        :param refund: the ``stripe.refund``
        :param RefundPosting posting: how much, and on which day
        :return: the outgoing ``account.payment``
        """
        domain = [
            ("stripe_account_id", "=", refund.account_id.id),
            ("stripe_ref", "=", posting.stripe_ref),
        ]
        payment = self.env["account.payment"].search(domain)
        if not payment:
            payment = payment.create(self._refund_values(refund, posting))
            payment.action_post()
            self._tell_closed_period(payment)
        return payment

    @api.model
    def _refund_values(self, refund, posting):
        account = refund.account_id
        journal = account.journal_id
        methods = journal.outbound_payment_method_line_ids
        method = methods.filtered("payment_account_id")
        if not journal or not method:
            raise UserError(
                self.env._(
                    "The Stripe account %(account)s has no journal with a payment "
                    "method for refunds and its account. Connect it again in the "
                    "settings.",
                    account=account.display_name,
                )
            )
        move = refund.move_id
        values = {
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": move.commercial_partner_id.id,
            "amount": float(posting.amount),
            "currency_id": refund.currency_id.id,
            "date": posting.left_on,
            "journal_id": journal.id,
            "payment_method_line_id": method[0].id,
            "memo": self.env._(
                "Refund %(invoice)s %(ref)s",
                invoice=move.name or "",
                ref=posting.stripe_ref,
            ),
            "stripe_ref": posting.stripe_ref,
            "stripe_account_id": account.id,
            "stripe_document_id": refund.document_id.id,
        }
        receivable = self._receivable_lines(move)
        if receivable:
            values["destination_account_id"] = receivable.account_id[:1].id
        return values

    @api.model
    def _receivable_lines(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )

    @api.model
    def _take_back(self, refund, posting):
        """Book that the money of a refund came back, on the day on which it did.

        By a reversal, so that closed periods and hashed entries stay as they are.

        :param refund: the ``stripe.refund``, whose payment is booked
        :param RefundPosting posting: when it came back
        :return: the entry
        """
        entry = refund.payment_id.move_id
        text = self.env._("Refund %s came back", posting.stripe_ref)
        reversal = entry._reverse_moves([{"date": posting.back_on, "ref": text}])
        reversal.action_post()
        self._match_open(entry, reversal, self._receivable_lines(entry).account_id)
        refund.payment_id.action_reject()
        return reversal

    @api.model
    def _match_open(self, entry, others, accounts=None):
        """Match what is open of an entry with what is open of others.

        :param accounts: on these accounts; the receivable ones of the entry if none
        """
        accounts = accounts or self._receivable_lines(entry).account_id
        for account in accounts:
            lines = (entry + others).line_ids.filtered(
                lambda line, account=account: (
                    line.account_id == account
                    and not line.reconciled
                    and line.parent_state == "posted"
                )
            )
            if lines & entry.line_ids and lines & others.line_ids:
                lines.reconcile()

    # === DRAFTS === #

    @api.model
    def _draft_refunded(self, move, refund, amount):
        """Return a draft credit note over what was refunded.

        Of the whole invoice, it is the invoice turned round; of a part, each account
        and each tax has its share, to the cent.

        :param move: the invoice
        :param refund: the ``stripe.refund``
        :param float amount: how much of the refund is of this invoice
        """
        values = {
            "ref": refund.stripe_id,
            "invoice_date": refund.payment_id.date or False,
        }
        draft = move._reverse_moves([values])
        if move.currency_id.compare_amounts(move.amount_total, amount):
            draft.invoice_line_ids = [
                Command.clear(),
                *map(Command.create, self._share_values(move, amount)),
            ]
        return draft

    @api.model
    def _share_values(self, move, amount):
        """Return values of lines that are a share of an invoice's, taxes included."""
        taxes = self.env["account.tax"]
        base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
        shares = taxes._prepare_down_payment_lines(
            base_lines,
            move.company_id,
            "fixed",
            amount,
            computation_key=f"stripe_refund,{move.id}",
            grouping_function=lambda line: {"account": line["account_id"]},
        )
        return [
            {
                "name": self.env._("Refund of a part of %s", move.name),
                "quantity": share["quantity"],
                "price_unit": share["price_unit"],
                "account_id": share["account_id"].id,
                "tax_ids": [Command.set(share["tax_ids"].ids)],
                "extra_tax_data": taxes._export_base_line_extra_tax_data(share),
            }
            for share in shares
        ]
