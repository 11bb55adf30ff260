import os

from odoo.tests import tagged

from .movements_common import MovementsCommon
from .quarter import Quarter
from .quarter_affair import EVERYWHERE
from .quarter_books import Books

# How many customers have an invoice or two, and with which seed. So many is each kind
# of trouble once.
AFFAIRS = int(os.environ.get("STRIPE_QUARTER", "26"))
SEED = int(os.environ.get("STRIPE_QUARTER_SEED", "1"))
# Of the company's currency, in which the invoices are, one for one euro.
RATES = {"USD": 1.1, "GBP": 0.85}


@tagged("post_install", "-at_install")
class TestQuarter(MovementsCommon):
    """A quarter of every trouble there is: the books are Stripe's, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in EVERYWHERE:
            currency = cls.env.ref(f"base.{code}")
            currency.active = True
            currency.rate_ids.unlink()
            currency.rate_ids.create(
                {
                    "name": "2020-01-01",
                    "currency_id": currency.id,
                    "company_id": cls.company.id,
                    "rate": RATES.get(code, 1.0),
                }
            )
        cls.log_only_warnings()
        cls.start_clock()

    def test_books_are_those_of_stripe_and_the_same_if_every_event_was_lost(self):
        told = self.played(Quarter.deliver)
        found = self.played(Quarter.catch_up)
        self.assertEqual(found, told)

    def played(self, hear):
        """Play a quarter, compare it with Stripe, and return the books."""
        with self.forgotten():
            # Dollars stay dollars at Stripe, pounds become euros.
            self.setting(
                settlement_delay=86400,
                settlement_currencies=["usd"],
                payout_schedule={
                    "interval": "weekly",
                    "weekly_payout_days": ["monday"],
                },
            )
            quarter = Quarter(self, AFFAIRS, SEED)
            quarter.play(hear)
            books = Books(self, quarter)
            books.check()
            return books.shown()
