from decimal import Decimal

from .accounting_common import ROWS
from .balance_common import BalanceCommon
from .dispute_common import DisputeCommon


class MovementsCommon(BalanceCommon, DisputeCommon):
    """Movements with the balance that shows them."""

    def settled_invoice(self, **how):
        """Return an invoice whose payment is on Stripe's balance, and in the books."""
        move = self.invoice()
        self.pay(move, **how)
        self.settle_at_stripe()
        self.learn()
        self.import_balance()
        self.start = self.newest_move()
        return move

    def learn_all(self):
        """Let Odoo learn what happened, and what it did to the balance."""
        self.learn()
        self.import_balance()

    def accounts(self):
        # EXTENDS 'balance_common'
        return {
            **super().accounts(),
            "sales": self.company_data["default_account_revenue"],
            "bad_debt": self.bad_debt(),
        }

    def entries(self):
        # EXTENDS 'accounting_common': a draft is older than its confirmation.
        found = super().entries()
        credits = [entry for entry in found if "sales" in entry]
        return [entry for entry in found if "sales" not in entry] + credits

    def assert_row(self, key):
        # EXTENDS 'accounting_common'
        expected = [
            {name: Decimal(amount) for name, amount in entry.items.items()}
            for entry in ROWS[key].entries
        ]
        expected.sort(key=lambda entry: "sales" in entry)
        self.assertEqual(self.entries(), expected)

    def assert_clean(self, *names):
        """Assert that nothing is left open of what belongs together."""
        for name in names or ("transit", "dispute"):
            self.assertEqual(self.left_on(name), (0, 0), name)
