from odoo import models

from ..lifecycle import PAYABLE, Status
from ..stripe_api.errors import NotFoundError


class StripeCorrection(models.Model):
    """What to do about a revision that somebody made in Stripe's dashboard.

    No invoice in Odoo stands for it, so it is voided before a new one is made. Else the
    customer could pay both.
    """

    _inherit = "stripe.correction"

    def _foreign_revision(self):
        """Return the id of such a revision whose end is not known, or an empty text."""
        ref = self.move_id.stripe_document_id.replaced_by
        known = (self.new_move_id.stripe_ref, self.revision_ref)
        return "" if not ref or ref in known else ref

    def _await_revision(self):
        """Let the worker void it: that takes a call."""
        self.state = "closing"
        self._ring()

    def _end_revision(self, gateway):
        """Void the revision at Stripe, or find out that it was paid.

        :raise StripeApiError: see the gateway; it is tried again
        """
        first = self._foreign_revision()
        ref, status = self._last_revision(first, gateway)
        if status in PAYABLE:
            status = self._void_revision(ref, gateway)
        # A call whose answer was lost has had its effect.
        self.write(
            {
                "revision_ref": first,
                "revision_paid": status is Status.PAID,
                "pending_call": False,
            }
        )

    def _last_revision(self, ref, gateway):
        """Return id and status of what a revision has become: it may be revised, too.

        :rtype: tuple[str, Status]
        """
        while True:
            try:
                invoice = gateway.retrieve_invoice(ref)
            except NotFoundError:
                return ref, Status.DELETED
            following = invoice.get("latest_revision")
            if not following or following == ref:
                return ref, Status(invoice["status"])
            ref = following

    def _void_revision(self, ref, gateway):
        def send(params, key):
            return gateway.void_invoice(params["invoice"], key)

        if self.pending_call and not self._can_repeat_call():
            self.pending_call = False
        answer = self._stripe_call("void_revision", {"invoice": ref}, send)
        return Status(answer["status"])
