"""`make bench`: figures of speed, as ratios that were measured in one run.

Seconds depend on the machine; ratios on the same server, measured in turn, much less.
"""

import json
import os
import secrets
import statistics
import time
from collections.abc import Callable
from typing import Any

from dev.bench_load import Request, answers_per_second
from dev.modules import with_payment_stripe
from dev.progress import SetupError, say, step, table
from dev.stack import Stack
from dev.story import Story
from simulator.signing import signature_header

ROUNDS = 5
REQUESTS = 200
"""Rounds in turn for each kind of request, and requests of one round."""

SIZES = "10,100,1000"
"""How many invoices are pushed and settled; `STRIPE_BENCH_SIZES` may say otherwise."""

COMPARED = 500
"""At most so many invoices are settled by Odoo's own means beside them."""


def bench() -> int:
    """Measure, and print two tables; return 0."""
    sizes = [
        int(word) for word in os.environ.get("STRIPE_BENCH_SIZES", SIZES).split(",")
    ]
    # The worker runs when it is told to, and nothing else runs beside it.
    with Stack(with_payment_stripe, cron_threads=0) as stack:
        Story(stack).connect()
        stack.simulator.control("deliveries/settings", {"dropping": True})
        with step("Answering webhooks"):
            rates = _webhooks(stack)
        say(_rates_table(rates))
        figures = []
        for size in sizes:
            with step(f"Pushing and settling {size} invoices"):
                figures.append(_settle(stack, size))
        say(_figures_table(figures))
    return 0


# === Webhooks === #


def _webhooks(stack: Stack) -> dict[str, list[float]]:
    """Return answers per second of three addresses, measured in turn."""
    references = _in_odoo(
        stack, f"prepare(env, {ROUNDS * REQUESTS})", "from dev.bench_in_odoo import *"
    )
    token, secrets_ = stack.sql(
        "SELECT webhook_token, webhook_secrets FROM stripe_account"
    )[0]
    ours = json.loads(secrets_)

    def health(_number: int) -> Request:
        return Request("GET", "/web/health")

    def own(number: int) -> Request:
        body = _event("invoice.updated", {"id": "in_bench", "object": "invoice"})
        return _signed(f"/stripe_invoice/webhook/{token}", body, ours)

    def odoos(number: int) -> Request:
        intent = {
            "id": f"pi_bench_{number}",
            "object": "payment_intent",
            "description": references[number],
            "status": "processing",
            "amount": 10000,
            "currency": "eur",
            "payment_method": {
                "id": "pm_bench",
                "type": "card",
                "card": {"brand": "visa"},
            },
        }
        body = _event("payment_intent.processing", intent)
        return _signed("/payment/stripe/webhook", body, ["whsec_bench"])

    kinds: dict[str, Callable[[int], Request]] = {
        "/web/health": health,
        "our webhook": own,
        "webhook of payment_stripe": odoos,
    }
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for turn in range(ROUNDS):
        for name, make in kinds.items():
            rate = answers_per_second(stack.base_url, make, REQUESTS, turn * REQUESTS)
            found[name].append(rate)
    return found


def _event(kind: str, body: dict[str, Any]) -> bytes:
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "livemode": False,
        "request": {"id": None, "idempotency_key": None},
        "data": {"object": body},
    }
    return json.dumps(event).encode()


def _signed(path: str, body: bytes, keys: list[str]) -> Request:
    now = int(time.time())
    # Only v1: Odoo's own webhook splits the header at each "=".
    header = signature_header(body, keys, now, livemode=True)
    headers = (("Content-Type", "application/json"), ("Stripe-Signature", header))
    return Request("POST", path, body, headers)


def _rates_table(rates: dict[str, list[float]]) -> str:
    health = rates["/web/health"]
    rows: list[tuple[str, ...]] = [("Answers a second", "median", "of health")]
    for name, found in rates.items():
        shares = [one / other for one, other in zip(found, health)]
        share = f"{statistics.median(shares):.2f}"
        rows.append((name, f"{statistics.median(found):.0f}", share))
    return _table(rows)


# === Invoices === #


def _settle(stack: Stack, size: int) -> dict[str, Any]:
    call = f"Bench(env, {stack.simulator_url!r}).run({size}, {min(size, COMPARED)})"
    figures: dict[str, Any] = _in_odoo(
        stack, call, "from dev.bench_in_odoo import Bench"
    )
    return figures


def _in_odoo(stack: Stack, call: str, load: str) -> Any:
    """Return what an expression gives in an Odoo shell, in the demo company."""
    script = "\n".join(
        (
            "import json",
            load,
            f"companies = [{stack.company_id}]",
            "env = env(context={**env.context, 'allowed_company_ids': companies})",
            f"print('RESULT', json.dumps({call}))",
        )
    )
    done = stack.shell(script)
    lines = [line for line in done.splitlines() if line.startswith("RESULT ")]
    if not lines:
        raise SetupError(f"The measurement failed:\n{done}")
    return json.loads(lines[-1].removeprefix("RESULT "))


def _figures_table(figures: list[dict[str, Any]]) -> str:
    head = ("Per invoice, of", *(str(one["size"]) for one in figures))
    last = figures[-1]
    growth = "growth" if len(figures) > 1 else ""
    rows: list[tuple[str, ...]] = [(*head, growth)]
    for title, read in _FIGURES.items():
        values = [read(one) for one in figures]
        change = f"x {values[-1] / values[0]:.2f}" if growth else ""
        rows.append((title, *(f"{value:.1f}" for value in values), change))
    ratio = last["own"]["ms"] / last["settle"]["ms"]
    fewer = last["own"]["queries"] / last["settle"]["queries"]
    rows.append(
        (
            "Settling in batches, against one by one",
            f"x {ratio:.1f} faster",
            f"x {fewer:.1f} fewer queries",
        )
    )
    return _table(rows)


def _table(rows: list[tuple[str, ...]]) -> str:
    """Return a table; rows that are shorter than the first are filled up."""
    columns = len(rows[0])
    filled = [(*row, *[""] * (columns - len(row))) for row in rows]
    return table(filled, (44, *[16] * (columns - 1)))


_FIGURES: dict[str, Callable[[dict[str, Any]], float]] = {
    "requests to push": lambda one: float(one["push_requests"]),
    "queries to push": lambda one: float(one["push"]["queries"]),
    "ms to push": lambda one: float(one["push"]["ms"]),
    "requests to settle": lambda one: float(one["settle_requests"]),
    "queries to settle": lambda one: float(one["settle"]["queries"]),
    "ms to settle": lambda one: float(one["settle"]["ms"]),
    "queries to book the fee": lambda one: float(one["fees"]["queries"]),
    "ms to book the fee": lambda one: float(one["fees"]["ms"]),
    "queries, register payment one by one": lambda one: float(one["own"]["queries"]),
    "ms, register payment one by one": lambda one: float(one["own"]["ms"]),
}
