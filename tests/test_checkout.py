from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .checkout_common import BOUNCING, DECLINED, IBAN, CheckoutCommon


@tagged("post_install", "-at_install")
class TestCheckout(CheckoutCommon):
    """An order is paid up front on a page of Stripe, which issues an invoice of it."""

    # === THE PAGE === #

    def test_nothing_is_sent_in_the_transaction_of_the_user(self):
        order = self.make_order()
        self.simulator.control("requests/clear", {})
        action = order.action_stripe_payment_link()
        self.assertEqual(action["res_model"], "mail.compose.message")
        self.assertFalse(self.simulator.control("requests")["data"])
        self.assertEqual(order.stripe_checkout_state, "new")
        self.settle()
        order.invalidate_recordset()
        self.assertEqual(order.stripe_checkout_state, "open")

    def test_page_asks_for_the_lines_with_their_taxes(self):
        page = self.open_page(self.make_order(quantity=3))
        session = self.simulator.api(f"checkout/sessions/{page.stripe_id}")
        self.assertEqual(session["amount_total"], 34500)
        self.assertEqual(session["total_details"]["amount_tax"], 4500)
        lines = self.simulator.api(f"checkout/sessions/{page.stripe_id}/line_items")
        self.assertEqual(lines["data"][0]["description"], "3 × Consulting")
        for place in (session["metadata"], session["invoice_creation"]["invoice_data"]):
            metadata = place.get("metadata", place)
            self.assertEqual(metadata["odoo_checkout"], str(page.id))
        self.assertEqual(session["client_reference_id"], page.order_id.name)

    def test_total_goes_as_one_line_where_only_that_is_exact(self):
        order = self.make_order()
        line = order.order_line.copy_data()[0]
        order.write(
            {
                "order_line": [
                    Command.create({**line, "name": "Discount", "price_unit": -10.0})
                ]
            }
        )
        page = self.open_page(order)
        lines = self.simulator.api(f"checkout/sessions/{page.stripe_id}/line_items")
        (only,) = lines["data"]
        self.assertEqual(only["amount_total"], round(order.amount_total * 100))
        self.assertEqual(only["description"], f"Order {order.name}")
        self.submit(page)
        self.look()
        self.assert_paid(order, page)

    def test_page_speaks_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        page = self.open_page()
        session = self.simulator.api(f"checkout/sessions/{page.stripe_id}")
        self.assertEqual(session["locale"], "fr")

    def test_tax_rates_are_made_once(self):
        self.open_page()
        self.open_page()
        rates = self.simulator.sent(path="/v1/tax_rates")
        self.assertEqual(len(rates), 1)

    # === PAID === #

    def test_paid_order_is_confirmed_invoiced_and_booked(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        self.assertEqual(order.state, "draft", "Only Stripe's word counts")
        self.look()
        move = self.assert_paid(order, page)
        # Whatever comes again changes nothing.
        self.look()
        self.assertEqual(self.assert_paid(order, page), move)

    def test_customer_who_comes_back_is_enough(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        page._wake(refresh_wanted=True)
        self.settle()
        self.assert_paid(order, page)

    def test_odoos_document_is_the_invoice_by_law_whatever_the_company_says(self):
        self.account.legal_document = "stripe"
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        self.look()
        self.assertFalse(self.assert_paid(order, page)._stripe_is_copy())
        invoice = self.simulator.api(f"invoices/{page.invoice_ref}")
        self.assertIn("under its own number", invoice["description"])

    def test_confirmed_order_can_be_paid_up_front_too(self):
        order = self.make_order()
        order.action_confirm()
        page = self.open_page(order)
        self.submit(page)
        self.look()
        self.assert_paid(order, page)

    def test_slow_payment_is_no_payment_before_it_has_come(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page, IBAN)
        self.look()
        self.assertEqual((page.status, order.state), ("processing", "draft"))
        self.assertFalse(order.invoice_ids)
        self.assertEqual(order._stripe_checkout_door(), "processing")
        with self.assertRaisesRegex(UserError, "under way"):
            order._action_cancel()
        self.pass_days(6)
        self.look()
        self.assert_paid(order, page)

    def test_slow_payment_that_fails_is_told_and_can_be_tried_again(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page, BOUNCING)
        self.pass_days(6)
        self.look()
        self.assertEqual((page.status, order.state), ("failed", "draft"))
        self.assertIn("Stripe: the payment of an order failed", self.summaries(order))
        self.assertFalse(self.env["account.payment"].search([("memo", "like", "S0")]))
        again = self.open_page(order)
        self.assertNotEqual(again, page)
        self.submit(again)
        self.look()
        self.assert_paid(order, again)

    def test_invoice_that_comes_late_is_waited_for(self):
        account = self.simulator.api("account")["id"]
        path = f"accounts/{account}"
        settings = {"settings": {"checkout_invoice_delay": 600}}
        self.simulator.control(path, settings)
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        self.receive_all()
        self.run_worker()
        self.assertEqual((page.status, page.booked), ("paid", False))
        self.assertTrue(page.pending)
        self.pass_days(1)
        self.settle()
        self.assert_paid(order, page)

    def test_credit_note_of_what_was_paid_up_front_reaches_stripe(self):
        for rounding in (False, True):
            with self.subTest(one_line=rounding):
                order = self.make_order()
                if rounding:
                    [line] = order.order_line.copy_data()
                    line.update(name="Discount", price_unit=-10.0)
                    order.order_line = [Command.create(line)]
                page = self.open_page(order)
                self.submit(page)
                self.look()
                move = page.move_id
                credit = move._reverse_moves([{"invoice_date": move.invoice_date}])
                credit.action_post()
                self.settle()
                row = credit.sudo().stripe_credit_note_ids
                self.assertEqual(row.status, "issued", row.error)
                notes = self.simulator.api("credit_notes", invoice=page.invoice_ref)
                total = round(move.amount_total * 100)
                self.assertEqual([one["total"] for one in notes["data"]], [total])

    def test_missed_events_are_found(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        self.settle()
        self.assert_paid(order, page)

    def test_after_a_gap_that_events_do_not_bridge_pages_are_looked_at(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        # Stripe keeps its events for 30 days.
        self.pass_days(40)
        types = {event["type"] for event in self.simulator.events()}
        self.assertNotIn("checkout.session.completed", types)
        self.account.last_catch_up = 1
        self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        self.settle()
        self.assert_paid(order, page)

    # === NOT PAID, OR OTHERWISE === #

    def test_declined_card_leaves_the_page_open(self):
        order = self.make_order()
        page = self.open_page(order)
        self.assertEqual(self.submit(page, DECLINED)["status"], "open")
        self.look()
        self.assertEqual(page.status, "open")
        self.assertFalse(order.activity_ids)

    def test_expired_page_is_told_and_followed_by_another(self):
        order = self.make_order()
        page = self.open_page(order)
        self.pass_days(1.1)
        self.look()
        self.assertEqual(page.status, "expired")
        self.assertIn("Nobody paid", order.message_ids[0].body)
        self.assertEqual(order._stripe_checkout_door(), "preparing")
        self.assertNotEqual(self.open_page(order), page)

    def test_order_that_changes_closes_the_page(self):
        order = self.make_order()
        page = self.open_page(order)
        order.order_line.product_uom_qty = 2
        self.settle()
        self.assertEqual(page.status, "expired")
        self.assertIn("has changed", order.message_ids[0].body)
        new = self.open_page(order)
        self.assertEqual(new.amount, order.amount_total)

    def test_order_changed_after_it_was_paid_is_invoiced_as_a_down_payment(self):
        self.product_a.invoice_policy = "order"
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        # The event has not come yet.
        order.order_line.product_uom_qty = 2
        self.look()
        (move,) = order.invoice_ids
        self.assertEqual((move.amount_total, move.payment_state), (115.0, "paid"))
        self.assertTrue(order.order_line.filtered("is_downpayment"))
        self.assertIn("Stripe: check what was paid", self.summaries(order))
        rest = order._create_invoices(final=True)
        self.assertEqual(rest.move_type, "out_invoice")
        self.assertEqual(rest.amount_total, order.amount_total - 115.0)
        self.assertTrue(rest.stripe_invoice, "The rest is paid at Stripe as usual")

    def test_down_payment_is_asked_for_and_invoiced_as_such(self):
        self.product_a.invoice_policy = "order"
        order = self.make_order(
            price=1000, require_payment=True, prepayment_percent=0.3
        )
        page = self.open_page(order)
        self.assertEqual(page.amount, 345.0)
        self.submit(page)
        self.look()
        (move,) = order.invoice_ids
        self.assertEqual((order.state, move.amount_total), ("sale", 345.0))
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(order.activity_ids)
        final = order._create_invoices(final=True)
        final.action_post()
        self.settle()
        self.assertEqual((final.amount_total, final.stripe_status), (805.0, "open"))

    def test_cancelled_order_cannot_be_paid(self):
        order = self.make_order()
        page = self.open_page(order)
        order._action_cancel()
        self.settle()
        self.assertEqual(page.status, "expired")
        self.assertEqual(order._stripe_checkout_door(), "cancelled")
        with self.assertRaisesRegex(UserError, "cancelled"):
            order.action_stripe_payment_link()

    def test_paid_while_it_was_cancelled_is_booked_and_asked_about(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        order._action_cancel()
        self.look()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.invoice_ids)
        payment = page.document_id.payment_ids
        self.assertEqual((payment.amount, payment.state), (115.0, "in_process"))
        self.assertEqual(payment.partner_id, self.partner_a)
        self.assertIn("Stripe: check what was paid", self.summaries(order))
        self.assertFalse(page.pending, page.error)
        # What is invoiced by hand then is not invoiced at Stripe once more.
        order.action_draft()
        order.action_confirm()
        order._force_lines_to_invoice_policy_order()
        self.assertFalse(order._create_invoices().stripe_invoice)

    def test_paid_twice_is_booked_twice_and_asked_about(self):
        order = self.make_order()
        page = self.open_page(order)
        order.action_confirm()
        order._force_lines_to_invoice_policy_order()
        move = order._create_invoices()
        self.submit(page)
        move.action_post()
        self.look()
        self.assertEqual(move.stripe_status, "open", "It is there to be paid, too")
        self.assertEqual(len(page.document_id.payment_ids), 1)
        self.assertFalse(page.move_id)
        self.assertIn("Stripe: check what was paid", self.summaries(order))

    def test_invoice_made_by_hand_closes_the_page(self):
        order = self.make_order()
        page = self.open_page(order)
        order.action_confirm()
        order._force_lines_to_invoice_policy_order()
        order._create_invoices().action_post()
        self.settle()
        self.assertEqual(page.status, "expired")
        self.assertEqual(order._stripe_checkout_door(), "invoiced")

    def test_order_that_cannot_be_confirmed_is_said_so(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        order.order_line.product_id = False
        self.look()
        self.assertTrue(page.booked)
        self.assertIn("Stripe: check what was paid", self.summaries(order))

    # === WHO MAY === #

    def test_who_sells_sends_the_link_and_reads_no_page(self):
        seller = new_test_user(
            self.env,
            "link_seller",
            "base.group_user,sales_team.group_sale_salesman",
            company_id=self.company.id,
        )
        order = self.make_order(user_id=seller.id)
        other = self.make_order()
        action = order.with_user(seller).action_stripe_payment_link()
        composer = self.env["mail.compose.message"].with_user(seller)
        mail = composer.with_context(**action["context"]).create({})
        self.assertIn(f'href="{order._stripe_pay_url()}"', str(mail.body))
        self.assertIn(self.partner_a, mail.partner_ids)
        self.assertEqual(order.with_user(seller).stripe_checkout_state, "new")
        self.settle()
        with self.assertRaises(AccessError):
            order.sudo().stripe_checkout_ids.with_user(seller).read(["url"])
        with self.assertRaises(AccessError):
            other.with_user(seller).action_stripe_payment_link()
        with self.assertRaises(AccessError):
            order.with_user(seller).read(["stripe_checkout_ids"])
        self.submit(order.sudo().stripe_checkout_ids)
        self.look()
        self.assertEqual(order.with_user(seller).stripe_checkout_state, "paid")

    def test_nobody_forges_a_page(self):
        move = self.make_invoice(post=False)
        page = self.open_page()
        with self.assertRaises(UserError):
            move.stripe_checkout_id = page
        with self.assertRaises(AccessError):
            page.with_user(self.env.user).sudo(False).write({"booked": True})

    def test_company_that_does_not_want_it_sees_nothing_of_it(self):
        self.company.stripe_invoice_checkout = False
        order = self.make_order()
        self.assertFalse(order.stripe_checkout or order.stripe_checkout_available)
        with self.assertRaises(UserError):
            order.action_stripe_payment_link()
        with Form(order) as form:
            self.assertTrue(form._get_modifier("stripe_checkout", "invisible"))

    def test_what_stripe_refuses_is_said_on_the_order(self):
        order = self.make_order(price=0.2)
        page = order._stripe_want_page()
        self.settle()
        self.assertTrue(page.refused)
        self.assertIn("Stripe: no payment page", self.summaries(order))
        order.order_line.price_unit = 50
        self.open_page(order)
