from .common import StripeInvoiceCommon


class CreditCommon(StripeInvoiceCommon):
    """Credit notes, as Odoo's own wizard makes them."""

    def credit(self, move, means="none", price=None, post=True):
        """Return the credit note of an invoice, of the whole or of a price per unit."""
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": move.ids,
                "journal_id": move.journal_id.id,
                "reason": "Goodwill",
                "stripe_credit_means": means,
            }
        )
        wizard.refund_moves()
        credit = wizard.new_move_ids
        if price:
            credit.invoice_line_ids.price_unit = price
        if post:
            credit.action_post()
        return credit
