from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestInvoiceLink(StripeInvoiceCommon):
    """An invoice that is at Stripe already is linked, and never made a second time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager, cls.billing = (
            new_test_user(
                cls.env,
                login,
                groups=f"base.group_user,{group}",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for login, group in (
                ("manager", "account.group_account_manager"),
                ("billing", "account.group_account_invoice"),
            )
        )

    def make_old_invoice(self, **values):
        """Return a confirmed invoice that was not sent to Stripe."""
        move = self.make_invoice(stripe_invoice=False, **values)
        self.assertFalse(move.stripe_document_id)
        return move

    def make_at_stripe(self, move, amount=None, off=0, **params):
        """Let somebody have made the same invoice in Stripe's dashboard."""
        told = {"name": move.partner_id.name, "email": "anna@example.com"}
        customer = self.simulator.post("customers", **told)["id"]
        minor = round(move.amount_total * 100) if amount is None else amount
        invoice = self.simulator.post(
            "invoices",
            **{
                "customer": customer,
                "currency": move.currency_id.name.lower(),
                "number": move.name,
                "collection_method": "send_invoice",
                "days_until_due": 30,
                "auto_advance": "false",
                **params,
            },
        )
        path = f"invoices/{invoice['id']}"
        self.simulator.post(
            f"{path}/add_lines",
            **{"lines[0][amount]": minor, "lines[0][description]": "Consulting"},
        )
        if off:
            self.simulator.control(f"{path}/coupon", {"amount_off": off})
        return self.simulator.post(f"{path}/finalize", auto_advance="false")["id"]

    def dialog(self, move, stripe_id="", user=None):
        action = move.with_user(user or self.manager).action_stripe_link()
        dialogs = self.env["stripe.invoice.link"].with_user(user or self.manager)
        dialogs = dialogs.with_context(**action["context"])
        return dialogs.create({"stripe_id": stripe_id})

    def link(self, move, stripe_id):
        dialog = self.dialog(move, stripe_id)
        dialog.action_look_up()
        dialog.action_link()
        self.settle()

    def remote(self, stripe_id):
        return self.simulator.api(f"invoices/{stripe_id}")

    def test_discount_of_stripes_is_compared_after_it(self):
        none = self.env["account.tax"]
        move = self.make_old_invoice(price=100, taxes=none)
        dialog = self.dialog(move, self.make_at_stripe(move, off=1000))
        dialog.action_look_up()
        self.assertRegex(dialog.objections, "90.00 USD at Stripe.* takes off 10.00 USD")
        with self.assertRaisesRegex(UserError, "total differs"):
            dialog.action_link()
        same = self.make_old_invoice(price=90, taxes=none)
        self.link(same, self.make_at_stripe(same, amount=10000, off=1000))
        self.assertEqual(same.stripe_status, "open")
        self.assertEqual(same.stripe_amount_remaining, same.amount_total)
        self.assertNotIn("stripe_other", same._get_alerts())
        differences = self.env["stripe.difference"].search([])
        self.assertFalse(differences.filtered(lambda row: row.move_id == same))

    def test_draft_that_got_a_coupon_is_not_finalized(self):
        move = self.make_draft_at_stripe(taxes=self.env["account.tax"])
        path = f"invoices/{move.stripe_ref}/coupon"
        self.simulator.control(path, {"amount_off": 1000})
        self.settle()
        self.assertEqual(move.stripe_status, "deleted")
        shown = r" total: \$\s100.00 ≠ \$\s90.00"
        self.assertRegex(move.stripe_document_id.error, shown)

    def test_an_open_invoice_is_linked_after_a_look_and_kept_in_step(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move)
        before = self.remote(stripe_id)
        dialog = self.dialog(move, f" {stripe_id}")
        with self.assertRaisesRegex(UserError, "Look the invoice up first"):
            dialog.action_link()
        dialog.action_look_up()
        self.assertEqual(dialog.found_number, move.name)
        self.assertEqual(dialog.found_status, "open")
        self.assertFalse(dialog.objections or dialog.note)
        self.assertFalse(move.stripe_document_id, "Looking it up has linked it")
        dialog.action_link()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.stripe_ref, stripe_id)
        self.assertEqual(move.stripe_number, move.name)
        self.assertEqual(move.stripe_amount_remaining, move.amount_total)
        self.assertEqual(move.stripe_customer_name, self.partner_a.name)
        self.assertEqual(self.remote(stripe_id), before, "Linking touches nothing")
        self.assertFalse(move.activity_ids)
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(self.env["stripe.difference"].search([]))

    def test_it_is_found_by_its_number(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move)
        dialog = self.dialog(move)
        with self.assertRaisesRegex(UserError, "has 0 invoices of the number"):
            dialog.action_look_up()
        # Stripe's index lags behind.
        self.simulator.control("clock/advance", {"seconds": 60})
        dialog.action_look_up()
        self.assertEqual(dialog.found_id, stripe_id)

    def test_paid_in_odoo_afterwards_is_paid_at_stripe(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move)
        self.link(move, stripe_id)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self.settle()
        self.assertEqual(self.remote(stripe_id)["status"], "paid")
        self.assertFalse(self.stripe_payments(move))

    def test_paid_at_stripe_and_open_here_is_booked_once(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move)
        self.simulator.control(f"invoices/{stripe_id}/pay", {})
        self.link(move, stripe_id)
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(len(self.stripe_payments(move)), 1)
        self.assertFalse(move.activity_ids)

    def test_what_odoo_has_booked_for_it_is_recognised(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move)
        self.simulator.control(f"invoices/{stripe_id}/pay", {})
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({})
            ._create_payments()
        )
        self.link(move, stripe_id)
        self.assertTrue(payment.stripe_ref.startswith("inpay_"))
        self.assertTrue(payment.stripe_charge)
        self.assertEqual(payment.stripe_account_id, self.account)
        self.receive_all()
        self.settle()
        booked = self.env["account.payment"].search(
            [("partner_id", "=", self.partner_a.id)]
        )
        self.assertEqual(booked, payment, "It was booked a second time")
        self.assertEqual(move.amount_residual, 0)

    def test_what_would_be_booked_twice_is_refused(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move)
        self.simulator.control(f"invoices/{stripe_id}/pay", {"amount": 6000})
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        register.create({"amount": move.amount_total - 10})._create_payments()
        dialog = self.dialog(move, stripe_id)
        dialog.action_look_up()
        self.assertIn("a second time", dialog.objections)
        with self.assertRaisesRegex(UserError, "a second time"):
            dialog.action_link()
        self.assertFalse(move.stripe_document_id)

    def test_what_speaks_against_it_is_said(self):
        move, other = self.make_old_invoice(), self.make_old_invoice()
        differing = self.make_at_stripe(move, amount=1)
        foreign = self.make_at_stripe(other, number="F-7", currency="chf")
        void = self.make_at_stripe(other, number="F-8")
        self.simulator.control(f"invoices/{void}/void", {})
        linked = self.make_open_invoice()
        for target, stripe_id, reason in (
            (move, differing, "The total differs"),
            (other, foreign, "The total differs"),
            (other, void, "neither open nor paid"),
            (other, linked.stripe_ref, "is the Stripe invoice of"),
            (linked, differing, "has a Stripe invoice already"),
        ):
            with self.subTest(reason):
                dialog = self.dialog(target, stripe_id)
                dialog.action_look_up()
                self.assertIn(reason, dialog.objections)
                with self.assertRaisesRegex(UserError, reason):
                    dialog.action_link()
        for stripe_id, reason in {
            "cus_1": "no invoice of Stripe's",
            "in_nowhere": "has no invoice in_nowhere",
        }.items():
            with self.subTest(reason), self.assertRaisesRegex(UserError, reason):
                self.dialog(other, stripe_id).action_look_up()

    def test_another_number_or_name_gets_a_second_thought(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move, number="F-7")
        move.partner_id.name = "Somebody else"
        dialog = self.dialog(move, stripe_id)
        dialog.action_look_up()
        self.assertIn("two numbers", dialog.note)
        self.assertIn("Somebody else", dialog.note)
        self.assertFalse(dialog.objections)

    def test_what_odoo_has_made_is_linked_again_by_number(self):
        """The database was restored, or the addon was installed anew."""
        moves = self.env["account.move"]
        for _number in range(3):
            moves += self.make_open_invoice()
        refs = moves.mapped("stripe_ref")
        paid = self.make_open_invoice()
        self.pay(paid)
        self.forget(moves + paid)
        result = (moves + paid).with_user(self.manager).action_stripe_link()
        self.assertIn(paid.name, result["params"]["message"])
        self.settle()
        self.assertEqual(moves.mapped("stripe_ref"), refs)
        self.assertEqual(set(moves.mapped("stripe_status")), {"open"})
        made = self.simulator.control("objects/invoice")["data"]
        self.assertEqual(len(made), 4, "An invoice was made a second time")
        with self.assertRaisesRegex(UserError, "has a Stripe invoice already"):
            moves.with_user(self.manager).action_stripe_link()

    def forget(self, moves):
        """Delete what Odoo knows of Stripe's invoices."""
        self.env.flush_all()
        documents = moves.sudo().stripe_document_id
        self.env.cr.execute(
            "UPDATE account_move SET stripe_document_id = NULL, stripe_status = NULL, "
            "stripe_ref = NULL, stripe_number = NULL WHERE id = ANY(%s)",
            [moves.ids],
        )
        self.env.cr.execute(
            "DELETE FROM stripe_document WHERE id = ANY(%s)", [documents.ids]
        )
        self.env.invalidate_all()

    def test_events_of_a_former_life_reach_no_invoice_of_today(self):
        """The IDs of documents begin anew, and the metadata still has the old ones."""
        old = self.make_open_invoice()
        ref, document = old.stripe_ref, old.sudo().stripe_document_id.id
        self.pay(old)
        self.receive_all()
        self.forget(old)
        self.company.stripe_invoice = False
        today = self.make_invoice(price=7.0)
        self.company.stripe_invoice = True
        self.env.cr.execute(
            "INSERT INTO stripe_document (id, account_id, company_id, move_id, "
            "currency_id, move_name) VALUES (%s, %s, %s, %s, %s, %s)",
            [
                document,
                self.account.id,
                self.company.id,
                today.id,
                today.currency_id.id,
                today.name,
            ],
        )
        self.env.invalidate_all()
        self.run_worker()
        self.assertNotEqual(today.sudo().stripe_document_ids.stripe_id, ref)
        self.assertFalse(self.stripe_payments(today))
        events = self.env["stripe.event"].sudo().search([("invoice_ref", "=", ref)])
        self.assertEqual(set(events.mapped("state")), {"ignored"})

    def test_linking_is_for_accounting_managers(self):
        move = self.make_old_invoice()
        stripe_id = self.make_at_stripe(move)
        with self.assertRaises(AccessError):
            move.with_user(self.billing).action_stripe_link()
        dialog = self.dialog(move, stripe_id)
        dialog.action_look_up()
        with self.assertRaises(AccessError):
            dialog.with_user(self.billing).action_link()
        self.assertFalse(move.stripe_document_id)
