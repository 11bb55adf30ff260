from odoo import Command
from odoo.tests import tagged

from .common import StripeInvoiceCommon


@tagged("post_install", "-at_install")
class TestCustomer(StripeInvoiceCommon):
    """One Stripe customer per commercial partner, company and account."""

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

    def customers(self):
        return self.simulator.control("objects/customer")["data"]

    def rows(self, partner=None):
        partner = partner or self.acme
        rows = self.env["stripe.customer"].sudo().search([])
        return rows.filtered(lambda row: row.partner_id == partner)

    def remote(self, move):
        return self.simulator.api(f"invoices/{move.stripe_ref}")

    def dashboard(self, method, path, **params):
        """Do something in Stripe's dashboard."""
        account = self.account.stripe_id
        body = {"account": account, "method": method, "path": path, "params": params}
        return self.simulator.control("dashboard", body)

    # === ONE CUSTOMER === #

    def test_contacts_of_a_company_share_its_customer_but_not_their_addresses(self):
        moves = [
            self.make_open_invoice(partner=partner)
            for partner in (self.paris, self.lyon, self.acme, self.paris)
        ]
        self.assertEqual(len(self.customers()), 1)
        self.assertEqual(len(self.rows()), 1)
        frozen = [self.remote(move) for move in moves]
        self.assertEqual(
            [invoice["customer_email"] for invoice in frozen],
            [
                "paris@acme.example",
                "lyon@acme.example",
                "office@acme.example",
                "paris@acme.example",
            ],
        )
        self.assertEqual(
            [invoice["customer_address"]["city"] for invoice in frozen],
            ["Paris", "Lyon", None, "Paris"],
        )
        self.assertEqual({invoice["customer_name"] for invoice in frozen}, {"ACME"})
        self.assertEqual(len({invoice["customer"] for invoice in frozen}), 1)

    def test_draft_that_waits_is_finalized_with_its_own_contact(self):
        self.account.finalize_delay = 24
        waiting = self.make_invoice(partner=self.paris)
        self.run_worker()
        self.account.finalize_delay = 0
        self.make_open_invoice(partner=self.lyon)
        self.assertEqual(self.remote(waiting)["customer_email"], "lyon@acme.example")
        waiting.stripe_document_id.sudo().write(
            {"finalize_at": False, "next_attempt_at": False}
        )
        self.run_worker()
        self.assertEqual(waiting.stripe_status, "open")
        self.assertEqual(self.remote(waiting)["customer_email"], "paris@acme.example")

    def test_ten_invoices_at_once_make_one_customer(self):
        moves = [self.make_invoice(partner=self.lyon) for _number in range(10)]
        self.settle()
        self.assertEqual({move.stripe_status for move in moves}, {"open"})
        self.assertEqual(len(self.customers()), 1)
        self.assertEqual(len(self.simulator.sent("POST", "/v1/customers")), 1)

    # === DELETED AT STRIPE === #

    def test_draft_of_a_customer_that_was_deleted_is_made_anew(self):
        move = self.make_draft_at_stripe(partner=self.paris)
        former = self.rows().stripe_id
        self.dashboard("DELETE", f"/v1/customers/{former}")
        move.sudo().stripe_document_id.next_attempt_at = False
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertNotEqual(self.remote(move)["customer"], former)
        self.assertEqual(self.remote(move)["customer"], self.rows().stripe_id)
