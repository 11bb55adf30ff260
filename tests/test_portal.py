from urllib.parse import urlsplit

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestPortal(PortalCommon):
    """The customer finds one door to his invoice, and it is the right one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"].sudo()
        parameters.set_param("account_payment.enable_portal_payment", "True")

    def make_portal_invoice(self, **values):
        """Return an invoice of the portal user that is open at Stripe."""
        partner = self.portal_user.partner_id
        return self.make_open_invoice(partner=partner, **values)

    def open_page(self, move):
        """Open the address that the customer has been given, as he does."""
        address = urlsplit(move._stripe_pay_url())
        return self.url_open(f"{address.path}?{address.query}", allow_redirects=False)

    def test_address_leads_to_the_page_that_stripe_has_now(self):
        move = self.make_portal_invoice()
        move.sudo().stripe_document_id.hosted_invoice_url = (
            "https://invoice.stripe.com/expired"
        )
        answer = self.open_page(move)
        self.assertEqual(answer.status_code, 303)
        at_stripe = self.simulator.api(f"invoices/{move.stripe_ref}")
        self.assertEqual(answer.headers["Location"], at_stripe["hosted_invoice_url"])

    def test_who_has_no_right_is_led_nowhere(self):
        move = self.make_portal_invoice()
        for path in ("pay", "pdf"):
            for query in ("", "?access_token=guessed"):
                answer = self.url_open(
                    f"/stripe_invoice/{path}/{move.id}{query}", allow_redirects=False
                )
                self.assertURLEqual(answer.headers["Location"], "/my")
        self.authenticate("stripe_stranger", "stripe_stranger")
        answer = self.url_open(f"/stripe_invoice/pay/{move.id}", allow_redirects=False)
        self.assertURLEqual(answer.headers["Location"], "/my")
        self.authenticate("stripe_customer", "stripe_customer")
        answer = self.url_open(f"/stripe_invoice/pay/{move.id}", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertNotIn("/my", answer.headers["Location"])

    def test_what_cannot_be_paid_any_more_says_so(self):
        move = self.make_portal_invoice()
        self.pay(move)
        # The payment has not arrived here yet.
        self.assertEqual(self.state_of(self.open_page(move)), "paid")
        self.assertTrue(move.sudo().stripe_document_id.pending)
        self.settle()
        self.assertEqual(self.state_of(self.open_page(move)), "paid")
        self.void(self.make_portal_invoice(), "cancel")

    def test_what_was_reversed_because_it_is_hashed_is_not_called_paid(self):
        self.company_data["default_journal_sale"].restrict_mode_hash_table = True
        self.void(self.make_portal_invoice(), "posted")

    def void(self, move, state):
        move.button_request_cancel()
        self.settle()
        self.assertEqual(move.state, state)
        answer = self.open_page(move)
        self.assertEqual(self.state_of(answer), "void")
        self.assertIn(move.name, answer.text)

    def correct(self, move, way, partner):
        """Replace an invoice by one for the contact, and return the new one."""
        wizard = self.env["stripe.document.correct"].create(
            {
                "move_id": move.id,
                "way": way,
                "reason": "Wrong street",
                "partner_id": partner.id,
            }
        )
        wizard.action_confirm()
        self.settle()
        self.assertEqual(move.stripe_replaced_by_id.stripe_status, "open")
        return move.stripe_replaced_by_id

    def test_the_address_of_what_was_replaced_leads_to_the_new_invoice(self):
        for way in ("duplicate", "revision", "credit_note"):
            with self.subTest(way):
                old = self.make_portal_invoice()
                middle = self.correct(old, way, old.partner_id)
                new = self.correct(middle, way, old.partner_id)
                page = self.open_page(old)
                self.assertEqual(self.state_of(page), "replaced")
                self.assertIn(new.name, page.text)
                self.assertIn(new.get_portal_url(), page.text)
                # Whoever has the old address is not logged in, and needs no more.
                url = old.get_portal_url()
                page = self.url_open(url).text
                self.assertIn("Replaced by another invoice", page)
                self.assertIn(new.get_portal_url(), page)
                page = self.url_open(new.get_portal_url()).text
                self.assertIn(f"/stripe_invoice/pay/{new.id}", page)

    def test_the_invoice_of_another_customer_is_not_given_away(self):
        old = self.make_portal_invoice()
        new = self.correct(old, "credit_note", self.partner_a)
        page = self.open_page(old)
        self.assertEqual(self.state_of(page), "replaced")
        self.assertIn("ask us", page.text)
        self.assertNotIn(new.name, page.text)
        self.assertNotIn(new.name, self.url_open(old.get_portal_url()).text)

    def test_the_page_shows_the_customer_as_finalized(self):
        partner = self.portal_user.partner_id
        partner.write({"name": "Anna Example", "street": "1 old street"})
        move = self.make_portal_invoice()
        partner.write({"name": "Renamed", "street": "2 new street"})
        page = self.url_open(move.get_portal_url()).text
        part = page.partition('name="stripe_customer"')[2].partition("</address>")[0]
        self.assertIn("Anna Example", part)
        self.assertIn("1 old street", part)
        self.assertNotIn("2 new street", part)

    def test_what_is_on_its_way_is_not_asked_for_again(self):
        move = self.make_portal_invoice()
        self.pay(move, method="sepa_debit", outcome="processing")
        self.receive_all()
        self.settle()
        self.assertEqual(move.stripe_payment_state, "processing")
        self.assertEqual(self.state_of(self.open_page(move)), "processing")
        self.assertFalse(move._has_to_be_paid())

    def test_stripe_that_does_not_answer_is_told_as_such(self):
        move = self.make_portal_invoice()
        self.simulator.fault(kind="drop_before", method="GET")
        self.assertEqual(self.state_of(self.open_page(move)), "unreachable")

    def test_odoo_offers_no_second_door(self):
        move = self.make_portal_invoice()
        self.assertFalse(move._has_to_be_paid())
        self.assertIn(move.name, move._get_online_payment_error())
        self.assertEqual(move._get_portal_payment_link(), move._stripe_pay_url())
        wizard = self.env["payment.link.wizard"].with_context(
            active_id=move.id, active_model="account.move"
        )
        wizard = wizard.create(wizard.default_get(list(wizard._fields)))
        self.assertEqual(wizard.link, move._stripe_pay_url())
        self.authenticate("stripe_customer", "stripe_customer")
        with mute_logger("odoo.http"):
            answer = self.call(
                f"/invoice/transaction/{move.id}", {"access_token": move.access_token}
            )
        self.assertIn(move.name, answer["error"]["data"]["message"])

    def test_who_guesses_learns_nothing_of_an_invoice(self):
        move = self.make_portal_invoice()
        with mute_logger("odoo.http"):
            answer = self.call(
                f"/invoice/transaction/{move.id}", {"access_token": "guessed"}
            )
        self.assertNotIn(move.name, str(answer))
        self.assertNotIn("Stripe", str(answer))
        self.assertIn("error", answer)

    def test_overdue_invoices_are_paid_one_by_one(self):
        self.authenticate("stripe_customer", "stripe_customer")
        first = self.make_portal_invoice(invoice_date_due="2026-01-02")
        answer = self.url_open("/my/invoices/overdue", allow_redirects=False)
        self.assertIn(f"/stripe_invoice/pay/{first.id}", answer.headers["Location"])
        second = self.make_portal_invoice(invoice_date_due="2026-01-02")
        answer = self.url_open("/my/invoices/overdue")
        for move in first, second:
            self.assertIn(f"/stripe_invoice/pay/{move.id}", answer.text)
        with mute_logger("odoo.http"):
            answer = self.call(
                "/invoice/transaction/overdue", {"payment_reference": "both"}
            )
        self.assertIn("error", answer)

    def test_the_page_of_the_invoice_shows_state_door_and_document(self):
        move = self.make_portal_invoice()
        self.authenticate("stripe_customer", "stripe_customer")
        page = self.url_open(move.get_portal_url()).text
        self.assertIn("Waiting for your payment", page)
        self.assertIn(f"/stripe_invoice/pay/{move.id}", page)
        self.assertIn(f"/stripe_invoice/pdf/{move.id}", page)
        # Stripe's own address is for who follows the link only.
        self.assertNotIn(move.stripe_hosted_invoice_url, page)
        answer = self.url_open(f"/stripe_invoice/pdf/{move.id}", allow_redirects=False)
        self.assertEqual(answer.headers["Location"], move.stripe_invoice_pdf)

    def test_an_invoice_without_stripe_keeps_the_door_of_odoo(self):
        move = self.make_invoice(stripe_invoice=False, partner=self.partner_a)
        self.assertEqual(move._stripe_door(), "")
        self.assertTrue(move._has_to_be_paid())
        self.assertNotIn("stripe_invoice", move._get_portal_payment_link())
