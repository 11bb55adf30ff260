from odoo.tests import tagged

from .common import StripeInvoiceCommon

FOR_PAYMENT = "This document is for payment."
FOR_INFORMATION = "This document is for information."


@tagged("post_install", "-at_install")
class TestLegalDocument(StripeInvoiceCommon):
    """One of the two documents is the invoice by law, and the other one says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")

    def footer(self, move):
        """Return what Stripe prints at the foot of its document."""
        return self.simulator.api(f"invoices/{move.stripe_ref}")["footer"] or ""

    def test_odoos_is_the_one_at_first_and_stripes_says_so(self):
        self.assertEqual(self.account.legal_document, "odoo")
        move = self.make_open_invoice()
        self.assertEqual(
            self.footer(move),
            "This document is for payment. The invoice by law is the one of the same "
            f"number from {self.company.name}.",
        )
        self.assertNotIn(FOR_INFORMATION, self.printed(move))

    def test_stripes_is_the_one_and_odoos_says_so(self):
        self.account.legal_document = "stripe"
        move = self.make_open_invoice()
        self.assertEqual(self.footer(move), "")
        self.assertIn(FOR_INFORMATION, self.printed(move))

    def test_each_says_it_in_the_language_of_the_customer(self):
        self.partner_a.lang = "fr_FR"
        move = self.make_open_invoice()
        self.assertIn("Ce document sert au paiement", self.footer(move))
        self.account.legal_document = "stripe"
        move = self.make_open_invoice()
        html = self.printed(move)
        self.assertIn("Ce document est fourni pour information", html)
        self.assertNotIn(FOR_INFORMATION, html)

    def test_the_words_of_the_company_come_first_and_are_cut_for_it(self):
        self.account.footer_template = "Thank you!"
        footer = self.footer(self.make_open_invoice())
        self.assertTrue(footer.startswith(f"Thank you!\n{FOR_PAYMENT}"), footer)
        self.account.footer_template = "Foot " * 2000
        footer = self.footer(self.make_open_invoice())
        self.assertLessEqual(len(footer), 5000)
        self.assertIn(f"…\n{FOR_PAYMENT}", footer)
        self.assertTrue(footer.endswith(f"{self.company.name}."))

    def test_the_preview_shows_it(self):
        move = self.make_invoice(post=False)
        preview = self.env["stripe.invoice.preview"].create({"move_id": move.id})
        self.assertIn(FOR_PAYMENT, preview.content)

    def test_what_has_been_sent_never_points_the_other_way(self):
        ours = self.make_open_invoice()
        self.account.legal_document = "stripe"
        theirs = self.make_open_invoice()
        self.account.legal_document = "odoo"
        self.assertNotIn(FOR_INFORMATION, self.printed(ours))
        self.assertIn(FOR_INFORMATION, self.printed(theirs))
        self.assertIn(FOR_PAYMENT, self.footer(ours))
        self.assertEqual(self.footer(theirs), "")

    def test_odoos_is_no_copy_of_what_stripe_does_not_have(self):
        self.account.legal_document = "stripe"
        without = self.make_invoice(stripe_invoice=False)
        self.assertNotIn(FOR_INFORMATION, self.printed(without))
        sent = self.make_invoice()
        self.assertIn(FOR_INFORMATION, self.printed(sent), "Printed a moment too early")
        self.simulator.fault(kind="status", status=400, path="/v1/invoices$")
        refused = self.make_invoice()
        self.run_worker()
        self.assertTrue(refused.stripe_to_fix)
        self.assertNotIn(FOR_INFORMATION, self.printed(refused))

    def test_a_draft_at_stripe_follows_the_setting(self):
        move = self.make_draft_at_stripe()
        self.assertIn(FOR_PAYMENT, self.footer(move))
        self.account.legal_document = "stripe"
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(self.footer(move), "")
        self.assertIn(FOR_INFORMATION, self.printed(move))
