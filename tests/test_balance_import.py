from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models.stripe_balance_transaction import StripeBalanceTransaction
from .balance_common import BalanceCommon

BOOKING = "odoo.addons.sale_stripe_invoice.models.stripe_balance_transaction"
BAD = "odoo.addons.sale_stripe_invoice.models.stripe_account_bad"


@tagged("post_install", "-at_install")
class TestBalanceImport(BalanceCommon):
    """The import: batches, interruptions, events, catching up."""

    def fees(self, count, amount=-100):
        """Let Stripe charge fees, each a movement of its own."""
        self.start = self.newest_move()
        for number in range(count):
            self.at_stripe(
                "balance_transaction",
                type="stripe_fee",
                amount=amount,
                description=f"Fee {number}",
            )

    def problem(self):
        return self.account.balance_problem or ""

    def want(self):
        self.account.sudo()._want_balance()

    def test_a_bad_one_does_not_stop_the_others(self):
        self.fees(4)
        self.at_stripe("balance_transaction", type="topup", amount=500)
        self.fees(3)
        # Topups cannot be booked, and so neither can a batch that holds one.
        self.company.transfer_account_id.active = False
        self.want()
        with mute_logger(BOOKING):
            self.run_worker()
        states = self.rows().mapped("state")
        self.assertEqual(sorted(states), ["booked"] * 7 + ["failed"])
        failed = self.rows(("state", "=", "failed"))
        self.assertIn("topup", failed.category)
        self.assertTrue(failed.error)
        self.assertTrue(failed.next_attempt_at)
        self.company.transfer_account_id.active = True
        self.import_balance()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})

    def test_killed_after_the_list_goes_on_with_the_booking(self):
        self.fees(3)
        self.want()
        killed = psycopg2.OperationalError("killed")
        with patch.object(
            StripeBalanceTransaction, "_process_batch", side_effect=killed
        ):
            self.run_worker()
        self.assertEqual(set(self.rows().mapped("state")), {"received"})
        self.run_worker()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertEqual(len(self.entries()), 3)
        self.import_balance()
        self.assertEqual(len(self.entries()), 3)

    def test_database_refuses_a_movement_a_second_time(self):
        self.fees(1)
        self.import_balance()
        row = self.rows()
        values = row.copy_data()[0]
        values["balance_id"], values["account_id"] = (
            row.balance_id.id,
            row.account_id.id,
        )
        values.update(
            stripe_id=row.stripe_id,
            created_at=row.created_at,
            date=row.date,
            category=row.category,
            counterpart=row.counterpart,
        )
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            row.create(values)

    def test_events_of_payouts_import_the_balance(self):
        self.paid_before()
        self.settle_at_stripe()
        body = self.at_stripe("payout", pending=True)["payout"]
        self.simulator.control(f"payouts/{body['id']}/arrive", {})
        # Neither has been imported: one event brings both.
        self.receive(self.simulator.events()[-1])
        self.settle()
        self.assertEqual(len(self.rows()), 2)
        payout = self.env["stripe.payout"].search([])
        self.assertEqual(payout.status, "paid")
        self.assertEqual(payout.proof, "exact")
        self.assert_balance()

    def test_clock_of_the_server_that_is_hours_ahead_misses_no_movement(self):
        with freeze_time(fields.Datetime.now() + timedelta(hours=5)):
            for count in (1, 2):
                self.fees(1)
                self.want()
                self.settle()
                self.assertEqual(len(self.rows(("label", "like", "Fee"))), count)
        self.assert_balance()

    def test_catching_up_finds_everything_without_an_event(self):
        self.paid_before()
        self.settle_at_stripe()
        body = self.at_stripe("payout", pending=True)["payout"]
        job = self.env.ref("sale_stripe_invoice.ir_cron_catch_up")
        self.run_worker(job)
        self.settle()
        payout = self.env["stripe.payout"].search([])
        self.assertEqual(payout.status, "pending")
        self.simulator.control(f"payouts/{body['id']}/arrive", {})
        self.env["stripe.event"].sudo().search([]).unlink()
        self.account.last_catch_up = fields.Datetime.now().timestamp() + 7200
        self.run_worker(job)
        self.settle()
        self.assertEqual(payout.status, "paid")
        self.assertEqual(payout.proof, "exact")
        self.assert_balance()

    def test_account_that_is_connected_already_is_set_up_by_itself(self):
        self.account.write(
            {
                "import_balance": False,
                "import_start": False,
                "dispute_account_id": False,
            }
        )
        self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        self.assertTrue(self.account.dispute_account_id)
        self.assertTrue(self.account.import_balance)

    def test_switched_off_on_purpose_it_stays_off(self):
        self.account.import_balance = False
        self.fees(1)
        self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        self.run_worker()
        self.assertFalse(self.rows())
        self.assertFalse(self.account.import_balance)

    def test_key_without_the_permission_stops_the_import_only(self):
        self.fees(1)
        rule = {"kind": "status", "status": 403, "path": "/v1/balance_transactions"}
        self.simulator.fault(**rule)
        self.want()
        self.run_worker()
        self.assertFalse(self.account.next_attempt_at, "Invoices go on")
        self.assertIn("balance", self.account.balance_problem.lower())
        self.assertTrue(self.account.balance_wanted_at)
        self.simulator.control("faults/clear", {})
        self.import_balance()
        self.assertFalse(self.account.balance_problem)

    def test_currency_without_a_rate_is_not_taken_one_for_one(self):
        self.setting(settlement_currencies=["chf"])
        franc = self.env.ref("base.CHF")
        franc.rate_ids.unlink()
        self.start = self.newest_move()
        self.at_stripe(
            "balance_transaction", type="stripe_fee", amount=-100, currency="chf"
        )
        self.want()
        with mute_logger(BOOKING):
            self.run_worker()
        row = self.rows()
        self.assertEqual(row.state, "failed")
        self.assertIn("CHF", row.error)
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "currency_id": franc.id, "rate": 0.8}
        )
        row.action_retry()
        self.run_worker()
        self.assertEqual(row.state, "booked")
        self.assertEqual(sum(row.move_id.line_ids.mapped("debit")), 1.25)

    def test_what_cannot_be_imported_is_told_and_stops_nothing_else(self):
        self.setting(settlement_currencies=["chf"])
        franc = self.env.ref("base.CHF")
        # A currency of which Odoo has never heard.
        franc.name = "CHX"
        self.fees(2)
        foreign = self.at_stripe(
            "balance_transaction", type="stripe_fee", amount=-100, currency="chf"
        )
        # Not what Stripe documents.
        odd = self.at_stripe(
            "balance_transaction", type="stripe_fee", amount=-100, category=[7]
        )
        self.fees(2)
        move = self.invoice()
        self.pay(move)
        self.receive_all()
        self.want()
        with mute_logger(BAD):
            self.settle()
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.rows().mapped("state"), ["booked"] * 4)
        self.assertIn(f"{foreign['id']}: Odoo does not know", self.problem())
        self.assertIn(f"{odd['id']}: Stripe's data is not as expected", self.problem())
        self.assertIn("\nCHF: ", self.problem(), "The balance itself")
        self.assertFalse(self.account.balance_ids.read_at, "Nobody knows its start")
        self.assertTrue(self.account.balance_wanted_at)
        franc.write({"name": "CHF", "active": True})
        rates = self.env["res.currency.rate"]
        rates.create({"name": "2026-01-01", "currency_id": franc.id, "rate": 0.8})
        self.settle_at_stripe()
        with mute_logger(BAD):
            self.want()
            self.settle()
        self.assertEqual(len(self.rows()), 6)
        francs = self.account.balance_ids.filtered(lambda row: row.currency_id == franc)
        self.assertEqual((francs.amount, francs.opening), (-1, 0))
        self.assertNotIn("CHF", self.problem())
        self.assertIn(odd["id"], self.problem(), "It is listed for as long as it lasts")

    def test_balance_is_in_the_books_of_one_company(self):
        other = self.setup_other_company(name="Other")["company"]
        other.stripe_invoice = True
        second = self.connect(other)
        self.assertEqual(second.stripe_id, self.account.stripe_id)
        self.assertFalse(second.import_balance)
        with self.assertRaisesRegex(ValidationError, self.company.name):
            second.import_balance = True
        self.account.import_balance = False
        second.import_balance = True
        self.assertTrue(second.import_balance)

    def test_many_are_booked_with_few_queries(self):
        self.fees(5)
        self.import_balance()
        few = self.queries_to_book(10)
        many = self.queries_to_book(60)
        self.assertLess((many - few) / 50, 12, (few, many))

    def queries_to_book(self, count):
        """Return how many queries booking so many movements takes."""
        self.fees(count)
        gateway = self.account._gateway()
        rows = self.env["stripe.balance.transaction"].sudo()
        new = rows._receive(self.account, gateway.list_balance_transactions(0))
        self.assertEqual(len(new), count)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        new._book()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
