from odoo import Command
from odoo.tests import new_test_user

from .common import StripeInvoiceCommon

WAYS = ("duplicate", "revision", "credit_note")


class CorrectionCommon(StripeInvoiceCommon):
    """Finalized invoices with wrong data, and what has to be so after a correction."""

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
        corrections = self.env["stripe.correction"].sudo()
        return corrections.search([("move_id", "=", move.id)], limit=1)

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
        self.assert_never_two_payable()

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
            # What somebody revises in the dashboard has the metadata, too.
            found = [
                invoice
                for invoice in invoices
                if invoice["metadata"].get("odoo_document") == ref
                and (not invoice["from_invoice"] or invoice["id"] == move.stripe_ref)
            ]
            self.assertEqual(len(found), 1)

    def assert_never_two_payable(self):
        """Assert that at no time a customer could pay more than one invoice."""
        payable = {}
        for event in self.simulator.control("objects/event")["data"]:
            invoice = event["data"]["object"]
            mine = payable.setdefault(invoice.get("customer"), set())
            if event["type"] == "invoice.finalized":
                # Finalizing a revision ends what it revises in the same act.
                mine.discard((invoice["from_invoice"] or {}).get("invoice"))
                mine.add(invoice["id"])
            elif event["type"] in ("invoice.voided", "invoice.paid"):
                mine.discard(invoice["id"])
            self.assertLess(len(mine), 2, f"Both could be paid: {mine}")

    def assert_not_neither(self, correction):
        """Assert that one is valid in Odoo, and at most one payable at Stripe."""
        moves = correction.move_id | correction.new_move_id
        valid = moves.filtered(
            lambda move: move.state == "posted" and not move._stripe_is_closed()
        )
        self.assertTrue(valid)
        self.assert_never_two_payable()
