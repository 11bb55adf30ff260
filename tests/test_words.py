from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..payloads.snapshot import freeze_invoice
from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestWords(StripeInvoiceCommon):
    """What the Stripe invoice says beside its lines: number, dates, texts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.today = datetime.now(ZoneInfo("Europe/Paris")).date()
        cls.in_30_days = cls.env["account.payment.term"].create(
            {
                "name": "30 days",
                "note": "<p>Payable within <b>30 days</b></p>",
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )
        cls.in_two_parts = cls.env["account.payment.term"].create(
            {
                "name": "30 % now, the rest in 60 days",
                "line_ids": [
                    Command.create({"value_amount": 30, "nb_days": 0}),
                    Command.create({"value_amount": 70, "nb_days": 60}),
                ],
            }
        )
        cls.prompt = cls.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days, net in 30",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [Command.create({"value_amount": 100, "nb_days": 30})],
            }
        )

    def remote(self, **values):
        """Return what Stripe has of an invoice of today."""
        move = self.make_open_invoice(invoice_date=self.today, **values)
        return self.simulator.api(f"invoices/{move.stripe_ref}")

    def fields_of(self, remote):
        return {row["name"]: row["value"] for row in remote["custom_fields"] or []}

    # === DATES === #

    def test_the_day_of_issue_is_the_same_from_auckland_to_honolulu(self):
        for zone in ("Pacific/Auckland", "Europe/Paris", "Pacific/Honolulu"):
            with self.subTest(zone):
                self.account.tz = zone
                remote = self.remote(invoice_payment_term_id=self.in_30_days.id)
                at = datetime.fromtimestamp(remote["effective_at"], ZoneInfo(zone))
                due = datetime.fromtimestamp(remote["due_date"], ZoneInfo(zone))
                self.assertEqual(at.date(), self.today)
                self.assertEqual(due.date(), self.today + timedelta(days=30))

    def test_the_day_of_issue_is_the_same_for_readers_everywhere(self):
        for zone in ("Pacific/Auckland", "Europe/Paris", "Pacific/Honolulu"):
            self.account.tz = zone
            for day in ("2026-01-31", "2026-07-01"):
                move = self.make_invoice(invoice_date=day)
                at = freeze_invoice(move, self.account).effective_at
                for reader in ("Pacific/Auckland", "Asia/Tokyo", "Pacific/Honolulu"):
                    with self.subTest(day=day, zone=zone, reader=reader):
                        seen = datetime.fromtimestamp(at, ZoneInfo(reader)).date()
                        self.assertEqual(seen, move.invoice_date)

    def test_on_islands_beyond_the_day_is_that_of_the_books(self):
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            with self.subTest(zone):
                self.account.tz = zone
                move = self.make_invoice(invoice_date="2026-01-31")
                at = freeze_invoice(move, self.account).effective_at
                seen = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
                self.assertEqual(seen, move.invoice_date)

    def test_without_terms_the_due_day_of_the_invoice_counts(self):
        tomorrow = self.today + timedelta(days=1)
        self.account.tz = "Europe/Paris"
        move = self.make_open_invoice(
            invoice_payment_term_id=False, invoice_date_due=tomorrow
        )
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        due = datetime.fromtimestamp(remote["due_date"], ZoneInfo(self.account.tz))
        self.assertEqual(due.date(), tomorrow)
        self.assertFalse(remote["description"])

    def test_a_due_date_that_is_over_is_told_in_the_memo(self):
        move = self.make_open_invoice(invoice_date="2026-01-15")
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertIn("Payment was due on 01/15/2026.", remote["description"])
        self.assertGreater(remote["due_date"], datetime.now().timestamp())

    # === WORDS === #

    def test_memo_footer_and_fields_say_what_the_company_wants(self):
        self.account.write(
            {
                "memo_template": "{tax_note}\n{narration}",
                "footer_template": "Ship to:\n{delivery_address}\nThank you!",
                "statement_descriptor": "ACME {number}",
            }
        )
        remote = self.remote(
            narration="<p>Be <b>nice</b> 🙂 &amp; pay</p>",
            invoice_origin="S00042",
            ref="PO-7",
            delivery_date="2026-11-05",
            invoice_payment_term_id=self.in_30_days.id,
        )
        self.assertEqual(remote["description"], "Be nice 🙂 & pay")
        self.assertIn("Ship to:", remote["footer"])
        self.assertIn("Paris", remote["footer"])
        self.assertEqual(
            self.fields_of(remote),
            {
                "Order": "S00042",
                "Customer reference": "PO-7",
                "Delivery date": "11/05/2026",
                "Payment terms": "Payable within 30 days",
            },
        )
        self.assertTrue(remote["statement_descriptor"].startswith("ACME INV"))

    def test_what_has_nothing_to_say_is_not_printed(self):
        self.account.legal_document = "stripe"
        later = self.today + timedelta(days=5)
        remote = self.remote(invoice_payment_term_id=False, invoice_date_due=later)
        self.assertFalse(remote["description"] or remote["footer"])
        self.assertEqual(set(self.fields_of(remote)), set())

    def test_the_document_speaks_the_language_of_the_customer(self):
        self.partner_a.lang = "fr_FR"
        field = self.account.custom_field_ids[0]
        field.with_context(lang="fr_FR").name = "Votre commande"
        remote = self.remote(
            invoice_origin="S00042",
            delivery_date="2026-11-05",
            invoice_payment_term_id=self.in_two_parts.id,
        )
        self.assertIn("À payer en plusieurs fois", remote["description"])
        fields = self.fields_of(remote)
        self.assertEqual(fields["Votre commande"], "S00042")
        self.assertEqual(fields["Date de livraison"], "05/11/2026")

    def test_instalments_are_told_and_the_last_one_is_the_due_date(self):
        remote = self.remote(
            price=1000,
            taxes=self.tax_sale_a[:0],
            invoice_payment_term_id=self.in_two_parts.id,
        )
        last = self.today + timedelta(days=60)
        due = datetime.fromtimestamp(remote["due_date"], ZoneInfo(self.account.tz))
        self.assertEqual(due.date(), last)
        self.assertIn("instalments:", remote["description"])
        self.assertRegex(remote["description"], r"- [\d/]+: \$.300\.00")
        self.assertRegex(remote["description"], rf"- {last:%m/%d/%Y}: \$.700\.00")
        self.assertEqual(remote["amount_due"], 100000)

    def test_an_early_payment_discount_is_told_and_the_whole_amount_asked_for(self):
        remote = self.remote(
            price=1000,
            taxes=self.tax_sale_a[:0],
            invoice_payment_term_id=self.prompt.id,
        )
        day = self.today + timedelta(days=10)
        self.assertRegex(
            remote["description"],
            rf"If you pay by {day:%m/%d/%Y}, you may deduct \$.20\.00 and pay "
            r"\$.980\.00\.",
        )
        self.assertEqual(remote["amount_due"], 100000)

    def test_texts_that_are_too_long_are_cut_and_the_rest_is_sent(self):
        self.account.footer_template = "Foot " * 2000
        self.account.legal_document = "stripe"
        remote = self.remote(
            narration="<p>" + "Word " * 1000 + "</p>",
            ref="X" * 500,
            invoice_payment_term_id=self.in_two_parts.id,
        )
        self.assertIn("instalments", remote["description"], "The notes come first")
        for text, limit in (
            (remote["description"], 1500),
            (remote["footer"], 5000),
            (self.fields_of(remote)["Customer reference"], 140),
        ):
            self.assertLessEqual(len(text), limit)
            self.assertTrue(text.endswith("…"))

    # === NUMBER === #

    def test_a_number_that_is_taken_at_stripe_is_told_with_the_way_out(self):
        customer = self.simulator.post("customers", name="By hand")["id"]
        self.simulator.post("invoices", customer=customer, number="INV/2026/90001")
        move = self.make_invoice(post=False)
        move.name = "INV/2026/90001"
        move.action_post()
        self.run_worker()
        self.assertTrue(move.stripe_to_fix)
        error = move.stripe_document_id.error
        self.assertIn("Another invoice at Stripe has this number", error)
        self.assertIn("INV/2026/90001", error)
        move.button_draft()
        move.name = "INV/2026/90002"
        move.action_post()
        self.settle()
        self.assertEqual(move.stripe_number, "INV/2026/90002")

    def test_a_number_of_26_characters_goes(self):
        move = self.make_invoice(post=False)
        move.name = "INVOICE-OF-THE-SHOP-0000001"[:25] + "9"
        move.action_post()
        self.run_worker()
        self.assertEqual(len(move.stripe_number), 26)
        self.assertEqual(move.stripe_number, move.name)

    def test_a_number_that_is_too_long_is_not_sent(self):
        move = self.make_invoice(post=False)
        move.name = "A-NUMBER-OF-MANY-WORDS/2026/1"
        move.action_post()
        self.run_worker()
        self.assertIn("longer than the 26", move.stripe_document_id.error)
        self.assertFalse(self.simulator.sent(path="/v1/invoices"))

    # === PAYING === #

    def types_of(self, remote):
        return remote["payment_settings"]["payment_method_types"]

    def methods(self, *codes):
        return self.env["stripe.payment.method"].search([("code", "in", codes)])

    def test_the_invoice_before_the_contact_before_the_company(self):
        self.assertFalse(self.types_of(self.remote()))
        self.account.payment_method_ids = self.methods("card", "us_bank_account")
        self.account.country_code = "US"
        self.assertEqual(self.types_of(self.remote()), ["card", "us_bank_account"])
        self.partner_a.stripe_payment_method_ids = self.methods("us_bank_account")
        self.assertEqual(self.types_of(self.remote()), ["us_bank_account"])
        link = self.methods("link")
        remote = self.remote(stripe_payment_method_ids=[Command.set(link.ids)])
        self.assertEqual(self.types_of(remote), ["link"])

    def test_only_what_takes_the_currency_the_country_and_the_amount(self):
        self.account.payment_method_ids = self.methods(
            "card", "sepa_debit", "us_bank_account", "affirm"
        )
        self.account.country_code = "FR"
        self.assertEqual(self.types_of(self.remote()), ["card"])
        self.account.country_code = "US"
        self.assertEqual(
            self.types_of(self.remote(price=20)), ["card", "us_bank_account"]
        )

    def test_none_that_fits_is_told_and_so_is_what_stripe_refuses(self):
        sepa = Command.set(self.methods("sepa_debit").ids)
        move = self.make_invoice(stripe_payment_method_ids=[sepa])
        self.run_worker()
        self.assertIn("SEPA Direct Debit", move.stripe_document_id.error)
        account = self.simulator.api("account")["id"]
        self.simulator.control(
            f"accounts/{account}", {"settings": {"payment_method_types": ["card"]}}
        )
        link = Command.set(self.methods("link").ids)
        move = self.make_invoice(stripe_payment_method_ids=[link])
        self.run_worker()
        self.assertIn("does not take the chosen", move.stripe_document_id.error)
        move.stripe_payment_method_ids = self.methods("card")
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        with self.assertRaisesRegex(UserError, "Stripe Payment Methods"):
            move.stripe_payment_method_ids = self.methods("link")

    # === LAYOUT === #

    def test_templates_and_own_tax_ids_are_loaded_chosen_and_sent(self):
        account = self.simulator.api("account")["id"]
        made = self.simulator.control(
            f"accounts/{account}/templates", {"nickname": "Formal", "versions": 3}
        )
        self.simulator.post("tax_ids", type="eu_vat", value="FR23334175221")
        self.account.action_load_resources()
        template = self.env["stripe.rendering.template"].search([])
        tax_id = self.env["stripe.account.tax.id"].search([])
        self.assertEqual((template.name, template.version), ("Formal", 3))
        self.assertEqual(tax_id.name, "FR23334175221")
        self.account.write(
            {"rendering_template_id": template.id, "own_tax_ids": tax_id.ids}
        )
        remote = self.remote()
        self.assertEqual(remote["rendering"]["template"], made["id"])
        self.assertEqual(remote["rendering"]["template_version"], 3)
        self.assertEqual(remote["account_tax_ids"], [tax_id.stripe_id])
        # What is gone at Stripe goes here.
        self.simulator.control("reset", {})
        self.account.action_load_resources()
        self.assertFalse(template.exists() or tax_id.exists())
        self.assertFalse(self.account.rendering_template_id)

    # === WISHES === #

    def test_unknown_placeholders_and_a_fifth_field_are_refused(self):
        with self.assertRaisesRegex(ValidationError, r"\{surname\}.*\{order\}"):
            self.account.memo_template = "Dear {surname}"
        with self.assertRaisesRegex(ValidationError, "at most 4"):
            self.account.custom_field_ids = [Command.create({"source": "incoterm"})]
        for text in ("12345", "ACME {order}", "abc"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.account.statement_descriptor = text

    # === AFTER AND BEFORE FINALIZATION === #

    def test_what_the_company_prints_by_choice_is_protected(self):
        move = self.make_open_invoice(invoice_origin="S00042")
        with self.assertRaisesRegex(UserError, "Request its cancellation"):
            move.invoice_origin = "S00043"
        user = self.env.ref("base.user_admin")
        move.invoice_user_id = user
        self.account.custom_field_ids[0].source = "salesperson"
        with self.assertRaisesRegex(UserError, "Salesperson"):
            move.invoice_user_id = self.env.ref("base.user_root")
        move.invoice_origin = "S00044"

    def test_a_draft_at_stripe_follows_what_is_printed(self):
        move = self.make_draft_at_stripe(invoice_origin="S00042")
        before = move.stripe_ref
        move.invoice_origin = "S00043"
        self.settle()
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertNotEqual(move.stripe_ref, before)
        self.assertEqual(self.fields_of(remote)["Order"], "S00043")

    def test_an_overdue_draft_is_not_made_anew_at_every_look(self):
        move = self.make_draft_at_stripe(invoice_date="2026-01-15")
        before = move.stripe_ref
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(minutes=20)):
            self.assertFalse(move.stripe_document_id._outdated())
        # What was asked for instead of the true day is over, too.
        with freeze_time(now + timedelta(hours=3)):
            self.assertTrue(move.stripe_document_id._outdated())
        self.settle()
        self.assertEqual(move.stripe_ref, before)
