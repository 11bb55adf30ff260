from odoo.tests import HttpCase, new_test_user, tagged

from .balance_common import BalanceCommon


@tagged("post_install", "-at_install")
class TestTourBooks(BalanceCommon, HttpCase):
    """Payouts, movements and the proof, by an accountant in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "accountant",
            "account.group_account_user",
            company_id=cls.company.id,
        )

    def settled(self):
        """Return the movement of a payment that Stripe's balance shows."""
        self.paid_before()
        self.settle_at_stripe()
        self.import_balance()
        return self.rows()

    def tour(self, name):
        path = "/odoo/customer-invoices"
        self.start_tour(path, name, login="accountant", timeout=120)
        self.env.invalidate_all()

    def test_payout_is_taken_apart(self):
        self.settled()
        body = self.at_stripe("payout", pending=True)["payout"]
        self.simulator.control(f"payouts/{body['id']}/arrive", {})
        self.receive_all()
        self.settle()
        wanted = self.account.sudo()
        wanted.balance_wanted_at = False
        self.tour("stripe_payouts")
        self.assertTrue(wanted.balance_wanted_at)

    def test_balance_is_proven(self):
        self.settled().move_id.button_draft()
        self.tour("stripe_balance_report")
