from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .lifecycle_common import DECLINED, WORKS, LifecycleCommon

AUTHENTICATES = "4000 0027 6000 3184"
DEBIT = "DE89370400440532013000"
BOUNCES = "DE62370400440532013001"


@tagged("post_install", "-at_install")
class TestCollection(LifecycleCommon):
    """What was agreed is charged by itself, once, and told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = cls.account.sudo()
        cls.partner_a.invoice_sending_method = False

    def make_customer(self, number=WORKS, agreed=True):
        """Make the customer known at Stripe, and let him store something."""
        customers = self.env["stripe.customer"].sudo()
        if not customers.search_count([], limit=1):
            self.make_open_invoice()
        customer = customers.search([], limit=1)
        if number:
            path = f"customers/{customer.stripe_id}/card"
            self.simulator.control(path, {"number": number})
            self.look()
        if agreed:
            self.consent(customer)
        return customer

    def collect(self, **values):
        """Confirm an invoice that the company charges, and let the worker go on."""
        self.settings.collection = "charge"
        move = self.make_invoice(**values)
        self.run_worker()
        return move

    def charges(self, move):
        """Return how often Stripe was asked to charge an invoice."""
        return len(self.simulator.sent("POST", f"/invoices/{move.stripe_ref}/pay"))

    def told(self, move, text):
        """Return the messages on the invoice that hold ``text``."""
        return move.message_ids.filtered(lambda one: text in (one.body or ""))

    def after(self, **time):
        """Go on later, when the cards and the customer are the same."""
        return freeze_time(fields.Datetime.now() + timedelta(**time))

    # === WHO IS CHARGED === #

    def test_charged_when_finalized_and_booked_once(self):
        self.make_customer()
        move = self.collect()
        self.assert_both(move, "paid")
        self.look()
        self.assertEqual(self.charges(move), 1)
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)
        self.assertEqual(move.payment_state, "paid")
        self.assertFalse(move.sudo().stripe_document_id.charge_at)

    def test_invoice_keeps_its_due_date_and_stripe_advances_nothing(self):
        self.make_customer()
        move = self.collect()
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertEqual(remote["collection_method"], "send_invoice")
        self.assertFalse(remote["auto_advance"])

    def test_order_wins_over_contact_and_contact_over_company(self):
        self.make_customer()
        for company, contact, own, charged in (
            ("request", False, False, 0),
            ("charge", False, False, 1),
            ("charge", "request", False, 0),
            ("request", "charge", False, 1),
            ("request", "charge", "request", 0),
            ("charge", "request", "charge", 1),
        ):
            self.settings.collection = company
            self.partner_a.stripe_collection = contact
            move = self.make_invoice(stripe_collection=own)
            self.run_worker()
            self.assertEqual(self.charges(move), charged, (company, contact, own))

    def test_invoice_inherits_the_choice_of_its_order(self):
        orders = (
            self.env["sale.order"]
            .sudo()
            .create(
                [
                    {
                        "partner_id": self.partner_a.id,
                        "stripe_collection": chosen,
                        "order_line": [(0, 0, {"product_id": self.product_a.id})],
                    }
                    for chosen in ("charge", "request")
                ]
            )
        )
        orders.action_confirm()
        orders.order_line.qty_delivered = 1
        moves = orders._create_invoices()
        self.assertEqual(set(moves.mapped("stripe_collection")), {"charge", "request"})

    def test_choice_is_fixed_once_the_invoice_is_confirmed(self):
        move = self.make_open_invoice()
        with self.assertRaisesRegex(UserError, "Charge Now"):
            move.stripe_collection = "charge"
        move.stripe_collection = False

    def test_pause_comes_before_the_charge(self):
        self.make_customer()
        self.settings.finalize_delay = 24
        move = self.collect()
        self.assert_waits(move, "draft")
        with self.after(hours=25):
            self.run_worker()
            self.assert_both(move, "paid")

    def assert_waits(self, move, status):
        self.assertEqual(move.stripe_status, status)
        self.assertFalse(self.charges(move))

    def test_sent_once_more_by_hand_it_is_not_charged_once_more(self):
        self.make_customer(AUTHENTICATES)
        move = self.collect()
        self.assertEqual(self.charges(move), 1)
        self.act(move).action_stripe_push()
        self.run_worker()
        self.assertEqual(self.charges(move), 1)

    # === NOTHING TO CHARGE === #

    def test_nothing_stored_is_said_and_the_page_is_offered(self):
        self.make_customer(number=None)
        move = self.collect()
        self.assert_asked_instead(move, "no payment method stored")

    def test_nobody_is_charged_who_has_not_agreed(self):
        self.make_customer(agreed=False)
        move = self.collect()
        self.assert_asked_instead(move, "has not agreed")

    def assert_asked_instead(self, move, reason):
        self.assert_both(move, "open")
        self.assertEqual(self.charges(move), 0)
        self.assertTrue(self.told(move, reason))
        asked = move.activity_ids.filtered(lambda a: a.summary == "Stripe: not charged")
        self.assertIn(move.stripe_hosted_invoice_url, asked.note)
        with self.after(days=30):
            self.run_worker()
        self.assertEqual(self.charges(move), 0)

    def test_by_hand_the_consent_is_asked_for_first(self):
        customer = self.make_customer(agreed=False)
        move = self.make_open_invoice()
        action = self.act(move).action_stripe_charge()
        self.assertEqual(action["res_model"], "stripe.customer.consent")
        wizards = self.env["stripe.customer.consent"].with_user(self.billing_user)
        wizard = wizards.with_context(**action["context"]).create({"note": " "})
        with self.assertRaisesRegex(UserError, "Write down how"):
            wizard.action_confirm()
        wizard.note = "Contract of 3 May"
        wizard.action_confirm()
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertEqual(customer.consent_how, "hand")
        self.assertEqual(customer.consent_user_id, self.billing_user)
        self.assertIn("Contract of 3 May", customer.partner_id.message_ids[0].body)

    def test_of_several_those_without_consent_are_named(self):
        self.make_customer(agreed=False)
        moves = self.make_open_invoice() + self.make_open_invoice()
        with self.assertRaisesRegex(UserError, "no consent of partner_a"):
            self.act(moves).action_stripe_charge()

    # === WHAT MAY HAPPEN === #

    def test_declined_card_is_tried_again_as_stripe_does_and_then_asked_about(self):
        self.make_customer(DECLINED)
        move = self.collect()
        tries = [1]
        self.assertEqual(self.charges(move), 1)
        for days in (3, 5, 7, 14):
            with self.after(days=days - 1):
                self.run_worker()
                self.assertEqual(self.charges(move), tries[-1], "too early")
            self.simulator.control("clock/advance", {"seconds": 1})
            self.move_time(move, days)
            self.run_worker()
            tries.append(self.charges(move))
        self.assertEqual(tries, [1, 2, 3, 4, 4])
        self.assert_both(move, "open")
        self.assertEqual(len(self.told(move, "tried again on")), 3)
        self.assertTrue(move.activity_ids)

    def move_time(self, move, days):
        """Let the day come on which an invoice is tried again."""
        document = move.sudo().stripe_document_id
        if document.charge_at:
            document.charge_at -= timedelta(days=days)

    def test_new_card_is_charged_by_the_next_try(self):
        customer = self.make_customer(DECLINED)
        move = self.collect()
        path = f"customers/{customer.stripe_id}/card"
        self.simulator.control(path, {"number": WORKS})
        self.look()
        self.assertEqual(customer.method_last4, "4242")
        self.move_time(move, 3)
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertFalse(move.activity_ids)

    def test_authentication_is_not_tried_again_without_the_customer(self):
        self.make_customer(AUTHENTICATES)
        move = self.collect()
        self.assert_both(move, "open")
        self.assertFalse(move.sudo().stripe_document_id.charge_at)
        self.assertFalse(self.told(move, "tried again on"))
        self.assertIn(move.stripe_hosted_invoice_url, move.activity_ids.note)
        self.pay(move)
        self.look()
        self.assert_both(move, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)

    def test_debit_is_waited_for_and_then_booked(self):
        move = self.collect_by_debit(DEBIT)
        self.assert_both(move, "paid")
        self.assertEqual(self.stripe_payments(move).amount, move.amount_total)

    def test_debit_that_bounces_is_not_tried_again(self):
        move = self.collect_by_debit(BOUNCES)
        self.assert_both(move, "open")
        self.assertFalse(self.stripe_payments(move))
        self.assertIn(move.stripe_hosted_invoice_url, move.activity_ids.note)
        with self.after(days=30):
            self.run_worker()
        self.assertEqual(self.charges(move), 1)

    def collect_by_debit(self, number):
        """Charge a bank account, and let the bank answer six days later."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.make_customer(number)
        move = self.collect(currency_id=euro.id)
        self.look()
        self.assertEqual(move.stripe_payment_state, "processing")
        self.assertFalse(self.stripe_payments(move))
        self.simulator.control("clock/advance", {"seconds": 6 * 86400})
        self.look()
        self.assertEqual(self.charges(move), 1)
        return move

    def test_paid_by_transfer_before_the_next_try_is_not_charged(self):
        self.make_customer(DECLINED)
        move = self.collect()
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizard = self.env["account.payment.register"].with_context(**context)
        wizard.create({}).action_create_payments()
        self.move_time(move, 3)
        self.run_worker()
        self.assert_both(move, "paid")
        self.assertEqual(len(self.simulator.sent("POST", "/pay")), 2)
        self.assertFalse(self.stripe_payments(move))

    # === WHO IS TOLD === #

    def test_stripe_mails_the_page_only_when_the_charge_fails(self):
        self.settings.mail_sender = "stripe"
        for number, mails in ((WORKS, 0), (DECLINED, 1)):
            self.make_customer(number)
            move = self.collect()
            self.run_worker()
            sent = self.simulator.sent("POST", f"/invoices/{move.stripe_ref}/send")
            self.assertEqual(len(sent), mails)
            self.assertFalse(move.sudo().stripe_document_id.send_wanted)

    # === LOST ANSWERS === #

    def test_lost_answers_never_charge_twice(self):
        self.make_customer()
        for kind in ("drop_before", "drop_after"):
            fault = self.simulator.fault(
                kind=kind, method="POST", path="/v1/invoices/[^/]+/pay$", times=1
            )
            move = self.collect()
            self.simulator.control(f"faults/{fault['id']}", method="DELETE")
            self.settle()
            self.look()
            self.assert_both(move, "paid")
            payments = self.stripe_payments(move)
            self.assertEqual(payments.mapped("amount"), [move.amount_total])
            rows = self.simulator.control("objects/charge")["data"]
            paid = [row for row in rows if row["paid"]]
            self.assertEqual(len(paid), len({row["payment_intent"] for row in paid}))
