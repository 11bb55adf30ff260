from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..const import IDEMPOTENCY_KEY_SECONDS
from .acts_common import AUTHENTICATED, DECLINED, StripeActsCommon


@tagged("post_install", "-at_install")
class TestCharge(StripeActsCommon):
    """A stored card is charged on request, once, whatever happens on the wire."""

    def test_charge_takes_the_stored_card_once_and_books_it(self):
        move = self.make_open_invoice()
        self.store_card(move)
        move.action_stripe_charge()
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)
        self.assertEqual(len(self.charges(move)), 1)
        self.assertFalse(move.activity_ids)

    def test_declined_charge_says_why_and_is_not_repeated(self):
        move = self.make_open_invoice()
        self.store_card(move, DECLINED)
        move.action_stripe_charge()
        self.settle_with_events()
        document = move.sudo().stripe_document_id
        self.assertEqual(document.target, "open")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)
        self.assertEqual(len(self.messages(move, "declined")), 1)
        self.assertEqual(len(move.activity_ids), 1)
        self.assertIn("declined", move.activity_ids.note)
        self.assertIn("declined", move._get_alerts()["stripe_failed"]["message"])
        self.assertFalse(self.stripe_payments(move))
        # With another card it goes, and nothing is left to do.
        self.store_card(move)
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)
        self.assertNotIn("stripe_failed", move._get_alerts())

    def test_card_that_wants_the_customer_leads_to_the_payment_page(self):
        move = self.make_open_invoice()
        self.store_card(move, AUTHENTICATED)
        move.action_stripe_charge()
        self.settle_with_events()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.sudo().stripe_document_id.target, "open")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertTrue(move.stripe_hosted_invoice_url)
        self.assertEqual(len(move.activity_ids), 1, move.activity_ids.mapped("summary"))
        self.assertIn(move.stripe_hosted_invoice_url, move.activity_ids.note)
        self.assertIn("authenticate", move._get_alerts()["stripe_action"]["message"])
        self.simulator.control(
            f"invoices/{move.stripe_ref}/authenticate", {"success": True}
        )
        self.settle_with_events()
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.activity_ids)

    def test_customer_without_a_stored_card_is_said_so(self):
        move = self.make_open_invoice()
        self.consent(move.sudo().stripe_document_id._customer())
        move.action_stripe_charge()
        self.settle_with_events()
        document = move.sudo().stripe_document_id
        self.assertEqual(document.target, "open")
        self.assertFalse(move.stripe_pending or move.stripe_to_fix)
        self.assertIn("no payment method", move.activity_ids.note)
        self.assertEqual(len(move.activity_ids), 1)
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)

    def test_charge_whose_answer_was_lost_is_never_made_twice(self):
        faults = {
            "lost before": {"kind": "drop_before"},
            "lost after": {"kind": "drop_after"},
            "failed before": {"kind": "status", "status": 500},
            "failed after": {"kind": "status", "status": 500, "after": True},
            "gateway after": {"kind": "status", "status": 502, "after": True},
            "locked": {"kind": "status", "status": 409},
            "too many": {"kind": "status", "status": 429},
        }
        for name, rule in faults.items():
            with self.subTest(name):
                partner = self.partner_a.copy()
                move = self.make_open_invoice(partner=partner)
                self.store_card(move)
                self.simulator.fault(path="/pay$", times=1, **rule)
                move.action_stripe_charge()
                self.settle_with_events()
                self.simulator.control("faults/clear", {})
                charged = len(self.charges(move))
                paid = move.stripe_status == "paid"
                self.assertEqual(charged, paid)
                self.assertEqual(len(self.stripe_payments(move)), paid)
                if name == "failed before":
                    # Nobody can know: a person has to look before the next one.
                    self.assertEqual(charged, 0)
                    self.assertIn("not known", move.activity_ids.note)
                else:
                    self.assertEqual(charged, 1)
                    self.assertFalse(move.activity_ids)

    def test_charge_whose_key_is_too_old_is_looked_at_and_not_repeated(self):
        for kind, charged in (("drop_before", 0), ("drop_after", 1)):
            with self.subTest(kind):
                partner = self.partner_a.copy()
                move = self.make_open_invoice(partner=partner)
                self.store_card(move)
                self.simulator.fault(kind=kind, path="/pay$", times=1)
                move.action_stripe_charge()
                self.run_worker()
                later = timedelta(seconds=IDEMPOTENCY_KEY_SECONDS + 60)
                with freeze_time(fields.Datetime.now() + later):
                    self.settle_with_events()
                self.simulator.control("faults/clear", {})
                sent = self.simulator.sent("POST", f"{move.stripe_ref}/pay")
                self.assertLessEqual(len(sent), 1, "It was sent again")
                self.assertEqual(len(self.charges(move)), charged)
                self.assertEqual(move.stripe_status, "paid" if charged else "open")
                self.assertEqual(len(move.activity_ids), 0 if charged else 1)

    def test_charge_is_refused_while_a_debit_is_under_way(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        move = self.make_open_invoice(currency_id=euro.id)
        self.store_card(move)
        self.pay(move, method="sepa_debit", outcome="processing")
        # Nobody knows yet: Stripe refuses.
        move.action_stripe_charge()
        self.settle()
        self.assertEqual(move.sudo().stripe_document_id.target, "open")
        self.assertEqual(move.stripe_payment_state, "processing")
        # Now everybody knows.
        with self.assertRaisesRegex(UserError, "being processed"):
            move.action_stripe_charge()
        self.simulator.control("clock/advance", {"seconds": 6 * 86400})
        self.settle_with_events()
        self.assertEqual(len(self.stripe_payments(move)), 1)
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 1)
