from odoo import Command
from odoo.tests import new_test_user

from .common import StripeInvoiceCommon


class CustomerCommon(StripeInvoiceCommon):
    """A company with two contacts of its own, and what Stripe has of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.env["res.partner"].create(
            {
                "name": "ACME",
                "is_company": True,
                "email": "office@acme.example",
                "country_id": cls.env.ref("base.fr").id,
                "child_ids": [
                    Command.create(
                        {
                            "name": "Paris",
                            "type": "invoice",
                            "email": "paris@acme.example",
                            "city": "Paris",
                            "country_id": cls.env.ref("base.fr").id,
                        }
                    ),
                    Command.create(
                        {
                            "name": "Lyon",
                            "type": "other",
                            "email": "lyon@acme.example",
                            "city": "Lyon",
                            "country_id": cls.env.ref("base.fr").id,
                        }
                    ),
                ],
            }
        )
        cls.paris, cls.lyon = cls.acme.child_ids.sorted("name", reverse=True)

        cls.manager = cls.new_user("manager", "account.group_account_manager")
        cls.billing = cls.new_user("billing", "account.group_account_invoice")

    @classmethod
    def new_user(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=f"{group},base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def customers(self):
        return self.simulator.control("objects/customer")["data"]

    def rows(self, partner=None):
        partner = partner or self.acme
        rows = self.env["stripe.customer"].sudo().search([])
        return rows.filtered(lambda row: row.partner_id == partner)
