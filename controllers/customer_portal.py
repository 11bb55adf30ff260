import logging
import uuid

from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..const import KEY_PREFIX
from ..payloads.checkout import checkout_locale
from ..payloads.contact import locale
from ..stripe_api.errors import StripeApiError

_logger = logging.getLogger(__name__)


class StripeCustomerPortal(CustomerPortal):
    """The customer's way to Stripe's customer portal: his methods, his invoices."""

    def _prepare_portal_layout_values(self):
        # EXTENDS 'portal'
        values = super()._prepare_portal_layout_values()
        return {**values, "stripe_customers": self._stripe_customers()}

    @http.route("/my/stripe", type="http", auth="user", website=True, sitemap=False)
    def stripe_customer_portal(self, customer_id=None):
        """Lead the customer to his page at Stripe, which works for a short time.

        Only for who is logged in: the link of one document opens no more than that.

        :param str customer_id: which of his ``stripe.customer`` rows, if he has several
        """
        customers = self._stripe_customers()
        if customer_id and customer_id.isdecimal():
            customers = customers.filtered(lambda row: row.id == int(customer_id))
        if len(customers) != 1:
            state = "choose" if customers else "none"
            return self._stripe_customer_page(state, customers)
        address = self._stripe_portal_address(customers)
        if address is None:
            return self._stripe_customer_page("unreachable", customers)
        return request.redirect(address, 303, local=False)

    def _stripe_customers(self):
        """Return what the user is at Stripe, for each company, in superuser mode."""
        owner = request.env.user.partner_id.commercial_partner_id
        customers = request.env["stripe.customer"].sudo()
        if request.env.user._is_public():
            return customers
        return customers.search(
            [("partner_id", "=", owner.id), ("stripe_id", "!=", False)]
        ).filtered(lambda row: row.account_id.company_id.stripe_invoice)

    def _stripe_portal_address(self, customer):
        """Return the address of the customer's page, None if Stripe gives none.

        It is asked for now: it expires, and leaves nothing behind at Stripe.
        """
        language = checkout_locale(locale(request.env.user.lang or ""))
        params = {
            "customer": customer.stripe_id,
            "return_url": customer.get_base_url() + "/my",
            "locale": language,
        }
        try:
            gateway = customer.account_id._gateway()
            key = f"{KEY_PREFIX}portal-{uuid.uuid4()}"
            address = gateway.create_portal_session(params, key)["url"]
        except StripeApiError as error:
            _logger.info("No customer portal for %s: %s", customer.stripe_id, error)
            return None
        # What he stores there now is his own doing.
        customer.portal_at = fields.Datetime.now()
        return address

    def _stripe_customer_page(self, state, customers):
        values = {"state": state, "customers": customers, "page_name": "stripe"}
        return request.render("sale_stripe_invoice.portal_customer_page", values)
