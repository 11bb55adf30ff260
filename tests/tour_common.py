import threading
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

from odoo import Command
from odoo.tests import HttpCase, new_test_user

from .common import StripeInvoiceCommon

# Stripe sends who has paid back to Odoo, so this page stays to see the answer.
PAY = """
    const form = document.querySelector("#payment-form");
    const body = new URLSearchParams(new FormData(form));
    body.set("action", "pay");
    fetch(location.href, { method: "POST", body, redirect: "manual" }).then(() =>
        console.log("test successful")
    );
"""


class Stage:
    """Lets the browser give cues, and answers when what they stand for is done.

    :param cues: functions by the name of their cue
    :param cursors: the registry, whose cursors keep the browser's requests out
    """

    def __init__(self, cues, cursors):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, text = 200, b""
                try:
                    with cursors.cursor():
                        cues[self.path.strip("/")]()
                except Exception:
                    status, text = 500, traceback.format_exc().encode()
                self.send_response(status)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args):
                """Stay silent."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        """Take no more cues."""
        self._server.shutdown()
        self._server.server_close()


class BillerTourCommon(StripeInvoiceCommon, HttpCase):
    """Tours of somebody who does the billing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "biller",
            "account.group_account_invoice",
            name="Billing Person",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def play(self, tour, **cues):
        """Let the biller take a tour from the list of invoices, with these cues."""
        stage = Stage({"worker": self.run_worker, **cues}, self.registry)
        self.addCleanup(stage.stop)
        self.start_tour(
            "/odoo/customer-invoices",
            tour,
            login="biller",
            cookies={"stage": stage.url},
            timeout=180,
        )
        self.env.invalidate_all()


class SellerTourCommon(StripeInvoiceCommon, HttpCase):
    """Tours of somebody who sells consulting to Anna."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The taxes of Odoo's test company need it, or its settings cannot be saved.
        cls.company.tax_exigibility = True
        cls.seller = new_test_user(
            cls.env,
            "seller",
            "sales_team.group_sale_salesman,account.group_account_invoice",
            company_id=cls.company.id,
        )
        cls.partner_a.name = "Anna Example"
        cls.env["product.product"].create(
            {
                "name": "Consulting",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 120.0,
                "taxes_id": cls.tax_sale_a.ids,
            }
        )
