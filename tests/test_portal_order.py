from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import OrderPortalCommon


@tagged("post_install", "-at_install")
class TestPortalOrder(OrderPortalCommon):
    """The customer finds one door to pay his order, and it is the right one."""

    def test_link_waits_for_the_page_and_leads_there(self):
        order = self.make_portal_order()
        self.simulator.control("requests/clear", {})
        answer = self.open_link(order)
        self.assertEqual(self.state_of(answer), "preparing")
        self.assertIn('http-equiv="refresh"', answer.text)
        self.assertFalse(self.simulator.control("requests")["data"], "No call")
        self.settle()
        answer = self.open_link(order)
        self.assertEqual(answer.status_code, 303)
        page = order.stripe_checkout_ids
        self.assertEqual(answer.headers["Location"], page.url)
        self.assertIn(page.stripe_id, page.url)

    def test_link_makes_a_new_page_when_the_old_one_is_over(self):
        order = self.make_portal_order()
        first = self.open_page(order)
        first.expires_at = "2026-01-01 00:00:00"
        self.pass_days(1.1)
        self.assertEqual(self.state_of(self.open_link(order)), "preparing")
        self.settle()
        self.assertEqual(first.status, "expired")
        self.assertEqual(self.state_of(self.open_link(order)), "preparing")
        self.settle()
        answer = self.open_link(order)
        self.assertEqual(answer.status_code, 303)
        self.assertNotIn(first.stripe_id, answer.headers["Location"])

    def test_link_asks_for_what_the_order_is_now(self):
        order = self.make_portal_order()
        self.open_page(order)
        order.order_line.price_unit = 200
        self.assertEqual(self.state_of(self.open_link(order)), "preparing")
        self.settle()
        self.open_link(order)
        self.settle()
        answer = self.open_link(order)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(order.stripe_checkout_ids[0].amount, 230.0)

    def test_who_has_no_right_is_led_nowhere(self):
        order = self.make_portal_order()
        self.open_page(order)
        for suffix in ("", "/done", "/back"):
            for query in ("", "?access_token=guessed"):
                answer = self.url_open(
                    f"/stripe_invoice/order/{order.id}{suffix}{query}",
                    allow_redirects=False,
                )
                self.assertURLEqual(answer.headers["Location"], "/my")
        self.authenticate("stripe_stranger", "stripe_stranger")
        path = f"/stripe_invoice/order/{order.id}"
        answer = self.url_open(path, allow_redirects=False)
        self.assertURLEqual(answer.headers["Location"], "/my")
        self.authenticate("stripe_customer", "stripe_customer")
        answer = self.url_open(path, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertNotIn("/my", answer.headers["Location"])

    def test_customer_who_comes_back_is_thanked_and_believed_nothing(self):
        order = self.make_portal_order()
        page = self.open_page(order)
        self.assertEqual(self.state_of(self.open_link(order, "/done")), "done")
        self.settle()
        self.assertEqual(order.state, "sent", "He has not paid, whatever he says")
        self.assertEqual(self.state_of(self.open_link(order, "/back")), "back")
        self.submit(page)
        self.open_link(order, "/done")
        self.settle()
        self.assert_paid(order, page)
        self.assertEqual(self.state_of(self.open_link(order, "/done")), "paid")

    def test_what_cannot_be_paid_says_so(self):
        expired = self.make_portal_order(validity_date="2026-01-02")
        self.assertEqual(self.state_of(self.open_link(expired)), "expired")
        cancelled = self.make_portal_order()
        cancelled._action_cancel()
        self.assertEqual(self.state_of(self.open_link(cancelled)), "cancelled")
        slow = self.make_portal_order()
        self.submit(self.open_page(slow), "DE89370400440532013000")
        self.look()
        self.assertEqual(self.state_of(self.open_link(slow)), "processing")
        invoiced = self.make_portal_order()
        invoiced.action_confirm()
        invoiced._force_lines_to_invoice_policy_order()
        invoiced._create_invoices()
        self.assertEqual(self.state_of(self.open_link(invoiced)), "invoiced")
        self.company.stripe_invoice_checkout = False
        self.assertEqual(self.state_of(self.open_link(self.make_portal_order())), "")

    # === ONE DOOR === #

    def test_order_page_has_one_door(self):
        order = self.make_portal_order(require_payment=True, prepayment_percent=1.0)
        text = self.order_page(order)
        self.assertIn('name="stripe_pay_order"', text)
        self.assertNotIn("o_sale_portal_paynow", text)
        self.assertNotIn("o_payment_form", text)
        text = self.url_open(f"/my/orders/{order.id}?payment_amount=50").text
        self.assertNotIn("o_payment_form", text)
        order.stripe_checkout = False
        text = self.order_page(order)
        self.assertNotIn('name="stripe_pay_order"', text)
        self.assertIn("o_sale_portal_paynow", text)

    def test_order_that_is_to_be_signed_is_signed_first(self):
        order = self.make_portal_order(require_signature=True)
        self.assertNotIn('name="stripe_pay_order"', self.order_page(order))

    def test_no_transaction_of_another_provider(self):
        order = self.make_portal_order(require_payment=True, prepayment_percent=1.0)
        wizard = self.env["payment.link.wizard"].with_context(
            active_id=order.id, active_model="sale.order"
        )
        wizard = wizard.create(wizard.default_get(list(wizard._fields)))
        self.assertEqual(wizard.link, order._stripe_pay_url())
        with mute_logger("odoo.http"):
            answer = self.call(
                f"/my/orders/{order.id}/transaction",
                {"access_token": order._portal_ensure_token()},
            )
        self.assertIn(order.name, answer["error"]["data"]["message"])

    def test_who_guesses_learns_nothing_of_an_order(self):
        order = self.make_portal_order(require_payment=True)
        with mute_logger("odoo.http"):
            answer = self.call(
                f"/my/orders/{order.id}/transaction", {"access_token": "guessed"}
            )
        self.assertNotIn(order.name, str(answer))
        self.assertNotIn("Stripe", str(answer))
        self.assertIn("error", answer)

    def test_who_has_to_transfer_is_told_where_to(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        values = {"name": "Euro", "currency_id": euro.id}
        pricelist = self.env["product.pricelist"].create(values)
        self.account.payment_method_ids = self.env["stripe.payment.method"].search(
            [("code", "=", "customer_balance")]
        )
        order = self.make_portal_order(pricelist_id=pricelist.id)
        page = self.open_page(order)
        path = f"checkout/sessions/{page.stripe_id}/submit"
        self.simulator.control(path, {"method": "customer_balance"})
        self.look()
        answer = self.open_link(order)
        self.assertEqual(self.state_of(answer), "transfer")
        for text in (answer.text, self.order_page(order)):
            self.assertIn(f'href="{page.url}"', text)
            self.assertNotIn('name="stripe_pay_order"', text)

    def test_order_page_shows_the_state_of_its_invoices(self):
        order = self.make_portal_order()
        page = self.open_page(order)
        self.submit(page)
        self.look()
        text = self.order_page(order)
        self.assertIn(page.move_id.name, text)
        self.assertIn('name="stripe_order_state"', text)
        self.assertNotIn('name="stripe_pay_order"', text)

    def test_order_page_of_an_open_invoice_says_that_it_is_to_be_paid(self):
        self.company.stripe_invoice_checkout = False
        order = self.make_portal_order()
        order.action_confirm()
        order._force_lines_to_invoice_policy_order()
        order._create_invoices().action_post()
        self.settle()
        self.assertIn("Waiting for your payment", self.order_page(order))

    # === STRIPE'S CUSTOMER PORTAL === #

    def test_customer_manages_his_methods_and_invoices_at_stripe(self):
        self.open_page(self.make_portal_order())
        self.authenticate("stripe_customer", "stripe_customer")
        self.assertIn('href="/my/stripe"', self.url_open("/my").text)
        answer = self.url_open("/my/stripe", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        address = answer.headers["Location"]
        self.assertTrue(address.startswith(f"{self.simulator.url}/portal/"), address)

    def test_nobody_else_gets_there(self):
        order = self.make_portal_order()
        self.open_page(order)
        answer = self.url_open("/my/stripe", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
        self.authenticate("stripe_stranger", "stripe_stranger")
        row = self.env["stripe.customer"].sudo().search([])
        for query in ("", f"?customer_id={row.id}"):
            answer = self.url_open(f"/my/stripe{query}", allow_redirects=False)
            self.assertIn('data-state="none"', answer.text)
        self.assertNotIn('href="/my/stripe"', self.url_open("/my").text)
        self.assertFalse(self.simulator.sent(path="billing_portal"))

    def test_portal_that_stripe_does_not_open_is_told_as_such(self):
        self.open_page(self.make_portal_order())
        account = self.simulator.api("account")["id"]
        settings = {"settings": {"customer_portal": False}}
        self.simulator.control(f"accounts/{account}", settings)
        self.authenticate("stripe_customer", "stripe_customer")
        answer = self.url_open("/my/stripe", allow_redirects=False)
        self.assertIn('data-state="unreachable"', answer.text)
