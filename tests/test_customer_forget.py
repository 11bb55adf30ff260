from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .customer_common import CustomerCommon


@tagged("post_install", "-at_install")
class TestCustomerForget(CustomerCommon):
    """A person may ask to be deleted at Stripe; his invoices stay."""

    def paid_invoice(self):
        move = self.make_open_invoice(partner=self.acme)
        self.pay(move)
        self.receive_all()
        self.settle()
        self.assertEqual(move.payment_state, "paid")
        return move

    def forget(self, user=None):
        self.rows().with_user(user or self.manager).action_delete_at_stripe()

    def test_customer_is_deleted_and_his_invoices_stay(self):
        move = self.paid_invoice()
        row = self.rows().sudo()
        row._agree("hand", row.create_date, "Contract of 3 May")
        row.write(
            {
                "method_ref": "pm_1",
                "method_last4": "4242",
                "transfer_accounts": {"EUR": {"iban": "DE00"}},
            }
        )
        before = move.read([n for n in move._fields if n.startswith("stripe_customer")])
        gone = row.stripe_id
        self.forget()
        self.assertTrue(self.simulator.api(f"customers/{gone}").get("deleted"))
        self.assertFalse(self.rows(), "It is no longer the contact's customer")
        self.assertEqual(row.stripe_id, gone)
        for name in ("method_ref", "method_last4", "consent_note", "transfer_accounts"):
            self.assertFalse(row[name], name)
        self.env.invalidate_all()
        after = move.read([n for n in move._fields if n.startswith("stripe_customer")])
        self.assertEqual(after, before)
        self.assertEqual(move.stripe_status, "paid")
        self.assertIn(gone, self.acme.message_ids[0].body)

    def test_next_invoice_makes_another_customer(self):
        self.paid_invoice()
        former = self.rows().stripe_id
        self.forget()
        move = self.make_open_invoice(partner=self.acme)
        self.assertNotEqual(self.remote(move)["customer"], former)

    def test_not_while_he_can_still_pay(self):
        move = self.make_open_invoice(partner=self.paris)
        with self.assertRaisesRegex(UserError, move.name):
            self.forget()
        move.button_request_cancel()
        self.settle()
        # One that waits for its time could be paid later.
        self.account.finalize_delay = 24
        waiting = self.make_invoice(partner=self.lyon)
        self.run_worker()
        self.assertEqual(waiting.stripe_status, "draft")
        with self.assertRaisesRegex(UserError, "can still pay"):
            self.forget()
        self.assertEqual(len(self.customers()), 1)
        self.assertFalse(self.simulator.sent("DELETE"))

    def test_deleted_already_is_what_was_wanted(self):
        self.paid_invoice()
        self.dashboard("DELETE", f"/v1/customers/{self.rows().stripe_id}")
        self.forget()
        self.assertFalse(self.rows())

    def test_silent_stripe_changes_nothing(self):
        self.paid_invoice()
        self.simulator.fault(kind="down")
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            self.forget()
        self.assertTrue(self.rows().stripe_id)

    def test_only_accounting_managers_delete(self):
        self.paid_invoice()
        with self.assertRaises(AccessError):
            self.forget(self.billing)
        self.assertFalse(self.simulator.sent("DELETE"))
