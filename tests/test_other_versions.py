from odoo.tests import tagged

from .common import StripeInvoiceCommon

# What the same news looks like when an endpoint was made with another version.
SHAPES = {
    # Before 2025-03-31.basil, invoices named charge and PaymentIntent.
    "2019-05-16": {
        "charge": "ch_old",
        "payment_intent": "pi_old",
        "billing": "send_invoice",
        "finalized_at": 1,
        "paid": True,
        "tax": None,
        "tax_percent": None,
    },
    "2024-06-20": {
        "charge": "ch_old",
        "payment_intent": "pi_old",
        "paid": True,
        "total_tax_amounts": [],
        "subscription": None,
    },
    "2025-03-31.basil": {"parent": None, "payments": {"data": []}},
    # Nobody knows what comes.
    "2031-01-01.zinnia": {"settlement": {"state": "final"}},
    "nothing but the id": None,
}


@tagged("post_install", "-at_install")
class TestOtherVersions(StripeInvoiceCommon):
    """An event is a hint, whatever version of the API its body is written in."""

    def news(self, version, shape, move, number):
        """Return the event of a payment, as another version tells it."""
        body = {"id": move.stripe_ref, "object": "invoice"}
        if shape is not None:
            # Wrong on purpose: nobody may believe what the body says of amounts.
            said = {"amount_paid": 1, "status": "paid", "metadata": {}, "number": "X"}
            body |= said | shape
        return {
            "id": f"evt_{number}",
            "object": "event",
            "api_version": version,
            "created": 1,
            "type": "invoice.paid",
            "livemode": False,
            "data": {"object": body},
        }

    def test_a_payment_is_booked_whatever_version_tells_of_it(self):
        for number, (version, shape) in enumerate(SHAPES.items()):
            with self.subTest(version):
                move = self.make_open_invoice()
                self.pay(move)
                event = self.news(version, shape, move, number)
                self.receive(event)
                self.settle()
                self.assertEqual(move.payment_state, "paid")
                payment = self.stripe_payments(move)
                self.assertEqual(payment.amount, move.amount_total)
                row = (
                    self.env["stripe.event"]
                    .sudo()
                    .search([("stripe_id", "=", event["id"])])
                )
                self.assertEqual(row.state, "done")

    def test_what_a_body_claims_is_not_believed(self):
        move = self.make_open_invoice()
        for number, (version, shape) in enumerate(SHAPES.items()):
            self.receive(self.news(version, shape, move, number))
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertFalse(self.stripe_payments(move))
