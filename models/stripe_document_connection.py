from odoo import models

from ..lifecycle import Status


class StripeDocument(models.Model):
    """Which account an invoice goes to, test or live: the one in use by then."""

    _inherit = "stripe.document"

    def _follow_connection(self):
        """Let what is not at Stripe go to the account that the company uses by now.

        Else what was refused in test mode would go there, once it is mended, although
        the company is live.
        """
        for document in self:
            account = document.company_id._stripe_company().stripe_account_id
            is_gone = Status(document.status or "") in (Status.NONE, Status.DELETED)
            unknown = document.stripe_id and not document.status
            on_its_way = document.pending_call or unknown or not is_gone
            if not account or account == document.account_id or on_its_way:
                continue
            document.write(
                {
                    "account_id": account.id,
                    "status": False,
                    "stripe_id": False,
                    "stripe_number": False,
                    "snapshot": False,
                    "lines_sent": 0,
                }
            )
            text = self.env._("Goes to %s from now on", account.display_name)
            document._tell_history("odoo", text)
