import os
from collections import Counter

from odoo.tests import tagged

from .common import StripeInvoiceCommon
from .invoice_check import Check
from .invoice_maker import Maker
from .invoice_recipe import BATCH, Cook
from .invoice_world import World

# How many invoices are made, with which seed, beginning with which batch.
INVOICES = int(os.environ.get("STRIPE_INVOICES", "300"))
SEED = int(os.environ.get("STRIPE_INVOICE_SEED", "1"))
FIRST_BATCH = int(os.environ.get("STRIPE_INVOICE_BATCH", "0"))
# More are not worth waiting for.
MOST_FAILURES = 20


@tagged("post_install", "-at_install")
class TestRandomInvoices(StripeInvoiceCommon):
    """Whatever Odoo can put on an invoice is the same at Stripe, or is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.log_only_warnings()
        cls.world = World(cls)

    def test_each_invoice_is_equal_at_stripe_or_refused_with_a_listed_reason(self):
        outcomes, failed = Counter(), []
        for batch in range(FIRST_BATCH, FIRST_BATCH + -(-INVOICES // BATCH)):
            with self.forgotten():
                self.play(batch, outcomes, failed)
            if len(failed) >= MOST_FAILURES:
                break
        note(f"Random invoices, seed {SEED}, from batch {FIRST_BATCH} on:", outcomes)
        self.assertFalse(failed, "\n\n".join(failed))
        self.assertGreater(outcomes["equal"], INVOICES / 2)

    def play(self, batch, outcomes, failed):
        """Make one batch of invoices, send them, and compare."""
        cook = Cook(SEED, batch, self.world.tax_names(), sorted(self.world.currencies))
        self.world.set_up(cook.settings(), cook.changed_roundings())
        recipes = cook.recipes()
        made = Maker(self.world).make(recipes)
        self.settle(rounds=1000)
        check = Check(self)
        for place, (recipe, moves) in enumerate(zip(recipes, made, strict=True)):
            for move in moves:
                try:
                    outcomes[check.outcome(move, recipe)] += 1
                except AssertionError as error:
                    outcomes["failed"] += 1
                    where = f"STRIPE_INVOICE_SEED={SEED} STRIPE_INVOICE_BATCH={batch}"
                    failed.append(f"{where}, place {place}: {error}\n{recipe}")


def note(title, outcomes):
    """Leave the outcomes where whoever runs the tests shows them."""
    if path := os.environ.get("TEST_NOTES"):
        rows = [f"{count:7} {name}" for name, count in outcomes.most_common()]
        rows.append(f"{outcomes.total():7} in total")
        with open(path, "a") as file:
            file.write("\n".join([title, *rows, ""]))
