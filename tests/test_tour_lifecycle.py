from odoo.tests import tagged

from .acts_common import DECLINED, StripeActsCommon
from .tour_common import BillerTourCommon


@tagged("post_install", "-at_install")
class TestTourLifecycle(StripeActsCommon, BillerTourCommon):
    """Every act on a Stripe invoice, by somebody who does the billing, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bad_debts = cls.company_data["default_account_expense"].copy()
        bad_debts.name = "Bad Debts"
        cls.account.bad_debt_account_id = bad_debts
        cls.partner_a.name = "Anna Example"

    def test_lifecycle_is_steered_in_a_browser(self):
        anna = self.make_open_invoice()
        ben, cara = (
            self.make_open_invoice(partner=self.partner_a.copy({"name": name}))
            for name in ("Ben Example", "Cara Example")
        )
        self.store_card(anna, DECLINED)
        self.play(
            "stripe_invoice_lifecycle",
            another_card=lambda: self.store_card(anna),
            void_in_the_dashboard=lambda: self.simulator.control(
                f"invoices/{cara.stripe_ref}/void", {}
            ),
        )
        self.assertEqual(anna.payment_state, "paid")
        self.assertEqual(len(self.charges(anna)), 1)
        self.assertEqual(self.remote(ben)["status"], "void")
        self.assertEqual(ben.state, "cancel")
        self.assertEqual(cara.state, "posted", "A person has to answer")
