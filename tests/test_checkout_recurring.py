from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .checkout_common import CheckoutCommon


@tagged("post_install", "-at_install")
class TestCheckoutRecurring(CheckoutCommon):
    """Orders that recur are never paid up front, by what makes them recur in Odoo.

    Odoo's subscriptions are not in Community. What is known of them are the names of
    their fields, so fields of these names are added to the registry.
    """

    def add_field(self, model, name, ttype, **values):
        """Add a stored field to a model, as another addon would have it."""
        # What a person adds is else called x_….
        self.env.cr.execute(
            "ALTER TABLE ir_model_fields "
            "DROP CONSTRAINT IF EXISTS ir_model_fields_name_manual_field"
        )
        fields = self.env.registry["ir.model.fields"]
        self.patch(fields, "_is_manual_name", lambda self, name: True)
        row = self.env["ir.model.fields"].create(
            {
                "name": name,
                "field_description": name,
                "model_id": self.env["ir.model"]._get_id(model),
                "ttype": ttype,
                "state": "manual",
                **values,
            }
        )
        self.addCleanup(self.drop_field, model, row.id)

    def drop_field(self, model, row):
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM ir_model_fields WHERE id = %s", [row])
        self.set_up(model)

    def set_up(self, model):
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self.env.registry._setup_models__(self.env.cr, [model])

    def assert_never(self, order, page, name):
        """Assert that an order that recurs is not paid so, and that it says why."""
        order.invalidate_recordset()
        self.assertIn("recurs", order.stripe_checkout_obstacle)
        self.assertIn(name, order.stripe_checkout_obstacle)
        with self.assertRaisesRegex(UserError, "recurs"):
            order.action_stripe_payment_link()
        with self.assertRaisesRegex(UserError, "recurs"):
            order.stripe_checkout = True
        with Form(order) as form:
            self.assertTrue(form._get_modifier("stripe_checkout", "readonly"))
        self.settle()
        self.assertEqual(page.status, "expired", "Nor on a page from before")

    def test_recurring_product(self):
        self.add_field("product.template", "recurring_invoice", "boolean")
        order = self.make_order()
        page = self.open_page(order)
        self.product_b.product_tmpl_id.recurring_invoice = True
        line = {"product_id": self.product_b.id, "price_unit": 5}
        order.order_line = [(0, 0, line)]
        self.assert_never(order, page, self.product_b.display_name)
        new = self.make_order(order_line=[(0, 0, line)])
        self.assertFalse(new.stripe_checkout, "Off from the start")

    def test_subscription(self):
        self.add_field(
            "sale.order", "plan_id", "many2one", relation="account.payment.term"
        )
        order = self.make_order()
        page = self.open_page(order)
        # Nothing else of the order changes.
        order.plan_id = self.pay_terms_a
        self.assert_never(order, page, order.name)

    def test_order_that_is_told_to_be_a_subscription(self):
        self.add_field("sale.order", "is_subscription", "boolean")
        order = self.make_order()
        page = self.open_page(order)
        order.is_subscription = True
        self.assert_never(order, page, order.name)

    def test_invoice_that_odoo_repeats_recurs(self):
        """What Odoo Community itself has of recurring invoices."""
        self.product_a.invoice_policy = "order"
        order = self.make_order()
        order.action_confirm()
        move = order._create_invoices()
        self.assertFalse(order.stripe_checkout_obstacle)
        move.auto_post = "monthly"
        move.action_post()
        order.invalidate_recordset()
        self.assertIn("recurs", order.stripe_checkout_obstacle)
        self.assertIn(move.name, order.stripe_checkout_obstacle)
        self.assertFalse(order._stripe_is_paid_up_front())
        with self.assertRaisesRegex(UserError, "recurs"):
            order.stripe_checkout = True
        # The copies are invoices as any, for Stripe, too.
        self.settle()
        copies = self.env["account.move"].search(
            [("auto_post_origin_id", "=", move.id), ("id", "!=", move.id)]
        )
        copy = copies[0]
        self.assertEqual((move.stripe_status, copy.stripe_invoice), ("open", True))
        self.assertFalse(copy.stripe_document_id)
