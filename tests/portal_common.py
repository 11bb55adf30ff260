from urllib.parse import urlsplit

from odoo.tests import HttpCase, new_test_user

from .checkout_common import CheckoutCommon
from .common import StripeInvoiceCommon


class PagesCommon(StripeInvoiceCommon, HttpCase):
    """Our own pages, as a browser sees them."""

    def state_of(self, answer):
        """Return what a page of ours says, by its name."""
        self.assertEqual(answer.status_code, 200)
        return answer.text.partition('data-state="')[2].partition('"')[0]

    def call(self, path, params):
        """Return the whole answer to a call that a page makes."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params, "id": 1}
        return self.url_open(path, json=body).json()


class PortalCommon(PagesCommon):
    """A portal customer, and somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = new_test_user(
            cls.env, "stripe_customer", "base.group_portal", password="stripe_customer"
        )
        cls.portal_user.partner_id.write(
            {"email": "anna@example.com", "country_id": cls.env.ref("base.fr").id}
        )
        cls.stranger = new_test_user(
            cls.env, "stripe_stranger", "base.group_portal", password="stripe_stranger"
        )


class OrderPortalCommon(CheckoutCommon, PortalCommon):
    """A portal customer with orders."""

    def make_portal_order(self, **values):
        """Return a quotation that the portal user has been sent."""
        values = {"require_signature": False, **values}
        order = self.make_order(partner_id=self.portal_user.partner_id.id, **values)
        order.action_quotation_sent()
        return order

    def open_link(self, order, suffix=""):
        """Open the address that the customer has been given, as he does."""
        address = urlsplit(order._stripe_pay_url())
        path = f"{address.path}{suffix}?{address.query}"
        return self.url_open(path, allow_redirects=False)

    def order_page(self, order):
        """Return the order's page as its customer sees it."""
        self.authenticate("stripe_customer", "stripe_customer")
        return self.url_open(f"/my/orders/{order.id}").text
