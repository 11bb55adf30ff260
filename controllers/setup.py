from odoo import http
from odoo.http import request

# Times that the page looks whether Stripe's is there, before it says so.
MOST_LOOKS = 20


class StripeSetup(http.Controller):
    """The customer's way to Stripe's page on which he stores a payment method."""

    @http.route(
        "/stripe_invoice/method/<int:customer_id>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def stripe_method(self, customer_id, access_token=None, state=None, look="0"):
        """Lead the customer on, or say that he has to wait a moment, or is done.

        :param int customer_id: the ``stripe.customer``
        :param str access_token: of the mail that asks him
        :param str state: ``done`` or ``cancelled``, when he comes back
        :param str look: how often the page has asked already
        :return: 303 to Stripe, or a page of ours; to the portal without the token
        """
        customer = request.env["stripe.customer"].sudo().browse(customer_id).exists()
        if not customer.active or not customer._is_setup_token(access_token):
            return request.redirect("/my")
        if state in ("done", "cancelled"):
            return self._page(customer, state)
        if page := customer._setup_page():
            return request.redirect(page, 303, local=False)
        looks = int(look) + 1 if look.isdecimal() else 1
        if looks > MOST_LOOKS:
            return self._page(customer, "unreachable")
        again = f"{customer._setup_address()}&look={looks}"
        return self._page(customer, "preparing", again)

    def _page(self, customer, state, again=None):
        values = {
            "company": customer.company_id,
            "method": customer.method_label,
            "state": state,
            "again": again,
            "address": customer._setup_address(),
        }
        return request.render("sale_stripe_invoice.portal_method_page", values)
