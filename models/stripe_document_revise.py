from odoo import models

from ..correction import Way
from ..lifecycle import PAYABLE, Call, Status
from ..payloads.invoice import revision_params
from ..stripe_api.errors import RejectedError


class StripeDocument(models.Model):
    """Stripe's own revision, where the account has it.

    Finalizing the revision voids the invoice that it revises, in one act at Stripe.
    """

    _inherit = "stripe.document"

    def _revise_at_stripe(self, invoice, gateway):
        """Make a draft that revises the invoice that this one replaces.

        Where Stripe does not do that, the old invoice is voided first instead.

        :param InvoiceSnapshot invoice: what the revision is to be
        """
        revised = self._revised()
        old = revised.snapshot and revised._snapshot()
        if not old or (old.lines, old.currency) != (invoice.lines, invoice.currency):
            # Stripe would copy lines that are no longer Odoo's.
            self._void_instead()
            return
        params = revision_params(invoice, self.revised_ref, self._draft_metadata())
        try:
            answer = self._stripe_call(
                Call.CREATE.value, params, gateway.create_invoice
            )
        except RejectedError as error:
            self._follow_unrevised(error, gateway)
            return
        self._store_created(answer)

    def _revised(self):
        """Return the document that this one is to revise, if it is a revision."""
        replaced = self.move_id.stripe_replaces_id.stripe_document_id
        return replaced if self.revised_ref else replaced.browse()

    def _follow_unrevised(self, error, gateway):
        """Find out why Stripe does not revise: the invoice changed, or it never does.

        :param RejectedError error: what Stripe answered
        """
        revised = self._revised()
        revised._refresh(gateway)
        if Status(revised.status or "") in PAYABLE:
            self.account_id.can_revise = False
            self._tell_history("stripe", str(error))
        self._void_instead()

    def _give_up_revision(self, gateway):
        """Withdraw a revision of what somebody ended meanwhile, to make it otherwise.

        :return: whether it was one
        """
        revised = self._revised()
        if not revised:
            return False
        revised._refresh(gateway)
        if Status(revised.status or "") is not Status.VOID:
            return False
        self._delete_at_stripe(gateway)
        self._void_instead()
        return True

    def _void_instead(self):
        """Wait until the old invoice is void; the correction sees to that."""
        self.revised_ref = False
        running = self.env["stripe.correction"]._running(self.move_id)
        running.way = Way.DUPLICATE.value
        running._wake()
