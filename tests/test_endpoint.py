from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..const import HANDLED_EVENTS
from .common import StripeInvoiceCommon
from .simulator import KEY


@tagged("post_install", "-at_install")
class TestEndpoint(StripeInvoiceCommon, HttpCase):
    """The webhook is looked after before a call is missed, and the way to it tried."""

    def setUp(self):
        super().setUp()
        # Each test begins with a Stripe that knows of no webhook.
        self.account._connect(self.company, KEY)
        self.compare_cron = self.env.ref("sale_stripe_invoice.ir_cron_compare")

    def at_stripe(self, method="POST", **params):
        """Change the webhook in Stripe's dashboard."""
        self.simulator.control(
            "dashboard",
            {
                "account": self.account.stripe_id,
                "method": method,
                "path": f"/v1/webhook_endpoints/{self.account.webhook_endpoint}",
                "params": params,
            },
        )

    def look(self):
        self.run_worker(self.compare_cron)
        return self.account.endpoint_problem or ""

    def test_what_is_in_order_is_not_spoken_of(self):
        self.assertFalse(self.look())
        self.assertFalse(self.account.activity_ids)

    def test_a_webhook_that_stripe_disabled_is_told_although_nothing_happens(self):
        responsible = new_test_user(self.env, "admin2", "base.group_system")
        self.account.user_id = responsible
        self.at_stripe(disabled=True)
        for _time in range(2):
            self.assertIn("disabled the webhook", self.look())
        self.assertFalse(self.account.silence, "Nothing has been missed yet")
        activity = self.account.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, responsible)
        self.at_stripe(disabled=False)
        self.assertFalse(self.look())
        self.assertFalse(self.account.activity_ids)

    def test_a_webhook_that_was_deleted_is_told_and_connecting_again_mends_it(self):
        self.at_stripe("DELETE")
        self.assertIn("is gone at Stripe", self.look())
        self.account._connect(self.company, KEY)
        self.assertFalse(self.account.endpoint_problem)
        self.assertFalse(self.account.activity_ids)
        self.assertFalse(self.look())

    def test_a_changed_address_is_told_and_the_secret_part_is_not(self):
        token = self.account.webhook_token
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", "https://moved.example.com")
        text = self.look()
        self.assertIn("https://moved.example.com", text)
        self.assertIn("web.base.url", text)
        self.assertNotIn(token, text)
        self.assertNotIn(token, self.account.activity_ids.note)

    def test_events_that_somebody_unticked_are_asked_for_again(self):
        self.at_stripe(enabled_events=["invoice.paid"])
        self.assertFalse(self.look())
        path = f"webhook_endpoints/{self.account.webhook_endpoint}"
        events = self.simulator.api(path)["enabled_events"]
        self.assertEqual(set(events), set(HANDLED_EVENTS))

    def test_a_webhook_of_another_version_is_told(self):
        self.simulator.control("reset", {})
        url = self.account.webhook_url
        # Without a version it is the one that the account has by default.
        told = {"url": url, "enabled_events[]": "*"}
        endpoint = self.simulator.post("webhook_endpoints", **told)
        self.account.webhook_endpoint = endpoint["id"]
        self.assertIn("another version", self.look())

    # === ON REQUEST === #

    def check(self, base=None):
        """Press the button; return what it says and how."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", base or self.base_url())
        self.env.invalidate_all()
        self.account._connect(self.company, KEY)
        with self.allow_requests(all_requests=True):
            params = self.account.action_check_connection()["params"]
        return params["type"], params["message"]

    def test_the_way_that_leads_here_is_confirmed_and_leaves_no_event(self):
        kind, text = self.check()
        self.assertEqual(kind, "success", text)
        self.assertFalse(self.env["stripe.event"].sudo().search([]))
        self.assertFalse(self.account.last_event_at, "It is no call of Stripe's")

    def test_a_way_that_leads_nowhere_is_told(self):
        kind, text = self.check("http://127.0.0.1:9")
        self.assertEqual(kind, "warning")
        self.assertIn("does not reach itself", text)

    def test_a_server_that_does_not_know_this_database_is_told(self):
        # The simulator knows no such address, like an Odoo of other databases.
        kind, text = self.check(self.simulator.url)
        self.assertEqual(kind, "warning")
        self.assertIn("does not know this database", text)
        self.assertNotIn(self.account.webhook_token, text)

    def test_something_else_that_answers_there_is_told(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", self.base_url())
        self.account._connect(self.company, KEY)
        # Odoo's own guard of tests answers for it, as a proxy with a password might.
        text = self.account._knock()
        self.assertIn("without a password", text)

    def test_what_is_wrong_at_stripe_is_told_by_the_button_too(self):
        self.at_stripe(disabled=True)
        params = self.account.action_check_connection()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("disabled the webhook", params["message"])
        self.simulator.fault(kind="down")
        with self.assertRaisesRegex(UserError, "cannot be reached"):
            self.account.action_check_connection()

    def test_only_administrators_check(self):
        biller = new_test_user(self.env, "biller", "account.group_account_manager")
        with self.assertRaises(AccessError):
            self.account.with_user(biller).action_check_connection()

    # === HEALTH === #

    def test_health_tells_what_waits_and_what_failed(self):
        self.make_invoice()
        move = self.make_open_invoice()
        self.receive_all()
        events = self.env["stripe.event"].sudo().search([])
        events[:1].write({"state": "failed"})
        move.sudo().stripe_document_id.write({"refused": True, "amount_remaining": 1})
        late = self.make_invoice()
        self.env.invalidate_all()
        account = self.account
        self.assertEqual(account.events_failed, 1)
        self.assertEqual(account.events_waiting, len(events) - 1)
        self.assertEqual(account.waiting_since, min(events.mapped("received_at")))
        self.assertEqual(account.documents_to_fix, 1)
        self.assertEqual(account.documents_waiting, 1)
        self.assertEqual(account.differences, 1)
        self.assertFalse(account.jobs_off)
        self.assertEqual(account.next_run_at, self.cron.nextcall)
        self.assertTrue(late.stripe_pending)
        self.compare_cron.sudo().active = False
        self.env.invalidate_all()
        self.assertTrue(account.jobs_off)

    def test_health_shows_when_stripe_was_last_asked(self):
        self.assertFalse(self.account.caught_up_at)
        self.run_worker(self.env.ref("sale_stripe_invoice.ir_cron_catch_up"))
        self.env.invalidate_all()
        stamp = self.account.caught_up_at
        self.assertTrue(stamp)
        self.assertLess(abs((stamp - self.env.cr.now()).total_seconds()), 120)

    def test_health_leads_to_the_rows(self):
        self.make_invoice()
        self.receive(
            {"id": "evt_1", "object": "event", "type": "x", "data": {"object": {}}}
        )
        for action, model in (
            ("action_waiting_events", "stripe.event"),
            ("action_documents_to_fix", "stripe.document"),
            ("action_differences", "stripe.difference"),
        ):
            with self.subTest(action):
                shown = getattr(self.account, action)()
                self.assertEqual(shown["res_model"], model)
                self.env[model].sudo().search(shown["domain"])
