from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestPreview(StripeInvoiceCommon, HttpCase):
    """What Stripe would be sent is seen before, and seeing it sends nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_user,account.group_account_invoice"
        cls.billing = new_test_user(
            cls.env, "preview_billing", groups, company_id=cls.company.id
        )

    def preview(self, move, user=None):
        """Return the page that the dialog shows to a user."""
        move = move.with_user(user or self.billing)
        action = move.action_stripe_preview()
        # Opened and looked at as the browser does, and never saved.
        dialog = move.env[action["res_model"]].with_context(**action["context"])
        return " ".join(Form(dialog).content.split())

    def test_a_draft_is_shown_as_stripe_gets_it_afterwards(self):
        self.account.footer_template = "See you soon"
        move = self.make_invoice(
            post=False,
            price=1234.56,
            ref="PO-7",
            narration="<p>Be <b>nice</b> &amp; pay</p>",
        )
        content = self.preview(move)
        self.assertIn("Nothing speaks against sending", content)
        self.assertIn("the next one", content)
        move.action_post()
        self.run_worker()
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertIn(remote["number"], content)
        self.assertIn("See you soon", content)
        self.assertIn("Be nice &amp; pay", content)
        self.assertIn("Be nice & pay", remote["description"])
        for text in (
            remote["customer_name"],
            remote["customer_email"],
            remote["lines"]["data"][0]["description"],
            *(row["value"] for row in remote["custom_fields"]),
            f"{remote['total'] / 100:,.2f}",
            f"{remote['subtotal'] / 100:,.2f}",
        ):
            self.assertIn(text, content)

    def written(self, move):
        """Return what changes as soon as a row of the invoice is written."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT xmin, cmin, ctid FROM account_move WHERE id = %(id)s UNION ALL "
            "SELECT xmin, cmin, ctid FROM account_move_line WHERE move_id = %(id)s",
            {"id": move.id},
        )
        return self.env.cr.fetchall()

    def test_looking_sends_nothing_and_writes_nothing(self):
        move = self.make_invoice(post=False)
        before = self.written(move)
        self.preview(move)
        self.assertEqual(self.written(move), before)
        self.assertEqual(self.simulator.sent(), [])
        self.assertFalse(move.name)
        self.assertFalse(move.sudo().stripe_document_ids)

    def test_every_objection_has_a_link_to_where_it_is_mended(self):
        self.partner_a.email = False
        sequence = self.company_data["default_journal_sale"]
        move = self.make_invoice(post=False)
        move.name = "A-VERY-LONG-NUMBER-OF-AN-INVOICE/2026/1"
        content = self.preview(move)
        self.assertIn("could not take", content)
        self.assertIn(f"/odoo/res.partner/{self.partner_a.id}", content)
        self.assertIn(f"/odoo/account.journal/{sequence.id}", content)
        self.assertIn("Consulting", content, "The rest is shown, too")
        self.assertNotIn("Nothing speaks against", content)

    def test_the_tax_status_is_shown_as_it_is_sent(self):
        exempt = self.tax_sale_a.copy({"name": "Export", "amount": 0})
        move = self.make_invoice(post=False, taxes=exempt)
        self.assertNotIn("Tax status", self.preview(move))
        self.partner_a.country_id = self.company.country_id
        self.assertRegex(self.preview(move), "Tax status</td> *<td>Exempt")

    def test_what_is_too_long_is_told(self):
        move = self.make_invoice(post=False, narration="<p>" + "Word " * 400 + "</p>")
        self.assertRegex(self.preview(move), "the end is cut: Memo")

    def test_a_draft_without_a_date_is_shown_as_of_today(self):
        move = self.make_invoice(post=False, invoice_date=False)
        self.assertIn("Date of issue", self.preview(move))
        self.assertFalse(move.invoice_date)

    def test_a_confirmed_invoice_is_shown_until_stripe_has_it(self):
        move = self.make_invoice()
        self.assertTrue(move.stripe_can_preview)
        self.assertNotIn("the next one", self.preview(move))
        self.run_worker()
        self.assertFalse(move.stripe_can_preview)

    def test_only_billing_users_look(self):
        move = self.make_invoice(post=False)
        for groups in (
            "account.group_account_readonly",
            "sales_team.group_sale_manager",
        ):
            user = new_test_user(
                self.env,
                groups,
                f"base.group_user,{groups}",
                company_id=self.company.id,
            )
            with self.subTest(groups), self.assertRaises(AccessError):
                self.preview(move, user)

    def test_a_bill_has_no_preview(self):
        bill = self.env["account.move"].create({"move_type": "in_invoice"})
        self.assertFalse(bill.stripe_can_preview)
        with self.assertRaises(UserError):
            self.preview(bill)

    def test_tour(self):
        move = self.make_invoice(post=False)
        self.partner_a.email = False
        move.invoice_line_ids = [Command.create({"name": "More", "price_unit": 5})]
        self.start_tour(
            f"/odoo/action-account.action_move_out_invoice_type/{move.id}",
            "stripe_invoice_preview",
            login=self.billing.login,
        )
        self.assertEqual(move.state, "draft")
