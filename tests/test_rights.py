from pathlib import Path

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .rights_common import StripeRightsCommon
from .simulator import KEY

MODELS = ("stripe.account", "stripe.customer", "stripe.document", "stripe.event")
# Who may read which of the models; nobody but the administrator may do more.
READERS = {
    "salesman": (),
    "billing": ("stripe.account", "stripe.customer", "stripe.document"),
    "readonly": ("stripe.account", "stripe.customer", "stripe.document"),
    "accountant": MODELS,
    "administrator": ("stripe.account", "stripe.customer", "stripe.event"),
    "portal": (),
}
# What an invoice number can be; Stripe quotes numbers in its error texts.
PLANTED = "sk_test_planted_by_user"
SECRETS = {
    "stripe.account": ("secret_key", "webhook_secrets", "database_uuid"),
    "res.company": ("stripe_pasted_key",),
}


@tagged("post_install", "-at_install")
class TestRights(StripeRightsCommon):
    """What each user can read, write and call (invariants I9 and I14)."""

    def setUp(self):
        super().setUp()
        self.move = self.make_open_invoice()
        self.pay(self.move)
        self.receive_all()
        self.settle()

    def records(self, model, user):
        """Return all there is of ``model``, as ``user`` is handed it."""
        records = self.env[model].sudo().search([])
        self.assertTrue(records, model)
        return self.env[model].with_user(self.users[user]).browse(records.ids)

    def test_each_user_reads_what_is_his_business_and_no_more(self):
        for user, readable in READERS.items():
            for model in MODELS:
                with self.subTest(user=user, model=model):
                    records = self.records(model, user)
                    self.assertEqual(records.has_access("read"), model in readable)
                    if model in readable:
                        self.assertTrue(records.read())
                    else:
                        with self.assertRaises(AccessError):
                            records.read(["display_name"])

    def test_nobody_but_the_administrator_writes(self):
        for user in READERS:
            for model in MODELS:
                for operation in ("write", "create", "unlink"):
                    with self.subTest(user=user, model=model, operation=operation):
                        allowed = (user, model) == ("administrator", "stripe.account")
                        records = self.records(model, user)
                        self.assertEqual(records.has_access(operation), allowed)

    def test_invoice_shows_its_stripe_state_to_all_who_read_it(self):
        names = [name for name in self.move._fields if name.startswith("stripe")]
        for user in ("salesman", "billing", "readonly", "accountant"):
            with self.subTest(user):
                move = self.move.with_user(self.users[user])
                shown = list(move.fields_get(names))
                values = move.read(shown)[0]
                self.assertEqual(values["stripe_status"], "paid")
                self.assertEqual(values["stripe_number"], self.move.name)
                found = move.search([("stripe_status", "=", "paid")])
                self.assertIn(move, found)

    def test_form_list_and_alerts_open_for_all_who_read_invoices(self):
        for user in ("salesman", "billing", "readonly", "accountant"):
            for view in ("form", "list"):
                with self.subTest(user=user, view=view):
                    move = self.move.with_user(self.users[user])
                    view_id = self.env.ref("account.view_out_invoice_tree").id
                    arch = move.get_view(view_id if view == "list" else None, view)
                    nodes = etree.fromstring(arch["arch"]).iter("field")
                    shown = {node.get("name") for node in nodes}
                    own = set(move._fields) & shown
                    move.read([name for name in own if "stripe" in name])
                    self.assertIsInstance(move._get_alerts(), dict)

    def test_actions_need_the_right_to_write_invoices(self):
        for user in ("salesman", "readonly", "portal"):
            for action in ("action_stripe_push", "action_stripe_retry"):
                with self.subTest(user=user, action=action):
                    move = self.move.with_user(self.users[user])
                    with self.assertRaises(AccessError):
                        getattr(move, action)()
        document = self.records("stripe.document", "readonly")
        with self.assertRaises(AccessError):
            document.action_retry()
        for user in ("billing", "readonly", "portal"):
            with self.subTest(user), self.assertRaises(AccessError):
                self.records("stripe.event", user).action_retry()

    def test_billing_users_push_and_retry(self):
        move = self.make_invoice().with_user(self.users["billing"])
        move.action_stripe_push()
        move.action_stripe_retry()
        self.assertIn("dashboard.stripe.com", self.move.action_stripe_open()["url"])
        self.settle()
        self.assertEqual(move.stripe_status, "open")

    def test_nobody_forges_what_stripe_has_said(self):
        values = {
            "stripe_document_id": False,
            "stripe_status": "void",
            "stripe_ref": "in_forged",
            "stripe_number": "FORGED",
            "stripe_to_fix": True,
            "stripe_pending": True,
        }
        before = self.move.read(list(values))
        for user in ("billing", "accountant"):
            for name, value in values.items():
                with self.subTest(user=user, name=name):
                    move = self.move.with_user(self.users[user])
                    with self.assertRaises(UserError):
                        move.write({name: value})
                    with self.assertRaises(UserError):
                        move.create({"move_type": "out_invoice", name: value})
        self.assertEqual(self.move.read(list(values)), before)

    def test_nobody_forges_which_stripe_payment_a_payment_is(self):
        payment = self.stripe_payments(self.move)
        for user in ("billing", "accountant"):
            for name, value in (
                ("stripe_ref", "inpay_x"),
                ("stripe_account_id", False),
            ):
                with self.subTest(user=user, name=name):
                    forged = payment.with_user(self.users[user])
                    with self.assertRaises(UserError):
                        forged.write({name: value})
                    with self.assertRaises(UserError):
                        forged.create({"amount": 1, name: value})

    # === COMPANIES (I9) === #

    def test_nobody_sees_the_stripe_of_a_company_that_is_not_his(self):
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_system,account.group_account_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in MODELS:
            with self.subTest(model):
                records = self.env[model].sudo().search([]).with_user(stranger)
                self.assertFalse(records.search([]))
                with self.assertRaises(AccessError):
                    records.read(["display_name"])

    # === SECRETS (I14) === #

    def test_no_user_reads_exports_or_searches_a_secret(self):
        self.company.sudo().stripe_pasted_key = "sk_test_pasted_key"
        for user in ("administrator", "accountant", "billing", "salesman"):
            for model, names in SECRETS.items():
                for name in names:
                    with self.subTest(user=user, model=model, name=name):
                        self.assert_hidden(model, name, self.users[user])

    def assert_hidden(self, model, name, user):
        records = self.env[model].sudo().search([("id", "!=", 0)]).with_user(user)
        self.assertNotIn(name, records.fields_get())
        self.assert_shows_nothing(
            records.read,
            lambda: records.read([name]),
            lambda: records.mapped(name),
            lambda: records.web_read({name: {}}),
            lambda: records.export_data([name]),
        )
        self.assert_denied(
            lambda: records.search([(name, "!=", False)]),
            lambda: records.search([(name, "=like", "sk%")]),
            lambda: records.search([], order=name),
            lambda: records.formatted_read_group([], [name], ["__count"]),
            lambda: records.formatted_read_group([], [], [f"{name}:array_agg"]),
            lambda: records.write({name: "sk_test_overwritten"}),
        )

    def assert_shows_nothing(self, *reads):
        """Assert that what is read, if it can be read at all, holds no secret."""
        for read in reads:
            shown = str(self.outcome(read))
            for secret in (KEY, "whsec_", "sk_test_pasted_key"):
                self.assertNotIn(secret, shown)

    def assert_denied(self, *attempts):
        for attempt in attempts:
            self.assertIsInstance(self.outcome(attempt), Exception)

    def outcome(self, attempt):
        """Return what a user is answered, or the refusal."""
        try:
            with self.env.cr.savepoint():
                return attempt()
        except (UserError, ValueError) as error:
            return error

    def test_no_user_reaches_a_secret_through_another_record(self):
        admin = self.users["administrator"]
        admin.group_ids += self.env.ref("account.group_account_manager")
        paths = {
            "res.company": "stripe_account_id",
            "account.payment": "stripe_account_id",
            "stripe.document": "account_id",
            "stripe.event": "account_id",
        }
        for model, path in paths.items():
            for name in SECRETS["stripe.account"]:
                with self.subTest(model=model, name=name):
                    records = self.env[model].with_user(admin).search([])
                    self.assertTrue(records)
                    self.assert_reaches_nothing(records, path, name)

    def assert_reaches_nothing(self, records, path, name):
        self.assert_shows_nothing(
            lambda: records.export_data([f"{path}/{name}"]),
            lambda: records.mapped(f"{path}.{name}"),
            lambda: records.web_read({path: {"fields": {name: {}}}}),
        )
        self.assert_denied(
            lambda: records.search([(f"{path}.{name}", "=like", "%_%")]),
            lambda: records.search([], order=f"{path}.{name}"),
        )

    def test_copy_of_a_connection_has_no_secret(self):
        copy = self.account.copy({"stripe_id": "acct_copy"})
        self.assertFalse(copy.secret_key or copy.webhook_secrets or copy.database_uuid)
        self.assertNotEqual(copy.webhook_token, self.account.webhook_token)


