from odoo.tests import tagged

from .amounts_common import AmountsCommon

# Currency, what Odoo rounds to, a price, and Stripe's amount.
# Source: https://docs.stripe.com/currencies
SPECIAL = (
    ("EUR", 0.01, 12.34, 1234),
    ("JPY", 1, 1234, 1234),
    ("ISK", 1, 1234, 123400),
    ("UGX", 1, 5000, 500000),
    ("HUF", 0.01, 1234.56, 123456),
    ("TWD", 0.01, 1234.56, 123456),
    ("KWD", 0.001, 12.34, 12340),
    ("MGA", 1, 20000, 20000),
)


@tagged("post_install", "-at_install")
class TestCurrencies(AmountsCommon):
    """Stripe's minor units, both ways: exact, or refused before anything is sent."""

    def activated(self, code, rounding):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", code)])
        currency.write({"active": True, "rounding": rounding})
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "=", currency.id)]).unlink()
        rates.create({"currency_id": currency.id, "name": "2020-01-01", "rate": 7.3})
        return currency

    def keep_at_stripe(self, code):
        """Let the Stripe account keep this currency instead of exchanging it."""
        account = self.simulator.api("account")["id"]
        settings = {"settlement_currencies": [code.lower()]}
        self.simulator.control(f"accounts/{account}", {"settings": settings})

    def test_amounts_go_in_stripes_units_and_come_back_in_odoos(self):
        for code, rounding, price, minor in SPECIAL:
            with self.subTest(code), self.forgotten():
                currency = self.activated(code, rounding)
                self.keep_at_stripe(code)
                move = self.invoice((price,), currency_id=currency.id)
                self.assertEqual(self.at_stripe(move)["total"], minor)
                self.pay(move)
                self.receive_all()
                self.settle()
                payment = self.stripe_payments(move)
                self.assertEqual(payment.currency_id, currency)
                self.assertEqual(payment.amount, price)
                self.assertEqual(move.payment_state, "paid")

    def test_an_invoice_in_another_currency_than_the_companys(self):
        pounds = self.activated("GBP", 0.01)
        move = self.invoice(
            (10.05, self.vat_low), (3.33, self.vat), currency_id=pounds.id
        )
        self.assertNotEqual(move.amount_total, abs(move.amount_total_signed))
        remote = self.at_stripe(move)
        self.assertEqual(remote["currency"], "gbp")
        self.assertEqual(remote["total"], round(move.amount_total * 100))

    def test_what_stripe_cannot_write_is_refused_with_the_figure(self):
        for code, rounding, price, figure in (
            ("KWD", 0.001, 12.345, "12.345"),
            ("JPY", 0.01, 1234.5, "1234.5"),
            ("ISK", 0.01, 1234.5, "1234.5"),
            ("EUR", 0.001, 12.345, "12.345"),
        ):
            with self.subTest(code), self.forgotten():
                currency = self.activated(code, rounding)
                move = self.invoice((price,), currency_id=currency.id)
                (told,) = self.assert_refused(move, "inexact")
                self.assertIn(figure, told.text)
                self.assertEqual(told.record, currency)
                self.run_worker()
                self.assertEqual(self.simulator.sent(path="/v1/invoices"), [])

    def test_a_currency_whose_rounding_was_changed_goes_if_its_amounts_are_exact(self):
        for rounding, price in ((0.05, 12.35), (0.001, 12.34), (1, 12)):
            with self.subTest(rounding), self.forgotten():
                currency = self.activated("EUR", rounding)
                move = self.invoice((price,), currency_id=currency.id)
                self.assertEqual(self.at_stripe(move)["total"], round(price * 100))

    def test_a_rounding_that_was_changed_after_the_confirmation_changes_nothing(self):
        currency = self.activated("EUR", 0.01)
        move = self.invoice((10.05, self.vat_low), currency_id=currency.id)
        currency.rounding = 0.001
        self.assertEqual(self.at_stripe(move)["total"], 10_60)

    def test_a_currency_that_stripe_does_not_have_is_refused(self):
        rials = self.activated("IRR", 1)
        (told,) = self.assert_refused(
            self.invoice((5000,), currency_id=rials.id), "currency"
        )
        self.assertIn("IRR", told.text)
        self.assertEqual(told.record, rials)
