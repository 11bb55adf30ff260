from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestSending(StripeInvoiceCommon):
    """One sender per company, exceptions per contact, and one mail per invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = cls.account.sudo()
        # Odoo's test contacts are sent nothing by themselves.
        (cls.partner_a + cls.partner_b).invoice_sending_method = False

    def send(self, *moves, **settings):
        """Send invoices as Odoo's dialog does."""
        records = self.env["account.move"].union(*moves)
        dialog = self.env["account.move.send"]
        dialog._generate_and_send_invoices(records, allow_fallback_pdf=True, **settings)

    def mails_by_stripe(self, move):
        """Return how often Stripe was asked to mail an invoice, and did."""
        return len(self.simulator.sent(path=f"/invoices/{move.stripe_ref}/send"))

    def mails_by_odoo(self, move):
        """Return the mails that Odoo made for an invoice."""
        domain = [("model", "=", "account.move"), ("res_id", "=", move.id)]
        messages = self.env["mail.message"].search(domain)
        mails = self.env["mail.mail"].sudo()
        return mails.search([("mail_message_id", "in", messages.ids)])

    def dialog(self, move):
        """Return the methods that Odoo's dialog offers, and whether they are chosen."""
        wizard = self.env["account.move.send.wizard"].create({"move_id": move.id})
        boxes = wizard.sending_method_checkboxes
        ours = ("email", "stripe")
        return {name: boxes[name]["checked"] for name in ours if name in boxes}

    def test_company_chooses_who_mails(self):
        for sender, chosen in (
            ("odoo", {"email"}),
            ("stripe", {"stripe"}),
            ("nobody", {"manual"}),
        ):
            self.settings.mail_sender = sender
            move = self.make_invoice()
            sending = self.env["account.move.send"]
            self.assertEqual(sending._get_default_sending_methods(move), chosen)
            self.settle()
            self.assertEqual(self.mails_by_stripe(move), int(sender == "stripe"))
            self.assertFalse(self.mails_by_odoo(move))

    def test_contact_wins_over_company(self):
        self.settings.mail_sender = "stripe"
        self.partner_a.invoice_sending_method = "email"
        move = self.make_invoice()
        self.settle()
        self.assertEqual(self.mails_by_stripe(move), 0)
        self.assertEqual(self.dialog(move), {"email": True, "stripe": False})
        self.settings.mail_sender = "odoo"
        self.partner_a.invoice_sending_method = "stripe"
        move = self.make_invoice()
        self.assertEqual(self.dialog(move), {"email": False, "stripe": True})

    def test_dialog_lets_stripe_mail_once(self):
        self.settings.mail_sender = "stripe"
        move = self.make_open_invoice()
        self.settle()
        self.assertEqual(self.mails_by_stripe(move), 1)
        # Whoever sends it in Odoo, too, must not ask the customer twice.
        self.send(move)
        self.settle()
        self.assertEqual(self.mails_by_stripe(move), 1)
        self.assertFalse(self.mails_by_odoo(move))
        self.assertTrue(move.is_move_sent)
        move.action_stripe_send()
        self.settle()
        self.assertEqual(self.mails_by_stripe(move), 2)

    def test_both_at_once_are_refused(self):
        move = self.make_open_invoice()
        wizard = self.env["account.move.send.wizard"].create(
            {"move_id": move.id, "sending_methods": ["email", "stripe"]}
        )
        self.assertEqual(wizard.alerts["stripe_two_mails"]["level"], "danger")
        with self.assertRaisesRegex(UserError, move.name):
            wizard.action_send_and_print()
        self.send(move, sending_methods=["email", "stripe"])
        self.settle()
        self.assertEqual(self.mails_by_stripe(move), 1)
        self.assertFalse(self.mails_by_odoo(move))

    def test_batch_lets_each_go_its_way(self):
        self.partner_b.write({"email": "bob@example.com"})
        self.partner_b.invoice_sending_method = "email"
        self.settings.mail_sender = "nobody"
        self.partner_a.invoice_sending_method = "stripe"
        by_stripe, by_odoo = (
            self.make_invoice(),
            self.make_invoice(partner=self.partner_b),
        )
        self.settle()
        self.send(by_stripe, by_odoo)
        self.settle()
        self.assertEqual(self.mails_by_stripe(by_stripe), 1)
        self.assertFalse(self.mails_by_odoo(by_stripe))
        self.assertEqual(self.mails_by_stripe(by_odoo), 0)
        self.assertEqual(len(self.mails_by_odoo(by_odoo)), 1)

    def test_mail_of_odoo_leads_to_the_page(self):
        move = self.make_open_invoice()
        self.send(move)
        mail = self.mails_by_odoo(move)
        self.assertIn(f"/stripe_invoice/pay/{move.id}", mail.body_html)

    def test_mail_that_is_sent_at_once_leads_there_too(self):
        move = self.make_invoice()
        self.assertFalse(move.stripe_status, "It is not at Stripe yet")
        self.send(move)
        mail = self.mails_by_odoo(move)
        self.assertIn(f"/stripe_invoice/pay/{move.id}", mail.body_html)

    def test_who_is_paying_is_not_mailed(self):
        move = self.make_open_invoice()
        self.pay(move, method="sepa_debit", outcome="processing")
        self.receive_all()
        self.settle_events()
        self.assertFalse(move._stripe_is_sent_by_stripe())
        self.assertFalse(self.dialog(move).get("stripe"))

    def settle_events(self):
        """Work off the inbox; the document itself waits for the end of the payment."""
        self.run_worker()

    def test_without_the_switch_odoo_is_as_it_was(self):
        move = self.make_invoice(stripe_invoice=False)
        self.assertEqual(self.dialog(move), {"email": True, "stripe": False})
        self.company.stripe_invoice = False
        self.assertEqual(self.dialog(move), {"email": True})
