from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import REASONS
from ..lifecycle import PLAN, Nothing, Refusal, Status, Target, can


class AccountMove(models.Model):
    """What a user can do about the Stripe invoice: each act only sets what is wanted.

    The buttons are there when the lifecycle has a call for them, and the acts refuse
    with its reason when it has none.
    """

    _inherit = "account.move"

    stripe_can_charge = fields.Boolean(compute="_compute_stripe_acts")
    stripe_can_send = fields.Boolean(compute="_compute_stripe_acts")
    stripe_can_write_off = fields.Boolean(compute="_compute_stripe_acts")

    @api.depends("stripe_status", "state")
    def _compute_stripe_acts(self):
        for move in self:
            status = Status(move.stripe_status or "")
            posted = move.state == "posted"
            known = posted and bool(move.stripe_status)
            move.stripe_can_charge = known and can(status, Target.CHARGED)
            move.stripe_can_charge &= status is not Status.DRAFT
            move.stripe_can_send = posted and status is Status.OPEN
            move.stripe_can_write_off = status is Status.OPEN and posted

    def action_stripe_push(self):
        """Send invoices to Stripe that were confirmed without one."""
        self.check_access("write")
        self._stripe_push()
        return self._stripe_result()

    def action_stripe_retry(self):
        """Try again now what failed or waits at Stripe."""
        self.check_access("write")
        self.sudo().stripe_document_id.action_retry()

    def action_stripe_refresh(self):
        """Look at Stripe again, and take over what it says."""
        self.check_access("write")
        documents = self.sudo().stripe_document_id.filtered("stripe_id")
        documents._wake(refresh_wanted=True)
        return self._stripe_result()

    def action_stripe_charge(self):
        """Charge the payment method that the customer has stored at Stripe."""
        self._stripe_want(Target.CHARGED)
        return self._stripe_result()

    def action_stripe_send(self):
        """Let Stripe mail the invoice, again if it has done so before."""
        self.check_access("write")
        for move in self:
            if Status(move.stripe_status or "") is not Status.OPEN:
                raise UserError(
                    self.env._(
                        "%(invoice)s cannot be mailed by Stripe: it is not open there.",
                        invoice=move.display_name,
                    )
                )
        self.sudo().stripe_document_id._wake(send_wanted=True)
        return self._stripe_result()

    def action_stripe_void(self):
        """Request the cancellation: void at Stripe, then cancel here."""
        self._stripe_check(Target.VOID)
        self.button_request_cancel()
        return self._stripe_result()

    def action_stripe_write_off(self):
        """Open the dialog that gives invoices up at Stripe and proposes the entry."""
        self.check_access("write")
        self._stripe_check(Target.UNCOLLECTIBLE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write Off at Stripe"),
            "res_model": "stripe.document.write.off",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": self.ids},
        }

    def action_stripe_open(self):
        """Open the invoice in Stripe's dashboard, in the right account and mode."""
        self.ensure_one()
        self.check_access("read")
        account = self.sudo().stripe_document_id.account_id
        return {
            "type": "ir.actions.act_url",
            "url": f"{account.dashboard_url}/invoices/{self.stripe_ref}",
            "target": "new",
        }

    def _stripe_want(self, target):
        """Want something of the Stripe invoices, if the lifecycle has a way there.

        :param Target target: what is wanted
        :raise UserError: it has none; with the document, Stripe's state and the way out
        """
        self.check_access("write")
        self._stripe_check(target)
        self.sudo().stripe_document_id._want(target)

    def _stripe_check(self, target):
        for move in self:
            status = Status(move.stripe_status or "")
            step = PLAN[status][target]
            if status is Status.NONE:
                raise UserError(
                    self.env._("%s has no Stripe invoice.", move.display_name)
                )
            if isinstance(step, Refusal):
                raise UserError(f"{move.name}: {REASONS[step.reason](self.env)}")
            if isinstance(step, Nothing):
                raise UserError(
                    self.env._(
                        "%(invoice)s is %(status)s at Stripe; there is nothing to do.",
                        invoice=move.name,
                        status=dict(
                            self.env["stripe.document"]._selection_status()
                        ).get(status.value),
                    )
                )

    def _stripe_result(self):
        """Return where to see what becomes of an act on several invoices."""
        if len(self) < 2:
            return None
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sale_stripe_invoice.stripe_document_action"
        )
        documents = self.sudo().stripe_document_id
        return {**action, "domain": [("id", "in", documents.ids)]}
