import threading
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer

from odoo.tests import HttpCase, new_test_user, tagged

from .test_move_acts import DECLINED, StripeActsCommon


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


@tagged("post_install", "-at_install")
class TestTourLifecycle(StripeActsCommon, HttpCase):
    """Every act on a Stripe invoice, by somebody who does the billing, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "biller",
            "account.group_account_invoice",
            name="Billing Person",
            company_id=cls.company.id,
        )
        bad_debts = cls.company_data["default_account_expense"].copy()
        bad_debts.name = "Bad Debts"
        cls.account.bad_debt_account_id = bad_debts
        cls.partner_a.name = "Anna Example"

    def test_lifecycle_is_steered_in_a_browser(self):
        anna = self.make_open_invoice()
        ben, cara = (
            self.make_open_invoice(partner=self.partner_a.copy({"name": name}))
            for name in ("Ben Example", "Cara Example")
        )
        self.store_card(anna, DECLINED)
        cues = {
            "worker": self.run_worker,
            "another_card": lambda: self.store_card(anna),
            "void_in_the_dashboard": lambda: self.simulator.control(
                f"invoices/{cara.stripe_ref}/void", {}
            ),
        }
        stage = Stage(cues, self.registry)
        self.addCleanup(stage.stop)
        self.start_tour(
            "/odoo/customer-invoices",
            "stripe_invoice_lifecycle",
            login="biller",
            cookies={"stage": stage.url},
            timeout=180,
        )
        self.env.invalidate_all()
        self.assertEqual(anna.payment_state, "paid")
        self.assertEqual(len(self.charges(anna)), 1)
        self.assertEqual(self.remote(ben)["status"], "void")
        self.assertEqual(ben.state, "cancel")
        self.assertEqual(cara.state, "posted", "A person has to answer")
