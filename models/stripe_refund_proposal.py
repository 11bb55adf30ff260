from odoo import Command, api, models
from odoo.tools import formatLang

from ..postings.refund import MEANING, refund_status


class StripeRefund(models.Model):
    """The draft credit notes that are proposed for what the dashboard refunded."""

    _inherit = "stripe.refund"

    def _propose(self):
        """Propose credit notes for what was refunded without one, as drafts."""
        counts = MEANING[refund_status({"status": self.status})].counts
        given = self.credit_note_refs or self.credit_note_ids or self.credit_move_ids
        if given or self.is_surplus or self.proposed or not counts:
            return
        shares = [
            (document, share)
            for document, share in self._shares()
            if document.move_id.state == "posted"
        ]
        if not shares:
            return
        books = self.env["stripe.posting"]
        drafts = self.env["account.move"]
        for document, share in shares:
            drafts += books._draft_refunded(document.move_id, self, share)
        self.write({"credit_move_ids": [Command.set(drafts.ids)], "proposed": True})
        text = self._proposal_sentence(drafts)
        summary = self.env._("Stripe: refunded in the dashboard")
        for document, _share in shares:
            document._tell(text, actor="dashboard")
            document._ask(summary, text)

    def _shares(self):
        """Return pairs of a document and how much of it is refunded, as is proposed.

        What an invoice did not need is no part of it. While a payment of the charge is
        not booked, nothing is proposed.
        """
        payments = self._surplus_payments()
        if not payments:
            return [(self.document_id, self.amount)]
        if self.document_ids - payments.stripe_document_id:
            return []
        shares = self.env["stripe.posting"]._shares(
            payments,
            self.amount,
            [payment.amount - payment._stripe_surplus() for payment in payments],
        )
        return [(payment.stripe_document_id, share) for payment, share in shares]

    @api.model
    def _follow_payments(self, payments):
        """Look at the refunds of payments that were booked just now.

        :param payments: ``account.payment`` records
        """
        charges = [one for one in payments.mapped("stripe_charge") if one]
        refunds = self.search(
            [
                ("account_id", "in", payments.stripe_account_id.ids),
                ("charge", "in", charges),
            ]
        )
        refunds._match()
        for refund in refunds:
            refund._propose()

    def _proposal_sentence(self, drafts):
        """Return what is asked of whoever is to confirm the draft credit notes."""
        if len(self.document_ids) < 2:
            return self.env._(
                "%(amount)s was refunded in the dashboard, without a credit note. "
                "Check the draft credit note, correct it if need be, and confirm it.",
                amount=self._figure(),
            )
        proposed = ", ".join(
            f"{draft.reversed_entry_id.name}: "
            + formatLang(self.env, draft.amount_total, currency_obj=self.currency_id)
            for draft in drafts
        )
        return self.env._(
            "%(amount)s was refunded in the dashboard, without a credit note, of a "
            "payment that has paid several invoices; Stripe does not say which one is "
            "meant. Check the draft credit notes (%(proposed)s), correct or delete "
            "them if need be, and confirm them.",
            amount=self._figure(),
            proposed=proposed,
        )
