from odoo import models

from ..lifecycle import PAYABLE, Status

# What the customer is told of an invoice; ``payable`` alone leads on to Stripe.
DOORS = ("payable", "processing", "paid", "replaced", "void", "preparing")


class AccountMove(models.Model):
    """The customer's door to an invoice at Stripe: one, and never a second one.

    Wherever Odoo offers to pay online, what can be paid at Stripe is paid there.
    """

    _inherit = "account.move"

    def _stripe_door(self):
        """Return what the customer finds behind "Pay with Stripe".

        :return: one of :data:`DOORS`, empty if the invoice has nothing to do with
            Stripe and Odoo's own door is the right one
        :rtype: str
        """
        self.ensure_one()
        document = self.sudo().stripe_document_id
        status = Status(document.status or "")
        if self.move_type != "out_invoice" or not document:
            return ""
        if ended := self._stripe_ended(status):
            return ended
        if self.state != "posted":
            return ""
        if status is Status.PAID or self.currency_id.is_zero(self.amount_residual):
            return "paid"
        if status is Status.VOID:
            return "void"
        if document.payment_state == "processing":
            return "processing"
        # What will be at Stripe in a moment must not be paid elsewhere meanwhile.
        door = "preparing" if document.pending and document.target else ""
        door = "payable" if status in PAYABLE else door
        return "processing" if door and self._stripe_is_paid_elsewhere() else door

    def _stripe_ended(self, status):
        """Return how the invoice came to its end, if it did, by the name of a door.

        :param Status status: what Stripe said last
        """
        invoice = self.sudo()
        revised = status is Status.VOID and invoice.stripe_document_id.replaced_by
        if invoice.stripe_replaced_by_id or revised:
            return "replaced"
        undone = invoice.state == "cancel" or invoice.payment_state == "reversed"
        return "void" if undone and status is Status.VOID else ""

    def _stripe_successor(self):
        """Return the invoice that took the place of this one, in superuser mode.

        :return: empty if there is none, or if it is another customer's: who knows the
            address of this one must not see it
        """
        self.ensure_one()
        newest = self.sudo()
        while newest.stripe_replaced_by_id:
            newest = newest.stripe_replaced_by_id
        same = newest.commercial_partner_id == self.sudo().commercial_partner_id
        return newest if same and newest != self else newest.browse()

    def _stripe_takes_payment(self):
        """Tell whether Odoo's own ways to pay online have to step back."""
        return self._stripe_door() in ("payable", "processing", "preparing")

    def _stripe_pay_url(self):
        """Return the address that leads the customer to Stripe's page, for good.

        Stripe's own address expires; this one fetches a fresh one each time.
        """
        self.ensure_one()
        token = self._portal_ensure_token()
        path = f"/stripe_invoice/pay/{self.id}?access_token={token}"
        return self.get_base_url() + path

    def _has_to_be_paid(self):
        # EXTENDS 'account_payment'
        return not self._stripe_takes_payment() and super()._has_to_be_paid()

    def _get_online_payment_error(self):
        # EXTENDS 'account_payment'
        if self._stripe_takes_payment():
            return self.env._("This invoice is paid with Stripe: %s", self.name)
        return super()._get_online_payment_error()

    def _get_portal_payment_link(self):
        # EXTENDS 'account_payment': the QR code and the link on the PDF.
        if self._stripe_takes_payment():
            return self._stripe_pay_url()
        return super()._get_portal_payment_link()
