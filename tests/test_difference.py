from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .rights_common import StripeRightsCommon


@tagged("post_install", "-at_install")
class TestDifference(StripeRightsCommon):
    """The list of what Odoo and Stripe have differently (demand: find it, fix it)."""

    def rows(self, move=None):
        """Return the rows of the list, or those of an invoice, by what differs."""
        domain = [("move_id", "=", move.id)] if move else []
        rows = self.env["stripe.difference"].search(domain)
        return {row.kind: row for row in rows}

    def forge(self, move, **values):
        """Change what is stored of Stripe's invoice, as a lost news would leave it."""
        move.sudo().stripe_document_id.write(values)

    def lose(self, move, act, **body):
        """Let something happen at Stripe of which nobody is told."""
        self.simulator.control(f"invoices/{move.stripe_ref}/{act}", body)

    def refresh(self, move):
        """Look at Stripe as the button does; return what is left."""
        self.env["stripe.difference"].search(
            [("move_id", "=", move.id)]
        ).action_refresh()
        self.settle()
        return self.rows(move)

    def test_what_agrees_is_not_in_the_list(self):
        waits = self.make_invoice()
        self.assertTrue(waits.stripe_pending)
        self.assertFalse(self.rows(), "It is on its way")
        still_open = self.make_open_invoice()
        paid = self.make_open_invoice()
        self.pay(paid)
        part = self.make_open_invoice()
        self.pay(part, amount=2500)
        void = self.make_open_invoice()
        void.button_request_cancel()
        self.receive_all()
        self.settle()
        self.assertEqual(void.state, "cancel")
        self.assertEqual(paid.payment_state, "paid")
        self.assertEqual(still_open.stripe_status, "open")
        self.assertFalse(self.rows())

    def test_each_kind_of_difference_is_named_with_both_values(self):
        move = self.make_open_invoice()
        self.forge(move, stripe_number="F-1", amount_total=1.0, amount_remaining=2.0)
        rows = self.rows(move)
        self.assertEqual(set(rows), {"number", "total", "due"})
        self.assertEqual(
            (rows["number"].odoo_value, rows["number"].stripe_value), (move.name, "F-1")
        )
        self.assertEqual(rows["total"].amount, move.amount_total - 1.0)
        self.assertEqual(rows["due"].amount, move.amount_residual - 2.0)
        self.assertIn("2.00", rows["due"].stripe_value)
        self.assertEqual(self.refresh(move), {})

    def test_paid_at_stripe_and_not_in_odoo(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_all()
        self.settle()
        payment = self.stripe_payments(move)
        # Somebody takes the payment away.
        payment.sudo().action_draft()
        payment.sudo().unlink()
        self.assertEqual(set(self.rows(move)), {"due"})
        self.assertEqual(self.refresh(move), {})
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(len(self.stripe_payments(move)), 1)

    def test_voided_at_stripe_and_not_in_odoo(self):
        move = self.make_open_invoice()
        self.lose(move, "void")
        self.receive_all()
        self.settle()
        self.assertEqual(set(self.rows(move)), {"state"})
        self.assertEqual(self.rows(move)["state"].odoo_value, "Posted")
        self.assertEqual(self.rows(move)["state"].stripe_value, "Void")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self.assertFalse(self.rows(move), "Collected by other means")

    def test_what_was_never_sent_is_named_with_its_problem(self):
        move = self.make_invoice(post=False)
        move.name = "INV/2026/" + "9" * 30
        move.action_post()
        self.run_worker()
        (row,) = self.rows(move).values()
        self.assertEqual(row.kind, "unsent")
        self.assertEqual(row.problem, move.sudo().stripe_document_id.error)
        self.assertTrue(row.problem)

    def test_a_bad_debt_that_is_booked_is_no_difference(self):
        move = self.make_open_invoice()
        self.lose(move, "mark_uncollectible")
        self.receive_all()
        self.settle()
        self.assertFalse(self.rows(move), "Both have all of it open")
        expense = self.company_data["default_account_expense"]
        receivable = move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    fields.Command.create(
                        {"account_id": expense.id, "debit": move.amount_total}
                    ),
                    fields.Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": move.partner_id.id,
                            "credit": move.amount_total,
                        }
                    ),
                ]
            }
        )
        entry.sudo().stripe_bad_debt = True
        entry.action_post()
        lines = (receivable + entry.line_ids).filtered(
            lambda line: line.account_id == receivable.account_id
        )
        lines.reconcile()
        self.settle()
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(move.stripe_status, "uncollectible")
        self.assertFalse(self.rows(move))

    def test_who_may_see_the_list_and_act(self):
        move = self.make_open_invoice()
        self.forge(move, amount_remaining=2.0)
        for user, may in {
            "billing": True,
            "readonly": True,
            "accountant": True,
            "salesman": False,
            "portal": False,
        }.items():
            with self.subTest(user):
                rows = self.env["stripe.difference"].with_user(self.users[user])
                self.assertEqual(rows.has_access("read"), may)
                if may:
                    found = rows.search([("move_id", "=", move.id)])
                    self.assertEqual(found.mapped("stripe_value"), ["$\xa02.00"])
        shown = self.env["stripe.difference"].with_user(self.users["readonly"])
        with self.assertRaises(AccessError):
            shown.search([("move_id", "=", move.id)]).action_refresh()
        acting = self.env["stripe.difference"].with_user(self.users["billing"])
        acting.search([("move_id", "=", move.id)]).action_refresh()

    def test_another_company_has_a_list_of_its_own(self):
        move = self.make_open_invoice()
        self.forge(move, amount_remaining=2.0)
        self.assertTrue(self.rows(move))
        other = self.setup_other_company()["company"]
        rows = self.env["stripe.difference"].with_user(self.users["accountant"])
        self.users["accountant"].write(
            {"company_ids": [(6, 0, other.ids)], "company_id": other.id}
        )
        self.assertFalse(rows.with_company(other).search([]))

    def test_the_list_asks_stripe_nothing(self):
        move = self.make_open_invoice()
        self.forge(move, amount_remaining=2.0)
        self.simulator.control("requests/clear", {})
        self.env["stripe.difference"].search([]).read()
        self.assertFalse(self.simulator.control("requests")["data"])
