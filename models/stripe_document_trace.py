from odoo import api, fields, models

from ..stripe_api.errors import RejectedError

# The events of one look, and the requests before it, that a line of the history names.
NAMED = 5


class StripeDocumentHistory(models.Model):
    """From a line of the history to what was asked of Stripe, and what it told."""

    _inherit = "stripe.document.history"

    event_refs = fields.Char(
        "Stripe Events",
        readonly=True,
        help="IDs (evt_…) of the events that told of it. Empty: a person acted here, "
        "or Odoo looked by itself.",
    )
    request_refs = fields.Char(
        "Stripe Requests",
        readonly=True,
        groups="base.group_system",
        help="IDs (req_…) of what Odoo asked of Stripe since the line before: by them "
        "Stripe's support finds the requests, and so does its dashboard (Developers > "
        "Logs).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Note of which events what happened is known, and which requests led to it."""
        refs = self.env.context.get("stripe_events")
        if refs:
            vals_list = [{"event_refs": refs, **vals} for vals in vals_list]
        lines = super().create(vals_list)
        # What a person wants comes before what is asked of Stripe for it.
        for line in lines.filtered(lambda one: one.actor != "user").sudo():
            if asked := line.document_id.request_refs:
                line.request_refs = asked
                line.document_id.request_refs = False
        return lines


class StripeDocument(models.Model):
    """The requests about an invoice wait for the line that tells what came of them."""

    _inherit = "stripe.document"

    request_refs = fields.Char(
        readonly=True, copy=False, groups="base.group_system", help="Not told yet."
    )

    def _note_request(self, request_id):
        # EXTENDS 'stripe.call.mixin'
        for document in self.sudo() if request_id else ():
            known = (document.request_refs or "").split(", ")
            names = [*filter(None, known), request_id][-NAMED:]
            document.request_refs = ", ".join(names)

    def _note_failure(self, error):
        # EXTENDS 'stripe.outbox.mixin': what Stripe has refused is told in the history.
        result = super()._note_failure(error)
        if isinstance(error, RejectedError):
            self._tell_history("stripe", self.error)
        return result


class StripeCreditNote(models.Model):
    """What is asked of Stripe for a credit note is told on its invoice."""

    _inherit = "stripe.credit.note"

    def _note_request(self, request_id):
        # EXTENDS 'stripe.call.mixin'
        self.document_id._note_request(request_id)


class StripeRefund(models.Model):
    """What is asked of Stripe for a refund is told on its invoice."""

    _inherit = "stripe.refund"

    def _note_request(self, request_id):
        # EXTENDS 'stripe.call.mixin'
        self.document_id._note_request(request_id)


class StripeEvent(models.Model):
    """Handing on which events something is known of."""

    _inherit = "stripe.event"

    def _traced(self, document):
        """Return the document in a context that names these events."""
        names = ", ".join(self.sorted("id").mapped("stripe_id")[:NAMED])
        return document.with_context(stripe_events=names)
