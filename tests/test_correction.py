from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon

WAYS = ("duplicate", "revision", "credit_note")


@tagged("post_install", "-at_install")
class TestCorrection(StripeInvoiceCommon):
    """A finalized invoice gives way to a corrected one: never both, never neither."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing = new_test_user(
            cls.env,
            "corrector",
            "account.group_account_invoice",
            name="Corrector",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.number = 0

    def make_wrong(self, **values):
        """Return an open invoice whose contact has been mended since."""
        type(self).number += 1
        partner = self.partner_a.copy(
            {"name": f"Customer {self.number}", "street": "1 wrong street"}
        )
        move = self.make_open_invoice(partner=partner, **values)
        partner.street = "2 right street"
        return move

    def correct(self, move, way=None, **values):
        """Correct an invoice by the wizard, as the billing user does."""
        wizard = self.env["stripe.document.correct"].with_user(self.billing)
        action = move.with_user(self.billing).action_stripe_correct()
        wizard = wizard.with_context(**action["context"]).create(
            {"reason": "Wrong street", **({"way": way} if way else {}), **values}
        )
        wizard.action_confirm()
        return self.env["stripe.correction"].sudo().search([("move_id", "=", move.id)])

    def remote(self, move):
        return self.simulator.api(f"invoices/{move.stripe_ref}")

    def assert_replaced(self, correction, status="open"):
        """Assert that the new invoice is the only one, here and at Stripe."""
        old, new = correction.move_id, correction.new_move_id
        self.assertEqual(correction.state, "done", correction.error)
        self.assertTrue(correction.linked)
        self.assertEqual(self.remote(old)["status"], "void")
        self.assertEqual(old.stripe_status, "void")
        self.assertEqual(new.state, "posted")
        self.assertEqual(new.stripe_status, status, new.stripe_document_id.error)
        self.assertEqual(self.remote(new)["status"], status)
        self.assertNotEqual(new.name, old.name)
        self.assertEqual(self.remote(new)["number"], new.name)
        self.assertEqual(new.amount_total, old.amount_total)
        self.assertIn("2 right street", new.stripe_customer_address)
        self.assertIn("1 wrong street", old.stripe_customer_address)
        if correction.way == "credit_note":
            self.assertEqual(old.payment_state, "reversed")
            self.assertEqual(correction.credit_note_id.reversed_entry_id, old)
        else:
            self.assertEqual(old.state, "cancel")
        self.assert_linked(old, new)
        self.assert_one_at_stripe(old, new)

    def assert_linked(self, old, new):
        self.assertEqual(new.stripe_replaces_id, old)
        self.assertEqual(old.stripe_replaced_by_id, new)
        metadata = self.remote(old)["metadata"]
        self.assertEqual(metadata["odoo_replaced_by"], new.stripe_ref)
        metadata = self.remote(new)["metadata"]
        self.assertEqual(metadata["odoo_replaces"], old.stripe_ref)
        document = new.sudo().stripe_document_id
        self.assertEqual(metadata["odoo_document"], str(document.id))
        for move in old, new:
            told = [
                body
                for body in move.message_ids.mapped("body")
                if "wrong" in body.lower()
            ]
            self.assertEqual(len(told), 1, move.message_ids.mapped("body"))
            self.assertIn("Corrector", told[0])

    def assert_one_at_stripe(self, old, new):
        """Assert that nothing exists twice, and that the two never overlapped."""
        invoices = self.simulator.control("objects/invoice")["data"]
        for move in old, new:
            ref = str(move.sudo().stripe_document_id.id)
            found = [i for i in invoices if i["metadata"].get("odoo_document") == ref]
            self.assertEqual(len(found), 1)
        when = {
            (event["type"], event["data"]["object"]["id"]): position
            for position, event in enumerate(
                self.simulator.control("objects/event")["data"]
            )
        }
        if not self.remote(new)["from_invoice"]:
            self.assertLess(
                when["invoice.voided", old.stripe_ref],
                when["invoice.finalized", new.stripe_ref],
            )

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

    def test_each_way_killed_at_each_request_goes_on_from_there(self):
        requests = {
            "duplicate": ("/void$", "/v1/invoices$", "/add_lines$", "/finalize$"),
            "revision": ("/v1/invoices$", "/finalize$"),
            "credit_note": ("/void$", "/finalize$"),
        }
        for way, paths in requests.items():
            for path in (*paths, "/v1/invoices/[^/]+$"):
                with self.subTest(way=way, path=path):
                    old = self.make_wrong()
                    # Stripe has acted, and nobody here knows.
                    self.simulator.fault(
                        kind="drop_after", method="POST", path=path, times=1
                    )
                    correction = self.correct(old, way)
                    self.settle()
                    rules = self.simulator.control("faults")["data"]
                    self.assertTrue(rules[0]["hits"], "It never struck")
                    self.simulator.control("faults/clear", {})
                    self.assert_replaced(correction)

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

    # === A PAYMENT RACES === #

    def test_payment_that_arrives_first_stops_it_cleanly(self):
        races = (
            ("duplicate", False),
            ("revision", False),
            ("revision", True),
            ("credit_note", True),
        )
        for way, learned in races:
            with self.subTest(way=way, learned=learned):
                old = self.make_wrong()
                correction = self.correct(old, way)
                self.pay(old)
                if learned:
                    self.receive_all()
                self.settle()
                self.receive_all()
                self.settle()
                self.assertEqual(correction.state, "stopped", correction.error)
                self.assertEqual(old.stripe_status, "paid")
                self.assertEqual(old.payment_state, "paid")
                self.assertFalse(old.stripe_to_fix or old.stripe_replaced_by_id)
                self.assertIn("payment arrived", old.activity_ids.note)
                self.assertEqual(old.activity_ids.user_id, self.billing)
                new = correction.new_move_id
                self.assertNotEqual(new.state, "posted")
                self.assertFalse(new.stripe_pending or new.stripe_to_fix)
                self.assertNotIn(new.stripe_status, ("draft", "open"))

    def test_part_payment_that_arrives_first_stops_it_too(self):
        old = self.make_wrong()
        correction = self.correct(old)
        self.pay(old, amount=4000)
        self.settle()
        self.assertEqual(correction.state, "stopped", correction.error)
        self.assertEqual(old.stripe_status, "open")
        self.assertEqual(old.payment_state, "partial")
        self.assertFalse(old.stripe_to_fix or old.stripe_pending)

    def test_payment_under_way_is_waited_for(self):
        old = self.make_wrong()
        self.pay(old, method="sepa_debit", outcome="processing")
        correction = self.correct(old)
        self.run_worker()
        self.run_worker()
        self.assertEqual(correction.state, "closing")
        self.assertFalse(correction.new_move_id)
        self.simulator.control("clock/advance", {"seconds": 6 * 86400})
        self.receive_all()
        self.settle()
        self.assertEqual(correction.state, "stopped", correction.error)
        self.assertEqual(old.payment_state, "paid")

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

    def test_voided_in_the_dashboard_is_taken_from_there(self):
        old = self.make_wrong()
        self.simulator.control(f"invoices/{old.stripe_ref}/void", {})
        self.receive_all()
        self.settle()
        correction = self.correct(old)
        self.assertEqual(old.state, "cancel")
        self.assertEqual(correction.new_move_id.state, "posted")
        self.settle()
        self.assert_replaced(correction)

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
