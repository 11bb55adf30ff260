from datetime import date, datetime
from zoneinfo import ZoneInfo

from odoo.tests import freeze_time, new_test_user, tagged

from .common import StripeInvoiceCommon

ADDON = "sale_stripe_invoice"
# Half an hour after midnight in Paris, and still the month before in Greenwich.
NEW_MONTH = datetime(2026, 12, 1, 0, 30, tzinfo=ZoneInfo("Europe/Paris"))


@tagged("post_install", "-at_install")
class TestReaders(StripeInvoiceCommon):
    """What the worker writes is in the language and on the calendar of the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms([ADDON], ["fr_FR"])

    def pay_and_learn(self, **values):
        move = self.make_open_invoice(**values)
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertEqual(move.payment_state, "paid")
        return " ".join(move.message_ids.mapped("body"))

    def test_what_an_event_told_is_in_the_language_of_the_company(self):
        self.company.partner_id.lang = "fr_FR"
        told = self.pay_and_learn(invoice_user_id=False)
        self.assertIn("est payée", told)
        self.assertNotIn("is paid", told)
        self.assertIn("Stripe a encaissé", told)
        self.assertNotIn("Stripe received", told)

    def test_who_is_responsible_reads_his_own_language(self):
        salesman = new_test_user(self.env, "vendeur", lang="fr_FR")
        told = self.pay_and_learn(invoice_user_id=salesman.id)
        self.assertIn("est payée", told)
        self.assertIn("Stripe a encaissé", told)

    def test_question_after_an_event_is_in_the_language_of_who_answers_it(self):
        salesman = new_test_user(self.env, "vendeuse", lang="fr_FR")
        move = self.make_open_invoice(invoice_user_id=salesman.id)
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        self.assertEqual(move.activity_ids.user_id, salesman)
        self.assertIn("annulée dans le", move.activity_ids.summary)

    def test_credit_note_of_the_worker_bears_the_day_of_the_books(self):
        journal = self.company_data["default_journal_sale"]
        journal.restrict_mode_hash_table = True
        move = self.make_open_invoice()
        with freeze_time(NEW_MONTH.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)):
            move.button_request_cancel()
            self.settle()
        self.assertEqual(move.stripe_status, "void")
        credit_note = move.reversal_move_ids
        self.assertEqual(credit_note.state, "posted")
        self.assertEqual(credit_note.invoice_date, date(2026, 12, 1))
