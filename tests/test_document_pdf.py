from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestDocumentPdf(StripeInvoiceCommon):
    """Stripe's PDF is kept with the invoice, where the company wants that."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.catch_up_cron = cls.env.ref("sale_stripe_invoice.ir_cron_catch_up")

    def files(self, move):
        return self.env["ir.attachment"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        )

    def catch_up(self):
        self.run_worker(self.catch_up_cron)

    def test_pdf_is_attached_once_to_what_is_finalized_from_then_on(self):
        before = self.make_open_invoice()
        self.account.attach_pdf = True
        move = self.make_open_invoice()
        for _time in range(2):
            self.catch_up()
        self.assertFalse(self.files(before))
        (file,) = self.files(move)
        self.assertEqual(file.name, f"Stripe-{move.name}.pdf".replace("/", "-"))
        self.assertTrue(file.raw.startswith(b"%PDF"))
        self.assertEqual(file.company_id, self.company)
        self.assertFalse(move.message_main_attachment_id == file)

    def test_nothing_is_fetched_unless_somebody_wants_it(self):
        move = self.make_open_invoice()
        self.catch_up()
        self.assertFalse(self.files(move))

    def test_what_cannot_be_read_is_fetched_later_and_stops_nothing(self):
        self.account.attach_pdf = True
        first, second = self.make_open_invoice(), self.make_open_invoice()
        document = first.sudo().stripe_document_id
        right = document.invoice_pdf
        document.invoice_pdf = self.simulator.url + "/nowhere"
        self.catch_up()
        self.assertFalse(self.files(first))
        self.assertTrue(self.files(second))
        document.invoice_pdf = right
        self.catch_up()
        self.assertTrue(self.files(first))

    def test_an_address_that_is_not_stripes_is_never_asked(self):
        self.account.attach_pdf = True
        move = self.make_open_invoice()
        document = move.sudo().stripe_document_id
        document.invoice_pdf = "https://stripe.com.example.com/file.pdf"
        self.catch_up()
        self.assertFalse(self.files(move))
        self.assertTrue(document.pdf_kept, "It is not tried for ever")
        self.assertIn("not at Stripe", document.history_ids[0].text)
