from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .customer_common import CustomerCommon


@tagged("post_install", "-at_install")
class TestCustomer(CustomerCommon):
    """One Stripe customer per commercial partner, company and account."""

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

    def test_each_invoice_is_mailed_to_its_own_contact(self):
        move = self.make_open_invoice(partner=self.paris)
        self.make_open_invoice(partner=self.lyon)
        self.assertEqual(self.customers()[0]["email"], "lyon@acme.example")
        self.paris.email = "new.paris@acme.example"
        move.action_stripe_send()
        self.run_worker()
        self.assertTrue(self.simulator.sent("POST", f"{move.stripe_ref}/send"))
        self.assertEqual(self.customers()[0]["email"], "new.paris@acme.example")

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

    # === LINKED BY HAND === #

    def make_at_stripe(self, **params):
        """Return the id of a customer that somebody has made in the dashboard."""
        data = {"name": "Acme Corp.", "email": "old@acme.example", **params}
        return self.dashboard("POST", "/v1/customers", **data)["id"]

    def link_dialog(self, stripe_id, user=None, partner=None):
        action = (partner or self.lyon).with_user(self.manager).action_stripe_link()
        dialogs = self.env["stripe.customer.link"].with_user(user or self.manager)
        dialogs = dialogs.with_context(**action["context"])
        return dialogs.create({"stripe_id": stripe_id})

    def test_existing_customer_is_linked_after_a_look_at_it(self):
        existing = self.make_at_stripe(balance=-500)
        dialog = self.link_dialog(f" {existing} ")
        with self.assertRaisesRegex(UserError, "Look the customer up first"):
            dialog.action_link()
        dialog.action_look_up()
        self.assertEqual(dialog.partner_id, self.acme)
        self.assertEqual(dialog.found_name, "Acme Corp.")
        self.assertEqual(dialog.found_email, "old@acme.example")
        self.assertFalse(self.rows(), "Looking it up has linked it already")
        dialog.action_link()
        self.run_worker()
        row = self.rows()
        self.assertEqual(
            (row.stripe_id, row.pending, row.error), (existing, False, False)
        )
        (customer,) = self.customers()
        self.assertEqual(customer["email"], "office@acme.example")
        self.assertEqual(customer["metadata"]["odoo_partner"], str(self.acme.id))
        self.assertEqual(customer["balance"], -500)

    def test_invoice_of_a_linked_contact_uses_that_customer(self):
        existing = self.make_at_stripe()
        dialog = self.link_dialog(existing)
        dialog.action_look_up()
        dialog.action_link()
        move = self.make_open_invoice(partner=self.paris)
        self.assertEqual(self.remote(move)["customer"], existing)
        self.assertEqual(len(self.customers()), 1)

    def test_customers_are_never_guessed_by_their_email(self):
        existing = self.make_at_stripe(email="paris@acme.example", name="ACME")
        move = self.make_open_invoice(partner=self.paris)
        self.assertNotEqual(self.remote(move)["customer"], existing)

    def test_draft_of_a_former_customer_is_made_anew_for_the_linked_one(self):
        self.account.finalize_delay = 24
        move = self.make_invoice(partner=self.paris)
        self.run_worker()
        existing = self.make_at_stripe()
        dialog = self.link_dialog(existing)
        dialog.action_look_up()
        dialog.action_link()
        move.stripe_document_id.sudo().write(
            {"finalize_at": False, "next_attempt_at": False}
        )
        self.account.finalize_delay = 0
        self.settle()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        self.assertEqual(self.remote(move)["customer"], existing)

    def test_what_cannot_be_linked_is_refused_with_the_reason(self):
        deleted = self.make_at_stripe()
        self.dashboard("DELETE", f"/v1/customers/{deleted}")
        self.make_open_invoice(partner=self.partner_a)
        taken = self.rows(self.partner_a).stripe_id
        for stripe_id, reason in {
            "ACME": "This is no customer of Stripe's",
            "in_1": "This is no customer of Stripe's",
            "cus_nowhere": "has no customer cus_nowhere",
            deleted: "was deleted at Stripe",
            taken: f"is linked to {self.partner_a.name} already",
        }.items():
            with self.subTest(reason), self.assertRaisesRegex(UserError, reason):
                self.link_dialog(stripe_id).action_look_up()

    def test_customer_that_odoo_made_for_another_contact_gets_a_second_thought(self):
        self.make_open_invoice(partner=self.partner_a)
        row = self.rows(self.partner_a)
        row.with_user(self.manager).action_unlink()
        dialog = self.link_dialog(row.stripe_id)
        dialog.action_look_up()
        self.assertIn("for another contact", dialog.found_note)

    def test_linking_is_for_accounting_managers(self):
        existing = self.make_at_stripe()
        self.make_open_invoice(partner=self.acme)
        with self.assertRaises(AccessError):
            self.link_dialog(existing, user=self.billing)
        with self.assertRaises(AccessError):
            self.acme.with_user(self.billing).action_stripe_link()
        with self.assertRaises(AccessError):
            self.rows().with_user(self.billing).action_unlink()
        dialog = self.link_dialog(existing)
        with self.assertRaises(AccessError):
            dialog.with_user(self.billing).action_look_up()

    def test_unlinked_customer_stays_at_stripe_and_another_is_made(self):
        first = self.make_open_invoice(partner=self.acme)
        row = self.rows()
        row.with_user(self.manager).action_unlink()
        self.assertFalse(self.rows())
        second = self.make_open_invoice(partner=self.acme)
        customers = [self.remote(move)["customer"] for move in first + second]
        self.assertEqual(customers, [row.stripe_id, self.rows().stripe_id])
        self.assertEqual(len(self.customers()), 2)

    # === UPDATED === #

    def test_update_button_makes_the_customer_equal_again(self):
        self.make_open_invoice(partner=self.paris)
        self.acme.write({"name": "ACME International", "phone": "+33 1 23 45 67 89"})
        row = self.rows().with_user(self.billing)
        row.action_update()
        self.assertTrue(row.pending)
        self.run_worker()
        (customer,) = self.customers()
        self.assertEqual(customer["name"], "ACME International")
        self.assertEqual(customer["phone"], "+33123456789")
        self.assertEqual(customer["email"], "office@acme.example")
        self.assertFalse(row.pending or row.error)

    def test_refused_update_says_why(self):
        self.make_open_invoice(partner=self.acme)
        fault = {"kind": "status", "status": 400, "path": "/v1/customers/[^/]+$"}
        self.simulator.fault(method="POST", times=1, **fault)
        self.rows().action_update()
        self.run_worker()
        self.assertTrue(self.rows().error)
        self.assertFalse(self.rows().pending)
        self.rows().action_update()
        self.run_worker()
        self.assertFalse(self.rows().error)

    # === MERGED AND ARCHIVED CONTACTS === #

    def merge(self, source, into):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source + into).ids, into)
        self.env.invalidate_all()

    def make_company(self, name, **values):
        return self.env["res.partner"].create(
            {"name": name, "is_company": True, "email": "a@acme.example", **values}
        )

    def test_merged_contacts_keep_the_customer_of_the_one_that_stays(self):
        twin = self.make_company("Acme")
        moves = [self.make_open_invoice(partner=one) for one in (self.acme, twin)]
        kept, former = self.rows().stripe_id, self.rows(twin).stripe_id
        self.merge(twin, self.acme)
        self.assertEqual(self.rows().stripe_id, kept)
        archived = self.rows().with_context(active_test=False).search([]) - self.rows()
        self.assertEqual(archived.stripe_id, former)
        self.assertEqual(archived.partner_id, self.acme)
        self.assertIn(former, " ".join(self.acme.message_ids.mapped("body")))
        move = self.make_open_invoice(partner=self.acme)
        self.assertEqual(self.remote(move)["customer"], kept)
        self.pay(moves[1])
        self.receive_all()
        self.settle()
        self.assertEqual(moves[1].payment_state, "paid")

    def test_merge_into_a_contact_without_a_customer_takes_it_along(self):
        twin = self.make_company("Acme")
        self.make_open_invoice(partner=twin)
        kept = self.rows(twin).stripe_id
        self.merge(twin, self.acme)
        self.assertEqual(self.rows().stripe_id, kept)
        self.make_open_invoice(partner=self.acme)
        self.assertEqual(len(self.customers()), 1)

    def test_archived_contact_keeps_its_customer(self):
        move = self.make_open_invoice(partner=self.acme)
        late = self.make_invoice(partner=self.acme)
        self.acme.child_ids.action_archive()
        self.acme.action_archive()
        self.settle()
        self.assertEqual(late.stripe_status, "open")
        customers = {self.remote(one)["customer"] for one in move + late}
        self.assertEqual(len(customers), 1)

    def test_contact_that_odoo_lets_go_is_let_go(self):
        twin = self.make_company("Acme")
        self.make_invoice(partner=twin)
        self.run_worker()
        row = self.rows(twin)
        self.assertTrue(row)
        loner = self.make_company("Nobody")
        row.write({"partner_id": loner.id})
        loner.unlink()
        self.assertFalse(row.exists())

    # === COMPANIES === #

    def test_each_company_has_its_own_customer_of_a_shared_contact(self):
        other = self.setup_other_company()
        other["company"].stripe_invoice = True
        self.connect(other["company"])
        self.make_open_invoice(partner=self.acme)
        move = self.env["account.move"].with_company(other["company"])
        move = move.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.acme.id,
                "invoice_date": "2026-11-02",
                # Both companies are connected to one account, where numbers are unique.
                "name": "OTHER/2026/00001",
                "stripe_invoice": True,
                "invoice_line_ids": [Command.create({"name": "X", "price_unit": 10})],
            }
        )
        move.action_post()
        self.settle()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        rows = self.rows()
        self.assertEqual(rows.company_id, self.company + other["company"])
        self.assertEqual(len(set(rows.mapped("stripe_id"))), 2)
        seen = rows.with_user(self.billing).search([])
        self.assertEqual(seen.company_id, self.company)
