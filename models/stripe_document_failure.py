from odoo import fields, models

from ..lifecycle import Status

TEMPLATE = "sale_stripe_invoice.mail_template_failure"


class StripeAccount(models.Model):
    """Whether customers are told of a payment that failed."""

    _inherit = "stripe.account"

    failure_mail = fields.Boolean(
        "Mail When a Payment Fails",
        help="Odoo mails the customer, once for each attempt, with the payment page. "
        "Only where Odoo mails the invoices.",
    )


class StripeDocument(models.Model):
    """A customer whose payment failed is asked by mail to pay otherwise, if wanted.

    Who mails the invoice mails this, too: if that is not Odoo, nothing is mailed here.
    Why the payment failed is for the company alone; a bank may suspect a theft.
    """

    _inherit = "stripe.document"

    failure_mailed = fields.Char(
        readonly=True, help="The attempt to pay of which the customer was told last."
    )

    def _tell_payment(self, found, text):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._tell_payment(found, text)
        new = found.state == "failed" and found.attempt != self.failure_mailed
        if new and self._mails_failure():
            self.failure_mailed = found.attempt
            self._mail_customer(TEMPLATE)
            text = self.env._("Told the customer by mail that the payment failed")
            self._tell_history("odoo", text)
        return result

    def _mails_failure(self):
        """Tell whether Odoo is to mail the customer that his payment failed."""
        account, move = self.account_id, self.move_id
        if not account.failure_mail or account.mail_sender != "odoo":
            return False
        partner = move.commercial_partner_id.with_company(move.company_id)
        if partner.invoice_sending_method not in (False, "email"):
            return False
        asked = self.status == Status.OPEN.value and move.state == "posted"
        return bool(asked and move.partner_id.email and not self._asking_hold())
