from odoo.tests import tagged

from .balance_common import BalanceCommon
from .dispute_common import DisputeCommon


@tagged("post_install", "-at_install")
class TestLanguage(BalanceCommon, DisputeCommon):
    """What the worker writes down is in the language of who reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company.partner_id.lang = "fr_FR"
        cls.env.user.lang = "fr_FR"

    def test_dispute_is_told_in_french(self):
        move = self.paid_invoice()
        self.dispute(move, reason="product_not_received")
        row = self.row(move)
        self.assertEqual(row.activity_id.summary, "Stripe : un paiement est contesté")
        told = move.sudo().stripe_document_id.history_ids.mapped("text")
        self.assertTrue([text for text in told if "contestés" in text], told)

    def test_failed_payment_is_told_in_french(self):
        move = self.invoice()
        self.pay(move, outcome="decline")
        self.receive_all()
        self.run_worker()
        told = move.sudo().stripe_document_id.history_ids.mapped("text")
        self.assertTrue([text for text in told if "Un paiement a échoué" in text], told)

    def test_refund_of_the_dashboard_is_told_in_french(self):
        move = self.paid_invoice()
        self.refund_in_dashboard(move)
        self.learn()
        self.assertIn("tableau de bord", move.activity_ids.note)

    def test_difference_is_explained_in_french(self):
        self.paid_before()
        self.settle_at_stripe()
        self.account.fee_account_id.active = False
        self.account.sudo()._want_balance()
        self.run_worker()
        balance = self.account.balance_ids
        self.assertIn("Pas encore comptabilisé", balance.explanation)

    def test_person_of_the_invoice_reads_his_own_language(self):
        english = self.env.user.copy({"login": "english", "lang": "en_US"})
        move = self.paid_invoice()
        move.invoice_user_id = english
        self.dispute(move)
        summary = self.row(move).activity_id.summary
        self.assertEqual(summary, "Stripe: a payment is disputed")
