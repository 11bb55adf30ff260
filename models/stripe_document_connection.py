from odoo import models

from ..lifecycle import Status


class StripeDocument(models.Model):
    """What is not at Stripe yet goes to the connection that the company has now."""

    _inherit = "stripe.document"

    def _want_open(self):
        # EXTENDS 'sale_stripe_invoice'
        self._follow_connection()
        return super()._want_open()

    def action_retry(self):
        # EXTENDS 'sale_stripe_invoice'
        self.sudo().filtered(lambda row: row.move_id)._follow_connection()
        return super().action_retry()

    def _follow_connection(self):
        """Let go of another account, or of its test mode, where nothing is left there.

        What Stripe has, or may have because an answer was lost, stays where it is.
        """
        for document in self:
            account = document.company_id._stripe_company().stripe_account_id
            nothing_there = Status(document.status or "") in (
                Status.NONE,
                Status.DELETED,
            )
            if not account or account == document.account_id or not nothing_there:
                continue
            if document.pending_call or (document.stripe_id and not document.status):
                continue
            document.write(
                {
                    "account_id": account.id,
                    "stripe_id": False,
                    "stripe_number": False,
                    "status": False,
                    "snapshot": False,
                    "lines_sent": 0,
                }
            )
            document._tell_history(
                "odoo", self.env._("Goes to %s by now", account.display_name)
            )
