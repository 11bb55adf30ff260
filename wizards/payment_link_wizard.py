from odoo import models


class PaymentLinkWizard(models.TransientModel):
    """Odoo's payment link of an invoice at Stripe leads to Stripe."""

    _inherit = "payment.link.wizard"

    def _compute_link(self):
        # EXTENDS 'payment'
        result = super()._compute_link()
        for wizard in self.filtered(lambda wizard: wizard.res_model == "account.move"):
            move = self.env["account.move"].browse(wizard.res_id)
            if move._stripe_takes_payment():
                wizard.link = move._stripe_pay_url()
        return result
