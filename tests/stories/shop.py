"""What the stories do with a running product, and how they look at both sides of it."""

import itertools
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any

from dev.html_form import read_form
from dev.odoo import problems
from dev.rpc import Session
from dev.stack import Stack
from dev.stripe_side import TEST_KEY

PATIENCE = 120.0
"""Seconds that a story waits for what the product does by itself.

What failed once is tried again after 10 s, which Odoo notices at its next minute.
"""

VAT = "FR23334175221"

PUSH = (
    ("POST", "/v1/customers$"),
    ("GET", "/v1/customers/[^/]+/tax_ids$"),
    ("POST", "/v1/customers/[^/]+/tax_ids$"),
    ("POST", "/v1/invoices$"),
    ("POST", "/v1/invoices/[^/]+/add_lines$"),
    ("GET", "/v1/invoices/[^/]+$"),
    ("GET", "/v1/invoices/[^/]+/lines$"),
    ("POST", "/v1/invoices/[^/]+/finalize$"),
)
"""Each request that the push of a new customer's invoice makes, in this order."""

MOVE_FIELDS = (
    "name",
    "state",
    "partner_id",
    "payment_state",
    "amount_total",
    "amount_residual",
    "stripe_status",
    "stripe_ref",
    "stripe_number",
    "stripe_pending",
    "stripe_to_fix",
    "stripe_hosted_invoice_url",
)

_ENTRIES = re.compile(r"^(?=\d{4}-\d\d-\d\d )", re.MULTILINE)
_COLLISION = re.compile(
    r"\A.* odoo\.sql_db: bad query.*(could not serialize access|deadlock detected)",
    re.DOTALL,
)
_names = itertools.count(1)


