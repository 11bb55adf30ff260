from odoo import fields, models
from odoo.tools import formatLang

from ..payloads.credit_note import paid_part
from ..payloads.refund import NotEnoughError, allocate, refundable
from ..payloads.snapshot.minor import minor
from ..postings.refund import MEANING, refund_status


class StripeCreditNote(models.Model):
    """The refunds of a credit note.

    Stripe refunds by itself where one charge has paid the invoice. Of several, each is
    refunded first, and the credit note names the refunds.
    """

    _inherit = "stripe.credit.note"

    refund_ids = fields.One2many("stripe.refund", "credit_note_id", readonly=True)

    def _refund_links(self, gateway, invoice, note):
        """Return the refunds that the credit note stands for, made now if need be.

        :param dict invoice: Stripe's invoice
        :param CreditNoteSnapshot note: what is to be credited
        :return: parameters for Stripe; None if the refund is refused
        :raise StripeApiError: see the gateway
        """
        wanted = self.refund_ids.filtered(lambda refund: not refund.stripe_id)
        if note.means != "refund":
            # Somebody has thought better of it.
            wanted.unlink()
        elif not self.refund_ids and not self._want_refunds(gateway, invoice, note):
            return None
        for refund in self.refund_ids.filtered(lambda refund: not refund.stripe_id):
            refund._work(gateway)
            if not refund.stripe_id:
                self._refuse(refund.error)
                return None
        return [
            {
                "refund": refund.stripe_id,
                "amount_refunded": minor(refund.amount, refund.currency_id),
            }
            for refund in self.refund_ids
            if MEANING[refund_status({"status": refund.status})].counts
        ]

    def _want_refunds(self, gateway, invoice, note):
        """See to it that no more is refunded than was paid, charge by charge.

        :return: whether it can be refunded
        """
        amount = paid_part(note, invoice)
        if not amount:
            return True
        if refusal := self.document_id._refund_refusal():
            self._refuse(refusal)
            return False
        left = refundable(gateway.list_invoice_payments(invoice["id"]))
        try:
            shares = allocate(amount, left)
        except NotEnoughError as error:
            self._refuse(self._not_enough(error.left))
            return False
        if len(left) > 1:
            refunds = self.env["stripe.refund"]
            refunds.create(
                [
                    refunds._wanted_values(
                        self.document_id,
                        share,
                        credit_note_id=self.id,
                        credit_move_id=self.move_id.id,
                    )
                    for share in shares
                ]
            )
        return True

    def _not_enough(self, left):
        currency = self.document_id.currency_id
        amount = self.document_id._major(left)
        return self.env._(
            "Nothing was refunded: no more than %s of what was paid at Stripe can be "
            "given back. Choose another way under What Was Paid Already, and try "
            "again.",
            formatLang(self.env, amount, currency_obj=currency),
        )

    def _note_refunds(self, answer):
        """Take note of the refunds that Stripe made with the credit note.

        :param dict answer: Stripe's credit note
        """
        refunds = self.env["stripe.refund"]
        for entry in answer["refunds"]:
            if not entry["refund"]:
                continue
            row = refunds.search(
                [
                    ("account_id", "=", self.account_id.id),
                    ("stripe_id", "=", entry["refund"]),
                ]
            )
            link = {
                "credit_note_ref": self.stripe_id,
                "credit_note_id": self.id,
                "credit_move_id": self.move_id.id or row.credit_move_id.id,
            }
            if row:
                row.write(link)
                row._match()
            else:
                row = refunds.create(
                    {
                        "account_id": self.account_id.id,
                        "company_id": self.company_id.id,
                        "document_id": self.document_id.id,
                        "stripe_id": entry["refund"],
                        **link,
                    }
                )
                row._wake()
