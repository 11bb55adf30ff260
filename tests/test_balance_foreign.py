from odoo.tests import tagged

from .movements_common import MovementsCommon


@tagged("post_install", "-at_install")
class TestBalanceForeign(MovementsCommon):
    """Payments that have paid no invoice of Odoo's, or of which Odoo hears late."""

    def customer_of(self, move):
        return move.sudo().stripe_document_id._customer()

    def foreign_charge(self, **how):
        """Return a charge of a customer of ours, for something else."""
        customer = self.customer_of(self.settled_invoice())
        intent = self.simulator.post(
            "payment_intents",
            amount=10000,
            currency="eur",
            customer=customer.stripe_id,
            confirm="true",
            payment_method="pm_card_fr",
            **how,
        )
        self.settle_at_stripe()
        self.import_balance()
        return intent["latest_charge"]

    def of(self, charge):
        """Return the movements of a charge, oldest first."""
        return self.rows(("charge", "=", charge))

    def test_other_payments_of_our_customers_wait_on_the_suspense_account(self):
        charge = self.foreign_charge()
        row = self.of(charge)
        self.assertTrue(row.foreign)
        self.assert_row("foreign_charge")
        self.assert_clean("transit")
        self.assertFalse(row.statement_line_id.is_reconciled)

    def test_what_failed_late_is_cleared(self):
        charge = self.foreign_charge()
        self.simulator.control(f"charges/{charge}/fail", {})
        self.import_balance()
        rows = self.of(charge)
        self.assertEqual(rows.mapped("counterpart"), ["payment", "late_failure"])
        self.assert_clean("transit")
        suspense = self.account.suspense_account_id
        self.assertNotIn(suspense, rows.move_id.line_ids.account_id)
        self.assertEqual(rows.statement_line_id.mapped("is_reconciled"), [True, True])

    def paid_in_secret(self, price=120.0):
        """Return an invoice whose payment the balance shows as a stranger's."""
        move = self.invoice(price)
        self.pay(move)
        self.settle_at_stripe()
        customer = self.customer_of(move)
        known = customer.stripe_id
        customer.stripe_id = "cus_stranger"
        self.import_balance()
        customer.stripe_id = known
        suspense = self.account.suspense_account_id
        self.assertIn(suspense, self.rows().move_id.line_ids.account_id)
        return move

    def test_payment_that_is_known_late_meets_its_movement(self):
        move = self.paid_in_secret()
        self.learn()
        self.assert_clean("transit", "receivable")
        row = self.rows()
        self.assertTrue(row.statement_line_id.is_reconciled)
        self.assertEqual(row.statement_line_id.partner_id, self.partner_a)
        self.assertTrue(self.payment_of(move).is_matched)
        self.import_balance()

    def test_what_somebody_has_booked_elsewhere_meanwhile_stays_there(self):
        move = self.paid_in_secret()
        suspense = self.account.suspense_account_id
        items = self.rows().move_id.line_ids.filtered(
            lambda item: item.account_id == suspense
        )
        sales = self.company_data["default_account_revenue"]
        items.with_context(skip_readonly_check=True).account_id = sales
        self.learn()
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(items.account_id, sales)

    def test_failure_that_was_heard_of_before_the_payment(self):
        move = self.invoice()
        self.pay(move)
        self.settle_at_stripe()
        payments = self.simulator.api("invoice_payments", invoice=move.stripe_ref)
        intent = payments["data"][0]["payment"]["payment_intent"]
        charge = self.simulator.api(f"payment_intents/{intent}")["latest_charge"]
        events = self.simulator.events()
        self.simulator.control(f"charges/{charge}/fail", {})
        self.import_balance()
        for event in events:
            if event["type"].startswith("invoice"):
                self.receive(event)
        self.settle()
        payment = self.payment_of(move)
        self.assertTrue(payment.stripe_failed_on)
        self.assertIn("stripe_returned", move._get_alerts())
        self.decide(payment)
        self.import_balance()
        self.assert_clean("transit")
        self.assertEqual(move.amount_residual, 120.0)

    def test_movement_that_nets_to_nothing_is_booked(self):
        self.start = self.newest_move()
        self.at_stripe("balance_transaction", type="topup", amount=25, fee=25)
        self.import_balance()
        (entry,) = self.entries()
        self.assertEqual(float(entry["fee"]), 0.25)
        self.assertEqual(float(entry["transfer"]), -0.25)
        self.assertEqual(self.rows().state, "booked")
