from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestIsolation(StripeInvoiceCommon):
    """Whatever the addon keeps of a company is that company's alone (invariant I9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.setup_other_company()["company"]
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            groups="base.group_system,account.group_account_manager,"
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )

    def models(self):
        """Return each model of the addon that keeps rows of a company."""
        names = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("stripe.")
            and not (model._abstract or model._transient)
            and "company_id" in model._fields
        ]
        self.assertGreater(len(names), 15)
        return sorted(names)

    def test_each_model_has_a_rule_by_company(self):
        rules = self.env["ir.rule"].sudo()
        for name in self.models():
            with self.subTest(name):
                found = rules.search([("model_id.model", "=", name)])
                self.assertTrue(found, "Any company reads it")
                self.assertTrue(all(rule["global"] for rule in found))
                self.assertIn("company_ids", found[0].domain_force)

    def test_rows_of_another_company_are_neither_found_nor_read(self):
        move = self.make_open_invoice()
        self.pay(move)
        self.receive_all()
        self.settle()
        move.sudo().stripe_document_id.amount_remaining = 1
        document = move.sudo().stripe_document_id
        base = {"account_id": self.account.id, "company_id": self.company.id}
        self.env["stripe.checkout.session"].sudo().create(base)
        self.env["stripe.refund"].sudo().create({**base, "document_id": document.id})
        self.env["stripe.credit.note"].sudo().create(
            {**base, "document_id": document.id}
        )
        seen = set()
        for name in self.models():
            rows = self.env[name].sudo().search([])
            if not rows:
                continue
            seen.add(name)
            with self.subTest(name):
                theirs = rows.with_user(self.stranger)
                if theirs.has_access("read"):
                    self.fail("It can be read")
                with self.assertRaises(AccessError):
                    theirs.read(["display_name"])
                self.assertFalse(theirs.search([]) & rows)
        self.assertLessEqual(
            {
                "stripe.account",
                "stripe.checkout.session",
                "stripe.credit.note",
                "stripe.custom.field",
                "stripe.customer",
                "stripe.difference",
                "stripe.document",
                "stripe.document.history",
                "stripe.event",
                "stripe.refund",
            },
            seen,
        )
