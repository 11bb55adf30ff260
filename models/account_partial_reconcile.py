from odoo import api, models


class AccountPartialReconcile(models.Model):
    """Whatever pays an invoice in Odoo, or no longer does, concerns its Stripe invoice.

    Bank lines, cash, set-offs, other providers and write-offs all end here, and so does
    what takes them back.
    """

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Let the worker tell Stripe what was paid in Odoo, unless Stripe told it."""
        partials = super().create(vals_list)
        known = partials.filtered(lambda partial: partial._is_stripes_own())
        (partials - known)._stripe_documents()._wake_open()
        known._stripe_documents()._notice_settled()
        return partials

    def unlink(self):
        """Let the worker see what was taken back."""
        documents = self._stripe_documents()
        result = super().unlink()
        documents._wake_open(taken_back=True)
        return result

    def _is_stripes_own(self):
        """Tell whether this matches an invoice with Stripe's own payment of it."""
        payments = (self.debit_move_id + self.credit_move_id).payment_id.sudo()
        paid = payments.stripe_document_id
        return bool(paid) and paid == self._stripe_documents()

    def _stripe_documents(self):
        moves = (self.debit_move_id + self.credit_move_id).move_id
        return moves.sudo().stripe_document_id
