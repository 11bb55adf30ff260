import re

from odoo import Command
from odoo.tests import Form, tagged

from .common import StripeInvoiceCommon

MANY = 50


@tagged("post_install", "-at_install")
class TestPerformance(StripeInvoiceCommon):
    """No network but in the worker, no query per record (invariant I15)."""

    IMPORT_BALANCE = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")

    def queries(self, records, names):
        """Return how many queries reading ``names`` takes, with cold caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        records.read(names)
        return self.env.cr.sql_log_count - before

    def assert_same_queries(self, records, names):
        self.assertEqual(len(records), MANY)
        self.queries(records, names)  # Warms up what is cached over transactions.
        one = self.queries(records[:1], names)
        many = self.queries(records, names)
        self.assertLessEqual(many, one, "Queries grow with the records")

    def names_in(self, model, kind, xmlid):
        """Return the addon's fields in a view."""
        view = self.env[model].get_view(self.env.ref(xmlid).id, kind)
        names = [name for name in view["models"][model] if name.startswith("stripe")]
        self.assertTrue(names or kind == "list", xmlid)
        return names

    def make_orders(self, count):
        return self.env["sale.order"].create(
            [
                {
                    "partner_id": self.partner_a.id,
                    "order_line": [Command.create({"product_id": self.product_a.id})],
                }
                for _number in range(count)
            ]
        )

    # === QUERIES === #

    def test_reading_many_invoices_takes_the_queries_of_one(self):
        moves = self.env["account.move"]
        for _number in range(MANY):
            moves += self.make_invoice()
        every = [name for name in moves._fields if name.startswith("stripe")]
        for user in (self.env.user, self.env.ref("base.user_root")):
            for names in (
                self.names_in("account.move", "form", "account.view_move_form"),
                self.names_in("account.move", "list", "account.view_out_invoice_tree"),
                every,
            ):
                with self.subTest(user=user.login, names=names):
                    self.assert_same_queries(moves.with_user(user), names)

    def test_reading_many_orders_takes_the_queries_of_one(self):
        orders = self.make_orders(MANY)
        names = self.names_in("sale.order", "form", "sale.view_order_form")
        self.assert_same_queries(orders, names)

    def test_reading_many_stripe_rows_takes_the_queries_of_one(self):
        for _number in range(MANY):
            self.make_invoice()
        for number in range(MANY):
            body = {"id": f"in_{number}", "object": "invoice"}
            event = {"id": f"evt_{number}", "object": "event", "data": {"object": body}}
            self.receive(event)
        for model in ("stripe.document", "stripe.event"):
            with self.subTest(model):
                records = self.env[model].search([], limit=MANY)
                names = [name for name in records.fields_get() if name != "id"]
                self.assert_same_queries(records, names)

    # === NETWORK === #

    def test_nothing_but_the_worker_asks_stripe(self):
        move = self.make_open_invoice()
        self.simulator.control("requests/clear", {})
        moves = self.env["account.move"].with_context(default_move_type="out_invoice")
        with Form(moves) as form:
            form.partner_id = self.partner_a
            form.stripe_invoice = True
            with form.invoice_line_ids.new() as line:
                line.product_id = self.product_a
        with Form(self.env["sale.order"]) as order:
            order.partner_id = self.partner_a
            order.stripe_invoice = False
        with Form(self.env["res.config.settings"]) as settings:
            settings.stripe_invoice = True
        form.record.action_post()
        form.record.button_draft()
        form.record.button_cancel()
        every = [name for name in move._fields if name.startswith("stripe")]
        move.read(every)
        move.search_read([("stripe_status", "=", "open")], every)
        move._get_alerts()
        move.action_stripe_open()
        move.copy()
        for xmlid in ("account.view_move_form", "account.view_out_invoice_tree"):
            view = self.env.ref(xmlid)
            move.get_view(view.id, view.type)
        for model in ("stripe.account", "stripe.document", "stripe.event"):
            self.env[model].search([]).read()
        move.button_request_cancel()
        self.env.flush_all()
        self.assertFalse(self.simulator.control("requests")["data"])

    # === REQUESTS PER INVOICE === #

    def requests(self):
        """Return method and path of the requests so far, ids left out, and forget."""
        rows = self.simulator.control("requests")["data"]
        self.simulator.control("requests/clear", {})
        path = re.compile(r"(in|cus)_\w+")
        return [f"{row['method']} {path.sub('ID', row['path'])}" for row in rows]

    def test_an_invoice_takes_five_requests_and_two_more_for_a_new_customer(self):
        push = [
            "POST /v1/invoices",
            "POST /v1/invoices/ID/add_lines",
            "GET /v1/invoices/ID",
            "GET /v1/invoices/ID/lines",
            "POST /v1/invoices/ID/finalize",
        ]
        customer = ["POST /v1/customers", "GET /v1/customers/ID/tax_ids"]
        # What Stripe holds is read once, after the connection.
        self.run_worker()
        self.requests()
        self.make_open_invoice()
        self.assertEqual(self.requests(), customer + push)
        self.make_open_invoice()
        self.assertEqual(self.requests(), push)

    def test_a_payment_takes_five_requests_however_many_events_tell_it(self):
        move = self.make_open_invoice()
        self.receive_all()
        self.settle()
        self.pay(move)
        self.requests()
        self.receive_all()
        self.simulator.control("requests/clear", {})
        self.settle()
        self.assertEqual(move.payment_state, "paid")
        look = ["GET /v1/invoices/ID", "GET /v1/invoice_payments"]
        moved = "GET /v1/balance_transactions"
        self.assertEqual(self.requests(), [*look, moved, "GET /v1/balance", moved])

    def test_a_run_without_work_asks_nothing(self):
        self.make_open_invoice()
        self.requests()
        for _time in range(3):
            self.run_worker()
        self.assertFalse(self.requests())
