from odoo import models


class PaymentLinkWizard(models.TransientModel):
    """Odoo's payment link of what is paid at Stripe leads to Stripe."""

    _inherit = "payment.link.wizard"

    def _compute_link(self):
        # EXTENDS 'payment'
        result = super()._compute_link()
        for wizard in self:
            if wizard.res_model not in ("account.move", "sale.order"):
                continue
            document = self.env[wizard.res_model].browse(wizard.res_id)
            if document._stripe_takes_payment():
                wizard.link = document._stripe_pay_url()
        return result
