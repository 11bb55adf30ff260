from collections import namedtuple

from odoo import fields, models

# What somebody has to mend: the rows of a model, and the action that shows them.
ToFix = namedtuple("ToFix", "model domain action")
REFUSED = [("refused", "=", True)]
TO_FIX = {
    "fix_documents": ToFix(
        "stripe.document", REFUSED, "sale_stripe_invoice.stripe_document_action"
    ),
    "fix_credit_notes": ToFix(
        "stripe.credit.note", REFUSED, "account.action_move_out_refund_type"
    ),
    "fix_refunds": ToFix(
        "stripe.refund", REFUSED, "sale_stripe_invoice.stripe_refund_action"
    ),
    "fix_events": ToFix(
        "stripe.event",
        [("state", "=", "failed")],
        "sale_stripe_invoice.stripe_event_action",
    ),
    "fix_movements": ToFix(
        "stripe.balance.transaction",
        # Not booked, or on the suspense account.
        [
            "|",
            ("state", "=", "failed"),
            ("statement_line_id.is_reconciled", "=", False),
            ("state", "!=", "received"),
        ],
        "sale_stripe_invoice.stripe_balance_transaction_action",
    ),
    "fix_differences": ToFix(
        "stripe.difference",
        # Those that were refused are counted as such.
        [("document_id.refused", "=", False)],
        "sale_stripe_invoice.stripe_difference_action",
    ),
    "fix_balances": ToFix(
        "stripe.balance",
        [("difference", "!=", 0)],
        "sale_stripe_invoice.stripe_balance_report_wizard_action",
    ),
}


class StripeAccount(models.Model):
    """Everything that somebody has to mend, in one place and in one number."""

    _inherit = "stripe.account"

    to_fix = fields.Integer(compute="_compute_to_fix")
    fix_documents = fields.Integer("Invoices Refused", compute="_compute_to_fix")
    fix_credit_notes = fields.Integer("Credit Notes Refused", compute="_compute_to_fix")
    fix_refunds = fields.Integer("Refunds Refused", compute="_compute_to_fix")
    fix_events = fields.Integer("Events That Failed", compute="_compute_to_fix")
    fix_movements = fields.Integer(
        "Movements Not Booked or on Suspense", compute="_compute_to_fix"
    )
    fix_differences = fields.Integer(
        "Invoices That Differ from Stripe", compute="_compute_to_fix"
    )
    fix_balances = fields.Integer(
        "Balances That Differ from Stripe", compute="_compute_to_fix"
    )

    def _compute_to_fix(self):
        counts = {
            name: dict(
                self.env[model]
                .sudo()
                ._read_group(
                    [("account_id", "in", self.ids), *domain],
                    ["account_id"],
                    ["__count"],
                )
            )
            for name, (model, domain, _action) in TO_FIX.items()
        }
        for account in self:
            for name, found in counts.items():
                account[name] = found.get(account, 0)
            account.to_fix = sum(account[name] for name in TO_FIX)

    def action_to_fix(self):
        """Show all that is to be mended; at once what it is, if it is of one kind."""
        self.ensure_one()
        kinds = [name for name in TO_FIX if self[name]]
        if len(kinds) == 1:
            return self.with_context(to_fix=kinds[0]).action_show_to_fix()
        form = self.env.ref("sale_stripe_invoice.stripe_account_view_form_to_fix")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stripe: To Fix"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(form.id, "form")],
            "target": "new",
        }

    def action_show_to_fix(self):
        """Show what is to be mended of the kind that the context names."""
        self.ensure_one()
        model, domain, action = TO_FIX[self.env.context["to_fix"]]
        shown = self.env["ir.actions.act_window"]._for_xml_id(action)
        if shown["res_model"] == model:
            shown["domain"] = [("account_id", "=", self.id), *domain]
        elif shown["res_model"] == "account.move":
            notes = self.env[model].search([("account_id", "=", self.id), *domain])
            shown["domain"] = [("id", "in", notes.move_id.ids)]
        shown["context"] = {}
        return shown
