from odoo import http
from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal, PaymentPortal


class StripeOrderPortal(CustomerPortal):
    """The customer's way from an order to the page of Stripe on which he pays it."""

    @http.route(
        "/stripe_invoice/order/<int:order_id>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def stripe_pay_order(self, order_id, access_token=None):
        """Lead the customer to the payment page of an order, or say what there is.

        Stripe's page is over after a day; then the worker makes a new one, and this
        page comes back until it is there.

        :param int order_id: the order
        :param str access_token: the order's, for who is not logged in
        :return: 303 to Stripe, or a page of ours; to the portal without access
        """
        order = self._stripe_order(order_id, access_token)
        if not order:
            return request.redirect("/my")
        door = order._stripe_checkout_door()
        if door == "payable":
            page = order.stripe_checkout_ids[:1]
            return request.redirect(page.url, 303, local=False)
        if door == "preparing":
            self._stripe_renew(order)
        return self._stripe_order_page(order, door)

    def _stripe_renew(self, order):
        """Have a page made, or the one there is looked at."""
        page = order.env["stripe.checkout.session"]._want(order)
        if page.stripe_id or not page.pending:
            # Its time is over, or it asks for another sum: Stripe has not said yet.
            page._wake(refresh_wanted=bool(page.stripe_id))

    @http.route(
        "/stripe_invoice/order/<int:order_id>/<any(done, back):way>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def stripe_return(self, order_id, way, access_token=None):
        """Receive the customer who comes back from Stripe's page.

        What he says is worth nothing: the worker asks Stripe.

        :param int order_id: the order
        :param str way: ``done`` or ``back``, as Stripe sends him
        :param str access_token: the order's, for who is not logged in
        """
        order = self._stripe_order(order_id, access_token)
        if not order:
            return request.redirect("/my")
        door = order._stripe_checkout_door()
        if door != "payable":
            return self._stripe_order_page(order, door)
        if way == "done":
            order.stripe_checkout_ids[:1]._wake(refresh_wanted=True)
        return self._stripe_order_page(order, way)

    def _stripe_order(self, order_id, access_token):
        """Return the order in superuser mode, None for who may not see it."""
        try:
            return self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            return None

    def _stripe_order_page(self, order, state):
        values = {"sale_order": order, "state": state, "page_name": "order"}
        return request.render("sale_stripe_invoice.portal_order_page", values)


class StripeOrderPayment(PaymentPortal):
    """No transaction of another provider for an order that is paid at Stripe."""

    @http.route()
    def portal_order_transaction(self, order_id, access_token, **kwargs):
        """Refuse a second door, also to who kept the page open.

        :raise ValidationError: it is paid at Stripe
        """
        try:
            order = self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            # Who may not see it is told by Odoo, and learns nothing of the order.
            order = None
        if order and order._stripe_takes_payment():
            raise ValidationError(
                order.env._("This order is paid with Stripe: %s", order.name)
            )
        return super().portal_order_transaction(order_id, access_token, **kwargs)
