from odoo.tests import tagged

from .common import StripeInvoiceCommon

# Queries that the switch adds to the confirmation of an invoice.
EXTRA = 6


@tagged("post_install", "-at_install")
class TestBatchPosting(StripeInvoiceCommon):
    """Many invoices at once cost as much each as one does (invariants I3 and I15)."""

    def make(self, count, **values):
        moves = self.env["account.move"]
        for _number in range(count):
            moves += self.make_invoice(post=False, **values)
        return moves

    def queries(self, act):
        """Return how many queries an act takes, with cold caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        act()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_confirming_many_invoices(self):
        def cost(count, **values):
            return self.queries(self.make(count, **values).action_post)

        cost(1)  # Warms up what is cached over transactions.
        few, some, many = (cost(count) for count in (2, 7, 22))
        without = cost(7, stripe_invoice=False) - cost(2, stripe_invoice=False)
        self.assertLessEqual(some - few - without, 5 * EXTRA)
        each = (some - few) / 5
        self.assertLessEqual((many - some) / 15, each * 1.1, "The more, the dearer")

    def test_paying_many_invoices_elsewhere(self):
        def cost(count):
            moves = self.make(count)
            moves.action_post()
            self.settle()
            triggers = self.env["ir.cron.trigger"].sudo()
            before = triggers.search_count([("cron_id", "=", self.cron.id)])
            spent = self.queries(lambda: self.pay_in_odoo(moves))
            rung = triggers.search_count([("cron_id", "=", self.cron.id)]) - before
            self.assertLessEqual(rung, 2, "The worker is called once for all")
            return spent

        cost(1)
        few, more = cost(3), cost(9)
        self.assertLess(more, few * 3.5)

    def pay_in_odoo(self, moves):
        wizards = self.env["account.payment.register"]
        context = {"active_model": "account.move", "active_ids": moves.ids}
        wizard = wizards.with_context(**context).create({"group_payment": True})
        wizard.action_create_payments()
