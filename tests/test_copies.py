from odoo import Command
from odoo.tests import tagged

from .common import StripeInvoiceCommon

# Whatever names what is at Stripe; a copy that had it would speak of another invoice.
NAMING = (
    "stripe_document_id",
    "stripe_status",
    "stripe_ref",
    "stripe_number",
    "stripe_customer_name",
    "stripe_customer_email",
    "stripe_customer_address",
    "stripe_hosted_invoice_url",
    "stripe_replaces_id",
    "stripe_sent_at",
    "stripe_bad_debt",
)


@tagged("post_install", "-at_install")
class TestCopies(StripeInvoiceCommon):
    """No copy of an invoice, made by whatever way, carries its Stripe invoice."""

    def paid_invoice(self, **values):
        move = self.make_open_invoice(**values)
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertEqual(move.payment_state, "paid")
        return move

    def assert_free(self, move):
        for name in NAMING:
            with self.subTest(name):
                self.assertFalse(move.sudo()[name])
        self.assertEqual(move.payment_state, "not_paid")

    def test_copy(self):
        self.assert_free(self.paid_invoice().copy())

    def test_reversal_and_the_invoice_that_follows_it(self):
        move = self.make_open_invoice()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "reason": "Wrong"})
        )
        result = wizard.modify_moves()
        again = self.env["account.move"].browse(result["res_id"])
        self.assertEqual(again.move_type, "out_invoice")
        self.assertNotEqual(again, move)
        self.assert_free(again)
        credit = self.env["account.move"].search([("reversed_entry_id", "=", move.id)])
        self.assertTrue(credit)
        self.assertFalse(credit.stripe_ref or credit.stripe_invoice)

    def test_recurring_invoice_has_a_stripe_invoice_of_its_own(self):
        first = self.make_invoice(post=False)
        first.write({"auto_post": "monthly", "auto_post_until": "2027-06-30"})
        first.action_post()
        self.run_worker()
        self.assertEqual(first.stripe_status, "open", first.stripe_document_id.error)
        following = self.env["account.move"].search(
            [("auto_post_origin_id", "=", first.id), ("id", "!=", first.id)]
        )
        self.assertEqual(len(following), 1)
        self.assert_free(following)
        self.assertTrue(following.stripe_invoice, "The switch goes along")
        following.write({"auto_post": "no", "invoice_date": first.invoice_date})
        following.action_post()
        self.settle()
        self.assertEqual(following.stripe_status, "open")
        self.assertNotEqual(following.stripe_ref, first.stripe_ref)

    def test_duplicate_line_by_line(self):
        move = self.paid_invoice()
        copy = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": move.partner_id.id,
                "invoice_line_ids": [
                    Command.create(line.copy_data()[0])
                    for line in move.invoice_line_ids
                ],
            }
        )
        self.assert_free(copy)
