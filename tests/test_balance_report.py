from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .balance_common import BalanceCommon


@tagged("post_install", "-at_install")
class TestBalanceReport(BalanceCommon):
    """The proof: Stripe's balance, Odoo's, and every reason for a difference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env,
            "accountant",
            groups="account.group_account_invoice",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def settled(self):
        """Return the one movement of a payment that is booked."""
        self.paid_before()
        self.settle_at_stripe()
        self.import_balance()
        return self.rows()

    def report(self, day=None, user=None):
        """Return the lines of the report: kind → sum, and their labels."""
        reports = self.env["stripe.balance.report"].with_user(user or self.accountant)
        values = {"date": day} if day else {"date": self.today()}
        report = reports.create(values)
        action = report.action_show()
        lines = self.env[action["res_model"]].search(action["domain"])
        rows = [line for line in lines if line.kind != "odoo"]
        for balance in lines.balance_id:
            own = [line.amount for line in rows if line.balance_id == balance]
            (odoo,) = (
                line.amount
                for line in lines
                if line.kind == "odoo" and line.balance_id == balance
            )
            self.assertAlmostEqual(sum(own), odoo, 2, "The report does not add up")
        return {line.kind: line.amount for line in lines}, lines

    def today(self):
        # The clock at Stripe has been moved, over midnight perhaps.
        return fields.Date.context_today(self.account) + timedelta(days=2)

    def check(self):
        self.account.balance_ids.to_compare = True
        self.env["stripe.balance"].sudo()._compare()

    def by_hand(self, amount):
        """Book something on Stripe's balance that Stripe knows nothing of."""
        books = self.account.with_context(tz=self.account.tz)
        journal = self.account.journal_id
        expense = self.company_data["default_account_expense"]
        move = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": fields.Date.context_today(books),
                "line_ids": [
                    Command.create(
                        {"account_id": journal.default_account_id.id, "balance": amount}
                    ),
                    Command.create({"account_id": expense.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        return move

    def test_nothing_to_explain(self):
        self.settled()
        amounts, lines = self.report()
        self.assertEqual(amounts, {"stripe": 117.95, "odoo": 117.95})
        self.assertEqual(lines[0].pending, 117.95)

    def test_yesterday_nothing_was_there(self):
        row = self.settled()
        amounts, _lines = self.report(day=row.date - timedelta(days=1))
        self.assertEqual(amounts, {"stripe": 0, "odoo": 0})

    def test_entry_by_hand_is_named_and_raises_an_activity(self):
        self.settled()
        move = self.by_hand(10)
        amounts, lines = self.report()
        self.assertEqual(amounts, {"stripe": 117.95, "by_hand": 10, "odoo": 127.95})
        self.assertIn(move.name, lines[1].label)
        self.assertEqual(lines[1].action_open()["res_id"], move.id)
        self.check()
        balance = self.account.balance_ids
        self.assertEqual(balance.difference, -10)
        self.assertIn(move.name, balance.explanation)
        (activity,) = self.account.activity_ids
        self.assertIn(move.name, activity.note)
        self.check()
        self.assertEqual(self.account.activity_ids, activity, "It was said once")
        move.button_draft()
        self.check()
        self.assertFalse(balance.difference)
        self.assertFalse(self.account.activity_ids)

    def test_statement_line_that_was_changed_is_named(self):
        row = self.settled()
        row.move_id.button_draft()
        amounts, lines = self.report()
        self.assertEqual(amounts["not_booked"], -117.95)
        self.assertIn(row.stripe_id, lines[1].label)
        with self.assertRaises(UserError):
            row.statement_line_id.unlink()

    def test_movement_that_cannot_be_booked_is_named(self):
        self.paid_before()
        self.settle_at_stripe()
        self.account.fee_account_id.active = False
        self.account.sudo()._want_balance()
        self.run_worker()
        row = self.rows()
        self.assertEqual(row.state, "failed")
        amounts, lines = self.report()
        self.assertEqual(amounts["not_booked"], -117.95)
        self.assertIn(row.error, lines[1].label)
        self.assertEqual(self.account.balance_ids.difference, 117.95)
        self.assertTrue(self.account.activity_ids)
        self.account.fee_account_id.active = True
        row.with_user(self.accountant).action_retry()
        self.run_worker()
        self.assertEqual(row.state, "booked")
        self.account.sudo()._want_balance()
        self.run_worker()
        self.assertFalse(self.account.balance_ids.difference)
        self.assertFalse(self.account.activity_ids)

    def test_what_is_available_and_what_is_pending(self):
        """What was paid is pending; what is taken off is so at once."""
        self.settled()
        self.at_stripe("balance_transaction", type="stripe_fee", amount=-1500)
        self.import_balance()
        _amounts, lines = self.report()
        at_stripe = lines[0]
        self.assertEqual(at_stripe.amount, 102.95)
        self.assertEqual((at_stripe.available, at_stripe.pending), (-15, 117.95))
        self.assertFalse(any(line.available or line.pending for line in lines[1:]))

    def test_what_was_there_before_the_start_is_left_alone(self):
        self.paid_before()
        self.settle_at_stripe()
        self.account.import_start = self.today() + timedelta(days=3)
        self.import_balance()
        self.assertFalse(self.rows())
        self.assertFalse(self.entries())
        amounts, _lines = self.report()
        self.assertEqual(
            amounts, {"stripe": 117.95, "before_start": -117.95, "odoo": 0}
        )
        self.assertFalse(self.account.activity_ids)
        # The accountant books the opening balance.
        self.by_hand(117.95)
        amounts, _lines = self.report()
        self.assertEqual(amounts, {"stripe": 117.95, "odoo": 117.95})
        self.check()
        self.assertFalse(self.account.activity_ids)

    def test_closed_period_is_explained_until_the_open_day(self):
        self.paid_before()
        self.settle_at_stripe()
        closed = self.today() + timedelta(days=30)
        self.lock(closed)
        self.import_balance()
        amounts, lines = self.report()
        self.assertEqual(amounts["other_day"], -117.95)
        self.assertIn(self.rows().stripe_id, lines[1].label)
        amounts, _lines = self.report(day=closed + timedelta(days=1))
        self.assertEqual(amounts, {"stripe": 117.95, "odoo": 117.95})
        self.assertFalse(self.account.activity_ids)

    def test_what_was_not_listed_is_listed_once_more(self):
        row = self.settled()
        stripe_id = row.stripe_id
        balance = self.account.balance_ids
        row.sudo().statement_line_id = False
        row.sudo().unlink()
        account = self.account.sudo()
        account.balance_read_until += 30 * 24 * 3600
        account._want_balance()
        self.run_worker()
        self.assertEqual(balance.missing, 117.95)
        self.assertFalse(account.balance_read_until)
        self.run_worker()
        self.assertEqual(self.rows().stripe_id, stripe_id)
        self.assertFalse(balance.missing)

    def test_report_is_printed(self):
        self.settled()
        reports = self.env["stripe.balance.report"].with_user(self.accountant)
        report = reports.create({"date": self.today()})
        action = report.action_print()
        self.assertEqual(action["type"], "ir.actions.report")
        name = "sale_stripe_invoice.report_stripe_balance"
        printed = action["context"]["active_ids"]
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(name, printed)
        self.assertIn("117.95", html.decode())
        self.assertIn("Balance in Odoo", html.decode())

    def test_without_rights_nothing_is_shown(self):
        self.settled()
        stranger = new_test_user(self.env, "stranger", groups="base.group_user")
        with self.assertRaises(UserError):
            self.report(user=stranger)
        with self.assertRaises(UserError):
            self.account.with_user(stranger).action_import_balance()
        with self.assertRaises(UserError):
            self.rows().with_user(self.accountant).net = 1
