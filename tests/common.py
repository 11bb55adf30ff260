import logging
import time
from contextlib import contextmanager, nullcontext

import freezegun

from odoo import Command, fields

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .simulator import KEY, Simulator

# Models whose rows wait for the worker.
QUEUES = (
    "stripe.document",
    "stripe.event",
    "stripe.credit.note",
    "stripe.refund",
    "stripe.correction",
    "stripe.customer",
    "stripe.checkout.session",
    "stripe.balance.transaction",
)


class StripeInvoiceCommon(AccountTestInvoicingCommon):
    """A company that is connected to a simulator of its own, and builders."""

    # Whether what moves Stripe's balance is booked, which most tests are not about.
    IMPORT_BALANCE = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator()
        cls.addClassCleanup(cls.simulator.stop)
        cls.env["ir.config_parameter"].sudo().set_param(
            "sale_stripe_invoice.api_base", cls.simulator.url
        )
        cls.company = cls.company_data["company"]
        cls.company.partner_id.tz = "Europe/Paris"
        cls.company.stripe_invoice = True
        cls.account = cls.connect(cls.company)
        cls.account.import_balance = cls.IMPORT_BALANCE
        cls.partner_a.write(
            {
                "email": "anna@example.com",
                "street": "1 rue de la Paix",
                "city": "Paris",
                "zip": "75002",
                "country_id": cls.env.ref("base.fr").id,
            }
        )
        cls.cron = cls.env.ref("sale_stripe_invoice.ir_cron_synchronize")

    @classmethod
    def setup_independent_company(cls, **kwargs):
        """Take the company that the test run has made for all, if it has one."""
        found = cls.env["res.company"].search([("name", "=", "company_1_data")])
        if found and not (kwargs or cls.country_code or cls.chart_template):
            cls.env.user.company_ids += found
            return found
        return super().setup_independent_company(**kwargs)

    def setUp(self):
        super().setUp()
        # The database is rolled back after each test; Stripe has to be, too.
        self.reset_stripe()

    def reset_stripe(self):
        """Begin anew at Stripe, where only a test moves the clock.

        So it decides nothing how fast a test runs.
        """
        self.simulator.control("reset", {})
        self.simulator.control("clock/freeze", {})

    @classmethod
    def connect(cls, company, key=KEY):
        """Connect a company as the settings do."""
        accounts = cls.env["stripe.account"].sudo().with_company(company)
        return accounts._connect(company, key)

    @classmethod
    def log_only_warnings(cls):
        """Keep quiet those that write a line or more per request, of which there are
        a hundred thousand."""
        for name in ("stripe", "odoo.addons.base.models.ir_cron", "odoo.models.unlink"):
            logger = logging.getLogger(name)
            cls.addClassCleanup(logger.setLevel, logger.level)
            logger.setLevel(logging.WARNING)

    @classmethod
    def start_clock(cls):
        """Let tests move Odoo's calendar with ``clock``; it goes on ticking."""
        freezer = freezegun.freeze_time(tick=True)
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        # What measures how long something takes does not move.
        time.monotonic = freezegun.api.real_monotonic
        time.perf_counter = freezegun.api.real_perf_counter

    @contextmanager
    def forgotten(self):
        """Forget afterwards what was done inside, in Odoo and at Stripe."""
        self.reset_stripe()
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)

    def run_worker(self, cron=None):
        """Run the worker, or another job, as the scheduler does, commits and all."""
        # Tests over HTTP are in this mode from the start.
        is_http = type(self)._registry_patched
        with nullcontext() if is_http else self.enter_registry_test_mode():
            (cron or self.cron).sudo().method_direct_trigger()
        # Numbers were given by transactions of which this one knows nothing.
        self.env.cr.precommit.data.pop("sequence.mixin", None)
        self.env.invalidate_all()

    def settle(self, rounds=12):
        """Run the worker, time after time, until nothing waits any more."""
        for _round in range(rounds):
            self.run_worker()
            waiting = [
                self.env[name].sudo().search(self.env[name]._waiting_domain())
                for name in QUEUES
            ]
            if not any(waiting):
                return
            for rows in (*waiting, self.env["stripe.account"].sudo().search([])):
                rows.write({"next_attempt_at": False})
        texts = ("reason" if "reason" in rows._fields else "error" for rows in waiting)
        errors = [
            text
            for rows, name in zip(waiting, texts, strict=True)
            for text in rows.mapped(name)
        ]
        self.fail(f"It does not settle: {errors}")

    def make_draft_at_stripe(self, **values):
        """Return an invoice whose draft is complete at Stripe, but not finalized."""
        rule = {"kind": "status", "status": 409, "path": "/v1/invoices/[^/]+$"}
        fault = self.simulator.fault(method="GET", times=1, **rule)
        move = self.make_invoice(**values)
        self.run_worker()
        self.simulator.control(f"faults/{fault['id']}", method="DELETE")
        self.assertEqual(move.stripe_status, "draft", move.stripe_document_id.error)
        return move

    def make_invoice(self, price=100.0, taxes=None, post=True, partner=None, **values):
        """Return a customer invoice of one line, with the Stripe switch on."""
        taxes = self.tax_sale_a if taxes is None else taxes
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.partner_a).id,
                "invoice_date": "2026-11-02",
                "stripe_invoice": True,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Consulting",
                            "quantity": 1,
                            "price_unit": price,
                            "tax_ids": [Command.set(taxes.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def make_open_invoice(self, **values):
        """Return an invoice that is open at Stripe."""
        move = self.make_invoice(**values)
        self.run_worker()
        self.assertEqual(move.stripe_status, "open", move.stripe_document_id.error)
        return move

    def pay(self, move, **how):
        """Let the customer pay on the hosted page."""
        return self.simulator.control(f"invoices/{move.stripe_ref}/pay", how)

    def register(self, move, amount=None, journal="default_journal_bank", **values):
        """Register a payment with Odoo's own wizard."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        values["journal_id"] = self.company_data[journal].id
        if amount is not None:
            values["amount"] = amount
        wizard = self.env["account.payment.register"].with_context(**context)
        return wizard.create(values)._create_payments()

    def remote(self, move):
        """Return the invoice as it is at Stripe."""
        return self.simulator.api(f"invoices/{move.stripe_ref}")

    def setting(self, **settings):
        """Change in what the simulated account differs from others."""
        path = f"accounts/{self.account.stripe_id}"
        self.simulator.control(path, {"settings": settings})

    def dashboard(self, method, path, **params):
        """Do something in Stripe's dashboard, by a request of the API."""
        account = self.account.stripe_id
        body = {"account": account, "method": method, "path": path, "params": params}
        return self.simulator.control("dashboard", body)

    def printed(self, move):
        """Return Odoo's document of the invoice, as HTML."""
        report = self.env["ir.actions.report"].with_context(lang="en_US")
        html, _kind = report._render_qweb_html("account.account_invoices", move.ids)
        return html.decode()

    def consent(self, customer):
        """Let a customer have agreed to be charged, as a contract says."""
        customer.sudo()._agree("hand", fields.Datetime.now(), "Contract")

    def receive(self, event):
        """Put an event into the inbox, as the webhook does after verifying it."""
        self.env["stripe.event"].sudo()._receive(self.account, event)

    def receive_all(self):
        """Put all that happened at Stripe into the inbox."""
        for event in self.simulator.events():
            self.receive(event)

    def settle_with_events(self):
        """Let everything settle, and what Stripe says of it, too, twice."""
        self.settle()
        for _time in range(2):
            self.receive_all()
            self.settle()

    def stripe_payments(self, move):
        """Return the payments that were booked for an invoice."""
        return self.env["account.payment"].search(
            [("stripe_ref", "!=", False), ("memo", "like", move.name)]
        )
