from .accounting_common import FRENCH_CARD, AccountingCommon

# A payment comes onto Stripe's balance after two. Not more, lest a day ends in between.
SECONDS = 2


class BalanceCommon(AccountingCommon):
    """Payments come onto Stripe's balance when a test moves the clock."""

    def paid_before(self, price=120.0, **values):
        """Return an invoice whose payment is booked, and not on the balance yet."""
        move = self.invoice(price, **values)
        self.pay(move, number=FRENCH_CARD)
        self.learn()
        self.assertEqual(move.payment_state, "paid")
        self.start = self.newest_move()
        return move

    def dollar_invoice(self):
        """Return an invoice in dollars whose payment is on the balance."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 1.2,
            }
        )
        move = self.invoice(120.0, currency_id=dollar.id)
        self.pay(move, number="4242 4242 4242 4242")
        self.learn()
        self.assertEqual(move.payment_state, "paid")
        self.settle_at_stripe()
        self.import_balance()
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(self.left_on("transit"), (0, 0))
        self.assertEqual(self.left_on("receivable"), (0, 0))
        return move

    def at_stripe(self, path, **body):
        """Let something happen to the account at Stripe."""
        return self.simulator.control(f"accounts/{self.account.stripe_id}/{path}", body)

    def settle_at_stripe(self, seconds=SECONDS):
        """Let time pass at Stripe."""
        self.simulator.control("clock/advance", {"seconds": seconds})

    def import_balance(self):
        """Import the balance, twice: the second time adds nothing."""
        for _time in range(2):
            before = self.entries()
            self.account.sudo().balance_read_until = 0
            self.account.sudo()._want_balance()
            self.settle()
        self.assertEqual(self.entries(), before, "It was booked twice")
        self.assert_balance()

    def assert_balance(self):
        """Assert that each Stripe journal has what Stripe holds (invariant I19)."""
        balance = self.simulator.api("balance")
        for row in self.account.balance_ids:
            held = sum(
                part["amount"]
                for part in balance["available"] + balance["pending"]
                if part["currency"] == row.currency_id.name.lower()
            )
            self.assertFalse(row.difference, row.explanation)
            self.assertEqual(
                row.currency_id.round(row.booked + row.opening), held / 100
            )

    def rows(self, *domain):
        """Return the movements that Odoo knows, oldest first."""
        rows = self.env["stripe.balance.transaction"].sudo()
        return rows.search(list(domain), order="created_at, id")

    def left_on(self, name):
        """Return what is open on an account of the page since the test began."""
        account = self.accounts()[name]
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        lines = self.env["account.move.line"].search(domain)
        return sum(lines.mapped("amount_residual")), sum(
            lines.mapped("amount_residual_currency")
        )
