from urllib.parse import urlsplit

from odoo.tests import HttpCase, new_test_user, tagged

from .lifecycle_common import LifecycleCommon
from .tour_common import PAY

SAYS = """
    if (!document.querySelector("[data-state=%s]")) {
        console.error(document.body.textContent);
    }
    console.log("test successful");
"""


@tagged("post_install", "-at_install")
class TestTourSetup(LifecycleCommon, HttpCase):
    """What is set up at Stripe, by administrator, billing person and customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.tax_exigibility = True
        cls.partner_a.write({"name": "Anna Example", "invoice_sending_method": False})
        cls.portal_user = new_test_user(
            cls.env, "stripe_customer", "base.group_portal", password="stripe_customer"
        )

    def test_administrator_sees_what_is_still_open(self):
        # The simulator was reset, and with it the webhook that it knew.
        self.account.sudo()._connect(self.company, "sk_test_simulator")
        self.simulator.post("tax_ids", type="eu_vat", value="FR40303265045")
        self.start_tour(
            "/odoo/action-account.action_account_config",
            "stripe_setup_list",
            login=self.env.user.login,
        )
        self.env.invalidate_all()
        self.assertEqual(self.account.setup_open_count, 2)

    def test_contact_is_asked_and_stores_a_card(self):
        contacts = "/odoo/action-account.res_partner_action_customer"
        ben = self.partner_a.copy({"name": "Ben Example", "email": False})
        path = f"{contacts}/{ben.id}"
        self.start_tour(path, "stripe_ask_method_refused", login="billing")
        path = f"{contacts}/{self.partner_a.id}"
        self.start_tour(path, "stripe_ask_method", login="billing")
        address = urlsplit(self.partner_a._stripe_method_url())
        address = f"{address.path}?{address.query}"
        self.browser_js(address, SAYS % "preparing")
        self.run_worker()
        self.authenticate(None, None)
        answer = self.url_open(address, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.browser_js(answer.headers["Location"], PAY)
        self.browser_js(f"{address}&state=done", SAYS % "done")
        self.receive_all()
        self.settle()
        customer = self.env["stripe.customer"].sudo().search([])
        self.assertEqual(customer.consent_how, "checkout")
        self.assertIn("4242", customer.method_label)

    def test_portal_customer_manages_what_he_has_stored(self):
        self.authenticate("stripe_customer", "stripe_customer")
        self.browser_js("/my/stripe", SAYS % "none", login="stripe_customer")
        partner = self.portal_user.partner_id
        partner.write(
            {"email": "anna@example.com", "country_id": self.partner_a.country_id.id}
        )
        self.make_open_invoice(partner=partner)
        self.start_tour("/my", "stripe_portal_methods", login="stripe_customer")
        self.authenticate("stripe_customer", "stripe_customer")
        answer = self.url_open("/my/stripe", allow_redirects=False)
        self.browser_js(
            answer.headers["Location"],
            """
            if (!document.querySelector("#back")) {
                console.error(document.body.textContent);
            }
            console.log("test successful");
            """,
        )
        self.simulator.fault(kind="drop_before", method="POST")
        self.browser_js("/my/stripe", SAYS % "unreachable", login="stripe_customer")
