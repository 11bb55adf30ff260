from odoo import api, fields, models

# The events of one look that a line of the history names.
NAMED = 5


class StripeDocumentHistory(models.Model):
    """From a line of the history to the events at Stripe that led to it."""

    _inherit = "stripe.document.history"

    event_refs = fields.Char(
        "Stripe Events",
        readonly=True,
        help="IDs (evt_…) of the events that told of it. Empty: a person acted here, "
        "or Odoo looked by itself.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Note of which events what happened is known."""
        refs = self.env.context.get("stripe_events")
        if refs:
            vals_list = [{"event_refs": refs, **vals} for vals in vals_list]
        return super().create(vals_list)


class StripeEvent(models.Model):
    """Handing on which events something is known of."""

    _inherit = "stripe.event"

    def _traced(self, document):
        """Return the document in a context that names these events."""
        names = ", ".join(self.sorted("id").mapped("stripe_id")[:NAMED])
        return document.with_context(stripe_events=names)
