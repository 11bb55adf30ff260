from odoo.tests import tagged

from .movements_common import MovementsCommon


@tagged("post_install", "-at_install")
class TestAccountingCurrencies(MovementsCommon):
    """Each row about what becomes of payments in dollars, with exact entries."""

    def dollars(self):
        """Return an invoice in dollars whose payment is on the balance, and booked."""
        move = self.dollar_invoice()
        self.start = self.newest_move()
        return move

    def disputed(self, outcome=None):
        """Return an invoice in dollars that is disputed, and what came of it."""
        move = self.dollars()
        dispute = self.dispute(move)
        self.import_balance()
        if outcome:
            self.close(dispute, outcome)
            self.import_balance()
        return move

    def test_converted_refund(self):
        move = self.dollars()
        self.refund_in_dashboard(move)
        self.learn_all()
        move.reversal_move_ids.action_post()
        self.learn_all()
        self.assert_row("converted_refund")
        self.assert_clean("transit", "receivable")

    def test_converted_dispute(self):
        move = self.disputed()
        self.assert_row("converted_dispute")
        self.assertEqual(self.left_on("dispute"), (110.4, 120.0))
        row = self.row(move)
        self.assertEqual((row.amount, row.gone), (120.0, 120.0))
        self.assertEqual((row.fee, row.fee_currency_id), (20.0, self.euro))

    def test_converted_dispute_won(self):
        self.disputed("won")
        self.assert_row("converted_dispute_won")
        self.assert_clean("transit", "dispute", "receivable")

    def test_converted_dispute_won_at_another_rate(self):
        move = self.dollars()
        dispute = self.dispute(move)
        self.import_balance()
        path = f"accounts/{self.account.stripe_id}"
        rates = self.simulator.control(path, {})["settings"]["exchange_rates"]
        self.setting(dispute_at_todays_rate=True, exchange_rates={**rates, "usd": 0.9})
        self.close(dispute, "won")
        self.import_balance()
        self.assert_row("converted_dispute_won_at_another_rate")
        self.assert_clean("transit", "dispute", "receivable")
        row = self.row(move)
        self.assertFalse(row.gone)
        self.assertFalse(row.can_decide)

    def test_converted_dispute_reopened(self):
        move = self.disputed("lost")
        self.decide(self.row(move))
        self.learn_all()
        self.assert_row("converted_dispute_reopened")
        self.assert_clean()
        self.assertEqual(move.amount_residual, 120.0)
        self.assertEqual(self.left_on("receivable"), (100.0, 120.0))

    def test_converted_dispute_written_off(self):
        move = self.disputed("lost")
        self.decide(self.row(move), "write_off", account_id=self.bad_debt().id)
        self.learn_all()
        self.assert_row("converted_dispute_written_off")
        self.assert_clean("transit", "dispute", "receivable")

    def test_converted_dispute_reopened_and_won(self):
        move = self.dollars()
        dispute = self.dispute(move)
        self.import_balance()
        self.decide(self.row(move))
        self.close(dispute, "won")
        self.import_balance()
        self.row(move).action_take_back()
        self.learn_all()
        self.assert_clean("transit", "dispute", "receivable")
        self.assertEqual(move.payment_state, "paid")

    def test_dispute_in_dollars(self):
        self.setting(settlement_currencies=["usd"])
        self.disputed()
        self.assert_row("dispute_in_dollars")
        self.assertEqual(self.left_on("dispute"), (100.0, 120.0))

    def test_converted_failure(self):
        move = self.dollars()
        payment = self.payment_of(move)
        self.simulator.control(f"charges/{payment.stripe_charge}/fail", {})
        self.learn_all()
        self.decide(payment)
        self.learn_all()
        self.assert_clean()
        self.assertEqual(move.amount_residual, 120.0)
        self.assertEqual(self.left_on("receivable"), (100.0, 120.0))

    def test_cents_of_a_fee_with_tax_do_not_stay_in_transit(self):
        """An invoice in euros, and Stripe keeps dollars: each part is rounded."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.setting(
            default_currency="usd",
            exchange_rates={"eur": 1.0871},
            fee_tax_percent=20,
        )
        for price in (100.0, 33.33, 47.11, 12.34, 99.99, 71.07):
            move = self.invoice(price)
            self.pay(move)
            self.learn()
            self.settle_at_stripe()
            self.import_balance()
            with self.subTest(price=price):
                self.assertEqual(self.left_on("transit"), (0, 0))
                self.assertTrue(self.payment_of(move).is_matched)

    def test_currencies_of_none_and_three_decimals_are_kept_to_the_last_unit(self):
        for code, rounding, price, minor in (
            ("JPY", 1, 1234, 1),
            ("KWD", 0.001, 12.34, 1000),
        ):
            with self.subTest(code), self.forgotten():
                self.keep(code, rounding)
                currency = self.env["res.currency"].search([("name", "=", code)])
                move = self.invoice(price, currency_id=currency.id)
                self.pay(move)
                self.learn()
                self.settle_at_stripe()
                self.account.sudo()._want_balance()
                self.settle()
                held = self.simulator.api("balance")
                held = sum(
                    part["amount"]
                    for part in held["available"] + held["pending"]
                    if part["currency"] == code.lower()
                )
                (row,) = self.account.balance_ids.filtered(
                    lambda row, currency=currency: row.currency_id == currency
                )
                self.assertEqual(currency.round(row.booked * minor), held)
                self.assertFalse(row.difference, row.explanation)
                self.assertEqual(self.left_on("transit"), (0, 0))

    def keep(self, code, rounding):
        """Let Stripe keep a currency, and Odoo have it with a rate."""
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", code)])
        currency.write({"active": True, "rounding": rounding})
        rates = self.env["res.currency.rate"]
        rates.create({"currency_id": currency.id, "name": "2020-01-01", "rate": 7.3})
        self.setting(settlement_currencies=[code.lower()])
