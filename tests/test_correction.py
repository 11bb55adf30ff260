from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .correction_common import WAYS, CorrectionCommon


@tagged("post_install", "-at_install")
class TestCorrection(CorrectionCommon):
    """A finalized invoice gives way to a corrected one: never both, never neither."""

    # === THE THREE WAYS === #

    def test_each_way_ends_with_one_invoice_that_replaces_the_other(self):
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong()
                correction = self.correct(old, way)
                self.settle()
                self.assert_replaced(correction)
                self.assertEqual(correction.way, way)
                revised = {"action": "revision", "invoice": old.stripe_ref}
                self.assertEqual(
                    self.remote(correction.new_move_id)["from_invoice"],
                    revised if way == "revision" else None,
                )

    def test_account_without_revisions_is_noticed_and_another_way_is_taken(self):
        self.simulator.control(
            f"accounts/{self.account.stripe_id}", {"settings": {"revisions": False}}
        )
        correction = self.correct(self.make_wrong(), "revision")
        self.settle()
        self.assert_replaced(correction)
        self.assertEqual(correction.way, "duplicate")
        self.assertFalse(self.account.can_revise)
        with self.assertRaisesRegex(UserError, "does not revise"):
            self.correct(self.make_wrong(), "revision")

    # === SENDING === #

    def test_new_invoice_is_mailed_by_stripe_if_the_old_one_was(self):
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong()
                old.action_stripe_send()
                self.settle()
                self.assertTrue(old.stripe_sent_at)
                correction = self.correct(old, way)
                self.settle()
                new = correction.new_move_id
                self.assertTrue(new.stripe_sent_at)
                path = f"/v1/invoices/{new.stripe_ref}/send"
                self.assertEqual(len(self.simulator.sent(path=path)), 1)
                self.assertFalse(new.sending_data, "Odoo would mail it, too")

    def test_new_invoice_is_sent_by_odoo_if_the_old_one_was(self):
        old = self.make_wrong()
        sender = self.env["account.move.send"]
        sender._generate_and_send_invoices(old, sending_methods=["email"])
        self.assertTrue(old.is_move_sent)
        correction = self.correct(old, "credit_note")
        self.run_worker()
        new = correction.new_move_id
        self.assertFalse(new.sending_data, "Its payment page is not known yet")
        self.settle()
        self.assert_replaced(correction)
        self.assertTrue(new.is_being_sent)
        self.run_worker(self.env.ref("account.ir_cron_account_move_send"))
        self.assertTrue(new.is_move_sent)
        self.assertFalse(new.is_being_sent or new.stripe_sent_at)
        mails = new.message_ids.filtered("partner_ids")
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.partner_ids, new.partner_id)
        self.assertIn("Pay with Stripe", mails.body)

    def test_nothing_is_sent_if_it_is_not_wanted(self):
        for values in ({}, {"send": False}):
            old = self.make_wrong()
            old.is_move_sent = bool(values)
            correction = self.correct(old, "duplicate", **values)
            self.settle()
            new = correction.new_move_id
            self.assertEqual(correction.state, "done")
            self.assertFalse(new.is_being_sent or new.stripe_sent_at)

    # === PAID INVOICES === #

    def test_paid_invoice_is_credited_and_its_payment_moves_to_the_new_one(self):
        for amount, state in ((None, "paid"), (4000, "partial")):
            with self.subTest(state):
                old = self.make_wrong()
                self.pay(old, **({"amount": amount} if amount else {}))
                self.receive_all()
                self.settle()
                self.assertEqual(old.payment_state, state)
                payment = self.stripe_payments(old)
                with self.assertRaisesRegex(UserError, "only a credit note"):
                    self.correct(old, "duplicate")
                correction = self.correct(old)
                new = correction.new_move_id
                self.assertEqual(correction.way, "credit_note")
                self.assertEqual(old.payment_state, "reversed")
                self.assertEqual(new.payment_state, state)
                self.settle()
                self.receive_all()
                self.settle()
                self.assertEqual(correction.state, "done", correction.error)
                self.assertEqual(old.stripe_status, "paid")
                self.assertEqual(new.stripe_status, "open" if amount else "paid")
                self.assertEqual(
                    self.remote(new)["amount_remaining"] or 0,
                    round(new.amount_residual * 100),
                )
                self.assertEqual(
                    self.stripe_payments(old) | self.stripe_payments(new), payment
                )
                self.assertFalse(old.activity_ids | new.activity_ids)

    def test_policy_of_the_country_forces_the_credit_note(self):
        self.assertEqual(self.account.correction_policy, "choose")
        self.account.correction_policy = "credit_note"
        old = self.make_wrong()
        with self.assertRaisesRegex(UserError, "in any case"):
            self.correct(old, "duplicate")
        correction = self.correct(old)
        self.settle()
        self.assert_replaced(correction)
        self.assertEqual(correction.way, "credit_note")

    # === BOOKS === #

    def test_hashed_journal_stays_whole_over_the_whole_life(self):
        self.company_data["default_journal_sale"].restrict_mode_hash_table = True
        for way in WAYS:
            with self.subTest(way):
                old = self.make_wrong()
                self.assertTrue(old.inalterable_hash)
                correction = self.correct(old, way)
                self.settle()
                new = correction.new_move_id
                self.assertEqual(correction.state, "done", correction.error)
                self.assertEqual(old.payment_state, "reversed")
                self.assertEqual(new.stripe_status, "open")
                self.pay(new)
                self.receive_all()
                self.settle()
                self.assertEqual(new.payment_state, "paid")
                report = self.company._check_hash_integrity()["results"]
                self.assertNotIn("corrupted", str(report).lower())
        with self.subTest("withdrawn"):
            old = self.make_wrong()
            correction = self.correct(old, "revision")
            self.pay(old)
            self.receive_all()
            self.settle()
            self.assertEqual(correction.state, "stopped", correction.error)
            self.assertEqual(correction.new_move_id.payment_state, "reversed")
            report = self.company._check_hash_integrity()["results"]
            self.assertNotIn("corrupted", str(report).lower())

    def test_new_invoice_that_cannot_be_posted_is_tried_again(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        old = self.make_wrong(currency_id=euro.id)
        correction = self.correct(old)
        euro.active = False
        self.run_worker()
        self.run_worker()
        self.assertEqual(old.stripe_status, "void")
        self.assertEqual(old.state, "posted", "Neither would be there")
        self.assertFalse(correction.new_move_id)
        self.assertTrue(correction.pending)
        self.assertIn("currency", correction.error)
        self.assertEqual(old.activity_ids.user_id, self.billing)
        self.assertIn("stripe_correction", old._get_alerts())
        euro.active = True
        correction.with_user(self.billing).action_retry()
        self.settle()
        self.assert_replaced(correction)
        self.assertFalse(old.activity_ids)

    # === ORDERS === #

    def test_order_down_payments_and_analytics_follow_the_new_invoice(self):
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        analytic = self.env["account.analytic.account"].create(
            {"name": "Project", "plan_id": plan.id}
        )
        self.product_a.invoice_policy = "order"
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "stripe_invoice": True,
                "client_order_ref": "PO-7",
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product_a.id,
                            "product_uom_qty": 3,
                            "price_unit": 99.99,
                            "analytic_distribution": {str(analytic.id): 100},
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_ids=order.ids, active_model="sale.order"
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 33}
        ).create_invoices()
        self.confirm(order.invoice_ids)
        final = order._create_invoices(final=True)
        self.confirm(final)
        self.assertEqual(order.invoice_status, "invoiced")
        for way in WAYS:
            with self.subTest(way):
                before = self.of_order(order)
                old = order.invoice_ids.filtered(
                    lambda move: (
                        move.state == "posted"
                        and move.move_type == "out_invoice"
                        and len(move.invoice_line_ids) > 2
                        and move.payment_state != "reversed"
                    )
                )
                old.message_post(body="A word", attachments=[("note.txt", b"x")])
                correction = self.correct(old, way)
                self.settle()
                new = correction.new_move_id
                self.assertEqual(correction.state, "done", correction.error)
                self.assertEqual(
                    new.stripe_status, "open", new.stripe_document_id.error
                )
                self.assertEqual(self.of_order(order), before)
                self.assertEqual(
                    new.invoice_line_ids.mapped("sale_line_ids"),
                    old.invoice_line_ids.mapped("sale_line_ids"),
                )
                self.assertEqual(
                    (new.ref, new.invoice_origin), (old.ref, old.invoice_origin)
                )
                followed = new.line_ids.analytic_line_ids[plan._column_name()]
                self.assertEqual(followed, analytic)
                self.assertFalse(new.duplicated_ref_ids, "Odoo would warn of it")
                self.assertIn("A word", str(old.message_ids.mapped("body")))
                self.assertNotIn("A word", str(new.message_ids.mapped("body")))
                self.assertFalse(
                    self.env["ir.attachment"].search(
                        [
                            ("res_model", "=", "account.move"),
                            ("res_id", "=", new.id),
                            ("name", "=", "note.txt"),
                        ]
                    )
                )

    def confirm(self, move):
        move.invoice_date = fields.Date.today()
        move.action_post()
        self.run_worker()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)

    def of_order(self, order):
        """Return what the order knows of its invoices."""
        lines = order.order_line.sorted("id")
        return (
            order.invoice_status,
            order.amount_invoiced,
            [
                (line.qty_invoiced, line.price_unit, line.untaxed_amount_invoiced)
                for line in lines
            ],
        )

    # === RIGHTS === #

    def test_only_the_billing_group_corrects_and_never_twice(self):
        old = self.make_wrong()
        for login, group in (
            ("seller", "sales_team.group_sale_salesman_all_leads"),
            ("reader", "account.group_account_readonly"),
        ):
            user = new_test_user(self.env, login, group, company_id=self.company.id)
            with self.subTest(login), self.assertRaises(AccessError):
                old.with_user(user).action_stripe_correct()
            with self.subTest(login), self.assertRaises(AccessError):
                self.env["stripe.document.correct"].with_user(user).create(
                    {"move_id": old.id, "reason": "Mine"}
                )
        self.correct(old)
        with self.assertRaisesRegex(UserError, "under way"):
            self.correct(old)
        draft = self.make_invoice(post=False)
        with self.assertRaisesRegex(UserError, "cannot be corrected"):
            self.correct(draft)
