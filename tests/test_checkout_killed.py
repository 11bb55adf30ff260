from unittest.mock import patch

from odoo.tests import tagged

from ..stripe_api.errors import RetryableError
from .checkout_common import CheckoutCommon


@tagged("post_install", "-at_install")
class TestCheckoutKilled(CheckoutCommon):
    """Whatever is lost, late or repeated, an order is paid once and invoiced once."""

    def test_killed_at_any_request_the_end_state_is_the_same(self):
        for number in range(1, 14):
            with self.subTest(request=number):
                self.env["stripe.tax.rate"].sudo().search([]).unlink()
                kind = "drop_after" if number % 2 else "drop_before"
                # What the test itself asks for is spared.
                rule = {"path": "^/v1/(?!events)", "nth": number, "times": 1}
                self.simulator.fault(kind=kind, **rule)
                partner = self.partner_a.copy({"email": "anna@example.com"})
                order = self.make_order(partner_id=partner.id)
                page = order._stripe_want_page()
                self.settle()
                self.submit(page)
                self.look()
                self.simulator.control("faults/clear", {})
                self.look()
                self.assert_paid(order, page)

    def test_lost_answer_that_is_too_old_is_looked_for(self):
        self.simulator.fault(
            kind="drop_after", method="POST", path="/v1/checkout/sessions$", times=1
        )
        order = self.make_order()
        page = order._stripe_want_page()
        self.run_worker()
        self.assertTrue(page.pending_call)
        page.pending_call = {**page.pending_call, "spent": True}
        self.settle()
        self.assertEqual(page.status, "open")
        sessions = self.simulator.control("objects/checkout.session")["data"]
        self.assertEqual(len(sessions), 1)

    def test_crash_while_booking_leaves_all_or_nothing(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        model = type(self.env["stripe.posting"])
        with patch.object(model, "_book_payments", side_effect=ZeroDivisionError):
            self.receive_all()
            with self.assertLogs("odoo.addons.sale_stripe_invoice", "ERROR"):
                self.run_worker()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.invoice_ids or page.booked)
        self.settle()
        self.assert_paid(order, page)

    def test_pdf_that_cannot_be_read_is_attached_later(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        where = "odoo.addons.sale_stripe_invoice.models.stripe_checkout_booking"
        error = RetryableError("Not now")
        with patch(f"{where}.fetch_pdf", side_effect=error):
            self.receive_all()
            self.run_worker()
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertFalse(page.attached)
        self.settle()
        self.assert_paid(order, page)

    def test_events_in_any_order_and_number_end_alike(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        for event in reversed(self.simulator.events()):
            self.receive(event)
            self.run_worker()
        self.look()
        self.assert_paid(order, page)
        ignored = self.env["stripe.event"].search([("state", "=", "failed")])
        self.assertFalse(ignored)

    def test_pages_of_others_mean_nothing(self):
        customer = self.simulator.post("customers", name="Somebody")["id"]
        self.simulator.post(
            "checkout/sessions",
            mode="setup",
            currency="eur",
            customer=customer,
            success_url="https://example.com",
        )
        (session,) = self.simulator.control("objects/checkout.session")["data"]
        self.simulator.control(f"checkout/sessions/{session['id']}/submit", {})
        self.look()
        event = self.env["stripe.event"].search(
            [("type", "=", "checkout.session.completed")]
        )
        self.assertEqual(event.state, "ignored")

    def test_order_has_one_page_at_a_time(self):
        order = self.make_order()
        first = order._stripe_want_page()
        self.assertEqual(order._stripe_want_page(), first)
        self.settle()
        self.assertEqual(order._stripe_want_page(), first)
