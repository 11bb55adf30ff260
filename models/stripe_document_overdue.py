import time

from odoo import api, models

from ..lifecycle import Status
from ..postings.overdue import is_day_over
from ..postings.payment import local_date


class StripeDocument(models.Model):
    """What becomes overdue is noticed here: most accounts have no event for it."""

    _inherit = "stripe.document"

    @api.model
    def _notice_overdue(self, account):
        """Say of the invoices of an account that the last day of payment is over.

        :param account: the ``stripe.account``
        """
        now = time.time()
        today = local_date(int(now), account.tz)
        late = self.search(
            [
                ("account_id", "=", account.id),
                ("status", "=", Status.OPEN.value),
                ("overdue", "=", False),
                ("move_id.state", "=", "posted"),
                ("move_id.invoice_date_due", "<", today),
            ]
        )
        for document in late:
            # A day that was over when it was sent became a later one at Stripe.
            due = (document.snapshot or {}).get("due_at")
            if due and is_day_over(due, account.tz, now):
                document._for_readers()._become_overdue()

    def _become_overdue(self):
        self.overdue = True
        self._tell(self.env._("The invoice is overdue at Stripe."), actor="stripe")
