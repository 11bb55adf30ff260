from odoo import fields, models

from ..checkout import Progress

# What the customer finds behind the link of an order; ``payable`` alone leads on.
DOORS = (
    "payable",
    "preparing",
    "processing",
    "transfer",
    "paid",
    "prepaid",
    "invoiced",
    "expired",
    "cancelled",
    "unavailable",
)


class SaleOrder(models.Model):
    """The customer's door to pay an order up front: one, and never a second one."""

    _inherit = "sale.order"

    def _stripe_is_paid_up_front(self):
        """Tell whether the order is to be paid on a page of Stripe."""
        self.ensure_one()
        return (
            self.stripe_checkout
            and self._stripe_offers_checkout()
            and not self._stripe_recurring()
        )

    def _stripe_takes_payment(self):
        """Tell whether Odoo's own ways to pay online have to step back.

        Also when the order is no longer to be paid so, until its page is closed.
        """
        pages = self.sudo().stripe_checkout_ids
        return self._stripe_is_paid_up_front() or any(
            page._takes_payment() for page in pages
        )

    def _stripe_checkout_door(self):
        """Return what the customer finds behind the link of the order.

        :return: one of :data:`DOORS`, empty if it is not paid so
        :rtype: str
        """
        self.ensure_one()
        pages = self.sudo().stripe_checkout_ids
        if paid := pages.filtered(lambda page: page._now() is Progress.PAID):
            return "prepaid" if paid[0]._is_down_payment() else "paid"
        if Progress.PROCESSING in [page._now() for page in pages]:
            return "processing"
        if not self._stripe_is_paid_up_front():
            return ""
        return self._stripe_closed_door() or self._stripe_page_door(pages[:1])

    def _stripe_closed_door(self):
        """Return the door of an order that no page takes, empty if one does."""
        if self.state == "cancel":
            return "cancelled"
        if self._stripe_is_paid_elsewhere():
            return "processing"
        if self._stripe_invoices():
            return "invoiced"
        if self.amount_paid > 0:
            return "paid" if self._is_paid() else "unavailable"
        if self.is_expired and self.state in ("draft", "sent"):
            return "expired"
        return "" if self.amount_total > 0 else "unavailable"

    def _stripe_page_door(self, page):
        """Return the door of an order that can be paid, once there is a page.

        :param page: the newest ``stripe.checkout.session``; it may be empty
        """
        if page.refused:
            return "unavailable"
        now = page._now()
        if now is Progress.TRANSFER and page.wanted:
            return "transfer"
        opened = now is Progress.OPEN and page.wanted and page._is_current()
        lasts = page.expires_at and page.expires_at > fields.Datetime.now()
        return "payable" if opened and lasts else "preparing"

    def _stripe_door_sentence(self, door):
        """Return why there is nothing to be paid behind a door; empty if there is."""
        env = self.env
        sentences = {
            "": self.stripe_checkout_obstacle
            or env._("This order is not paid up front at Stripe."),
            "processing": env._("A payment of the customer is under way."),
            "transfer": env._(
                "The customer has chosen to transfer the money, and Stripe waits for "
                "it. To let him pay in another way, switch Paid Up Front off and on."
            ),
            "paid": env._("It is paid already."),
            "prepaid": env._("The down payment is paid already."),
            "invoiced": env._("It is invoiced already. The customer pays the invoice."),
            "expired": env._("Its expiration date has passed. Renew the quotation."),
            "cancelled": env._("It is cancelled."),
        }
        if door == "unavailable" and self.amount_total <= 0:
            return env._("There is nothing to pay.")
        if door == "unavailable" and self.amount_paid > 0:
            return env._("A part of it is paid by another payment provider.")
        return sentences.get(door, "")
