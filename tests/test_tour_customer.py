from urllib.parse import urlsplit

from odoo.tests import tagged

from .portal_common import OrderPortalCommon
from .tour_common import PAY, SellerTourCommon

# The page stays open in one tab while the other pays; then it pays, too.
PAY_IN_TWO_TABS = """
    const form = document.querySelector("#payment-form");
    const body = new URLSearchParams(new FormData(form));
    body.set("action", "pay");
    const frame = document.createElement("iframe");
    frame.name = "answer";
    document.body.append(frame);
    frame.addEventListener("load", () => {
        const page = frame.contentDocument;
        if (page.querySelector("#pay") || !page.querySelector("#state")) {
            console.error("It can be paid again: " + page.body.textContent);
        }
        console.log("test successful");
    });
    fetch(location.href, { method: "POST", body, redirect: "manual" }).then(() => {
        form.target = "answer";
        document.querySelector("#pay").click();
    });
"""
THANKED = """
    if (!document.querySelector("[data-state=paid]")) {
        console.error(document.body.textContent);
    }
    console.log("test successful");
"""


@tagged("post_install", "-at_install")
class TestTourCustomer(OrderPortalCommon, SellerTourCommon):
    """From the quotation to the paid invoice, by who sells and by who buys."""

    def page_of(self, path):
        """Return Stripe's page behind an address of ours, for who is not logged in."""
        self.authenticate(None, None)
        answer = self.url_open(path, allow_redirects=False)
        self.assertEqual(answer.status_code, 303, answer.text[:2000])
        return answer.headers["Location"]

    def link_of(self, document):
        address = urlsplit(document._stripe_pay_url())
        return f"{address.path}?{address.query}"

    def test_quotation_is_paid_with_a_link(self):
        self.start_tour("/odoo/orders", "stripe_checkout_link", login="seller")
        self.env.invalidate_all()
        order = self.env["sale.order"].search([], order="id desc", limit=1)
        self.assertEqual(order.state, "sent")
        self.settle()
        self.browser_js(self.page_of(self.link_of(order)), PAY)
        self.assertEqual(order.state, "sent", "Only Stripe's word counts")
        self.look()
        self.assert_paid(order, order.stripe_checkout_ids)
        self.browser_js(self.link_of(order), THANKED)
        path = f"/odoo/orders/{order.id}"
        self.start_tour(path, "stripe_checkout_paid", login="seller")

    def test_portal_customer_pays_his_order(self):
        order = self.make_portal_order(require_payment=True, prepayment_percent=1.0)
        path = f"/my/orders/{order.id}"
        self.start_tour(path, "stripe_portal_order", login="stripe_customer")
        self.open_page(order)
        self.browser_js(self.page_of(self.link_of(order)), PAY)
        self.look()
        self.assert_paid(order, order.stripe_checkout_ids)
        self.start_tour(path, "stripe_portal_order_paid", login="stripe_customer")

    def test_portal_customer_pays_his_invoice(self):
        move = self.make_open_invoice(partner=self.portal_user.partner_id)
        path = f"/my/invoices/{move.id}"
        self.start_tour(path, "stripe_portal_invoice", login="stripe_customer")
        self.browser_js(self.page_of(self.link_of(move)), PAY)
        self.look()
        self.assertEqual(move.payment_state, "paid")
        self.start_tour(path, "stripe_portal_invoice_paid", login="stripe_customer")

    def test_two_tabs_pay_an_order_once(self):
        order = self.make_portal_order()
        page = self.open_page(order)
        self.browser_js(self.page_of(self.link_of(order)), PAY_IN_TWO_TABS)
        self.assertEqual(len(self.simulator.api("charges")["data"]), 1)
        self.look()
        self.assert_paid(order, page)

    def test_two_tabs_pay_an_invoice_once(self):
        move = self.make_open_invoice()
        self.browser_js(self.page_of(self.link_of(move)), PAY_IN_TWO_TABS)
        self.assertEqual(len(self.simulator.api("charges")["data"]), 1)
        self.look()
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(len(self.stripe_payments(move)), 1)
