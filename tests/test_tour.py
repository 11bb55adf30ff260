import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

from odoo.tests import tagged

from .tour_common import SellerTourCommon

# The form's answer goes into a frame, so that this page stays to see it.
PAY_ON_THE_HOSTED_PAGE = """
    const frame = document.createElement("iframe");
    frame.name = "answer";
    document.body.append(frame);
    frame.addEventListener("load", () => {
        const page = frame.contentDocument;
        if (page.querySelector("#pay") || !page.body.textContent.includes("Paid")) {
            console.error("Not paid: " + page.body.textContent);
        }
        console.log("test successful");
    });
    document.querySelector("#payment-form").target = "answer";
    document.querySelector("#pay").click();
"""


class Postman:
    """Takes the simulator's deliveries, and keeps them as they were signed.

    The server of the tests answers only requests that carry the cookie of the test, and
    the simulator has none.
    """

    def __init__(self):
        self.letters = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.letters.append((self.path, body, dict(self.headers)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                """Stay silent."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        """Stop taking deliveries."""
        self._server.shutdown()
        self._server.server_close()


@tagged("post_install", "-at_install")
class TestTour(SellerTourCommon):
    """The main job in a browser, by an administrator and by somebody who sells."""

    def setUp(self):
        super().setUp()
        self.postman = Postman()
        self.addCleanup(self.postman.stop)
        routes = {self.base_url(): self.postman.url}
        self.simulator.control("deliveries/settings", {"routes": routes})

    def deliver(self):
        """Hand the simulator's signed deliveries to the webhook."""
        self.simulator.control("deliveries/settle", {})
        self.assertTrue(self.postman.letters)
        for path, body, headers in self.postman.letters:
            answer = self.url_open(path, data=body, headers=headers)
            self.assertEqual(answer.status_code, 200, answer.text)
        self.postman.letters.clear()

    def tour(self, name, path, login="seller"):
        self.start_tour(path, name, login=login)
        self.env.invalidate_all()

    def test_main_job_is_done_in_a_browser(self):
        self.company.stripe_invoice = False
        self.account.unlink()
        settings = "/odoo/action-account.action_account_config"
        self.tour("stripe_invoice_connect", settings, login=self.env.user.login)
        self.assertTrue(self.company.stripe_invoice)

        self.tour("stripe_invoice_order", "/odoo/orders")
        order = self.env["sale.order"].search([], order="id desc", limit=1)
        move = order.invoice_ids
        self.assertTrue(move.stripe_pending)
        self.run_worker()

        self.tour("stripe_invoice_open", "/odoo/customer-invoices")
        page = urlsplit(move.stripe_hosted_invoice_url)
        self.assertEqual(page.hostname, "127.0.0.1")
        self.browser_js(page.geturl(), PAY_ON_THE_HOSTED_PAGE)
        self.assertEqual(move.stripe_status, "open", "Only the webhook tells of it")

        self.deliver()
        self.run_worker()
        self.tour("stripe_invoice_paid", f"/odoo/customer-invoices/{move.id}")
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(len(self.stripe_payments(move)), 1)

    def test_refused_invoice_is_mended_in_a_browser(self):
        self.partner_a.email = "anna at example"
        move = self.make_invoice()
        self.run_worker()
        self.assertTrue(move.stripe_to_fix)
        self.tour("stripe_invoice_refused", "/odoo/customer-invoices")

        self.partner_a.email = "anna@example.com"
        self.tour("stripe_invoice_retry", f"/odoo/customer-invoices/{move.id}")
        self.run_worker()
        self.assertEqual(move.stripe_status, "open")
        self.assertFalse(move.stripe_to_fix)
