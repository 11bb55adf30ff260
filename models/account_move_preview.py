from odoo import api, fields, models

from ..lifecycle import FINALIZED, Status


class AccountMove(models.Model):
    """What Stripe would be sent, before it is."""

    _inherit = "account.move"

    stripe_can_preview = fields.Boolean(compute="_compute_stripe_can_preview")

    @api.depends("stripe_invoice_available", "stripe_invoice", "state", "stripe_status")
    def _compute_stripe_can_preview(self):
        for move in self:
            move.stripe_can_preview = (
                move.stripe_invoice
                and move.state in ("draft", "posted")
                and Status(move.stripe_status or "") not in FINALIZED
                and move._stripe_available()
            )

    def action_stripe_preview(self):
        """Show what Stripe would be sent of the invoice, without sending it."""
        self.ensure_one()
        self.check_access("write")
        return self.env["stripe.invoice.preview"]._get_records_action(
            name=self.env._("Preview Stripe Invoice"),
            target="new",
            context={"default_move_id": self.id},
        )

    def _stripe_next_number(self):
        """Return the number, or the one that the draft would get if posted now."""
        self.ensure_one()
        if self.name and self.name != "/":
            return self.name
        text, values = self._get_next_sequence_format()
        return text.format(**{**values, "seq": values["seq"] + 1})
