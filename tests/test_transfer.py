from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestTransfer(StripeInvoiceCommon):
    """Where to transfer to is printed on Odoo's document as Stripe has it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.EUR").active = True
        methods = cls.env["stripe.payment.method"]
        cls.transfer = methods.search([("code", "=", "customer_balance")])
        cls.card = methods.search([("code", "=", "card")])

    def make(self, methods, **values):
        self.account.payment_method_ids = methods
        euro = self.env.ref("base.EUR").id
        return self.make_open_invoice(currency_id=euro, **values)

    def printed(self, move):
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("account.account_invoices", move.ids)
        return html.decode()

    def test_account_and_reference_are_printed(self):
        move = self.make(self.card + self.transfer)
        rows = dict(move._stripe_transfer())
        asked = self.simulator.sent("POST", "funding_instructions")
        self.assertEqual(len(asked), 1)
        self.assertTrue(rows["IBAN"])
        self.assertEqual(rows["Reference"], move.name)
        html = self.printed(move)
        for value in rows.values():
            self.assertIn(value, html)

    def test_money_that_is_sent_there_pays_the_invoice(self):
        move = self.make(self.transfer)
        customer = move.sudo().stripe_document_id._customer()
        self.simulator.control(
            f"customers/{customer.stripe_id}/transfer",
            {
                "amount": round(move.amount_total * 100),
                "currency": "eur",
                "reference": dict(move._stripe_transfer())["Reference"],
            },
        )
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "paid")
        self.assertFalse(move._stripe_transfer(), "Nobody pays twice")
        self.assertNotIn("By bank transfer", self.printed(move))

    def test_one_question_is_enough_for_all_invoices_of_a_customer(self):
        first, second = self.make(self.transfer), self.make(self.transfer)
        self.assertEqual(len(self.simulator.sent("POST", "funding_instructions")), 1)
        account = first._stripe_transfer()[:-1]
        self.assertEqual(account, second._stripe_transfer()[:-1])

    def test_nothing_is_printed_where_it_is_not_offered(self):
        move = self.make(self.card)
        self.assertFalse(move._stripe_transfer())
        self.assertFalse(self.simulator.sent("POST", "funding_instructions"))
        self.assertNotIn("By bank transfer", self.printed(move))

    def test_refusal_does_not_hold_the_invoice_back(self):
        rule = {"kind": "status", "status": 400, "path": "funding_instructions"}
        fault = self.simulator.fault(every=1, **rule)
        move = self.make(self.transfer)
        self.simulator.control(f"faults/{fault['id']}", method="DELETE")
        self.assertFalse(move._stripe_transfer())
        told = move.sudo().stripe_document_id.history_ids.mapped("text")
        self.assertTrue(any("no account to transfer" in text for text in told))
