from odoo import fields, models
from odoo.exceptions import UserError


class StripeCustomerConsent(models.TransientModel):
    """Record that a customer agreed to be charged, and charge what waits for it."""

    _name = "stripe.customer.consent"
    _description = "Consent to Be Charged at Stripe"

    customer_id = fields.Many2one("stripe.customer", required=True, readonly=True)
    method_label = fields.Char(related="customer_id.method_label")
    move_id = fields.Many2one("account.move", "Invoice to Charge", readonly=True)
    note = fields.Char("How the Customer Agreed", required=True)

    def action_confirm(self):
        """Record the consent; charge the invoice if there is one.

        :raise UserError: there is nothing but spaces to prove it by
        """
        self.ensure_one()
        self.env["account.move"].check_access("write")
        self.customer_id.check_access("read")
        note = self.note.strip()
        if not note:
            raise UserError(
                self.env._("Write down how the customer agreed: contract, e-mail, day.")
            )
        self.customer_id.sudo()._agree("hand", fields.Datetime.now(), note)
        if self.move_id:
            return self.move_id.action_stripe_charge()
        return {"type": "ir.actions.act_window_close"}
