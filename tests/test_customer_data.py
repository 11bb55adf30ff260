from odoo.tests import tagged

from .customer_common import CustomerCommon

GOOD = "FR23334175221"
BAD = "DE1"


@tagged("post_install", "-at_install")
class TestCustomerData(CustomerCommon):
    """What of a contact goes to Stripe, and what becomes of what Stripe refuses."""

    def set_vat(self, vat, partner=None):
        """Write a number that Odoo's own check may not take, as an import can."""
        partner = (partner or self.acme).with_context(no_vat_validation=True)
        partner.vat = vat

    def numbers(self, move):
        remote = self.remote(move)
        return [(one["type"], one["value"]) for one in remote["customer_tax_ids"]]

    def push(self, **values):
        move = self.make_invoice(partner=self.acme, **values)
        self.settle()
        return move

    # === TAX IDS === #

    def test_tax_id_goes_along_and_is_replaced_when_it_changes(self):
        self.set_vat(GOOD)
        self.acme.company_registry = "33417522100018"
        expected = [("eu_vat", GOOD), ("fr_siret", "33417522100018")]
        self.assertEqual(self.numbers(self.push()), expected)
        self.set_vat("FR40303265045")
        self.acme.company_registry = False
        self.assertEqual(self.numbers(self.push()), [("eu_vat", "FR40303265045")])
        # And back on the same day: no old answer is repeated for it.
        self.set_vat(GOOD)
        self.assertEqual(self.numbers(self.push()), [("eu_vat", GOOD)])

    def test_tax_id_that_was_added_at_stripe_stays(self):
        self.set_vat(GOOD)
        self.push()
        path = f"/v1/customers/{self.rows().stripe_id}/tax_ids"
        self.dashboard("POST", path, type="de_stn", value="1234567890")
        self.dashboard("POST", path, type="eu_vat", value="IT12345670017")
        self.acme.name = "ACME SA"
        move = self.push()
        kept = [("eu_vat", GOOD), ("de_stn", "1234567890")]
        self.assertEqual(self.numbers(move), kept)

    def test_what_the_register_says_is_shown_and_stops_nothing(self):
        self.set_vat(GOOD)
        move = self.push()
        row = self.rows()
        self.assertEqual(row.tax_id_label, f"{GOOD} (being looked up)")
        remote = self.simulator.api(f"customers/{row.stripe_id}/tax_ids")["data"][0]
        notes = len(self.acme.message_ids)
        for status, unknown in (("unverified", GOOD), ("verified", False)):
            path = f"tax_ids/{remote['id']}/verification"
            self.simulator.control(path, {"status": status})
            for _time in range(2):
                self.receive(self.simulator.events()[-1])
                self.settle()
            self.assertEqual(row.unverified_tax_ids, unknown)
            alerts = move._get_alerts()
            self.assertEqual("stripe_unverified" in alerts, bool(unknown))
            self.assertEqual(self.push().stripe_status, "open")
        self.assertEqual(len(self.acme.message_ids), notes + 1)
        self.assertEqual(row.tax_id_label, f"{GOOD} (verified)")

    def test_refused_tax_id_stops_the_invoice_before_anything_is_final(self):
        self.set_vat(BAD)
        move = self.push()
        document = move.sudo().stripe_document_id
        self.assertTrue(move.stripe_to_fix)
        self.assertIn(f"the tax ID {BAD} of ACME", document.error)
        self.assertFalse(document.stripe_id)
        self.assertEqual(self.rows().refused_tax_ids, BAD)
        # Mended on the contact, "Try again" is enough.
        self.set_vat(GOOD)
        move.action_stripe_retry()
        self.settle()
        self.assertEqual(move.stripe_status, "open", document.error)
        self.assertEqual(self.numbers(move), [("eu_vat", GOOD)])
        self.assertFalse(self.rows().refused_tax_ids)

    def test_user_sends_an_invoice_without_the_refused_tax_id(self):
        self.set_vat(BAD)
        self.acme.company_registry = "33417522100018"
        move = self.push()
        self.assertTrue(move.stripe_to_fix)
        move.with_user(self.billing).action_stripe_without_tax_ids()
        self.settle()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(self.numbers(move), [("fr_siret", "33417522100018")])
        self.assertEqual(self.rows().refused_tax_ids, BAD)
        history = move.sudo().stripe_history_ids.mapped("text")
        self.assertIn(f"Sent without the tax ID {BAD}", history)
        # That was about this invoice alone.
        self.assertTrue(self.push().stripe_to_fix)

    def test_company_may_send_without_refused_tax_ids(self):
        self.account.refused_tax_id_policy = "send"
        self.set_vat(BAD)
        move = self.push()
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(self.numbers(move), [])
        self.simulator.control("requests/clear", {})
        self.push()
        self.assertFalse(self.simulator.sent("POST", "/tax_ids"), "Asked again")
        self.assertEqual(self.rows().refused_tax_ids, BAD)
        self.set_vat(GOOD)
        self.assertEqual(self.numbers(self.push()), [("eu_vat", GOOD)])
        self.assertFalse(self.rows().refused_tax_ids)

    def test_update_button_asks_again_about_refused_tax_ids(self):
        self.set_vat(BAD)
        self.push()
        self.set_vat(GOOD)
        self.rows().action_update()
        self.run_worker()
        self.assertFalse(self.rows().refused_tax_ids)

    # === CHANGED IN THE DASHBOARD === #

    def test_customer_changed_in_the_dashboard_is_made_equal_before_finalizing(self):
        self.push()
        move = self.make_draft_at_stripe(partner=self.acme)
        path = f"/v1/customers/{self.rows().stripe_id}"
        self.dashboard("POST", path, name="Somebody else", email="x@example.com")
        self.settle()
        remote = self.remote(move)
        self.assertEqual(remote["status"], "open")
        self.assertEqual(remote["customer_name"], "ACME")
        self.assertEqual(remote["customer_email"], "office@acme.example")

    # === WHAT GOES ALONG === #

    def test_name_addresses_phone_and_language_go_along(self):
        self.acme.write({"street": "1 rue  A", "street2": "Bât. B", "zip": "69001"})
        usa = self.env.ref("base.us")
        depot = self.env["res.partner"].create(
            {
                "name": "Depot",
                "parent_id": self.acme.id,
                "type": "delivery",
                "phone": "+1 (555) 123-4567 ext. 8",
                "street": "5 Main Street",
                "city": "Albany",
                "state_id": self.env.ref("base.state_us_27").id,
                "country_id": usa.id,
            }
        )
        self.env["res.lang"]._activate_lang("fr_BE")
        self.acme.write({"phone": "+33 (0)1 23 45 67 89", "lang": "fr_BE"})
        move = self.make_invoice(
            partner=self.acme, partner_shipping_id=depot.id, post=False
        )
        move.action_post()
        self.settle()
        remote = self.remote(move)
        self.assertEqual(remote["customer_phone"], "+33123456789")
        self.assertEqual(remote["customer_address"]["line1"], "1 rue A")
        shipping = remote["customer_shipping"]
        self.assertEqual(shipping["name"], "ACME, Depot")
        self.assertEqual(shipping["phone"], "+15551234567")
        self.assertEqual(
            (shipping["address"]["state"], shipping["address"]["country"]), ("NY", "US")
        )
        (customer,) = self.customers()
        self.assertEqual(customer["preferred_locales"], ["fr-BE"])

    # === TOLD BEFORE IT IS CONFIRMED === #

    def warned(self, move, user=None):
        """Return the alerts about what Stripe will not take, and what they open."""
        alerts = move.with_user(user or self.billing)._get_alerts()
        return {
            name: alert.get("action", {}).get("res_id")
            for name, alert in alerts.items()
            if name.startswith("stripe")
        }

    def test_draft_lists_all_that_speaks_against_it_with_links(self):
        self.acme.write({"email": False, "vat": "12345678", "country_id": False})
        self.paris.email = "not an address"
        move = self.make_invoice(partner=self.paris, post=False)
        move.name = "A-VERY-LONG-NUMBER-OF-AN-INVOICE/2026/1"
        self.simulator.control("requests/clear", {})
        self.assertEqual(
            self.warned(move),
            {
                "stripe_number_too_long_0": move.journal_id.id,
                "stripe_email_missing_1": self.paris.id,
                "stripe_country_missing_2": self.acme.id,
            },
        )
        self.assertFalse(self.simulator.control("requests")["data"])
        # It is confirmed all the same, and then the document says the same.
        move.action_post()
        self.settle()
        error = move.sudo().stripe_document_id.error
        for words in ("longer than the 26", "no valid e-mail", "but no country"):
            self.assertIn(words, error)
        mended = self.warned(move)
        self.assertIn("stripe_refused", mended)
        self.assertLessEqual(
            {move.journal_id.id, self.paris.id, self.acme.id}, set(mended.values())
        )

    def test_draft_says_nothing_when_nothing_speaks_against_it(self):
        self.acme.email = False
        for values in (
            {"partner": self.paris},
            {"stripe_invoice": False},
            {"invoice_line_ids": []},
        ):
            with self.subTest(values):
                values = {"partner": self.acme, "post": False, **values}
                self.assertEqual(self.warned(self.make_invoice(**values)), {})

    def test_draft_for_nobody_in_particular_is_told(self):
        public = self.env.ref("base.public_partner")
        move = self.make_invoice(partner=public, post=False)
        self.assertEqual(self.warned(move), {"stripe_customer_public_0": None})

    def test_tax_id_that_was_refused_before_is_told_on_the_next_draft(self):
        self.set_vat(BAD)
        refused = self.push()
        self.assertEqual(
            self.warned(refused),
            {
                "stripe_refused": None,
                "stripe_mend_0": self.acme.id,
                "stripe_tax_id": None,
            },
        )
        draft = self.make_invoice(partner=self.paris, post=False)
        expected = {"stripe_tax_id_refused_0": self.acme.id}
        self.assertEqual(self.warned(draft), expected)
        alert = refused._get_alerts()["stripe_tax_id"]
        model, method, ids = alert["action_call"]
        getattr(self.env[model].browse(ids), method)()
        self.settle()
        self.assertEqual(refused.stripe_status, "open")
        self.assertEqual(self.warned(refused), {})
        self.set_vat(GOOD)
        self.assertEqual(self.warned(draft), {})
