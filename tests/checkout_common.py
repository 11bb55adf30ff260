from odoo import Command

from .common import StripeInvoiceCommon

IBAN = "DE89370400440532013000"
BOUNCING = "DE62370400440532013001"
DECLINED = "4000000000000002"
DAY = 24 * 3600


class CheckoutCommon(StripeInvoiceCommon):
    """A company that lets Stripe issue the invoice for orders paid online."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.company.stripe_invoice_checkout = True
        cls.product_a.write({"invoice_policy": "delivery", "type": "service"})

    def make_order(self, price=100.0, quantity=1, **values):
        """Return a quotation of one line with 15 % of tax."""
        line = {
            "product_id": self.product_a.id,
            "name": "Consulting",
            "product_uom_qty": quantity,
            "price_unit": price,
            "tax_ids": [Command.set(self.tax_sale_a.ids)],
        }
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "order_line": [Command.create(line)],
                **values,
            }
        )

    def open_page(self, order=None):
        """Return the payment page of an order, open at Stripe."""
        order = order or self.make_order()
        page = order._stripe_want_page()
        self.settle()
        self.assertEqual(page.status, "open", page.error)
        return page

    def submit(self, page, number="4242424242424242"):
        """Let the customer pay on the page of Stripe."""
        path = f"checkout/sessions/{page.stripe_id}/submit"
        return self.simulator.control(path, {"number": number})

    def look(self):
        """Let what happened at Stripe arrive in Odoo."""
        self.receive_all()
        self.settle()

    def pass_days(self, days):
        """Let some days go by at Stripe."""
        self.simulator.control("clock/advance", {"seconds": int(days * DAY)})

    def summaries(self, order):
        return order.activity_ids.mapped("summary")

    def assert_paid(self, order, page):
        """Assert the one end state of an order that was paid up front."""
        self.assertEqual(order.state, "sale")
        (move,) = order.invoice_ids
        self.assertEqual((move.state, move.payment_state), ("posted", "paid"))
        self.assertEqual(move, page.move_id)
        document = move.sudo().stripe_document_id
        self.assertEqual((document.status, move.stripe_status), ("paid", "paid"))
        self.assertEqual(document.stripe_id, page.invoice_ref)
        payment = self.env["account.payment"].search(
            [("stripe_document_id", "=", document.id)]
        )
        self.assertEqual(len(payment), 1)
        self.assertEqual(payment.amount, move.amount_total)
        at_stripe = self.simulator.api(f"invoices/{document.stripe_id}")
        self.assertEqual(at_stripe["total"], round(move.amount_total * 100))
        self.assertEqual(at_stripe["metadata"]["odoo_number"], move.name)
        self.assertEqual(at_stripe["metadata"]["odoo_document"], str(document.id))
        field = {"name": "Order", "value": order.name}
        self.assertEqual(at_stripe["custom_fields"], [field])
        pdf = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "=", move.id),
                ("name", "=like", "Stripe-%.pdf"),
            ]
        )
        self.assertEqual(len(pdf), 1)
        self.assertTrue(pdf.raw.startswith(b"%PDF"))
        invoices = [
            invoice
            for invoice in self.simulator.control("objects/invoice")["data"]
            if invoice["customer"] == at_stripe["customer"]
        ]
        self.assertEqual(len(invoices), 1, "Never a second invoice at Stripe")
        self.assertFalse(page.pending or page.refused, page.error)
        return move
