from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .balance_common import BalanceCommon


@tagged("post_install", "-at_install")
class TestAccountingBalance(BalanceCommon):
    """Each row about Stripe's balance of the accountant's page, with exact entries."""

    # === STRIPE'S BALANCE AND ITS FEES === #

    def test_settled(self):
        move = self.paid_before()
        self.settle_at_stripe()
        self.import_balance()
        self.assert_row("settled")
        payment = self.payment_of(move)
        self.assertTrue(payment.is_matched)
        row = self.rows()
        self.assertEqual(row.state, "booked")
        self.assertTrue(row.statement_line_id.is_reconciled)
        self.assertEqual(row.statement_line_id.partner_id, self.partner_a)
        self.assertEqual(self.left_on("transit"), (0, 0))

    def test_settled_with_tax(self):
        self.setting(fee_tax_percent=20)
        self.paid_before()
        self.settle_at_stripe()
        self.import_balance()
        self.assert_row("settled_with_tax")

    def test_settled_late(self):
        self.paid_before()
        self.import_balance()
        self.assert_row("settled_late")
        self.assertTrue(self.account.balance_wanted_at, "Odoo asks again by itself")
        self.settle_at_stripe()
        self.account.balance_wanted_at = "2026-01-01"
        self.settle()
        self.assert_row("settled")
        self.assertFalse(self.account.balance_wanted_at)
        self.assertFalse(self.account.activity_ids)

    def test_settled_for_two_invoices(self):
        self.paid_before()
        self.paid_before(price=60.0)
        self.settle_at_stripe()
        self.import_balance()
        self.assert_row("settled_for_two_invoices")
        self.assertEqual(self.left_on("transit"), (0, 0))

    def test_settled_in_closed_period(self):
        self.paid_before()
        self.settle_at_stripe()
        self.lock(fields.Date.today() + timedelta(days=30))
        self.import_balance()
        self.assert_row("settled_in_closed_period")

    def test_foreign_charge(self):
        self.start = self.newest_move()
        customer = self.simulator.post("customers", email="shop@example.com")
        self.simulator.post(
            "payment_intents",
            amount=10000,
            currency="eur",
            customer=customer["id"],
            confirm="true",
            payment_method="pm_card_fr",
        )
        self.settle_at_stripe()
        self.import_balance()
        self.assert_row("foreign_charge")
        self.assertFalse(self.rows().statement_line_id.is_reconciled)
        self.assertFalse(self.account.activity_ids, "Nothing of Stripe's is unclear")

    def move_balance(self, kind, amount, **how):
        self.start = self.newest_move()
        self.at_stripe("balance_transaction", type=kind, amount=amount, **how)
        self.import_balance()

    def test_stripe_fee(self):
        self.move_balance("stripe_fee", -1500)
        self.assert_row("stripe_fee")

    def test_stripe_tax(self):
        self.move_balance("tax_fee", -300)
        self.assert_row("stripe_tax")

    def test_unknown_movement(self):
        self.move_balance("adjustment", -700, description="A correction")
        self.assert_row("unknown_movement")
        (activity,) = self.account.activity_ids
        self.assertIn("other_adjustment", activity.note)
        self.assertIn(self.rows().stripe_id, activity.note)
        self.assertFalse(self.rows().statement_line_id.is_reconciled)

    # === PAYOUTS === #

    def paid_out(self, **how):
        """Return a payout of 117.95 that Odoo knows."""
        self.paid_before()
        self.settle_at_stripe()
        self.import_balance()
        self.start = self.newest_move()
        body = self.at_stripe("payout", pending=True, **how)["payout"]
        self.import_balance()
        return self.payout(body)

    def payout(self, body):
        payouts = self.env["stripe.payout"].sudo()
        return payouts.search([("stripe_id", "=", body["id"])])

    def happens(self, payout, act, **body):
        """Let something happen to a payout at Stripe, and Odoo learn of it."""
        self.simulator.control(f"payouts/{payout.stripe_id}/{act}", body)
        self.learn()

    def test_payout(self):
        payout = self.paid_out()
        self.assert_row("payout")
        self.assertEqual(payout.status, "pending")
        self.assertEqual(payout.proof, "waiting")
        self.happens(payout, "arrive")
        self.assert_row("payout")
        self.assertEqual(payout.status, "paid")
        self.assertEqual(payout.proof, "exact")
        self.assertEqual(payout.item_ids, self.rows(("category", "=", "charge")))
        self.assertEqual(payout.items_amount, 117.95)
        self.assertTrue(payout.reference)
        self.assertEqual(self.left_on("transfer")[0], 117.95)

    # === THE BANK === #

    def arrived(self):
        """Return a payout that is with the bank, says Stripe."""
        payout = self.paid_out()
        self.happens(payout, "arrive")
        self.assertEqual(payout.bank_state, "open")
        return payout

    def bank_line(self, payout, **values):
        """Return the line of the bank for a payout, as an import makes it."""
        bank = self.company_data["default_journal_bank"]
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": bank.id,
                "date": payout.arrival_date,
                "amount": payout.amount,
                "payment_ref": "SEPA CREDIT Stripe Technology Europe",
                **values,
            }
        )

    def test_payout_at_the_bank(self):
        payout = self.arrived()
        payouts = self.env["stripe.payout"]
        self.assertEqual(payouts.search([("bank_state", "=", "open")]), payout)
        line = self.bank_line(payout)
        self.assertFalse(line.is_reconciled)
        self.run_worker()
        self.assert_row("payout_at_the_bank")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.left_on("transfer")[0], 0)
        self.assertEqual(payout.bank_state, "matched")
        self.assertEqual(payout.bank_move_id, line.move_id)
        self.assertFalse(payouts.search([("bank_state", "=", "open")]))
        rule = self.company.stripe_bank_rule_id
        self.assertEqual(rule.action_reconcile_stat()["domain"][0][2], line.move_id.ids)
        # The bank fetches it back: both lines are matched, each with its own.
        self.happens(payout, "fail", code="account_closed")
        self.assertEqual(payout.bank_state, "open")
        self.bank_line(payout, amount=-payout.amount)
        self.run_worker()
        self.assertEqual(self.left_on("transfer")[0], 0)
        self.assertEqual(payout.bank_state, "matched")

    def test_the_line_of_the_bank_may_be_booked_or_be_there_already(self):
        payout = self.arrived()
        transfer = self.company.transfer_account_id
        booked = {"counterpart_account_id": transfer.id}
        other = self.bank_line(payout, payment_ref="By hand", **booked)
        self.run_worker()
        self.assertEqual(payout.bank_state, "open", "Nothing says that it is Stripe's")
        other.unlink()
        self.bank_line(payout, payment_ref=f"For {payout.reference}", **booked)
        self.run_worker()
        self.assertEqual(payout.bank_state, "matched")
        self.assertEqual(self.left_on("transfer")[0], 0)

    def test_what_is_not_beyond_doubt_is_left_to_a_person(self):
        payout = self.arrived()
        two = [self.bank_line(payout) for _number in range(2)]
        other = self.bank_line(payout, payment_ref="Bakery")
        self.run_worker()
        self.assertEqual(payout.bank_state, "open")
        two[0].unlink()
        self.run_worker()
        self.assertEqual(payout.bank_move_id, two[1].move_id)
        self.assertFalse(other.is_reconciled)

    def test_whoever_undoes_it_has_the_last_word(self):
        payout = self.arrived()
        line = self.bank_line(payout)
        self.run_worker()
        line.action_undo_reconciliation()
        self.run_worker()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(payout.bank_state, "open")

    def test_the_rule_is_the_companys_and_is_made_once(self):
        rule = self.company.stripe_bank_rule_id
        self.assertEqual(rule.line_ids.account_id, self.company.transfer_account_id)
        self.assertEqual(rule.trigger, "manual")
        payout = self.arrived()
        rule.match_label_param = "PAYOUTS"
        line = self.bank_line(payout)
        self.run_worker()
        self.assertEqual(payout.bank_state, "open")
        rule.match_label_param = "technology"
        rule.active = False
        self.run_worker()
        self.assertEqual(payout.bank_state, "open")
        rule.unlink()
        self.connect(self.company)
        self.assertFalse(self.company.stripe_bank_rule_id)
        self.run_worker()
        self.assertFalse(line.is_reconciled)

    def test_test_money_is_not_matched_with_the_bank_of_live_money(self):
        payout = self.arrived()
        self.company.stripe_account_id = self.account.copy(
            {"stripe_id": "acct_live", "livemode": True, "import_balance": False}
        )
        self.bank_line(payout)
        self.run_worker()
        self.assertEqual(payout.bank_state, "open")

    # === PAYOUTS THAT COME BACK === #

    def test_payout_failed(self):
        payout = self.paid_out()
        self.happens(payout, "arrive")
        self.happens(payout, "fail", code="account_closed")
        self.assert_row("payout_failed")
        self.assertEqual(payout.status, "failed")
        self.assertIn("closed", payout.failure)
        self.assertEqual(payout.bank_state, "returned")
        self.assertEqual(self.left_on("transfer")[0], 0)
        self.assert_balance()

    def manual(self, amount=5000, **how):
        self.paid_before()
        self.settle_at_stripe()
        self.at_stripe("available")
        self.import_balance()
        self.start = self.newest_move()
        body = self.simulator.post("payouts", amount=amount, currency="eur", **how)
        self.learn()
        self.import_balance()
        return self.payout(body)

    def test_payout_cancelled(self):
        payout = self.manual()
        self.assertEqual(payout.proof, "balance")
        self.assertEqual(payout.running_balance, 67.95)
        self.happens(payout, "cancel")
        self.assert_row("payout_cancelled")
        self.assertEqual(payout.status, "canceled")
        self.assertEqual(payout.running_balance, 67.95)
        self.assertEqual(self.left_on("transfer")[0], 0)

    def test_payout_reversed(self):
        payout = self.paid_out()
        self.happens(payout, "arrive")
        self.happens(payout, "reverse")
        self.import_balance()
        self.assert_row("payout_reversed")
        back = self.env["stripe.payout"].search([("id", "!=", payout.id)])
        self.assertEqual(back.original_ref, payout.stripe_id)
        self.assertEqual(back.amount, -117.95)

    def test_payout_instant(self):
        payout = self.manual(10000, method="instant")
        self.assert_row("payout_instant")
        self.assertTrue(payout.instant)
        self.assertEqual(payout.fee, 1.0)

    def test_topup(self):
        self.move_balance("topup", 20000)
        self.assert_row("topup")

    # === OTHER CURRENCIES === #

    def test_converted(self):
        self.dollar_invoice()
        self.assert_row("converted")

    def test_kept_in_dollars(self):
        self.setting(settlement_currencies=["usd"])
        self.dollar_invoice()
        self.assert_row("kept_in_dollars")
        dollars = self.account.balance_ids.filtered(
            lambda row: row.currency_id.name == "USD"
        )
        self.assertEqual(dollars.booked, 115.85)
