from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import StripeInvoiceCommon

FIELDS = (
    "stripe_customer_name",
    "stripe_customer_email",
    "stripe_customer_phone",
    "stripe_customer_address",
    "stripe_customer_shipping",
    "stripe_customer_tax_exempt",
    "stripe_customer_tax_ids",
)
REFUSAL = "only Stripe's answers change this|does not change"


@tagged("post_install", "-at_install")
class TestFrozenCustomer(StripeInvoiceCommon):
    """The seven fields that Stripe froze do not change here, on any path (I6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing = new_test_user(
            cls.env, "frozen", "account.group_account_invoice,base.group_allow_export"
        )
        cls.partner_a.write(
            {
                "name": "Anna Example",
                "phone": "+33 1 23 45 67 89",
                "vat": "FR40303265045",
            }
        )
        cls.delivery = cls.env["res.partner"].create(
            {
                "name": "Warehouse",
                "type": "delivery",
                "street": "2 quai du Port",
                "zip": "13002",
                "city": "Marseille",
                "country_id": cls.env.ref("base.fr").id,
            }
        )

    def make_frozen(self, **values):
        return self.make_open_invoice(partner_shipping_id=self.delivery.id, **values)

    def frozen(self, move):
        return move.read(FIELDS)[0]

    def test_finalization_fills_the_seven_fields_with_what_stripe_has(self):
        move = self.make_frozen()
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertEqual(move.stripe_customer_name, remote["customer_name"])
        self.assertEqual(move.stripe_customer_name, "Anna Example")
        self.assertEqual(move.stripe_customer_email, "anna@example.com")
        self.assertEqual(move.stripe_customer_phone, "+33123456789")
        self.assertEqual(
            move.stripe_customer_address, "1 rue de la Paix\n75002 Paris\nFR"
        )
        self.assertEqual(
            move.stripe_customer_shipping,
            "Warehouse\n2 quai du Port\n13002 Marseille\nFR",
        )
        self.assertEqual(move.stripe_customer_tax_exempt, "none")
        self.assertEqual(move.stripe_customer_tax_ids, "FR40303265045")
        found = self.env["account.move"].search(
            [("stripe_customer_address", "ilike", "paix"), ("id", "=", move.id)]
        )
        self.assertEqual(found, move)
        exported = move.with_user(self.billing).export_data(list(FIELDS))["datas"][0]
        self.assertEqual(exported[0], "Anna Example")
        self.assertEqual(exported[5], "None")
        self.assertTrue(all(exported), exported)

    def test_a_draft_has_none_of_them(self):
        self.account.finalize_delay = 24
        move = self.make_invoice()
        self.run_worker()
        self.assertEqual(move.stripe_status, "draft")
        self.assertFalse(any(move[name] for name in FIELDS))

    def test_nobody_writes_them_on_any_path(self):
        move = self.make_frozen()
        draft = self.make_invoice(post=False)
        document = move.sudo().stripe_document_id
        other = self.make_open_invoice().sudo().stripe_document_id
        moves = self.env["account.move"]
        change = {"stripe_customer_name": "Forged"}
        action = self.env["ir.actions.server"].create(
            {
                "name": "Change",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "state": "code",
                "code": "record.sudo().write({'stripe_customer_name': 'Forged'})",
            }
        )
        context = {"active_model": "account.move", "active_id": move.id}
        values = {"move_type": "out_invoice", "partner_id": self.partner_a.id}
        ways = {
            "list": lambda: (move + draft).with_user(self.billing).write(change),
            "rpc": lambda: move.with_user(self.billing).write(change),
            "administrator": lambda: move.write(change),
            "sudo": lambda: move.sudo().write(change),
            "superuser": lambda: move.with_user(self.env.ref("base.user_root")).write(
                change
            ),
            "assignment": lambda: setattr(
                move.sudo(), "stripe_customer_email", "x@example.com"
            ),
            "automation": lambda: action.with_context(
                **context, active_ids=move.ids
            ).run(),
            "skipped checks": lambda: (
                move.sudo().with_context(skip_readonly_check=True).write(change)
            ),
            "create": lambda: moves.sudo().create({**values, **change}),
            "create by default": lambda: (
                moves.sudo()
                .with_context(default_stripe_customer_name="Forged")
                .create(values)
            ),
            "copy": lambda: move.copy(change),
            "another document": lambda: move.sudo().write(
                {"stripe_document_id": other.id}
            ),
            "the documents of the invoice": lambda: move.sudo().write(
                {"stripe_document_ids": [Command.clear()]}
            ),
            "the copy itself": lambda: document.write({"customer": {"name": "Forged"}}),
            "the copy before it is made": lambda: (
                self.env["stripe.document"]
                .sudo()
                .create(
                    {
                        **draft._stripe_document_values(),
                        "customer": {"name": "Forged"},
                    }
                )
            ),
            "whose copy it is": lambda: document.write({"move_id": draft.id}),
            "nobody's copy": lambda: document.write({"move_id": False}),
            "no copy": document.unlink,
        }
        before = self.frozen(move)
        for way, go in ways.items():
            with self.subTest(way):
                with (
                    self.assertRaisesRegex(UserError, REFUSAL),
                    self.env.cr.savepoint(),
                ):
                    go()
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.frozen(move), before)
        with self.subTest("form"):
            form = Form(move.with_user(self.billing))
            with self.assertRaises(AssertionError):
                form.stripe_customer_name = "Forged"
        with self.subTest("import"):
            result = moves.sudo().load(
                ["id", "stripe_customer_name"],
                [[move.export_data(["id"])["datas"][0][0], "Forged"]],
            )
            self.assertFalse(result["ids"])
            self.assertEqual(self.frozen(move), before)

    def test_what_happens_around_the_invoice_leaves_them_alone(self):
        move = self.make_frozen()
        before = self.frozen(move)
        other = self.env["res.partner"].create({"name": "Other", "street": "Elsewhere"})
        with self.subTest("edits of the contact"):
            self.partner_a.write({"name": "Renamed", "street": "Moved", "vat": False})
            self.partner_a.email = "other@example.com"
            move.action_stripe_refresh()
            self.settle()
            self.assertEqual(self.frozen(move), before)
        with self.subTest("archive"):
            self.partner_a.action_archive()
            self.assertEqual(self.frozen(move), before)
            self.partner_a.action_unarchive()
        with self.subTest("merge"):
            wizard = self.env["base.partner.merge.automatic.wizard"].create({})
            wizard._merge((self.partner_a + self.delivery + other).ids, other)
            self.env.invalidate_all()
            self.assertEqual(move.partner_id, other)
            self.assertEqual(self.frozen(move), before)
        with self.subTest("company change"):
            company = self.env["res.company"].create({"name": "Other company"})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                move.sudo().write({"company_id": company.id})
                self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(self.frozen(move), before)
            self.company.partner_id.write({"name": "Company Ltd", "street": "1 place"})
            self.assertEqual(self.frozen(move), before)
        with self.subTest("recomputation"):
            for name in FIELDS:
                self.env.add_to_compute(move._fields[name], move)
            self.env.flush_all()
            self.assertEqual(self.frozen(move), before)
        with self.subTest("copy"):
            self.assertFalse(any(move.copy()[name] for name in FIELDS))
        with self.subTest("reversal"):
            reversal = move._reverse_moves()
            self.assertFalse(any(reversal[name] for name in FIELDS))
        with self.subTest("print"):
            html = self.printed(move)
            for text in ("Anna Example", "1 rue de la Paix", "FR40303265045", "France"):
                self.assertIn(text, html)
            for text in ("Renamed", "Elsewhere", "Moved"):
                self.assertNotIn(text, html)

    def test_a_customer_that_was_changed_at_stripe_is_shown_and_not_taken_back(self):
        move = self.make_draft_at_stripe()
        ref = self.simulator.api(f"invoices/{move.stripe_ref}")["customer"]
        self.simulator.control(
            "dashboard",
            {
                "account": self.account.stripe_id,
                "method": "POST",
                "path": f"/v1/customers/{ref}",
                "params": {"name": "Somebody Else"},
            },
        )
        self.simulator.control(f"invoices/{move.stripe_ref}/finalize", {})
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        self.assertEqual(move.stripe_customer_name, "Somebody Else")
        alerts = move._get_alerts()
        self.assertIn("Anna Example → Somebody Else", str(alerts["stripe_customer"]))
        self.assertNotIn("stripe_drift", alerts)
        self.assertEqual(self.partner_a.name, "Anna Example")

    def test_drift_says_which_field_then_and_now(self):
        move = self.make_frozen()
        self.assertNotIn("stripe_drift", move._get_alerts())
        self.partner_a.write({"street": "9 rue Neuve", "vat": "FR23334175221"})
        text = move._get_alerts()["stripe_drift"]["message"]
        self.assertIn("Address: 1 rue de la Paix → 9 rue Neuve;", text)
        self.assertIn("FR40303265045 → FR23334175221", text)
        self.assertNotIn("Name", text)

    def test_drift_of_everything_is_still_one_quiet_line(self):
        move = self.make_frozen()
        self.partner_a.write(
            {
                "name": "Consolidated " * 10,
                "email": "accounts.payable@consolidated.example.com",
                "phone": "+33 1 00 00 00 00",
                "street": "A street whose name does not end " * 5,
                "city": "Lyon",
                "vat": False,
            }
        )
        self.delivery.street = "3 quai du Port"
        alerts = move._get_alerts()
        self.assertEqual(set(alerts), {"stripe_drift"})
        alert = alerts["stripe_drift"]
        self.assertEqual((alert["level"], alert["action_text"]), ("info", "Correct"))
        self.assertNotIn("\n", alert["message"])
        self.assertLess(len(alert["message"]), 520)
        for label in ("Name", "E-mail", "Phone", "Address", "Shipping", "Tax IDs"):
            self.assertIn(f"{label}: ", alert["message"])
        self.assertIn("Shipping: 2 quai du Port → 3 quai du Port", alert["message"])
        self.assertIn("FR40303265045 → –", alert["message"])

    def test_an_invoice_that_came_to_its_end_does_not_speak_of_the_contact(self):
        move = self.make_frozen()
        move._stripe_close(by_credit_note=True)
        self.partner_a.street = "9 rue Neuve"
        self.assertEqual(move.payment_state, "reversed")
        self.assertNotIn("stripe_drift", move._get_alerts())
