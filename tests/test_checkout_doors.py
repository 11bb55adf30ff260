from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .checkout_common import CheckoutCommon

IBAN = "DE89370400440532013000"
DAY = 24 * 3600


@tagged("post_install", "-at_install")
class TestCheckoutDoors(CheckoutCommon):
    """Whatever happens to an order, nobody can pay it at two doors."""

    def pay_elsewhere(self, order, amount=None, state="pending"):
        """Return a transaction of another payment provider for an order."""
        provider = self.env["payment.provider"].create(
            {"name": "Other", "company_id": self.company.id}
        )
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": f"{order.name}-{amount}-{state}",
                "amount": amount or order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        # Stands for the provider of an addon that is not here.
        self.env.cr.execute(
            "UPDATE payment_provider SET code = 'other' WHERE id = %s", [provider.id]
        )
        self.env.invalidate_all()
        transaction.state = state
        return transaction

    # === A PAGE THAT HAS TO BE CLOSED === #

    def test_company_that_stops_closes_its_pages(self):
        for switch in ("stripe_invoice_checkout", "stripe_invoice"):
            with self.subTest(switch):
                order = self.make_order()
                page = self.open_page(order)
                self.company[switch] = False
                self.assertEqual(order._stripe_checkout_door(), "")
                self.assertTrue(order._stripe_takes_payment(), "It is open as yet")
                self.settle()
                self.assertEqual(page.status, "expired")
                self.assertFalse(order._stripe_takes_payment())
                self.company[switch] = True

    def test_draft_of_an_invoice_closes_the_page(self):
        self.product_a.invoice_policy = "order"
        wizards = self.env["sale.advance.payment.inv"]
        down = {"advance_payment_method": "percentage", "amount": 30}
        for values in ({"advance_payment_method": "delivered"}, down):
            with self.subTest(values):
                order = self.make_order()
                page = self.open_page(order)
                order.action_confirm()
                values["sale_order_ids"] = order.ids
                wizards.create(values).create_invoices()
                self.assertEqual(order.invoice_ids.state, "draft")
                self.settle()
                self.assertEqual(page.status, "expired")
                self.assertEqual(order._stripe_checkout_door(), "invoiced")

    # === WHILE A BANK HAS THE MONEY === #

    def test_switched_off_meanwhile_the_other_doors_stay_shut(self):
        order = self.make_order(require_payment=True)
        self.submit(self.open_page(order), IBAN)
        self.look()
        order.stripe_checkout = False
        self.settle()
        self.assertEqual(order._stripe_checkout_door(), "processing")
        self.assertTrue(order._stripe_takes_payment())
        with self.assertRaisesRegex(UserError, "under way"):
            order._action_cancel()
        self.pass_days(6)
        self.look()
        self.assertEqual(order.invoice_ids.payment_state, "paid")

    def test_nobody_invoices_it_meanwhile(self):
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page, IBAN)
        self.look()
        order.action_confirm()
        order._force_lines_to_invoice_policy_order()
        with self.assertRaisesRegex(UserError, "made by itself"):
            order._create_invoices()
        self.pass_days(6)
        self.look()
        self.assert_paid(order, page)

    def test_invoice_between_payment_and_booking_is_not_asked_for_at_stripe(self):
        account = self.simulator.api("account")["id"]
        settings = {"settings": {"checkout_invoice_delay": 600}}
        self.simulator.control(f"accounts/{account}", settings)
        order = self.make_order()
        page = self.open_page(order)
        self.submit(page)
        self.receive_all()
        self.run_worker()
        self.assertEqual((page.status, page.booked), ("paid", False))
        order.action_confirm()
        order._force_lines_to_invoice_policy_order()
        move = order._create_invoices()
        move.action_post()
        self.assertFalse(move.stripe_invoice)
        self.simulator.control("clock/advance", {"seconds": DAY})
        self.settle()
        self.assertFalse(move.stripe_status)
        self.assertIn("Stripe: check what was paid", self.summaries(order))

    # === PAID BY ANOTHER PROVIDER === #

    def test_what_another_provider_has_is_not_asked_for_again(self):
        for state in ("pending", "done"):
            with self.subTest(state):
                order = self.make_order()
                page = self.open_page(order)
                transaction = self.pay_elsewhere(order, state=state)
                self.assertEqual(order._stripe_checkout_door(), "processing")
                with self.assertRaisesRegex(UserError, "under way"):
                    order.action_stripe_payment_link()
                self.settle()
                self.assertEqual(page.status, "expired")
                if state == "done":
                    transaction.is_post_processed = True
                    self.assertEqual(order._stripe_checkout_door(), "paid")
                else:
                    transaction.state = "cancel"
                    self.assertEqual(order._stripe_checkout_door(), "preparing")

    def test_a_part_that_another_provider_has_is_not_asked_for_again(self):
        order = self.make_order()
        transaction = self.pay_elsewhere(order, amount=40, state="done")
        transaction.is_post_processed = True
        self.assertEqual(order._stripe_checkout_door(), "unavailable")
        with self.assertRaisesRegex(UserError, "A part of it is paid"):
            order.action_stripe_payment_link()

    # === WHAT IS SAID === #

    def test_a_down_payment_is_not_called_the_whole(self):
        self.product_a.invoice_policy = "order"
        order = self.make_order(require_payment=True, prepayment_percent=0.3)
        self.submit(self.open_page(order))
        self.look()
        self.assertEqual(order._stripe_checkout_door(), "prepaid")
        with self.assertRaisesRegex(UserError, "down payment is paid"):
            order.action_stripe_payment_link()


