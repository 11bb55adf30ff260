"""What `make bench` measures inside Odoo, in a shell on a database of its own.

The worker is called as its job calls it. Nothing else runs on the database meanwhile.
"""

import json
import time
import urllib.request
from collections.abc import Callable
from typing import Any

PRICE = 100.0
SECRET = "whsec_bench"
"""The signing secret of Odoo's own payment provider here."""

ROUNDS = 1000
"""Runs of the worker after which something must be wrong."""


def prepare(env: Any, transactions: int) -> list[str]:
    """Make a provider of `payment_stripe` with transactions that wait for its webhook.

    Return their references.
    """
    company = env.company
    provider = env["payment.provider"].search(
        [("code", "=", "stripe"), ("company_id", "=", company.id)], limit=1
    )
    provider = provider or env.ref("payment.payment_provider_stripe").copy(
        {"company_id": company.id}
    )
    provider.write(
        {
            "stripe_publishable_key": "pk_test_bench",
            "stripe_secret_key": "sk_test_bench",
            "stripe_webhook_secret": SECRET,
            "state": "test",
        }
    )
    method = env.ref("payment.payment_method_card")
    partner = env["res.partner"].create({"name": "Bench", "email": "b@example.com"})
    rows = env["payment.transaction"].create(
        [
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"bench-{number}",
                "amount": PRICE,
                "currency_id": company.currency_id.id,
                "partner_id": partner.id,
                "operation": "online_direct",
            }
            for number in range(transactions)
        ]
    )
    env.cr.commit()
    references: list[str] = rows.mapped("reference")
    return references


class Bench:
    """Pushes and settles invoices, and counts what it takes.

    `env` is Odoo's environment in the connected company, `simulator` the address of the
    Stripe simulator.
    """

    def __init__(self, env: Any, simulator: str) -> None:
        self.env = env
        self.simulator = simulator

    def run(self, size: int, compared: int) -> dict[str, Any]:
        """Measure `size` invoices, and `compared` others that Odoo settles by itself.

        Fees, which Odoo's own way does not know, are booked after that and measured by
        themselves. Return figures per invoice: requests, queries and milliseconds.
        """
        account = self.env["stripe.account"].search(
            [("company_id", "=", self.env.company.id)]
        )
        account.import_balance = False
        # The first time it looks at every invoice, which no later one does.
        account._cron_catch_up()
        moves = self._post(size, stripe=True)
        self._control("requests/clear", {})
        push = self._measured(lambda: self._work("stripe.document"), size)
        requests = len(self._control("requests")["data"])
        for move in moves:
            self._control(f"invoices/{move.stripe_ref}/pay", {})
        self.env["stripe.account"]._cron_catch_up()
        self.env.cr.commit()
        self._control("requests/clear", {})
        settle = self._measured(lambda: self._work("stripe.event"), size)
        looks = len(self._control("requests")["data"])
        self.env.invalidate_all()
        unpaid = moves.filtered("amount_residual")
        if unpaid:
            raise AssertionError(f"{len(unpaid)} invoices are not settled")
        account.import_balance = True
        account.action_import_balance()
        self.env.cr.commit()
        # Stripe moves its balance some seconds after a payment.
        self._control("clock/advance", {"seconds": 60})
        balance = "stripe.balance.transaction"
        fees = self._measured(lambda: self._work(balance), size)
        booked = self.env[balance].search_count(
            [("charge", "in", self._charges(moves)), ("state", "=", "booked")]
        )
        if booked != size:
            raise AssertionError(f"{booked} fees are booked, not {size}")
        plain = self._post(compared, stripe=False)
        own = self._measured(lambda: self._register(plain), compared)
        return {
            "size": size,
            "push_requests": requests / size,
            "push": push,
            "settle_requests": looks / size,
            "settle": settle,
            "fees": fees,
            "own": own,
        }

    def _charges(self, moves: Any) -> Any:
        payments = self.env["account.payment"].search(
            [("stripe_document_id", "in", moves.stripe_document_id.ids)]
        )
        return payments.mapped("stripe_charge")

    def _post(self, count: int, stripe: bool) -> Any:
        partners = self.env["res.partner"].create(
            [
                {"name": f"Customer {number}", "email": f"c{number}@example.com"}
                for number in range(count)
            ]
        )
        line = {"name": "Service", "quantity": 1, "price_unit": PRICE}
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "stripe_invoice": stripe,
                    "invoice_line_ids": [(0, 0, line)],
                }
                for partner in partners
            ]
        )
        moves.action_post()
        self.env.cr.commit()
        return moves

    def _work(self, model: str) -> None:
        """Run the worker until nothing of `model` waits."""
        for _round in range(ROUNDS):
            self.env["stripe.account"]._cron_synchronize()
            self.env.cr.commit()
            rows = self.env[model]
            if not rows.search_count(rows._waiting_domain(), limit=1):
                return
        raise AssertionError(f"{model} does not come to rest")

    def _register(self, moves: Any) -> None:
        """Settle as a person does: register a payment for one after the other."""
        for move in moves:
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            )
            wizard.create({})._create_payments()
            self.env.cr.commit()

    def _measured(self, work: Callable[[], None], count: int) -> dict[str, float]:
        self.env.invalidate_all()
        queries, start = self.env.cr.sql_log_count, time.monotonic()
        work()
        return {
            "ms": (time.monotonic() - start) * 1000 / count,
            "queries": (self.env.cr.sql_log_count - queries) / count,
        }

    def _control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        url = f"{self.simulator}/_sim/{path}"
        with urllib.request.urlopen(
            urllib.request.Request(url, data, headers), timeout=60
        ) as answer:
            return json.load(answer)
