from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .lifecycle_common import WORKS, LifecycleCommon
from .portal_common import PagesCommon

SECOND = "5555 5555 5555 4444"
DEBIT = "DE89370400440532013000"


@tagged("post_install", "-at_install")
class TestConsent(LifecycleCommon, PagesCommon):
    """What the customer stores at Stripe is shown, and that he agreed is recorded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settings = cls.account.sudo()
        cls.partner_a.invoice_sending_method = False

    def ask(self, partner=None):
        """Ask a contact to store a payment method, and return the mail's address."""
        partner = (partner or self.partner_a).with_user(self.billing_user)
        partner.action_stripe_ask_method()
        body = partner.sudo().message_ids[0].body
        address = partner.sudo()._stripe_method_url()
        self.assertIn(address.replace("&", "&amp;"), body)
        return address

    def open_address(self, address, **more):
        parts = urlsplit(address)
        query = "&".join([parts.query, *(f"{k}={v}" for k, v in more.items())])
        return self.url_open(f"{parts.path}?{query}", allow_redirects=False)

    def go_to_stripe(self, address):
        """Follow the address to Stripe's page; return the id of its session."""
        self.assertEqual(self.state_of(self.open_address(address)), "preparing")
        self.run_worker()
        answer = self.open_address(address)
        self.assertEqual(answer.status_code, 303, self.customer().error)
        sessions = self.simulator.control("objects/checkout.session")["data"]
        session = next(
            one for one in sessions if one["url"] == answer.headers["Location"]
        )
        self.assertEqual(session["mode"], "setup")
        return session["id"]

    def customer(self):
        return self.env["stripe.customer"].sudo().search([], limit=1)

    def store(self, address, number=WORKS):
        session = self.go_to_stripe(address)
        path = f"checkout/sessions/{session}/submit"
        answer = self.simulator.control(path, {"number": number})
        self.assertEqual(answer["status"], "complete", answer["error"])
        self.receive_all()
        self.settle()
        return session

    # === ASKED BY ODOO === #

    def test_asked_by_mail_the_customer_stores_a_card_and_has_agreed(self):
        self.store(self.ask())
        customer = self.customer()
        self.assertEqual(customer.method_label, "Visa •••• 4242 (12/2034)")
        self.assertEqual(customer.consent_how, "checkout")
        self.assertTrue(customer.consent_at)
        remote = self.simulator.api(f"customers/{customer.stripe_id}")
        default = remote["invoice_settings"]["default_payment_method"]
        self.assertEqual(default, customer.method_ref)
        bodies = " ".join(customer.partner_id.message_ids.mapped("body"))
        self.assertIn("Visa •••• 4242", bodies)
        self.settings.collection = "charge"
        move = self.make_invoice()
        self.settle()
        self.assert_both(move, "paid")

    def test_bank_account_is_stored_alike(self):
        self.company.currency_id = self.env.ref("base.EUR")
        self.settings.payment_method_ids = self.env["stripe.payment.method"].search(
            [("code", "in", ("card", "sepa_debit", "customer_balance"))]
        )
        session = self.store(self.ask(), DEBIT)
        sent = self.simulator.api(f"checkout/sessions/{session}")
        self.assertEqual(sent["allowed_payment_method_types"], ["card", "sepa_debit"])
        self.assertIn("•••• 3000", self.customer().method_label)
        self.assertIn("SEPA", self.customer().method_label)

    def test_same_page_is_offered_again_until_it_closes(self):
        address = self.ask()
        first = self.go_to_stripe(address)
        again = self.open_address(address)
        self.assertEqual(again.status_code, 303)
        self.run_worker()
        sessions = self.simulator.control("objects/checkout.session")["data"]
        self.assertEqual([one["id"] for one in sessions], [first])
        self.customer().setup_expires_at = fields.Datetime.now() + timedelta(minutes=1)
        self.assertNotEqual(self.go_to_stripe(address), first)

    def test_lost_answer_opens_another_page_and_nothing_is_stored_twice(self):
        address = self.ask()
        self.open_address(address)
        self.simulator.fault(
            kind="drop_after", method="POST", path="checkout/sessions", times=1
        )
        self.settle()
        self.assertEqual(self.open_address(address).status_code, 303)

    def test_address_is_for_who_has_been_given_it(self):
        address = self.ask()
        other = self.ask(self.partner_b) if self.partner_b.email else None
        self.assertFalse(other)
        parts = urlsplit(address)
        token = parse_qs(parts.query)["access_token"][0]
        for query in ("", "?access_token=", "?access_token=guessed"):
            answer = self.url_open(f"{parts.path}{query}", allow_redirects=False)
            self.assertURLEqual(answer.headers["Location"], "/my")
        self.partner_b.email = "bob@example.com"
        strange = urlsplit(self.ask(self.partner_b))
        answer = self.url_open(
            f"{strange.path}?access_token={token}", allow_redirects=False
        )
        self.assertURLEqual(answer.headers["Location"], "/my")
        self.customer().active = False

    def test_customer_who_comes_back_is_told_how_it_stands(self):
        address = self.ask()
        for state in ("done", "cancelled"):
            page = self.open_address(address, state=state)
            self.assertEqual(self.state_of(page), state)
        page = self.open_address(address, look="20")
        self.assertEqual(self.state_of(page), "unreachable")

    def test_who_cannot_be_asked_is_said(self):
        self.partner_b.email = False
        with self.assertRaisesRegex(UserError, "no e-mail"):
            self.partner_b.with_user(self.billing_user).action_stripe_ask_method()
        self.company.stripe_invoice = False
        with self.assertRaisesRegex(UserError, "not connected"):
            self.partner_a.with_user(self.billing_user).action_stripe_ask_method()

    def test_only_the_billing_group_asks_and_records(self):
        self.make_open_invoice()
        seller = new_test_user(
            self.env, "seller", "sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            self.partner_a.with_user(seller).action_stripe_ask_method()
        with self.assertRaises(AccessError):
            self.customer().with_user(seller).action_record_consent()
        with self.assertRaises(AccessError):
            self.customer().with_user(self.billing_user).write(
                {"consent_at": fields.Datetime.now()}
            )

    # === CHANGED AT STRIPE === #

    def test_removed_at_stripe_is_removed_here_and_the_consent_lapses(self):
        self.store(self.ask())
        customer = self.customer()
        self.simulator.post(f"payment_methods/{customer.method_ref}/detach")
        self.look()
        self.assertFalse(customer.method_ref or customer.method_label)
        self.assertFalse(customer.consent_at)
        self.assertIn("no longer stored", customer.partner_id.message_ids[0].body)

    def test_another_card_takes_its_place_and_the_consent_stays(self):
        self.store(self.ask())
        customer = self.customer()
        agreed = customer.consent_at
        path = f"customers/{customer.stripe_id}/card"
        self.simulator.control(path, {"number": SECOND})
        self.look()
        self.assertEqual(customer.method_label, "Mastercard •••• 4444 (12/2034)")
        self.assertEqual(customer.consent_at, agreed)

    def test_stored_in_the_dashboard_is_shown_and_is_no_consent(self):
        self.make_open_invoice()
        path = f"customers/{self.customer().stripe_id}/card"
        self.simulator.control(path, {"number": WORKS})
        self.look()
        self.assertTrue(self.customer().method_label)
        self.assertFalse(self.customer().consent_at)

    def test_stored_in_the_portal_that_odoo_led_to_is_an_answer(self):
        self.make_open_invoice()
        self.customer().portal_at = fields.Datetime.now()
        path = f"customers/{self.customer().stripe_id}/card"
        self.simulator.control(path, {"number": WORKS})
        self.look()
        self.assertEqual(self.customer().consent_how, "portal")

    def test_news_in_any_order_and_number_lead_to_the_same_end(self):
        self.store(self.ask())
        customer = self.customer()
        end = customer.read(["method_ref", "method_label", "consent_at", "consent_how"])
        messages = len(customer.partner_id.message_ids)
        for event in reversed(self.simulator.events()):
            self.receive({**event, "id": f"{event['id']}again"})
        self.settle()
        again = customer.read(
            ["method_ref", "method_label", "consent_at", "consent_how"]
        )
        self.assertEqual(again, end)
        self.assertEqual(len(customer.partner_id.message_ids), messages)

    def test_customers_of_others_mean_nothing(self):
        stranger = self.simulator.post("customers", name="Stranger")
        self.simulator.control(f"customers/{stranger['id']}/card", {"number": WORKS})
        self.look()
        events = self.env["stripe.event"].sudo().search([("object_id", "like", "pm_%")])
        self.assertEqual(set(events.mapped("state")), {"ignored"})
        self.assertFalse(self.customer())

    # === RESTRICTED KEYS === #

    def test_key_that_may_not_see_methods_holds_nothing_up(self):
        permissions = [
            f"{name}:write" for name in ("customers", "invoices", "tax_ids", "events")
        ]
        permissions += [f"{name}:read" for name in ("payment_intents", "charges")]
        key = "rk_test_narrow"
        path = f"accounts/{self.account.stripe_id}"
        self.simulator.control(path, {"keys": {key: permissions}})
        self.settings.secret_key = key
        self.make_open_invoice()
        number = {"number": WORKS}
        path = f"customers/{self.customer().stripe_id}/card"
        self.simulator.control(path, number)
        self.look()
        self.assertFalse(self.settings.error)
        events = self.env["stripe.event"].sudo().search([("object_id", "like", "pm_%")])
        self.assertEqual(set(events.mapped("state")), {"ignored"})
        address = self.ask()
        for _time in range(2):
            self.assertEqual(self.state_of(self.open_address(address)), "preparing")
            self.run_worker()
            self.assertIn("permission", self.customer().error)
            self.assertFalse(self.customer().setup_wanted)
        self.assertFalse(self.settings.error)

    # === WITHDRAWN === #

    def test_consent_is_withdrawn_by_hand_and_nothing_is_charged_then(self):
        self.store(self.ask())
        customer = self.customer()
        customer.with_user(self.billing_user).action_withdraw_consent()
        self.settings.collection = "charge"
        move = self.make_invoice()
        self.settle()
        self.assert_both(move, "open")
        self.assertFalse(self.simulator.sent("POST", "/pay"))
        with self.assertRaisesRegex(UserError, "has not agreed"):
            customer.with_user(self.billing_user).action_withdraw_consent()
