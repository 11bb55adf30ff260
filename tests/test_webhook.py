import hashlib
import hmac
import json
import time

import stripe

from odoo.tests import HttpCase, tagged

from ..const import HANDLED_EVENTS, MAX_WEBHOOK_BYTES
from .common import StripeInvoiceCommon

SECRET = "whsec_current"
FORMER = "whsec_former"
# Members of an event as Stripe never sends them; a signature does not forbid them.
ODD_MEMBERS = {
    "no type": {"type": None},
    "type is a number": {"type": 7},
    "type is an object": {"type": {"a": 1}},
    "type is empty": {"type": ""},
    "no data": {"data": None},
    "data is a list": {"data": []},
    "data is a list of objects": {"data": [{"object": {"id": "in_1"}}]},
    "data is a text": {"data": "object"},
    "data is empty": {"data": {}},
    "object is null": {"data": {"object": None}},
    "object is a list": {"data": {"object": ["in_1"]}},
    "object is a text": {"data": {"object": "in_1"}},
    "object is empty": {"data": {"object": {}}},
    "livemode is null": {"livemode": None},
    "livemode is a text": {"livemode": "perhaps"},
    "created is null": {"created": None},
    "created is a text": {"created": "yesterday"},
    "created is a boolean": {"created": True},
    "created is negative": {"created": -1},
    "created is before all calendars": {"created": -(10**14)},
    "created is after all calendars": {"created": 10**18},
    "created is a fraction": {"created": 1.5e9},
    "type has a NUL": {"type": "invoice\x00.paid"},
    "type is half a character": {"type": "invoice.\ud800"},
    "type is very long": {"type": "".join(map(str, range(10_000)))},
    "account is a list": {"account": [1, 2]},
    "request is a number": {"request": 3},
}
ODD_OBJECTS = {
    "id is null": {"id": None},
    "id is a number": {"id": 12},
    "id is an object": {"id": {"id": "in_1"}},
    "id is a list": {"id": ["in_1"]},
    "id has a NUL": {"id": "in_\x00"},
    "invoice is an object": {"object": "invoice_payment", "invoice": {"id": "in_1"}},
    "invoice is a list": {"object": "invoice_payment", "invoice": ["in_1"]},
    "kind is a list": {"object": ["invoice"]},
    "metadata is a list": {"metadata": ["odoo_db"]},
    "metadata is a text": {"metadata": "odoo_db"},
}
ODD_DOCUMENTS = ("9" * 30, "9" * 5000, "-1", "0", "²", "1.5", "", None, 7, ["1"], {})
NOT_EVENTS = (
    b"",
    b"{}",
    b"[]",
    b"null",
    b"1",
    b'"event"',
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"object": "event"}',
    b'{"object": "event", "id": null}',
    b'{"object": "event", "id": ""}',
    b'{"object": "event", "id": 5}',
    b'{"object": "event", "id": ["evt_1"]}',
    b'{"object": "event", "id": "evt_\\u0000"}',
    b'{"object": "event", "id": "evt_\\ud800"}',
    b'{"object": "event", "id": "evt_%s"}' % b"".join(b"%d" % n for n in range(9999)),
    b'{"object": "invoice", "id": "in_1"}',
)


def sign(body, secret=SECRET, at=None, scheme="v1"):
    """Return a ``Stripe-Signature`` header as Stripe documents it."""
    at = int(time.time()) if at is None else at
    return f"t={at},{scheme}={_hex(body, secret, at)}"


def _hex(body, secret, at):
    signed = str(at).encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@tagged("post_install", "-at_install")
