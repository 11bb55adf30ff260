from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestSaleOrder(StripeInvoiceCommon):
    """The order's switch: where it comes from, and what inherits it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.product_a.invoice_policy = "order"
        cls.product_b.write({"invoice_policy": "delivery", "type": "service"})

    def make_order(self, product=None, confirm=True, **values):
        """Return an order of two pieces."""
        line = {"product_id": (product or self.product_a).id, "product_uom_qty": 2}
        values = {"partner_id": self.partner_a.id, **values}
        order = self.env["sale.order"].create(
            {"order_line": [Command.create(line)], **values}
        )
        if confirm:
            order.action_confirm()
        return order

    def make_down_payment(self, order, **values):
        """Return a down payment invoice, made with the wizard."""
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": order.ids,
                "advance_payment_method": "percentage",
                "amount": 30,
                **values,
            }
        )
        wizard.create_invoices()
        return order.invoice_ids[-1:]

    def assert_sends_nothing(self, moves):
        """Post and run the worker: no document, and not one request."""
        self.simulator.control("requests/clear", {})
        moves.filtered(lambda move: move.state == "draft").action_post()
        self.settle()
        self.assertFalse(moves.sudo().stripe_document_id)
        self.assertFalse(any(moves.mapped("stripe_status")))
        self.assertFalse(self.simulator.control("requests")["data"])

    # === WHERE IT COMES FROM === #

    def test_new_orders_start_as_the_company_wants(self):
        for default in (True, False):
            with self.subTest(default=default):
                self.company.stripe_invoice_order_default = default
                self.assertEqual(self.make_order().stripe_invoice, default)
                with Form(self.env["sale.order"]) as form:
                    form.partner_id = self.partner_a
                self.assertEqual(form.record.stripe_invoice, default)

    def test_new_invoices_without_an_order_start_as_the_company_wants(self):
        moves = self.env["account.move"]
        before = self.make_order(stripe_invoice=False)
        for default in (True, False):
            self.company.stripe_invoice_default = default
            for kind, wanted in (("out_invoice", default), ("in_invoice", False)):
                with self.subTest(default=default, kind=kind):
                    context = {"default_move_type": kind}
                    with Form(moves.with_context(**context)) as form:
                        form.partner_id = self.partner_a
                    self.assertEqual(form.record.stripe_invoice, wanted)
            with self.subTest("The order decides", default=default):
                self.assertFalse(before._create_invoices().stripe_invoice)
                before.invoice_ids.unlink()

    def test_later_default_leaves_existing_orders_alone(self):
        order = self.make_order()
        self.company.stripe_invoice_order_default = False
        order.invalidate_recordset()
        self.assertTrue(order.stripe_invoice)

    def test_person_decides_for_the_order(self):
        order = self.make_order(stripe_invoice=False)
        self.assertFalse(order.stripe_invoice)
        order.order_line.product_uom_qty = 3
        order.partner_id = self.partner_b
        self.assertFalse(order.stripe_invoice)

    def test_company_without_the_switch_has_none_on_its_orders(self):
        self.company.stripe_invoice = False
        order = self.make_order()
        self.assertFalse(order.stripe_invoice)
        self.assertFalse(order.stripe_invoice_available)

    def test_company_without_a_connection_has_none_on_its_orders(self):
        other = self.setup_other_company()["company"]
        other.stripe_invoice = True
        order = self.env["sale.order"].with_company(other)
        order = order.create({"partner_id": self.partner_a.id})
        self.assertEqual(order.company_id, other)
        self.assertFalse(order.stripe_invoice)
        self.assertFalse(order.stripe_invoice_available)

    # === UNTIL WHEN IT CAN BE CHANGED === #

    def test_switch_can_be_changed_until_the_order_is_invoiced(self):
        order = self.make_order(confirm=False)
        for value in (False, True, False, True):
            order.stripe_invoice = value
        order.action_confirm()
        order.stripe_invoice = False
        order.stripe_invoice = True
        move = order._create_invoices()
        with self.assertRaises(UserError) as caught:
            order.write({"stripe_invoice": False})
        self.assertIn(order.name, str(caught.exception))
        order.write({"stripe_invoice": True, "client_order_ref": "Same value"})
        self.assertTrue(order.stripe_invoice)
        move.button_cancel()
        order.stripe_invoice = False

    def test_one_invoiced_order_among_many_stops_the_change(self):
        orders = self.make_order() + self.make_order()
        orders[1]._create_invoices()
        with self.assertRaises(UserError):
            orders.write({"stripe_invoice": False})
        self.assertEqual(orders.mapped("stripe_invoice"), [True, True])

    # === WHAT INHERITS IT === #

    def test_invoice_inherits_the_switch_and_goes_to_stripe(self):
        order = self.make_order()
        move = order._create_invoices()
        self.assertTrue(move.stripe_invoice)
        move.action_post()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertEqual(remote["total"], round(order.amount_total * 100))

    def test_invoice_of_an_order_without_the_switch_stays_in_odoo(self):
        move = self.make_order(stripe_invoice=False)._create_invoices()
        self.assertFalse(move.stripe_invoice)
        self.assert_sends_nothing(move)

    def test_order_whose_invoice_is_on_its_way_to_stripe_is_not_cancelled(self):
        order = self.make_order(stripe_invoice=True)
        move = order._create_invoices()
        move.action_post()
        with self.assertRaisesRegex(UserError, "on its way"):
            order._action_cancel()
        move.button_draft()
        order._action_cancel()
        self.settle()
        self.assertEqual((order.state, move.state), ("cancel", "cancel"))
        self.assertFalse(self.simulator.control("objects/invoice")["data"])

    def test_down_payments_inherit_the_switch(self):
        for value in (True, False):
            for method in ("percentage", "fixed"):
                with self.subTest(value=value, method=method):
                    order = self.make_order(stripe_invoice=value)
                    values = {"advance_payment_method": method, "fixed_amount": 50}
                    move = self.make_down_payment(order, **values)
                    self.assertEqual(move.stripe_invoice, value)

    def test_down_payment_and_final_invoice_are_two_stripe_invoices(self):
        order = self.make_order()
        down = self.make_down_payment(order)
        down.action_post()
        final = order._create_invoices(final=True)
        self.assertTrue(final.stripe_invoice)
        final.action_post()
        self.settle()
        for move in (down, final):
            self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        remote = self.simulator.api(f"invoices/{final.stripe_ref}")
        self.assertEqual(remote["total"], round(final.amount_total * 100))
        self.assertAlmostEqual(
            down.amount_total + final.amount_total, order.amount_total
        )

    def test_consolidated_billing_merges_only_orders_that_are_alike(self):
        for values, expected in (
            ((True, True), [True]),
            ((False, False), [False]),
            ((True, False, True), [False, True]),
        ):
            with self.subTest(values):
                orders = self.env["sale.order"]
                for value in values:
                    orders += self.make_order(stripe_invoice=value)
                wizard = self.env["sale.advance.payment.inv"].create(
                    {
                        "sale_order_ids": orders.ids,
                        "advance_payment_method": "delivered",
                        "consolidated_billing": True,
                    }
                )
                wizard.create_invoices()
                moves = orders.invoice_ids
                self.assertEqual(sorted(moves.mapped("stripe_invoice")), expected)
                for order in orders:
                    self.assertEqual(
                        order.invoice_ids.stripe_invoice, order.stripe_invoice
                    )

    def test_negative_final_invoice_is_a_refund_and_stays_in_odoo(self):
        order = self.make_order(self.product_b)
        order.order_line.qty_delivered = 2
        order._create_invoices().action_post()
        self.settle()
        order.order_line.qty_delivered = 1
        refund = order._create_invoices(final=True)
        self.assertEqual(refund.move_type, "out_refund")
        self.assertFalse(refund.stripe_invoice_available)
        self.assert_sends_nothing(refund)
        with self.assertRaises(UserError):
            refund.action_stripe_push()
        self.assert_sends_nothing(refund)

    def test_copy_of_an_order_and_of_its_invoice_carries_no_stripe_invoice(self):
        order = self.make_order()
        move = order._create_invoices()
        move.action_post()
        self.settle()
        copy = order.copy()
        self.assertTrue(copy.stripe_invoice)
        copy.stripe_invoice = False
        again = move.copy()
        self.assertTrue(again.stripe_invoice)
        stripe = [name for name in again._fields if name.startswith("stripe")]
        shown = {"stripe_invoice", "stripe_invoice_available", "stripe_can_preview"}
        values = again.read([name for name in stripe if name not in shown])[0]
        values.pop("id")
        self.assertFalse(any(values.values()), values)

    # === WITHOUT AN ORDER === #

    def test_manual_invoice_has_a_switch_of_its_own(self):
        off = self.make_invoice(stripe_invoice=False, post=False)
        self.assertTrue(off.stripe_invoice_available)
        self.assert_sends_nothing(off)
        self.assertEqual(self.make_open_invoice().stripe_status, "open")

    def test_other_entries_never_go_to_stripe(self):
        for move_type in ("out_refund", "in_invoice", "in_refund", "out_receipt"):
            with self.subTest(move_type):
                move = self.make_invoice(move_type=move_type, post=False)
                self.assertFalse(move.stripe_invoice_available)
                self.assert_sends_nothing(move)

    def test_company_that_switches_off_sends_nothing_new(self):
        order = self.make_order()
        self.company.stripe_invoice = False
        move = order._create_invoices()
        self.assertFalse(move.stripe_invoice_available)
        self.assert_sends_nothing(move + self.make_invoice())

    def test_company_that_switches_off_keeps_what_is_at_stripe_in_step(self):
        move = self.make_open_invoice()
        self.company.stripe_invoice = False
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertEqual(move.payment_state, "paid")

    def test_credit_notes_have_the_switch_off(self):
        move = self.make_open_invoice()
        for method, counts in (("refund_moves", 1), ("modify_moves", 1)):
            with self.subTest(method):
                wizard = self.env["account.move.reversal"].with_context(
                    active_model="account.move", active_ids=move.ids
                )
                wizard = wizard.create({"journal_id": move.journal_id.id})
                before = move.reversal_move_ids
                getattr(wizard, method)()
                credit = move.reversal_move_ids - before
                self.assertEqual(len(credit), counts)
                self.assertFalse(credit.stripe_invoice)
                self.simulator.control("requests/clear", {})
                drafts = credit.filtered(lambda one: one.state == "draft")
                drafts.action_post()
                self.settle()
                self.assertFalse(credit.sudo().stripe_document_id)
                # The invoice is settled by it, which Stripe is told; nothing is made.
                made = [row["path"] for row in self.simulator.sent()]
                self.assertNotIn("/v1/invoices", made)

    # === BRANCHES === #

    def test_branch_uses_the_connection_of_its_parent(self):
        branch = self.env["res.company"].create(
            {
                "name": "Branch",
                "parent_id": self.company.id,
                "country_id": self.company.account_fiscal_country_id.id,
            }
        )
        self.env.cr.precommit.run()  # Odoo loads the chart of accounts there.
        self.env.user.company_ids += branch
        orders = self.env["sale.order"].with_context(allowed_company_ids=branch.ids)
        line = Command.create({"product_id": self.product_a.id})
        order = orders.create({"partner_id": self.partner_a.id, "order_line": [line]})
        self.assertEqual(order.company_id, branch)
        self.assertTrue(order.stripe_invoice)
        order.action_confirm()
        move = order._create_invoices()
        self.assertEqual(move.company_id, branch)
        move.action_post()
        self.settle()
        self.assertEqual(
            move.stripe_status, "open", move.sudo().stripe_document_id.error
        )
        document = move.sudo().stripe_document_id
        self.assertEqual(document.account_id, self.account)
        self.assertEqual(document.company_id, branch)
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.stripe_payments(move).journal_id, self.account.journal_id)
