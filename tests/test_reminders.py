from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .lifecycle_common import DECLINED, LifecycleCommon


@tagged("post_install", "-at_install")
class TestReminders(LifecycleCommon):
    """Reminders are Stripe's or Odoo's, never both, and never of what is on its way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = cls.account.sudo()
        cls.partner_a.invoice_sending_method = False
        cls.remind = cls.env.ref("sale_stripe_invoice.ir_cron_remind")

    def advances(self, move):
        """Return whether Stripe reminds of an invoice by itself, as both have it."""
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")["auto_advance"]
        self.assertIs(move.sudo().stripe_document_id.advances, remote)
        return remote

    def make_overdue(self, days=10, **values):
        """Return an invoice that is open at Stripe and was due some days ago."""
        due = fields.Date.today() - timedelta(days=days)
        return self.make_open_invoice(invoice_date=due, invoice_date_due=due, **values)

    def reminders(self, move):
        """Return the mails by which Odoo reminded of an invoice."""
        domain = [("model", "=", "account.move"), ("res_id", "=", move.id)]
        messages = self.env["mail.message"].search(domain)
        mails = self.env["mail.mail"].sudo()
        found = mails.search([("mail_message_id", "in", messages.ids)])
        words = ("Reminder", "Relance")
        return found.filtered(lambda mail: (mail.subject or "").startswith(words))

    def wait(self, move, days):
        """Let so many days pass since the last reminder."""
        move.sudo().stripe_document_id.reminded_at -= timedelta(days=days)

    # === WHO === #

    def test_nobody_reminds_unless_somebody_says_so(self):
        move = self.make_overdue()
        self.run_worker(self.remind)
        self.assertFalse(self.reminders(move))
        self.assertFalse(self.advances(move))

    def test_stripe_reminds_and_mails_nothing_else_for_it(self):
        self.settings.reminder_sender = "stripe"
        move = self.make_overdue()
        self.settle()
        self.assertTrue(self.advances(move))
        self.run_worker(self.remind)
        self.assertFalse(self.reminders(move))
        mails = self.simulator.control("objects/mail")["data"]
        self.assertFalse(mails, "Stripe mails what advances when it is finalized")
        with self.assertRaisesRegex(UserError, "Stripe reminds"):
            self.act(move).action_stripe_remind()

    def test_change_of_the_setting_reaches_what_is_open(self):
        move = self.make_overdue()
        for sender, on in (("stripe", True), ("odoo", False), ("stripe", True)):
            self.settings.reminder_sender = sender
            self.settle()
            self.assertIs(self.advances(move), on)

    def test_odoo_reminds_so_often_and_no_more(self):
        self.settings.write(
            {"reminder_sender": "odoo", "reminder_days": 7, "reminder_count": 2}
        )
        move = self.make_overdue()
        fresh = self.make_overdue(days=3)
        for _time in range(2):
            self.run_worker(self.remind)
            self.assertEqual(len(self.reminders(move)), 1)
        self.wait(move, 7)
        self.run_worker(self.remind)
        self.assertEqual(len(self.reminders(move)), 2)
        self.wait(move, 7)
        self.run_worker(self.remind)
        self.assertEqual(len(self.reminders(move)), 2)
        self.assertFalse(self.reminders(fresh))
        self.assertFalse(self.advances(move))

    def test_reminder_leads_to_the_page_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        self.settings.reminder_sender = "odoo"
        move = self.make_overdue()
        self.run_worker(self.remind)
        mail = self.reminders(move)
        self.assertIn("Relance", mail.subject)
        body = mail.body_html
        self.assertIn(f"/stripe_invoice/pay/{move.id}", body)
        self.assertIn(move.name, body)

    def test_one_that_fails_does_not_stop_the_others(self):
        self.settings.reminder_sender = "odoo"
        bad = self.make_overdue(partner=self.partner_a.copy())
        bad.partner_id.email = False
        good = self.make_overdue()
        self.run_worker(self.remind)
        self.assertFalse(self.reminders(bad))
        self.assertEqual(len(self.reminders(good)), 1)
        with self.assertRaisesRegex(UserError, "no e-mail"):
            self.act(bad).action_stripe_remind()

    def test_switched_off_company_reminds_nobody(self):
        self.settings.reminder_sender = "odoo"
        move = self.make_overdue()
        self.company.stripe_invoice = False
        self.run_worker(self.remind)
        self.assertFalse(self.reminders(move))

    def test_by_hand_it_is_sent_at_once(self):
        move = self.make_overdue(days=1)
        self.act(move).action_stripe_remind()
        self.assertEqual(len(self.reminders(move)), 1)
        self.assertEqual(move.stripe_reminders, 1)
        with self.assertRaisesRegex(UserError, "at least a day between"):
            self.act(move).action_stripe_remind()
        self.wait(move, 1)
        self.act(move).action_stripe_remind()
        self.assertEqual(len(self.reminders(move)), 2)

    def test_what_has_changed_since_it_was_listed_is_not_reminded_of(self):
        self.settings.reminder_sender = "odoo"
        moves = [self.make_overdue() for _number in range(3)]
        kind = type(self.env["stripe.document"])
        remind = kind._remind

        def remind_and_pay(documents):
            remind(documents)
            for move in moves:
                if move not in documents.move_id and move.amount_residual:
                    self.register(move)
            self.env.flush_all()

        with patch.object(kind, "_remind", remind_and_pay):
            self.run_worker(self.remind)
        self.assertEqual(sum(len(self.reminders(move)) for move in moves), 1)

    def test_asking_for_many_takes_the_queries_of_one(self):
        self.settings.reminder_sender = "odoo"
        documents = self.env["stripe.document"].sudo()
        counts = []
        for _number in range(3):
            documents += self.make_overdue().sudo().stripe_document_id
            self.env.flush_all()
            for ask in (documents._reminders_due, documents._follow_reminders):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                ask()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(documents._reminders_due(), documents.sorted("id", True))
        self.assertEqual(counts[-2:], counts[2:4], "Queries grow with the invoices")

    # === HOLDS === #

    def assert_held(self, move, reason):
        """Assert that nobody reminds of an invoice, neither Odoo nor Stripe."""
        document = move.sudo().stripe_document_id
        for sender in ("odoo", "stripe"):
            self.settings.reminder_sender = sender
            self.run_worker()
            self.run_worker()
            self.assertFalse(self.advances(move), sender)
        self.settings.reminder_sender = "odoo"
        self.run_worker(self.remind)
        self.assertFalse(self.reminders(move))
        self.assertIn(reason, document._no_reminder())
        with self.assertRaisesRegex(UserError, reason):
            self.act(move).action_stripe_remind()

    def test_nobody_is_reminded_while_a_payment_is_processed(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.settings.reminder_sender = "stripe"
        move = self.make_overdue(currency_id=euro.id)
        self.settle()
        self.assertTrue(self.advances(move))
        self.pay(move, method="sepa_debit", outcome="processing")
        self.look()
        self.assert_held(move, "payment is on its way")

    def test_nobody_is_reminded_while_a_charge_is_tried_again(self):
        self.store_card(DECLINED)
        self.look()
        self.settings.collection = "charge"
        move = self.make_overdue()
        self.assertTrue(move.stripe_charge_at)
        self.assert_held(move, "about to be charged")

    def test_nobody_is_reminded_while_a_payment_is_disputed(self):
        self.settings.reminder_sender = "stripe"
        move = self.make_overdue()
        self.pay(move, amount=5000)
        self.look()
        self.settle()
        self.assertTrue(self.advances(move))
        path = f"invoices/{move.stripe_ref}/dispute"
        self.simulator.control(path, {"reason": "fraudulent"})
        self.look()
        self.settle()
        self.assertTrue(move.stripe_disputed)
        self.assert_held(move, "disputed")

    def test_who_is_excluded_from_follow_ups_is_left_alone(self):
        self.settings.reminder_sender = "odoo"
        move = self.make_overdue()
        move.no_followup = True
        self.run_worker(self.remind)
        self.assertFalse(self.reminders(move))

    def test_nobody_is_reminded_of_what_is_being_corrected(self):
        self.settings.reminder_sender = "odoo"
        move = self.make_overdue()
        self.env["stripe.correction"]._start(
            {
                "move_id": move.id,
                "way": "duplicate",
                "reason": "Wrong address",
                "partner_id": move.partner_id.id,
            }
        )
        self.run_worker(self.remind)
        self.assertFalse(self.reminders(move))
        document = move.sudo().stripe_document_id
        self.assertIn("being corrected", document._no_reminder())
        with self.assertRaisesRegex(UserError, "being corrected"):
            self.act(move).action_stripe_remind()
        self.settle()
        self.assertEqual(move.stripe_status, "void")

    def test_what_stripe_does_not_switch_stays_and_stops_nothing(self):
        self.settings.reminder_sender = "stripe"
        rule = {"kind": "status", "status": 400, "path": "/v1/invoices/[^/]+$"}
        move = self.make_invoice()
        document = move.sudo().stripe_document_id
        fault = self.simulator.fault(method="POST", every=1, **rule)
        self.settle()
        self.simulator.control(f"faults/{fault['id']}", method="DELETE")
        self.assert_both(move, "open")
        self.assertTrue(document.advances_fixed)

    def test_paid_elsewhere_is_not_reminded_of(self):
        self.settings.reminder_sender = "stripe"
        move = self.make_overdue()
        self.settle()
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizard = self.env["account.payment.register"].with_context(**context)
        wizard.create({}).action_create_payments()
        self.settle()
        self.assertFalse(self.advances(move))
        self.assert_both(move, "paid")
