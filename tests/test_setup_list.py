from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestSetupList(StripeInvoiceCommon):
    """What is still open on Stripe's side is looked up on request, and linked."""

    def states(self):
        self.account.action_check_setup()
        return {item.code: item.state for item in self.account.setup_item_ids}

    def setUp(self):
        super().setUp()
        # The simulator was reset, and with it the webhook that it knew.
        self.account.sudo()._connect(self.company, "sk_test_simulator")

    def test_what_is_missing_is_open_and_what_is_there_is_done(self):
        self.setting(customer_portal=False, payment_method_types=["sepa_debit"])
        self.account.payment_method_ids = self.env["stripe.payment.method"].search(
            [("code", "=", "card")]
        )
        before = self.states()
        self.assertEqual(
            {code for code, state in before.items() if state == "open"},
            {"branding", "support", "tax_ids", "portal", "methods"},
        )
        self.assertEqual(self.account.setup_open_count, 5)
        self.setting(
            logo="file_1",
            support_email="help@example.com",
            customer_portal=True,
            payment_method_types=["card"],
        )
        self.simulator.post("tax_ids", type="eu_vat", value="FR40303265045")
        after = self.states()
        self.assertEqual(self.account.setup_open_count, 0, after)
        # What Stripe tells nobody is never claimed to be done.
        looks = {code for code, state in after.items() if state == "look"}
        self.assertEqual(looks, {"mails", "reminders"})

    def test_payment_method_that_is_not_switched_on_is_named(self):
        self.setting(payment_method_types=["card"])
        self.account.payment_method_ids = self.env["stripe.payment.method"].search(
            [("code", "in", ("card", "sepa_debit"))]
        )
        self.states()
        item = self.account.setup_item_ids.filtered(lambda i: i.code == "methods")
        self.assertEqual((item.state, item.detail), ("open", "SEPA Direct Debit"))

    def test_webhook_that_was_deleted_at_stripe_is_open(self):
        self.assertEqual(self.states()["webhook"], "done")
        self.simulator.control("reset", {})
        self.assertEqual(self.states()["webhook"], "open")

    def test_links_lead_to_the_account_and_its_mode(self):
        self.states()
        for item in self.account.setup_item_ids:
            start = f"https://dashboard.stripe.com/{self.account.stripe_id}/test/"
            self.assertTrue(item.url.startswith(start), item.url)
            self.assertTrue(item.name and item.advice)

    def test_advice_follows_who_mails_and_who_reminds(self):
        self.states()
        item = self.account.setup_item_ids.filtered(lambda i: i.code == "mails")
        self.account.mail_sender = "odoo"
        by_odoo = item.advice
        self.account.mail_sender = "stripe"
        self.assertNotEqual(item.advice, by_odoo)

    def test_form_and_settings_open_without_a_word_to_stripe(self):
        self.states()
        asked = len(self.simulator.sent("GET"))
        self.account.read()
        self.account.setup_item_ids.read()
        settings = self.env["res.config.settings"].sudo()
        settings.create({"company_id": self.company.id}).read()
        self.assertEqual(len(self.simulator.sent("GET")), asked)

    def test_stripe_that_is_silent_is_said(self):
        self.simulator.fault(kind="down", path="/v1/", every=1)
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            self.account.action_check_setup()
        self.simulator.control("faults/clear", {})

    def test_only_administrators_look(self):
        biller = new_test_user(self.env, "biller", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.account.with_user(biller).action_check_setup()

    def test_every_payment_method_says_what_it_means_for_the_books(self):
        methods = self.env["stripe.payment.method"].search([])
        self.assertEqual(len(set(methods.mapped("books"))), 6)
        debit = methods.filtered(lambda method: method.code == "sepa_debit")
        self.assertEqual(debit.kind, "debit")
        self.assertIn("send it back", debit.books)
