from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestPostingContext(StripeInvoiceCommon):
    """Whatever a view or another addon has in the context, posting goes on (I3)."""

    def test_context_of_others_neither_stops_nor_changes_anything(self):
        contexts = (
            {"customer": True},
            {"default_customer": "x"},
            {"default_status": "paid", "default_target": "void"},
            {"default_pending": False, "default_snapshot": {"total": 1}},
        )
        for context in contexts:
            with self.subTest(context):
                move = self.make_invoice(post=False)
                move.with_context(**context).action_post()
                self.settle()
                self.assertEqual(move.stripe_status, "open")