class TestWebhook(StripeInvoiceCommon, HttpCase):
    """The door for Stripe's events, knocked at over HTTP (invariants I10 and I11)."""

    def setUp(self):
        super().setUp()
        self.account.webhook_secrets = [SECRET]
        self.path = f"/stripe_invoice/webhook/{self.account.webhook_token}"
        self.events = self.env["stripe.event"].sudo()

    def event(self, obj=None, **values):
        """Return an event about an invoice that this database does not know."""
        invoice = {"id": "in_foreign", "object": "invoice", "metadata": {}}
        event = {
            "id": "evt_1",
            "object": "event",
            "type": "invoice.updated",
            "livemode": False,
            "created": int(time.time()),
            "data": {"object": {**invoice, **(obj or {})}},
        }
        return {**event, **values}

    def knock(self, event, header=None, path=None):
        """Send an event, or the bytes of one, signed unless there is a header."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        headers = {"Content-Type": "application/json"}
        header = sign(body) if header is None else header
        if header:
            headers["Stripe-Signature"] = header
        # ``data=b""`` would be taken for a GET.
        return self.url_open(
            path or self.path, data=body, headers=headers, method="POST"
        )

    def assert_refused(self, answer, status=400):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertFalse(self.events.search([]), "A refused request left a row")

    def stored(self):
        """Return the rows of the inbox, as the worker left them."""
        self.env.invalidate_all()
        return self.events.search([], order="id")

    # === WHAT IS ACCEPTED === #

    def test_signed_event_is_stored_once_and_answered_with_200(self):
        answer = self.knock(self.event(id="evt_new"))
        self.assertEqual(answer.status_code, 200)
        row = self.stored()
        self.assertEqual(row.stripe_id, "evt_new")
        self.assertEqual(row.account_id, self.account)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(row.type, "invoice.updated")
        self.assertEqual(row.invoice_ref, "in_foreign")
        self.assertEqual(row.state, "received")
        self.assertTrue(row.received_at)
        self.assertTrue(self.cron_triggers(), "The worker was not woken")

    def cron_triggers(self):
        return (
            self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", self.cron.id)])
        )

    def test_same_event_again_gets_200_and_stays_one_row(self):
        for _time in range(3):
            self.assertEqual(self.knock(self.event()).status_code, 200)
        self.assertEqual(len(self.stored()), 1)
        self.run_worker()
        self.assertEqual(self.stored().state, "ignored")
        self.assertEqual(self.knock(self.event()).status_code, 200)
        self.assertEqual(self.stored().state, "ignored", "A replay undid the outcome")

    def test_signature_made_by_the_sdk_is_accepted(self):
        body = json.dumps(self.event(id="evt_sdk"))
        header = stripe.WebhookSignature.generate_signature_header(body, SECRET)
        self.assertEqual(self.knock(body.encode(), header).status_code, 200)
        self.assertEqual(self.stored().stripe_id, "evt_sdk")

    def test_body_is_signed_byte_by_byte(self):
        body = '{ "id":"evt_1",\n"object" : "event" , "name":"ü", "n": 1.0 }'.encode()
        self.assertEqual(self.knock(body).status_code, 200)
        self.assertEqual(self.stored().stripe_id, "evt_1")

    def test_every_configured_secret_is_tried(self):
        self.account.webhook_secrets = [SECRET, FORMER]
        for number, secret in enumerate((SECRET, FORMER)):
            body = json.dumps(self.event(id=f"evt_{number}")).encode()
            self.assertEqual(self.knock(body, sign(body, secret)).status_code, 200)
        self.assertEqual(len(self.stored()), 2)

    def test_every_v1_of_the_header_is_tried(self):
        now = int(time.time())
        for number, order in enumerate(((SECRET, "other"), ("other", SECRET))):
            body = json.dumps(self.event(id=f"evt_{number}")).encode()
            v1 = ",".join(f"v1={_hex(body, secret, now)}" for secret in order)
            answer = self.knock(body, f"t={now},{v1},v0=fake")
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.stored()), 2)

    def test_clock_may_differ_by_less_than_the_tolerance(self):
        for number, shift in enumerate((-290, 290)):
            body = json.dumps(self.event(id=f"evt_{number}")).encode()
            header = sign(body, at=int(time.time()) + shift)
            self.assertEqual(self.knock(body, header).status_code, 200, shift)

    def test_inactive_account_still_answers(self):
        self.company.stripe_invoice = False
        self.account.active = False
        self.assertEqual(self.knock(self.event()).status_code, 200)
        self.assertEqual(len(self.stored()), 1)

    def test_largest_allowed_body_is_accepted(self):
        frame = len(json.dumps(self.event(filler="")))
        event = self.event(filler="x" * (MAX_WEBHOOK_BYTES - frame))
        body = json.dumps(event).encode()
        self.assertEqual(len(body), MAX_WEBHOOK_BYTES)
        self.assertEqual(self.knock(body).status_code, 200)

    # === WHAT IS REFUSED === #

    def test_wrong_signatures_are_refused(self):
        body = json.dumps(self.event()).encode()
        now = int(time.time())
        good = _hex(body, SECRET, now)
        headers = {
            "another secret": sign(body, "whsec_other"),
            "the secret of nobody": sign(body, ""),
            "stale": sign(body, at=now - 310),
            "from the future": sign(body, at=now + 310),
            "another time than signed": f"t={now + 1},v1={good}",
            "the fake scheme": sign(body, scheme="v0"),
            "an unknown scheme": sign(body, scheme="v2"),
            "no timestamp": f"v1={good}",
            "timestamp is no number": f"t=now,v1={good}",
            "no signature": f"t={now}",
            "empty signature": f"t={now},v1=",
            "shortened signature": f"t={now},v1={good[:-1]}",
            "upper case": f"t={now},v1={good.upper()}",
            "not a header at all": "garbage",
            "commas": ",,,",
            "other than ASCII": f"t={now},v1=é".encode("latin-1"),
        }
        for case, header in headers.items():
            with self.subTest(case):
                self.assert_refused(self.knock(body, header))

    def test_missing_header_is_refused(self):
        self.assert_refused(self.knock(self.event(), header=""))

    def test_altered_body_is_refused(self):
        body = json.dumps(self.event()).encode()
        header = sign(body)
        for altered in (
            body.replace(b"in_foreign", b"in_altered"),
            body + b" ",
            body[:-1],
            json.dumps(json.loads(body), indent=1).encode(),
            b"",
        ):
            with self.subTest(altered[-12:]):
                self.assert_refused(self.knock(altered, header))

    def test_without_a_secret_everything_is_refused(self):
        body = json.dumps(self.event()).encode()
        for secrets in (False, [], [""], [" "]):
            self.account.webhook_secrets = secrets
            for signed_with in ("", " ", "None", "False", SECRET):
                with self.subTest(secrets=secrets, signed_with=signed_with):
                    self.assert_refused(self.knock(body, sign(body, signed_with)))

    def test_unknown_token_is_refused(self):
        for token in ("unknown", "%00", "0", "False", self.account.webhook_token[:-1]):
            with self.subTest(token):
                path = f"/stripe_invoice/webhook/{token}"
                self.assert_refused(self.knock(self.event(), path=path), 404)

    def test_secret_of_another_account_is_refused(self):
        other = self.setup_other_company()["company"]
        theirs = self.connect(other)
        theirs.webhook_secrets = [FORMER]
        body = json.dumps(self.event()).encode()
        self.assert_refused(self.knock(body, sign(body, FORMER)))

    def test_only_post_is_served(self):
        for method in ("GET", "PUT", "DELETE"):
            with self.subTest(method):
                self.assert_refused(self.url_open(self.path, method=method), 405)

    def test_body_over_the_limit_is_refused(self):
        body = json.dumps(self.event(filler="x" * MAX_WEBHOOK_BYTES)).encode()
        self.assert_refused(self.knock(body), 413)

    def test_signed_bodies_that_are_no_events_are_refused(self):
        for body in NOT_EVENTS:
            with self.subTest(body[:40]):
                self.assert_refused(self.knock(body))

    # === WHAT IS STORED, BUT NOT FOR US === #

    def assert_ignored(self, event):
        """Store an event, run the worker, and return the reason for ignoring it."""
        self.simulator.control("requests/clear", {})
        self.assertEqual(self.knock(event).status_code, 200)
        self.run_worker()
        row = self.stored()[-1]
        self.assertEqual(row.state, "ignored")
        self.assertTrue(row.reason)
        asked = self.simulator.sent("GET", event["data"]["object"]["id"])
        self.assertFalse(asked, "Stripe was asked for nothing")
        return row.reason

    def test_unknown_type_is_ignored_with_a_reason(self):
        self.assertIn("type", self.assert_ignored(self.event(type="quasar.exploded")))

    def test_event_about_something_else_is_ignored_with_a_reason(self):
        event = self.event({"id": "prod_1", "object": "product"})
        self.assertIn("no invoice", self.assert_ignored(event))

    def test_customer_of_somebody_else_is_not_even_read(self):
        event = self.event({"id": "cus_1", "object": "customer"})
        self.assertTrue(self.assert_ignored(event))

    def test_foreign_invoice_is_ignored_with_a_reason(self):
        for number, event_type in enumerate(HANDLED_EVENTS):
            with self.subTest(event_type):
                event = self.event(id=f"evt_{number}", type=event_type)
                self.assertIn("not made", self.assert_ignored(event))

    def test_invoice_of_another_database_is_ignored(self):
        move = self.make_invoice()
        document = str(move.sudo().stripe_document_id.id)
        metadata = {"odoo_db": "another database", "odoo_document": document}
        self.assert_ignored(self.event({"metadata": metadata}))
        self.assertEqual(move.stripe_status, "open")
        self.assertNotEqual(move.stripe_ref, "in_foreign")

    def test_event_of_the_other_mode_is_ignored(self):
        move = self.make_open_invoice()
        self.simulator.control(f"invoices/{move.stripe_ref}/mark_paid", {})
        event = self.event({"id": move.stripe_ref}, livemode=True)
        self.assertIn("mode", self.assert_ignored(event))
        self.assertEqual(move.stripe_status, "open", "Live and test were mixed")

    # === WHAT NOBODY EXPECTED === #

    def test_odd_events_never_break_the_server(self):
        odd = {f"event: {case}": self.event(**m) for case, m in ODD_MEMBERS.items()}
        odd |= {f"object: {case}": self.event(o) for case, o in ODD_OBJECTS.items()}
        uuid = self.account._database_uuid()
        for document in ODD_DOCUMENTS:
            metadata = {"odoo_db": uuid, "odoo_document": document}
            odd[f"document: {str(document)[:9]}"] = self.event({"metadata": metadata})
        for case, event in odd.items():
            with self.subTest(case):
                answer = self.knock(event)
                self.assertIn(answer.status_code, (200, 400), answer.text)
        self.run_worker()
        rows = self.stored()
        self.assertTrue(rows)
        self.assertEqual(set(rows.mapped("state")), {"ignored"})
        self.assertTrue(all(row.reason for row in rows))

    def test_nothing_but_the_insert_happens_in_the_request(self):
        move = self.make_open_invoice()
        self.pay(move, method="card", outcome="success")
        paid = [e for e in self.simulator.events() if e["type"] == "invoice.paid"]
        self.simulator.control("requests/clear", {})
        self.assertEqual(self.knock(paid[0]).status_code, 200)
        self.assertFalse(self.simulator.sent("GET") + self.simulator.sent("POST"))
        self.env.invalidate_all()
        self.assertEqual(self.stored().state, "received")
        self.assertEqual(move.stripe_status, "open")
        self.assertEqual(move.payment_state, "not_paid")
        self.assertFalse(self.stripe_payments(move))
        self.run_worker()
        self.assertEqual(self.stored().state, "done")
        self.assertEqual(move.stripe_status, "paid")
        self.assertEqual(len(self.stripe_payments(move)), 1)

    def test_inbox_keeps_no_personal_data(self):
        event = self.event({"customer_email": "anna@example.com"})
        self.knock(event)
        self.env.flush_all()
        self.env.cr.execute("SELECT row_to_json(e)::text FROM stripe_event e")
        self.assertNotIn("anna@example.com", self.env.cr.fetchall()[0][0])
