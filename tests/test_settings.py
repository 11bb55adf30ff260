import hashlib
import hmac
import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..const import API_BASE_PARAMETER, API_VERSION, HANDLED_EVENTS
from ..hooks import uninstall_hook
from ..stripe_api.permissions import PERMISSIONS
from ..stripe_api.signature import verify
from .common import StripeInvoiceCommon
from .simulator import GRANTS, KEY


@tagged("post_install", "-at_install")
class TestSettings(StripeInvoiceCommon):
    """How a company connects, and what stops it."""

    IMPORT_BALANCE = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Second company")["company"]

    def open_settings(self, company=None, user=None, **values):
        """Return the settings of a company, saved with ``values``."""
        settings = self.env["res.config.settings"].with_company(company or self.other)
        return settings.with_user(user or self.env.user).create(values)

    def press_connect(self, key, company=None):
        """Paste a key and press the button; return the account of the company."""
        settings = self.open_settings(company, stripe_secret_key=key)
        settings.action_stripe_connect()
        return settings.company_id.sudo().stripe_account_id

    def endpoints(self):
        return self.simulator.control("objects/webhook_endpoint")["data"]

    def assert_accepts(self, account, secret):
        """Assert that the webhook takes what is signed with ``secret``."""
        body, now = b'{"object": "event", "id": "evt_1"}', int(time.time())
        signed = b"%d.%s" % (now, body)
        v1 = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        secrets = account.sudo().webhook_secrets
        self.assertTrue(verify(body, f"t={now},v1={v1}", secrets))

    # === WHAT A CONNECTION IS === #

    def test_connecting_makes_everything_that_is_needed(self):
        account = self.press_connect(KEY)
        remote = self.simulator.api("account")
        self.assertEqual(account.stripe_id, remote["id"])
        self.assertEqual(account.company_id, self.other)
        self.assertFalse(account.livemode)
        self.assertIn("TEST", account.display_name)
        self.assertIn("/test", account.dashboard_url)
        self.assertEqual(account.secret_key, KEY)
        self.assertFalse(self.other.sudo().stripe_pasted_key)

        journal = account.journal_id
        self.assertEqual(journal.type, "bank")
        self.assertEqual(journal.company_id, self.other)
        transit = journal.inbound_payment_method_line_ids.payment_account_id
        self.assertTrue(transit.reconcile)
        self.assertNotEqual(transit, journal.default_account_id)
        self.assertEqual(account.fee_account_id.account_type, "expense")
        for made in transit + journal.default_account_id + account.fee_account_id:
            self.assertIn(self.other, made.company_ids)

        (endpoint,) = self.endpoints()
        self.assertEqual(endpoint["id"], account.webhook_endpoint)
        self.assertEqual(endpoint["url"], account.webhook_url)
        self.assertEqual(sorted(endpoint["enabled_events"]), sorted(HANDLED_EVENTS))
        self.assertEqual(endpoint["api_version"], API_VERSION)
        self.assertEqual(len(account.webhook_secrets), 1)
        self.assertTrue(account.webhook_secrets[0].startswith("whsec_"))

    def test_the_stored_secret_is_the_one_that_stripe_signs_with(self):
        account = self.press_connect(KEY)
        rolled = self.simulator.control(
            f"webhook_endpoints/{account.webhook_endpoint}/roll", {"overlap": 60}
        )["secret"]
        self.assertNotEqual(account.webhook_secrets[0], rolled)
        created = [
            row
            for row in self.simulator.sent("POST", "/v1/webhook_endpoints")
            if row["status"] == 200
        ]
        self.assertEqual(len(created), 1)
        self.assert_accepts(account, account.webhook_secrets[0])

    def test_connecting_again_keeps_one_account_and_one_endpoint(self):
        account = self.press_connect(KEY)
        journal, fees = account.journal_id, account.fee_account_id
        first = account.webhook_secrets[0]
        again = self.press_connect(f"  {KEY}\n")
        self.assertEqual(again, account)
        accounts = self.env["stripe.account"].with_context(active_test=False).sudo()
        self.assertEqual(accounts.search_count([("company_id", "=", self.other.id)]), 1)
        self.assertEqual(account.journal_id, journal)
        self.assertEqual(account.fee_account_id, fees)
        (endpoint,) = self.endpoints()
        self.assertEqual(endpoint["id"], account.webhook_endpoint)
        second = account.webhook_secrets[0]
        self.assertNotEqual(second, first)
        self.assert_accepts(account, second)
        self.assert_accepts(account, first)

    def test_endpoint_of_somebody_else_is_left_alone(self):
        self.simulator.control(
            "dashboard",
            {
                "account": self.account.stripe_id,
                "method": "POST",
                "path": "/v1/webhook_endpoints",
                "params": {"url": "https://example.com/", "enabled_events": ["*"]},
            },
        )
        self.press_connect(KEY)
        self.press_connect(KEY)
        urls = [endpoint["url"] for endpoint in self.endpoints()]
        self.assertEqual(len(urls), 2)
        self.assertIn("https://example.com/", urls)

    def test_each_company_has_a_connection_of_its_own(self):
        body = {"keys": {"sk_test_second": None}, "settings": {"country": "DE"}}
        remote = self.simulator.control("accounts", body)
        first = self.press_connect(KEY, self.company)
        second = self.press_connect("sk_test_second", self.other)
        self.assertEqual(second.stripe_id, remote["id"])
        self.assertNotEqual(second.stripe_id, first.stripe_id)
        self.assertNotEqual(second.webhook_token, first.webhook_token)
        self.assertNotEqual(second.journal_id, first.journal_id)
        self.assertEqual(second.journal_id.company_id, self.other)

    def test_companies_may_share_a_stripe_account(self):
        first = self.press_connect(KEY, self.company)
        second = self.press_connect(KEY, self.other)
        self.assertEqual(first.stripe_id, second.stripe_id)
        self.assertNotEqual(first, second)
        self.assertEqual(
            {endpoint["url"] for endpoint in self.endpoints()},
            {first.webhook_url, second.webhook_url},
        )

    def test_another_stripe_account_leaves_the_former_in_place(self):
        self.simulator.control("accounts", {"keys": {"sk_test_moved_here": None}})
        former = self.press_connect(KEY)
        account = self.press_connect("sk_test_moved_here")
        self.assertNotEqual(account, former)
        self.assertEqual(self.other.sudo().stripe_account_id, account)
        self.assertTrue(former.exists().secret_key)
        codes = (former.journal_id + account.journal_id).mapped("code")
        self.assertEqual(len(set(codes)), 2)

    def test_uninstalling_deletes_the_endpoints_and_survives_a_silent_stripe(self):
        self.press_connect(KEY)
        uninstall_hook(self.env)
        self.assertFalse(self.endpoints())
        self.press_connect(KEY)
        self.simulator.fault(kind="down")
        with self.assertLogs("odoo.addons.sale_stripe_invoice", "WARNING"):
            uninstall_hook(self.env)

    # === WHAT STOPS IT === #

    def state(self):
        """Return all that a connection leaves in the database and at Stripe."""
        self.env.flush_all()
        tables = ("stripe_account", "account_journal", "account_account")
        rows = []
        for table in tables:
            self.env.cr.execute(
                f"SELECT row_to_json(t)::text FROM {table} t ORDER BY id"
            )
            rows += self.env.cr.fetchall()
        return rows, self.endpoints(), self.other.sudo().stripe_account_id

    def assert_stopped(self, key, sentence, company=None):
        """Assert that connecting with ``key`` is refused, and changes nothing."""
        before = self.state()
        with self.assertRaises(UserError) as caught:
            self.press_connect(key, company)
        self.assertIn(sentence, str(caught.exception))
        if key and key.strip():
            self.assertNotIn(key, str(caught.exception))
        self.assertEqual(self.state(), before)

    def assert_each_stopped(self, cases):
        """Assert it for a company without a connection, and for one that has one."""
        for connected in (False, True):
            if connected:
                self.press_connect(KEY)
            for key, sentence in cases.items():
                with self.subTest(key=key, connected=connected):
                    self.assert_stopped(key, sentence)

    def test_keys_of_the_wrong_kind_are_refused_with_advice(self):
        self.assert_each_stopped(
            {
                "pk_test_simulator": "publishable key",
                "pk_live_simulator": "publishable key",
                "whsec_simulator": "signing secret",
                "garbage": "not a Stripe key",
                "sk_test_": "not a Stripe key",
                "sk_test_simul…": "not a Stripe key",
                "sk_test_simulator\nX-Header: 1": "not a Stripe key",
                "sk_other_simulator": "not a Stripe key",
            }
        )

    def test_key_that_stripe_does_not_know_is_refused_with_advice(self):
        self.assert_each_stopped(
            {
                "sk_test_nobody_has_this": "does not know this key",
                "rk_test_nobody_has_this": "does not know this key",
            }
        )

    def test_no_key_at_all_is_refused_with_advice(self):
        for key in (False, "", "   "):
            with self.subTest(repr(key)):
                self.assert_stopped(key, "Paste a secret or restricted key")

    def test_missing_permissions_are_named(self):
        everything = self.permissions("write")
        for permission in PERMISSIONS:
            name, level = permission.name, permission.level
            own = GRANTS[name]
            granted = [one for one in everything if not one.startswith(f"{own}:")]
            self.assertLess(len(granted), len(everything))
            # Of what is to be written, reading alone is not enough.
            less = [f"{own}:read"] if level == "write" else []
            with self.subTest(name):
                self.grant("rk_test_limited", granted + less)
                self.assert_stopped("rk_test_limited", f"{name} ({level})")
        self.grant("rk_test_limited", ["account:read"])
        every = ", ".join(f"{one.name} ({one.level})" for one in PERMISSIONS)
        self.assert_stopped("rk_test_limited", every)

    def permissions(self, action):
        """Return all that the addon needs, as Stripe's dashboard calls it."""
        resources = dict.fromkeys(GRANTS.values())
        return ["account:read", *(f"{one}:{action}" for one in resources)]

    def grant(self, key, permissions):
        path = f"accounts/{self.account.stripe_id}"
        self.simulator.control(path, {"keys": {key: permissions}})

    def test_account_that_has_all_webhooks_it_may_have_is_told(self):
        for number in range(16):
            url = f"https://example.com/{number}"
            params = {"url": url, "enabled_events[]": "invoice.paid"}
            self.simulator.post("webhook_endpoints", **params)
        self.assert_stopped(KEY, "webhook could not be made")

    def test_restricted_key_with_all_permissions_works(self):
        self.grant("rk_test_worker", self.permissions("write"))
        account = self.press_connect("rk_test_worker", self.company)
        self.assertEqual(account.secret_key, "rk_test_worker")
        self.assertEqual(self.make_open_invoice().stripe_status, "open")

    def test_stripe_that_does_not_answer_is_told(self):
        for rule in ({"kind": "down"}, {"kind": "status", "status": 500}):
            with self.subTest(rule):
                self.simulator.control("faults/clear", {})
                self.simulator.fault(**rule)
                with self.assertRaises(UserError) as caught:
                    self.press_connect(KEY)
                self.assertIn("cannot be reached", str(caught.exception))
        self.simulator.control("faults/clear", {})
        self.assertFalse(self.other.sudo().stripe_account_id)
        self.assertFalse(self.endpoints())

    def test_stripe_that_fails_on_the_way_leaves_the_connection_untouched(self):
        self.press_connect(KEY)
        before = self.state()
        self.simulator.fault(kind="drop_before", path="/webhook_endpoints", nth=3)
        with self.assertRaises(UserError):
            self.press_connect(KEY)
        self.assertEqual(self.state()[0], before[0])
        self.assertEqual(self.endpoints(), before[1])

    def test_old_endpoint_that_is_not_deleted_does_not_cost_the_new_one(self):
        logger = "odoo.addons.sale_stripe_invoice.models.stripe_account_connect"
        account = self.press_connect(KEY)
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind), self.assertLogs(logger, "WARNING"):
                self.simulator.fault(kind=kind, method="DELETE", times=1)
                self.press_connect(KEY)
            ids = [endpoint["id"] for endpoint in self.endpoints()]
            self.assertIn(account.webhook_endpoint, ids)
        self.press_connect(KEY)
        (endpoint,) = self.endpoints()
        self.assertEqual(endpoint["id"], account.webhook_endpoint)

    # === WHERE THE KEY MAY GO === #

    def test_live_key_never_goes_to_another_address_than_stripes(self):
        self.assert_stopped("sk_live_simulator", API_BASE_PARAMETER)
        self.assertFalse(self.simulator.control("requests")["data"])

    def test_test_key_goes_to_stripe_or_this_machine_only(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for base in (
            "http://192.0.2.1:12111",
            "https://stripe.example.com",
            "https://api.stripe.com.example.com",
            "http://127.0.0.1.example.com",
            "http://user@example.com",
            "ftp://127.0.0.1",
        ):
            with self.subTest(base):
                parameters.set_param(API_BASE_PARAMETER, base)
                self.assert_stopped(KEY, API_BASE_PARAMETER)

    def test_address_that_stripe_cannot_reach_is_refused(self):
        self.env["ir.config_parameter"].sudo().set_param(API_BASE_PARAMETER, False)
        account = self.account
        path = "/stripe_invoice/webhook/token"
        for livemode, base, sentence in (
            (True, "http://odoo.example.com", "https"),
            (True, "http://localhost:8069", "this machine"),
            (True, "https://localhost", "this machine"),
            (True, "https://127.0.0.1", "this machine"),
            (False, "http://localhost:8069", "this machine"),
            (False, "http://[::1]:8069", "this machine"),
            (True, "https://odoo.example.com", None),
            (False, "https://odoo.example.com", None),
            (False, "http://odoo.example.com", None),
        ):
            with self.subTest(livemode=livemode, base=base):
                account.livemode = livemode
                if sentence is None:
                    account._check_reachable(base + path)
                    continue
                with self.assertRaises(UserError) as caught:
                    account._check_reachable(base + path)
                self.assertIn(sentence, str(caught.exception))
                self.assertIn("web.base.url", str(caught.exception))

    # === THE KEY GOES IN AND NEVER COMES OUT === #

    def test_pasted_key_is_answered_by_no_way_of_reading(self):
        settings = self.open_settings(stripe_secret_key=KEY)
        name = "stripe_secret_key"
        self.assertFalse(settings[name])
        self.assertFalse(settings.read([name])[0][name])
        self.assertNotIn(KEY, str(settings.read()))
        self.assertNotIn(KEY, str(settings.web_read({name: {}})))
        self.assertNotIn(KEY, str(settings.export_data([name])))
        self.assertNotIn(KEY, str(settings.default_get([name])))
        self.assertNotIn(KEY, str(settings.fields_get([name])))
        self.assertNotIn(KEY, str(settings.web_save({}, {name: {}})))
        answer = settings.web_save({name: KEY}, {name: {}})
        self.assertNotIn(KEY, str(answer), "The answer to saving has the key")
        again = self.open_settings()
        self.assertFalse(again[name])
        with self.assertRaises(ValueError):
            settings.search([(name, "=", KEY)])

    def test_pasted_key_is_in_no_column_of_the_settings(self):
        self.open_settings(stripe_secret_key=KEY)
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(t)::text FROM res_config_settings t")
        self.assertNotIn(KEY, str(self.env.cr.fetchall()))

    def test_settings_show_no_key_after_connecting(self):
        self.press_connect(KEY)
        settings = self.open_settings()
        names = [name for name in settings._fields if name.startswith("stripe")]
        self.assertIn("stripe_account_name", names)
        shown = str(settings.read(names))
        self.assertIn(self.account.stripe_id, shown)
        self.assertNotIn(KEY, shown)
        self.assertNotIn("whsec_", shown)

    def test_only_administrators_connect(self):
        user = new_test_user(
            self.env,
            "manager",
            groups="base.group_user,account.group_account_manager",
            company_id=self.other.id,
            company_ids=[(6, 0, self.other.ids)],
        )
        with self.assertRaises(AccessError):
            self.open_settings(user=user, stripe_secret_key=KEY)
        settings = self.open_settings(stripe_secret_key=KEY)
        with self.assertRaises(AccessError):
            settings.with_user(user).action_stripe_connect()
        self.assertFalse(self.other.sudo().stripe_account_id)
