from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestPrintedGuard(StripeInvoiceCommon):
    """What the customer holds does not change here, on any path (invariant I6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,account.group_account_invoice"
        cls.billing = new_test_user(cls.env, "printed_guard", groups)
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.other_term = cls.env["account.payment.term"].create({"name": "Tomorrow"})
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.unit = cls.env.ref("uom.product_uom_dozen")

    def printed(self, move):
        """Return a change of each printed field of the invoice."""
        return {
            "name": "INV/2026/99999",
            "partner_id": self.partner_b.id,
            "partner_shipping_id": self.partner_b.id,
            "invoice_date": "2026-11-03",
            "invoice_date_due": "2027-01-31",
            "invoice_payment_term_id": self.other_term.id,
            "currency_id": self.euro.id,
            "narration": "<p>Another text</p>",
            "ref": "PO-7",
            "payment_reference": "REF-7",
            "delivery_date": "2026-11-20",
        }

    def printed_of_line(self):
        """Return a change of each printed field of a line."""
        return {
            "name": "Something else",
            "product_id": self.product_a.id,
            "product_uom_id": self.unit.id,
            "quantity": 2,
            "price_unit": 1.0,
            "discount": 50.0,
            "tax_ids": [Command.clear()],
            "display_type": "line_note",
            "sequence": 999,
            "balance": -1.0,
            "amount_currency": -1.0,
            "credit": 1.0,
        }

    def users(self):
        """Return the users that must fail alike, sudo among them."""
        return {
            "billing": self.billing,
            "administrator": self.env.user,
            "sudo": self.env.ref("base.user_root"),
        }

    def assert_refused(self, move, change, *args):
        """Assert that a change is refused with the way out, and nothing changed."""
        before = self.content(move)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            change(*args)
        self.env.invalidate_all()
        self.assertEqual(self.content(move), before)
        return str(caught.exception)

    def content(self, move):
        lines = move.line_ids.read(sorted(self.printed_of_line()))
        return move.read(sorted(self.printed(move))), lines, move.amount_total

    # === AFTER FINALIZATION === #

    def test_no_printed_field_can_be_written_by_anybody(self):
        move = self.make_open_invoice()
        for name, user in self.users().items():
            for field, value in self.printed(move).items():
                with self.subTest(user=name, field=field):
                    text = self.assert_refused(
                        move, move.with_user(user).write, {field: value}
                    )
                    if field not in ("name", "invoice_date", "currency_id"):
                        self.assertIn(move.name, text)
                        self.assertIn("Open", text)
                        self.assertIn("Request its cancellation", text)

    def test_no_printed_field_of_a_line_can_be_written_by_anybody(self):
        move = self.make_open_invoice()
        line = move.invoice_line_ids
        for name, user in self.users().items():
            for field, value in self.printed_of_line().items():
                with self.subTest(user=name, field=field):
                    self.assert_refused(
                        move, line.with_user(user).write, {field: value}
                    )
                    through = {"invoice_line_ids": [(1, line.id, {field: value})]}
                    self.assert_refused(move, move.with_user(user).write, through)

    def test_lines_are_neither_added_nor_taken_away_nor_moved(self):
        move = self.make_open_invoice(
            invoice_line_ids=[
                Command.create({"name": "One", "price_unit": 10}),
                Command.create({"name": "Two", "price_unit": 20}),
                Command.create({"name": "Note", "display_type": "line_note"}),
            ]
        )
        draft = self.make_invoice(post=False)
        line, note = move.invoice_line_ids[0], move.invoice_line_ids[2]
        all_lines = self.env["account.move.line"]
        new_note = {"move_id": move.id, "name": "New", "display_type": "line_note"}
        new_line = {"move_id": move.id, "name": "New", "price_unit": 0.0}
        ways = {
            "create a line": lambda: all_lines.create(new_line),
            "create a note": lambda: all_lines.create(new_note),
            "create through the invoice": lambda: move.write(
                {"invoice_line_ids": [Command.create({"name": "X", "price_unit": 0})]}
            ),
            "delete a line": line.unlink,
            "delete a note": note.unlink,
            "delete through the invoice": lambda: move.write(
                {"invoice_line_ids": [Command.delete(note.id)]}
            ),
            "move it away": lambda: note.write({"move_id": draft.id}),
            "move one here": lambda: draft.invoice_line_ids.write({"move_id": move.id}),
        }
        for way, go in ways.items():
            with self.subTest(way):
                self.assert_refused(move, go)

    def test_no_way_around_through_imports_lists_forms_and_actions(self):
        move = self.make_open_invoice()
        other = self.make_invoice(post=False)
        with self.subTest("import"):
            moves = self.env["account.move"].with_user(self.billing)
            ids = [move.export_data(["id"])["datas"][0][0]]
            result = moves.load(["id", "narration"], [[*ids, "Imported"]])
            self.assertFalse(result["ids"])
            self.assertIn("finalized", str(result["messages"]))
        with self.subTest("list"):
            both = (move + other).with_user(self.billing)
            self.assert_refused(move, both.write, {"ref": "PO-7"})
            self.assertFalse(other.ref, "One of two was changed")
        with self.subTest("form"):
            form = Form(move.with_user(self.billing))
            form.narration = "<p>Typed</p>"
            self.assert_refused(move, form.save)
        with self.subTest("server action"):
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Change",
                    "model_id": self.env["ir.model"]._get_id("account.move"),
                    "state": "object_write",
                    "update_path": "ref",
                    "value": "PO-7",
                }
            )
            context = {"active_model": "account.move", "active_id": move.id}
            run = action.with_context(**context, active_ids=move.ids).run
            self.assert_refused(move, run)
        with self.subTest("code"):
            self.assert_refused(move, setattr, move, "ref", "PO-7")

    def test_same_values_again_are_no_change(self):
        move = self.make_open_invoice()
        move.write(
            {
                "narration": move.narration,
                "invoice_date_due": fields.Date.to_string(move.invoice_date_due),
            }
        )
        line = move.invoice_line_ids
        line.write({"name": line.name, "tax_ids": [Command.set(line.tax_ids.ids)]})

    def test_what_is_not_printed_stays_editable(self):
        move = self.make_open_invoice()
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Project", "plan_id": plan.id}
        )
        user = self.env.ref("base.user_admin")
        self.env.user.group_ids += self.env.ref("analytic.group_analytic_accounting")
        mine = move.with_user(self.billing)
        mine.write({"invoice_user_id": user.id})
        mine.invoice_line_ids.analytic_distribution = {str(analytic.id): 100}
        mine.invoice_line_ids.account_id = self.company_data[
            "default_account_revenue"
        ].copy()
        mine.message_post(body="An internal note")
        mine.activity_schedule("mail.mail_activity_data_todo", user_id=user.id)
        mine.action_toggle_block_payment()
        mine.action_toggle_block_payment()
        mine.write({"partner_bank_id": self.partner_a.bank_ids[:1].id})
        self.assertEqual(move.invoice_user_id, user)
        self.assertFalse(move.stripe_pending, "Stripe has nothing to do with it")

    def test_the_contact_stays_editable_and_the_invoice_as_it_is(self):
        move = self.make_open_invoice()
        self.partner_a.write({"name": "Renamed", "street": "Elsewhere"})
        move.action_stripe_refresh()
        self.settle()
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertNotEqual(remote["customer_name"], "Renamed")

    def test_paid_and_void_invoices_say_their_own_way_out(self):
        for act, way_out in (("pay", "credit note"), ("void", "Duplicate")):
            with self.subTest(act):
                move = self.make_open_invoice()
                self.simulator.control(f"invoices/{move.stripe_ref}/{act}", {})
                self.receive_all()
                self.settle()
                text = self.assert_refused(move, move.write, {"ref": "X"})
                self.assertIn(way_out, text)

    def test_edit_is_refused_while_the_finalization_is_not_known(self):
        self.simulator.fault(kind="drop_after", path="/finalize$", times=1)
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        self.assert_refused(move, move.write, {"narration": "Late"})
        self.settle()
        self.assertEqual(move.stripe_status, "open")

    # === BEFORE FINALIZATION === #

    def test_before_finalization_every_edit_reaches_stripe(self):
        self.account.finalize_delay = 24
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        due = fields.Date.today() + timedelta(days=45)
        self.partner_b.write(
            {
                "street": "2 rue B",
                "city": "Lyon",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        mine = move.with_user(self.billing)
        mine.write({"invoice_date_due": due, "partner_shipping_id": self.partner_b.id})
        mine.invoice_line_ids.write({"name": "Audit"})
        self.run_worker()
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertEqual(remote["status"], "draft")
        self.assertEqual(remote["total"], round(move.amount_total * 100))
        self.assertIn("Audit", remote["lines"]["data"][0]["description"])
        customer = self.simulator.api(f"customers/{remote['customer']}")
        self.assertEqual(customer["shipping"]["address"]["city"], "Lyon")
        invoices = self.simulator.control("objects/invoice")["data"]
        self.assertEqual(len(invoices), 1)

    # === ORDERS === #

    def test_order_is_not_cancelled_while_its_invoice_can_be_paid(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "stripe_invoice": True,
                "order_line": [
                    Command.create(
                        {"product_id": self.product_a.id, "product_uom_qty": 1}
                    )
                ],
            }
        )
        self.product_a.invoice_policy = "order"
        order.action_confirm()
        move = order._create_invoices()
        move.invoice_date = "2026-11-02"
        move.action_post()
        self.run_worker()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        for cancel in (order.action_cancel, order._action_cancel):
            with self.assertRaisesRegex(UserError, move.name):
                cancel()
        self.assertEqual(order.state, "sale")
        move.action_stripe_void()
        self.settle()
        order._action_cancel()
        self.assertEqual(order.state, "cancel")

    # === CLOSED BOOKS === #

    def void(self, move):
        move.button_request_cancel()
        self.settle()
        self.assertEqual(move.stripe_status, "void", move.stripe_document_id.error)
        self.assertFalse(move.stripe_to_fix or move.stripe_pending)

    def assert_reversed(self, move):
        """Assert that the entry is still there, and undone by another."""
        self.assertEqual(move.state, "posted")
        self.assertTrue(move.currency_id.is_zero(move.amount_residual))
        self.assertEqual(move.payment_state, "reversed")
        reversal = move.reversal_move_ids
        self.assertEqual(reversal.state, "posted")
        self.assertEqual(reversal.move_type, "out_refund")
        self.assertFalse(reversal.stripe_document_id, "It was sent to Stripe")
        return reversal

    def test_void_of_a_hashed_invoice_ends_in_a_reversal(self):
        self.company_data["default_journal_sale"].restrict_mode_hash_table = True
        move = self.make_open_invoice()
        self.assertTrue(move.inalterable_hash)
        self.void(move)
        reversal = self.assert_reversed(move)
        self.assertTrue(reversal.inalterable_hash)
        report = self.company._check_hash_integrity()["results"]
        self.assertNotIn("corrupted", str(report).lower())

    def test_void_in_a_closed_period_ends_in_a_reversal_in_an_open_one(self):
        for lock in ("fiscalyear_lock_date", "sale_lock_date", "tax_lock_date"):
            with self.subTest(lock):
                move = self.make_open_invoice(invoice_date="2026-10-02")
                self.company[lock] = date(2026, 10, 31)
                self.void(move)
                reversal = self.assert_reversed(move)
                self.assertGreater(reversal.date, self.company[lock])
                self.company[lock] = False

    def test_void_in_the_dashboard_of_a_closed_period_is_reversed_by_policy(self):
        self.account.void_policy = "cancel"
        move = self.make_open_invoice(invoice_date="2026-10-02")
        self.company.fiscalyear_lock_date = date(2026, 10, 31)
        self.simulator.control(f"invoices/{move.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        self.assert_reversed(move)