class Shop:
    """A connected company on a stack, as its administrator sees it."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.rpc = stack.rpc
        self.simulator = stack.simulator

    # === Odoo === #

    def connect(self, rpc: Session | None = None) -> None:
        """Switch Stripe invoices on, paste the key and connect, as in the settings."""
        rpc = rpc or self.rpc
        values = {"stripe_invoice": True, "stripe_secret_key": TEST_KEY}
        settings = rpc("res.config.settings", "create", values)
        rpc("res.config.settings", "action_stripe_connect", [settings])

    def customer(self, **values: Any) -> int:
        """Make a new contact; return its id."""
        data = {"name": f"Customer {next(_names)}", "email": "customer@example.com"}
        return int(self.rpc("res.partner", "create", {**data, **values}))

    def draft(self, partner: int, *prices: float, **values: Any) -> int:
        """Make a draft invoice with one taxed line for each price; return its id."""
        lines = [
            {"name": f"Service {number}", "price_unit": price, "quantity": 1}
            for number, price in enumerate(prices or (100.0,), 1)
        ]
        data = {
            "move_type": "out_invoice",
            "partner_id": partner,
            "company_id": self.stack.company_id,
            "stripe_invoice": True,
            "invoice_line_ids": [(0, 0, line) for line in lines],
        }
        return int(self.rpc("account.move", "create", {**data, **values}))

    def french_draft(self) -> int:
        """Make a draft invoice whose push makes all the requests of `PUSH`."""
        [country] = self.rpc("res.country", "search", [["code", "=", "FR"]])
        partner = self.customer(vat=VAT, country_id=country, is_company=True)
        return self.draft(partner, 19.99, 250.0)

    def post(self, *moves: int, rpc: Session | None = None) -> None:
        """Confirm invoices."""
        (rpc or self.rpc)("account.move", "action_post", list(moves))

    def posted(self, *prices: float, **values: Any) -> int:
        """Confirm a new invoice of a new customer; return its id."""
        move = self.draft(self.customer(), *prices, **values)
        self.post(move)
        return move

    def move(self, move: int) -> dict[str, Any]:
        """Return what Odoo says about an invoice."""
        found: dict[str, Any] = self.moves([move])[0]
        return found

    def moves(self, moves: Iterable[int]) -> list[dict[str, Any]]:
        """Return what Odoo says about invoices, in their order."""
        rows: list[dict[str, Any]] = self.rpc(
            "account.move", "read", list(moves), list(MOVE_FIELDS)
        )
        return rows

    def payments(self, move: int) -> list[dict[str, Any]]:
        """Return the payments that Odoo has booked for an invoice."""
        domain = [["invoice_ids", "in", [move]]]
        names = ["name", "amount", "state", "date", "stripe_ref", "is_reconciled"]
        found: list[dict[str, Any]] = self.rpc(
            "account.payment", "search_read", domain, names
        )
        return found

    def document(self, move: int) -> dict[str, Any]:
        """Return the row that stands for the invoice's counterpart at Stripe."""
        rows = self.rpc("stripe.document", "search_read", [["move_id", "=", move]], [])
        assert len(rows) == 1, rows
        found: dict[str, Any] = rows[0]
        return found

    def hurry(self) -> None:
        """Let everything that waits for a later try be due now."""
        # A row that the worker is writing is past its wait already.
        waits = [
            f"UPDATE {table} SET next_attempt_at = NULL WHERE id IN (SELECT id "
            f"FROM {table} WHERE next_attempt_at IS NOT NULL FOR UPDATE SKIP LOCKED)"
            for table in (
                "stripe_document",
                "stripe_correction",
                "stripe_account",
                "stripe_event",
            )
        ]
        ring = (
            "INSERT INTO ir_cron_trigger (cron_id, call_at) "
            "SELECT res_id, now() AT TIME ZONE 'UTC' - interval '1 s' "
            "FROM ir_model_data WHERE module = 'sale_stripe_invoice' "
            "AND name = 'ir_cron_synchronize'"
        )
        self.stack.sql("; ".join([*waits, ring]))
        self.stack.wake_jobs()

    def put_off_catch_up(self) -> None:
        """Let the looks at Stripe wait, so that nothing but the test asks it."""
        self.stack.sql(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day' "
            "WHERE id IN (SELECT res_id FROM ir_model_data "
            "WHERE module = 'sale_stripe_invoice' "
            "AND name IN ('ir_cron_catch_up', 'ir_cron_compare', 'ir_cron_remind'))"
        )

    def complaints(self) -> list[str]:
        """Return the entries of the servers' logs that are warnings or worse.

        The database's word of a collision is left out: Odoo's core logs each, although
        the request or the job is run again. One that ends a job is not.
        """
        texts = [server.log.read_text() for server in self.stack.servers]
        entries = [entry for text in texts for entry in _ENTRIES.split(text)]
        return [e for e in entries if problems(e) and not _COLLISION.search(e)]

    # === Waiting === #

    def wait_for(
        self,
        what: str,
        condition: Callable[[], Any],
        seconds: float = PATIENCE,
        hurry: bool = False,
    ) -> Any:
        """Return the first true value of `condition`; fail after `seconds`.

        With `hurry`, what waits for a later try does not.
        """
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
            if hurry:
                self.hurry()
            time.sleep(0.3 if hurry else 0.1)
        return value

    def wait_open(self, *moves: int, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """Wait until the invoices are open at Stripe; return them."""
        return self._wait(moves, "stripe_status", "open", seconds)

    def wait_paid(self, *moves: int, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """Wait until the invoices are paid in Odoo and at Stripe; return them."""
        self._wait(moves, "amount_residual", 0, seconds)
        return self._wait(moves, "stripe_status", "paid", seconds)

    def wait_settled(self, reference: str) -> list[dict[str, Any]]:
        """Wait until Stripe's events of one invoice are worked off; return the rows."""
        self.simulator.control("deliveries/settle", {"timeout": 30})
        domain = [["invoice_ref", "=", reference]]
        names = ["stripe_id", "type", "state", "reason", "attempts"]

        def settled() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = self.rpc(
                "stripe.event", "search_read", domain, names
            )
            open_ones = [row for row in rows if row["state"] == "received"]
            return [] if open_ones else rows

        rows: list[dict[str, Any]] = self.wait_for("The inbox is settled", settled)
        return rows

    def rest(self) -> None:
        """Wait until Stripe has told everything and Odoo has taken it in."""
        self.simulator.control("deliveries/settle", {"timeout": 30})
        received = "SELECT count(*) FROM stripe_event WHERE state = 'received'"

        def is_empty() -> bool:
            return self.stack.sql(received) == [["0"]]

        self.wait_for("The inbox is empty", is_empty, hurry=True)

    def _wait(
        self, moves: Iterable[int], field: str, wanted: Any, seconds: float
    ) -> list[dict[str, Any]]:
        deadline = time.monotonic() + seconds
        while True:
            rows = self.moves(moves)
            late = [row for row in rows if row[field] != wanted]
            if not late:
                return rows
            if time.monotonic() > deadline:
                reasons = [self.document(row["id"])["error"] for row in late]
                raise AssertionError(f"{field} is not {wanted}: {late}\n{reasons}")
            time.sleep(0.1)

    # === Stripe === #

    def invoices_of(self, partner: int) -> list[dict[str, Any]]:
        """Return all invoices that Stripe has for a contact, whatever their status."""
        customers = {customer["id"] for customer in self.customers_of(partner)}
        rows = self.simulator.control("objects/invoice")["data"]
        return [row for row in rows if row["customer"] in customers]

    def customers_of(self, partner: int) -> list[dict[str, Any]]:
        """Return all customers that Stripe has for a contact."""
        rows = self.simulator.control("objects/customer")["data"]
        wanted = str(partner)
        return [row for row in rows if row["metadata"].get("odoo_partner") == wanted]

    def requests(self) -> list[dict[str, Any]]:
        """Return the requests to the API since they were last forgotten."""
        rows: list[dict[str, Any]] = self.simulator.control("requests")["data"]
        return rows

    def forget_requests(self) -> None:
        """Forget the requests to the API."""
        self.simulator.control("requests/clear", {})

    def fault(self, **rule: Any) -> str:
        """Add a fault; return its id."""
        return str(self.simulator.control("faults", rule)["id"])

    def end_fault(self, fault: str) -> None:
        """End one fault; what it holds back goes on."""
        self.simulator.control(f"faults/{fault}", method="DELETE")

    def struck(self, fault: str) -> list[str]:
        """Return the ids of the requests that a fault has struck."""
        rows = self.simulator.control("faults")["data"]
        return [one for row in rows if row["id"] == fault for one in row["struck"]]

    def hits(self, fault: str) -> int:
        """Return how many requests a fault has struck."""
        return len(self.struck(fault))

    def calm(self) -> None:
        """End all faults and return to the normal delivery of events."""
        self.simulator.control("faults/clear", {})
        normal: dict[str, Any] = {"holding": False, "dropping": False, "losing": False}
        normal |= {"copies": 1, "concurrency": 1}
        self.simulator.control("deliveries/settings", normal)
        self.simulator.control("deliveries/release", {})

    def pay_on_page(self, move: int) -> None:
        """Pay on the hosted page: open it and send its form, as a browser does."""
        url = self.move(move)["stripe_hosted_invoice_url"]
        with urllib.request.urlopen(url, timeout=30) as answer:
            action, fields = read_form(answer.read().decode(), "payment-form")
        body = urllib.parse.urlencode(fields).encode()
        target = urllib.parse.urljoin(url, action)
        with urllib.request.urlopen(target, data=body, timeout=30) as answer:
            answer.read()

    def pay(self, move: int, **how: Any) -> dict[str, Any]:
        """Let the customer pay, as the simulator's control puts it."""
        reference = self.move(move)["stripe_ref"]
        told: dict[str, Any] = self.simulator.control(f"invoices/{reference}/pay", how)
        assert told["error"] is None, told
        return told

    # === What has to be true in the end === #

    def check_one_open(self, move: int) -> dict[str, Any]:
        """Check that Stripe has the invoice once, open, with Odoo's figures."""
        row = self.move(move)
        partner = row["partner_id"][0]
        assert len(self.customers_of(partner)) == 1, self.customers_of(partner)
        invoices = self.invoices_of(partner)
        assert len(invoices) == 1, invoices
        [invoice] = invoices
        assert invoice["status"] == row["stripe_status"] == "open"
        assert invoice["id"] == row["stripe_ref"]
        assert invoice["number"] == row["stripe_number"] == row["name"]
        assert invoice["total"] == round(row["amount_total"] * 100)
        path = f"/v1/invoices/{invoice['id']}/finalize"
        done = [r for r in self.requests() if r["path"] == path and r["status"] == 200]
        assert len(done) <= 1, done
        return invoice

    def check_one_payment(self, move: int) -> None:
        """Check that the invoice is paid by exactly one payment, matched with it."""
        row = self.move(move)
        payments = self.payments(move)
        assert len(payments) == 1, payments
        assert payments[0]["amount"] == row["amount_total"]
        assert payments[0]["stripe_ref"].startswith("inpay_")
        assert row["amount_residual"] == 0
        assert row["payment_state"] in ("paid", "in_payment")