@tagged("post_install", "-at_install")
class TestCheckoutTransfer(CheckoutCommon):
    """Bank transfers on the page of an order: awaited, and let go if need be."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        euro = cls.env.ref("base.EUR")
        euro.active = True
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id, "company_id": cls.company.id}
        )
        codes = ("card", "customer_balance")
        cls.account.payment_method_ids = cls.env["stripe.payment.method"].search(
            [("code", "in", codes)]
        )

    def choose(self, **values):
        """Return an order and its page, whose customer has chosen a transfer."""
        order = self.make_order(pricelist_id=self.pricelist.id, **values)
        page = self.open_page(order)
        path = f"checkout/sessions/{page.stripe_id}/submit"
        self.simulator.control(path, {"method": "customer_balance"})
        self.look()
        self.assertEqual(page.status, "transfer")
        return order, page

    def transfer(self, page, amount=11500):
        """Let the money arrive at Stripe, in cents, and what follows in Odoo."""
        session = self.simulator.api(f"checkout/sessions/{page.stripe_id}")
        path = f"customers/{session['customer']}/transfer"
        self.simulator.control(path, {"amount": amount, "currency": "eur"})
        self.look()

    def test_order_is_confirmed_when_the_whole_sum_has_come(self):
        order, page = self.choose()
        self.assertEqual((order.state, order.invoice_ids.ids), ("draft", []))
        self.assertEqual(order._stripe_checkout_door(), "transfer")
        self.assertTrue(page.url)
        self.assertTrue(order._stripe_takes_payment())
        self.assertIn("transfer the money", order.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "chosen to transfer"):
            order.action_stripe_payment_link()
        self.transfer(page, 10000)
        self.assertEqual(page.status, "transfer")
        self.transfer(page, 1500)
        self.assert_paid(order, page)
        payment = page.document_id.payment_ids
        self.assertEqual((payment.amount, payment.currency_id.name), (115.0, "EUR"))

    def test_not_offered_in_a_currency_that_has_none(self):
        franc = self.env.ref("base.CHF")
        franc.active = True
        self.pricelist.currency_id = franc
        order = self.make_order(pricelist_id=self.pricelist.id)
        page = self.open_page(order)
        session = self.simulator.api(f"checkout/sessions/{page.stripe_id}")
        self.assertEqual(session["payment_method_types"], ["card"])

    def test_contact_that_may_only_transfer_is_offered_nothing_else(self):
        methods = self.account.payment_method_ids
        transfer = methods.filtered(lambda one: one.code == "customer_balance")
        self.partner_a.stripe_payment_method_ids = transfer
        page = self.open_page(self.make_order(pricelist_id=self.pricelist.id))
        session = self.simulator.api(f"checkout/sessions/{page.stripe_id}")
        self.assertEqual(session["payment_method_types"], ["customer_balance"])
        # Nothing at all, rather than what nobody has chosen.
        self.env.ref("base.CHF").active = True
        self.pricelist.currency_id = self.env.ref("base.CHF")
        order = self.make_order(pricelist_id=self.pricelist.id)
        page = order._stripe_want_page()
        self.settle()
        self.assertTrue(page.refused)
        self.assertIn("in CHF", page.error)
        self.assertEqual(order._stripe_checkout_door(), "unavailable")

    def test_who_sells_is_told_in_his_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        order = self.make_order(price=0.2, pricelist_id=self.pricelist.id)
        page = order._stripe_want_page()
        self.settle()
        self.assertIn("is less than Stripe charges", page.error)

    def test_order_can_be_cancelled_and_what_comes_then_is_asked_about(self):
        order, page = self.choose()
        order._action_cancel()
        self.settle()
        self.assertEqual((order.state, page.status), ("cancel", "transfer"))
        self.transfer(page)
        self.assertEqual((order.state, page.status), ("cancel", "paid"))
        self.assertFalse(order.invoice_ids)
        self.assertEqual(page.document_id.payment_ids.amount, 115.0)
        self.assertIn("Stripe: check what was paid", self.summaries(order))

    def test_customer_may_be_let_pay_in_another_way(self):
        order, first = self.choose()
        order.stripe_checkout = False
        order.stripe_checkout = True
        self.settle()
        self.assertEqual(order._stripe_checkout_door(), "preparing")
        second = self.open_page(order)
        self.assertNotEqual(second, first)
        self.submit(second)
        self.look()
        self.assert_paid(order, second)
        self.transfer(first)
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertEqual(first.document_id.payment_ids.amount, 115.0)
        self.assertIn("Stripe: check what was paid", self.summaries(order))
