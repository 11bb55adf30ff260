from datetime import timedelta
from time import time

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..const import IDEMPOTENCY_KEY_SECONDS
from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestOneMail(StripeInvoiceCommon):
    """At most one mail per document to the customer, by whatever way it is sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = cls.account.sudo()
        cls.partner_a.invoice_sending_method = False
        cls.odoo_cron = cls.env.ref("account.ir_cron_account_move_send")

    def mails(self, move):
        """Return all mails that the customer gets for an invoice: Odoo's, Stripe's."""
        domain = [("model", "=", "account.move"), ("res_id", "=", move.id)]
        messages = self.env["mail.message"].search(domain)
        mails = self.env["mail.mail"].sudo()
        by_odoo = mails.search_count([("mail_message_id", "in", messages.ids)])
        rows = self.simulator.control("objects/mail")["data"]
        by_stripe = [row for row in rows if row["about"] == move.stripe_ref]
        return by_odoo, len(by_stripe)

    def single(self, move, **choice):
        """Send an invoice by Odoo's dialog."""
        values = {"move_id": move.id, **choice}
        wizard = self.env["account.move.send.wizard"].create(values)
        return wizard.action_send_and_print(allow_fallback_pdf=True)

    def batch(self, *moves):
        """Send invoices by Odoo's dialog for many, and the job that it leaves it to."""
        records = self.env["account.move"].union(*moves)
        wizards = self.env["account.move.send.batch.wizard"]
        wizard = wizards.create({"move_ids": records.ids})
        wizard.action_send_and_print(force_synchronous=False, allow_fallback_pdf=True)
        for _time in range(2):
            self.run_worker(self.odoo_cron)
        self.settle()

    def assert_one(self, move, sender):
        self.settle()
        expected = {"odoo": (1, 0), "stripe": (0, 1), "nobody": (0, 0)}[sender]
        self.assertEqual(self.mails(move), expected, sender)

    def mails_about_failure(self, move):
        """Return the mails that tell the customer of a payment that failed."""
        domain = [
            ("mail_message_id.res_id", "=", move.id),
            ("mail_message_id.model", "=", "account.move"),
            ("recipient_ids", "in", self.partner_a.ids),
        ]
        return self.env["mail.mail"].sudo().search(domain)

    def test_failed_payment_is_mailed_by_odoo_alone_and_once(self):
        self.settings.failure_mail = True
        ways = {
            "odoo": ("odoo", False),
            "chosen": ("odoo", "email"),
            "by hand": ("odoo", "manual"),
            "stripe": ("stripe", False),
            "nobody": ("nobody", False),
            "off": ("odoo", False),
        }
        for name, (sender, method) in ways.items():
            self.settings.write({"mail_sender": sender, "failure_mail": name != "off"})
            self.partner_a.invoice_sending_method = method
            move = self.make_open_invoice()
            for times in (1, 2):
                self.pay(move, outcome="decline")
                self.settle_with_events()
                mailed = self.mails_about_failure(move)
                told = name in ("odoo", "chosen")
                self.assertEqual(len(mailed), times if told else 0, name)
        self.assertFalse(move.stripe_document_id.mailed_at)

    def test_failed_payment_is_told_in_the_language_of_the_customer(self):
        self.settings.failure_mail = True
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        move = self.make_open_invoice()
        self.pay(move, outcome="decline")
        self.settle_with_events()
        mail = self.mails_about_failure(move)
        self.assertIn(f"le paiement de la facture {move.name}", mail.subject)
        self.assertIn(f"/stripe_invoice/pay/{move.id}", mail.body_html)

    def test_single_dialog(self):
        for sender in ("odoo", "stripe", "nobody"):
            self.settings.mail_sender = sender
            move = self.make_open_invoice()
            self.single(move)
            self.assert_one(move, sender)

    def test_batch_dialog_and_its_job(self):
        other = self.partner_a.copy({"invoice_sending_method": "stripe"})
        for sender in ("odoo", "stripe", "nobody"):
            self.settings.mail_sender = sender
            by_company = self.make_open_invoice()
            by_contact = self.make_open_invoice(partner=other)
            self.batch(by_company, by_contact)
            self.assert_one(by_company, sender)
            self.assert_one(by_contact, "stripe")

    def test_stripe_by_itself_and_then_every_other_way(self):
        self.settings.mail_sender = "stripe"
        move = self.make_invoice()
        self.settle()
        self.assert_one(move, "stripe")
        self.single(move)
        self.assert_one(move, "stripe")
        self.batch(move)
        self.assert_one(move, "stripe")
        move.action_stripe_retry()
        move.action_stripe_refresh()
        self.receive_all()
        self.assert_one(move, "stripe")

    def test_asked_for_before_it_is_open(self):
        self.settings.mail_sender = "stripe"
        move = self.make_invoice()
        self.single(move)
        self.single(move)
        self.assert_one(move, "stripe")

    def test_both_at_once_are_one(self):
        move = self.make_open_invoice()
        with self.assertRaisesRegex(UserError, move.name):
            self.single(move, sending_methods=["email", "stripe"])
        self.assert_one(move, "nobody")
        self.env["account.move.send"]._generate_and_send_invoices(
            move, allow_fallback_pdf=True, sending_methods=["email", "stripe"]
        )
        self.assert_one(move, "stripe")

    def test_resent_only_by_a_person_who_says_so(self):
        move = self.make_open_invoice()
        move.action_stripe_send()
        move.action_stripe_send()
        self.assert_one(move, "stripe")
        move.action_stripe_send()
        self.settle()
        self.assertEqual(self.mails(move), (0, 2))

    def test_what_stripe_has_mailed_odoo_mails_on_request_alone(self):
        wish = self.partner_a.copy({"invoice_sending_method": "email"})
        for partner in (self.partner_a, wish):
            move = self.make_open_invoice(partner=partner)
            move.action_stripe_send()
            self.batch(move)
            self.assert_one(move, "stripe")
            wizard = self.env["account.move.send.wizard"].create(
                {"move_id": move.id, "sending_methods": ["email"]}
            )
            self.assertEqual(wizard.alerts["stripe_second_mail"]["level"], "warning")

    def test_paid_after_it_was_mailed_is_not_mailed_again(self):
        move = self.make_open_invoice()
        move.action_stripe_send()
        self.settle()
        self.pay(move)
        self.receive_all()
        self.settle()
        self.batch(move)
        self.assert_one(move, "stripe")

    def test_dashboard_and_then_odoo(self):
        self.settings.mail_sender = "stripe"
        self.settings.finalize_delay = 24
        move = self.make_invoice()
        self.run_worker()
        path = f"invoices/{move.stripe_ref}/send"
        sent = {"account": self.account.stripe_id, "method": "POST"}
        self.settings.finalize_delay = 0
        move.sudo().stripe_document_id.send_wanted = False
        self.simulator.control(f"invoices/{move.stripe_ref}/finalize", {})
        self.simulator.control(
            "dashboard", {**sent, "path": f"/v1/{path}", "params": {}}
        )
        self.receive_all()
        self.settle()
        self.assertTrue(move.stripe_sent_at)
        self.single(move)
        self.assert_one(move, "stripe")

    def test_reminders_of_stripe_bring_no_second_mail(self):
        self.settings.write({"mail_sender": "stripe", "reminder_sender": "stripe"})
        move = self.make_invoice()
        self.assert_one(move, "stripe")
        self.assertTrue(move.sudo().stripe_document_id.advances)

    def test_lost_answers(self):
        self.settings.mail_sender = "stripe"
        for rule in (
            {"kind": "drop_before"},
            {"kind": "drop_after"},
            {"kind": "status", "status": 502, "after": True},
            {"kind": "status", "status": 429},
        ):
            fault = self.simulator.fault(path="/send$", times=1, **rule)
            move = self.make_invoice()
            self.assert_one(move, "stripe")
            self.simulator.control(f"faults/{fault['id']}", method="DELETE")

    def test_lost_answer_whose_key_is_too_old_is_not_repeated(self):
        self.settings.mail_sender = "stripe"
        self.simulator.fault(kind="drop_after", path="/send$", times=1)
        move = self.make_invoice()
        self.run_worker()
        later = timedelta(seconds=IDEMPOTENCY_KEY_SECONDS + 60)
        with freeze_time(fields.Datetime.now() + later):
            self.settle()
        self.assertEqual(self.mails(move), (0, 1))
        told = move.message_ids.filtered(lambda one: "not known" in (one.body or ""))
        self.assertTrue(told)

    def test_what_odoo_has_mailed_nobody_mails_again_by_itself(self):
        self.settings.mail_sender = "odoo"
        move = self.make_open_invoice()
        self.single(move)
        self.assert_one(move, "odoo")
        self.batch(move)
        self.settings.mail_sender = "stripe"
        self.single(move)
        self.batch(move)
        self.assert_one(move, "odoo")
        for method in ("email", "stripe"):
            wizard = self.env["account.move.send.wizard"].create(
                {"move_id": move.id, "sending_methods": [method]}
            )
            self.assertEqual(wizard.alerts["stripe_mailed_by_odoo"]["level"], "warning")
        self.single(move, sending_methods=["email"])
        self.settle()
        self.assertEqual(self.mails(move), (2, 0), "A person has said so")

    def test_mail_of_odoo_is_instead_of_the_one_that_stripe_was_to_send(self):
        self.settings.write({"mail_sender": "stripe", "finalize_delay": 24})
        move = self.make_invoice()
        self.run_worker()
        self.assertTrue(move.sudo().stripe_document_id.send_wanted)
        self.single(move, sending_methods=["email"])
        self.settings.finalize_delay = 0
        move.sudo().stripe_document_id.finalize_at = False
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assert_one(move, "odoo")

    def test_what_odoo_mailed_before_it_came_to_stripe_is_not_mailed_there(self):
        self.settings.mail_sender = "stripe"
        move = self.make_invoice(stripe_invoice=False)
        self.single(move, sending_methods=["email"])
        move.stripe_invoice = True
        move.action_stripe_push()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assert_one(move, "odoo")

    def test_dialog_that_was_open_meanwhile_sends_no_second_mail(self):
        move = self.make_open_invoice()
        wizards = self.env["account.move.send.wizard"]
        # The browser stores the dialog only when its button is pressed.
        dialog = Form(
            wizards.with_context(active_model=move._name, active_ids=move.ids)
        )
        self.single(move)
        with self.assertRaisesRegex(UserError, "was mailed at"):
            dialog.save().action_send_and_print(allow_fallback_pdf=True)
        self.assert_one(move, "odoo")

    def test_two_workers_one_of_which_died(self):
        """What one has sent and could not store, the next one does not send again."""
        move = self.make_open_invoice()
        document = move.sudo().stripe_document_id
        call = {"name": "send", "params": {}, "key": "odoo-send-1", "at": int(time())}
        document.write({"pending_call": call, "send_wanted": True, "pending": True})
        self.account.sudo()._gateway().send_invoice(document.stripe_id, call["key"])
        # It dies here; the next worker knows what had been written down.
        self.settle()
        self.assertEqual(self.mails(move), (0, 1))
        self.assertFalse(document.send_wanted or document.pending_call)
        self.assertTrue(document.sent_at)