@tagged("post_install", "-at_install")
class TestSecrets(StripeRightsCommon):
    """No secret is in a log, a message or an error, and a copy calls nobody."""

    def secrets(self):
        return [KEY, *self.account.webhook_secrets]

    def live_a_while(self):
        """Connect, push, fail in every way, be paid, and be told about it."""
        self.connect(self.company)
        # Stripe's error texts quote what they were sent: here, a key.
        taken = self.make_invoice()
        self.rename(taken, PLANTED)
        self.run_worker()
        self.rename(taken, "Another")
        move = self.make_invoice()
        self.rename(move, PLANTED)
        self.run_worker()
        self.assertIn("already", move.stripe_document_id.error)
        for rule in ({"kind": "status", "status": 500}, {"kind": "drop_after"}):
            self.simulator.fault(path="/finalize$", times=1, **rule)
            self.make_invoice()
        self.settle()
        self.pay(taken)
        self.receive_all()
        self.settle()
        key = "rk_test_revoked_key"
        path = f"accounts/{self.account.stripe_id}"
        self.simulator.control(path, {"keys": {key: ["account:read"]}})
        self.account.secret_key = key
        self.make_invoice()
        self.run_worker()
        self.simulator.control(f"{path}/remove_key", {"key": key})
        self.account.next_attempt_at = False
        self.run_worker()
        self.assertTrue(self.account.error)
        for wrong in (key, "pk_test_simulator", "whsec_simulator"):
            with self.assertRaises(UserError):
                self.connect(self.company, wrong)

    def rename(self, move, name):
        query = "UPDATE account_move SET name = %s WHERE id = %s"
        self.env.cr.execute(query, [name, move.id])
        self.env.invalidate_all()

    def test_no_secret_is_in_any_log_message_or_error(self):
        with self.assertLogs(level="DEBUG") as logs:
            self.live_a_while()
        # On request (--log-sql) Odoo logs each statement with its values; no addon can
        # be part of that decision.
        lines = [
            record.getMessage() + str(record.exc_info or "")
            for record in logs.records
            if record.name != "odoo.sql_db"
        ]
        self.assertTrue([line for line in lines if "/v1/invoices" in line])
        text = "\n".join(lines)
        for secret in [*self.secrets(), "rk_test_revoked_key", PLANTED]:
            with self.subTest(secret[:8]):
                self.assertNotIn(secret, text)
        self.account.secret_key = KEY
        for secret in self.secrets():
            with self.subTest(secret[:8]):
                self.assertEqual(self.occurrences(secret), ["stripe_account"])
        errors = self.env["stripe.document"].sudo().search([]).mapped("error")
        self.assertIn("sk_test_…", str(errors))
        self.assertNotIn(PLANTED, str(errors))

    # === COPIES (I10) === #

    def test_copied_database_calls_nobody_and_says_so(self):
        self.make_open_invoice()
        move = self.make_invoice()
        self.receive_all()
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "a copy")
        self.simulator.control("requests/clear", {})
        self.run_worker()
        self.assertFalse(self.simulator.control("requests")["data"])
        self.assertTrue(move.stripe_pending)
        self.assertIn("copy", move._get_alerts()["stripe_waiting"]["message"])
        self.assertIn("copy", self.account.error)
        # Somebody decides that it is the original now.
        self.connect(self.company)
        self.settle()
        self.assertEqual(move.stripe_status, "open")

    def test_neutralized_database_has_no_secret_and_calls_nobody(self):
        self.make_open_invoice()
        move = self.make_invoice()
        self.receive_all()
        self.company.sudo().stripe_pasted_key = KEY
        secrets = self.secrets()
        self.env.flush_all()
        script = Path(__file__).parents[1] / "data" / "neutralize.sql"
        self.env.cr.execute(script.read_text())
        self.env.invalidate_all()
        for secret in secrets:
            with self.subTest(secret[:8]):
                self.assertFalse(self.occurrences(secret))
        self.simulator.control("requests/clear", {})
        for _time in range(2):
            self.run_worker()
            move.action_stripe_retry()
            self.env["stripe.event"].sudo().search([]).action_retry()
        later = self.make_invoice()
        self.run_worker()
        self.assertFalse(self.simulator.control("requests")["data"])
        self.assertFalse(later.stripe_document_id)
