from odoo import api, fields, models
from odoo.tools import format_date

from ..postings.dispute import Stage


class AccountMove(models.Model):
    """An invoice whose payment is disputed or was taken back: seen, and held."""

    _inherit = "account.move"

    stripe_dispute_ids = fields.Many2many(
        "stripe.dispute",
        compute="_compute_stripe_dispute_ids",
        string="Stripe Disputes",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_disputed = fields.Boolean(
        "Disputed at Stripe",
        compute="_compute_stripe_disputed",
        store=True,
        help="A bank asks about a payment, disputes it, or has taken it back, and it "
        "is not decided yet. The customer is not asked for money meanwhile.",
    )
    stripe_dispute_count = fields.Integer(compute="_compute_stripe_counts")
    stripe_refund_count = fields.Integer(compute="_compute_stripe_counts")

    @api.depends("stripe_document_ids.dispute_ids")
    def _compute_stripe_dispute_ids(self):
        for move in self:
            move.stripe_dispute_ids = move.sudo().stripe_document_ids.dispute_ids

    @api.depends("stripe_document_ids.dispute_ids.is_held")
    def _compute_stripe_disputed(self):
        for move in self:
            disputes = move.sudo().stripe_document_ids.dispute_ids
            move.stripe_disputed = any(disputes.mapped("is_held"))

    def _compute_stripe_counts(self):
        for move in self:
            documents = move.sudo().stripe_document_ids
            move.stripe_dispute_count = len(documents.dispute_ids)
            move.stripe_refund_count = len(documents.refund_ids)

    def _stripe_alerts(self, document):
        # EXTENDS 'sale_stripe_invoice': before all else, because money is missing.
        return {
            **self._stripe_dispute_alerts(),
            **self._stripe_return_alerts(),
            **super()._stripe_alerts(document),
        }

    def _stripe_dispute_alerts(self):
        """Say what is disputed, for as long as it is not decided."""
        held = self.sudo().stripe_document_ids.dispute_ids.filtered("is_held")
        if not held:
            return {}
        dispute = held[0]
        if dispute.can_decide:
            act = (self.env._("Decide"), dispute.action_decide())
        else:
            act = (self.env._("Open in Stripe"), dispute.action_stripe_open())
        level = "warning" if dispute._meaning().stage is Stage.INQUIRY else "danger"
        text = " ".join(self.env._("Stripe: %s", one._alert_sentence()) for one in held)
        return {
            "stripe_disputed": {
                "level": level,
                "message": text,
                "action_text": act[0],
                "action": act[1],
            }
        }

    def _stripe_return_alerts(self):
        """Say that a payment failed after it had succeeded, until it is decided."""
        failed = self.sudo().stripe_document_id.payment_ids.filtered(
            lambda payment: payment.stripe_failed_on and not payment.stripe_reopened_id
        )
        if not failed:
            return {}
        text = self.env._(
            "Stripe: the bank took a payment back on %(day)s: %(reason)s.",
            day=format_date(self.env, failed[0].stripe_failed_on),
            reason=failed[0].stripe_failure,
        )
        return {
            "stripe_returned": {
                "level": "danger",
                "message": text,
                "action_text": self.env._("Decide"),
                "action": failed[0].action_stripe_decide(),
            }
        }

    def _stripe_held(self):
        """Return why nobody may be asked for money now, empty if somebody may."""
        if not self.stripe_disputed:
            return ""
        return self.env._(
            "%s: a payment is disputed. Decide that first; nobody is asked for money "
            "meanwhile.",
            self.name,
        )

    def action_stripe_disputes(self):
        """Open the disputes of the invoice."""
        return self._stripe_movements("sale_stripe_invoice.stripe_dispute_action")

    def action_stripe_refunds(self):
        """Open the refunds of the invoice."""
        return self._stripe_movements("sale_stripe_invoice.stripe_refund_action")

    def _stripe_movements(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("document_ids.move_id", "=", self.id)]
        return action
