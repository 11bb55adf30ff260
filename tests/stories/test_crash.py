"""Odoo is killed at every request of a push, and while it books a payment.

The server runs with worker processes. What is killed, as by the kernel when memory runs
out, is the one that is at work; the last tests kill the whole server.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dev.progress import SetupError
from tests.stories.deaths import FATES, HANGS, fragile_shop, kill_worker, let_go
from tests.stories.shop import PUSH, VAT, Shop

# What moves the balance is read after connecting, and has nothing to do with a push.
BALANCE = ("/v1/balance", "/v1/payouts")


@pytest.fixture(scope="module")
def fragile() -> Iterator[Shop]:
    """A connected company on one server with worker processes of its own."""
    with fragile_shop() as shop:
        yield shop


@pytest.fixture(autouse=True)
def _fresh(fragile: Shop) -> Iterator[None]:
    fragile.calm()
    fragile.rest()
    fragile.forget_requests()
    yield
    fragile.calm()


def test_these_are_the_requests_of_a_push(fragile: Shop) -> None:
    # What Odoo reads when it hears of its own doings is not meant.
    fragile.simulator.control("deliveries/hold", {})
    move = fragile.french_draft()
    fragile.post(move)
    fragile.wait_open(move)
    rows = [row for row in fragile.requests() if not row["path"].startswith(BALANCE)]
    assert len(rows) == len(PUSH), [row["path"] for row in rows]
    for row, (method, path) in zip(rows, PUSH, strict=True):
        assert row["method"] == method, row
        assert re.search(path, row["path"]), row


CASES = [
    pytest.param(method, path, fate, id=f"{method} {path[4:-1]} {fate}")
    for method, path in PUSH
    for fate in (FATES if method == "POST" else list(FATES)[:1])
]


@pytest.mark.parametrize(("method", "path", "fate"), CASES)
def test_a_worker_killed_during_a_request(
    fragile: Shop, method: str, path: str, fate: str
) -> None:
    move = fragile.french_draft()
    struck = _strike(fragile, move, method, path, fate)
    kill_worker(fragile)
    let_go(fragile, struck)
    _wait_open(fragile, move)
    _check(fragile, move)


def test_the_whole_server_killed_while_it_finalizes(fragile: Shop) -> None:
    move = fragile.french_draft()
    method, path = PUSH[-1]
    struck = _strike(fragile, move, method, path, "took effect before the death")
    fragile.stack.kill()
    let_go(fragile, struck)
    fragile.stack.start()
    _wait_open(fragile, move)
    _check(fragile, move)


def test_a_worker_killed_while_it_looks_for_payments(fragile: Shop) -> None:
    move = _open(fragile)
    rule = {"method": "GET", "path": "/v1/invoice_payments$", "times": 1}
    fault = fragile.fault(**rule, **HANGS)
    fragile.pay_on_page(move)
    fragile.wait_for("The request comes", lambda: fragile.hits(fault))
    kill_worker(fragile)
    fragile.calm()
    _wait_paid(fragile, move)


@pytest.mark.parametrize("table", ["account_payment", "account_partial_reconcile"])
def test_a_worker_killed_while_it_books_the_payment(fragile: Shop, table: str) -> None:
    move = _open(fragile)
    with _held(fragile, table):
        fragile.pay_on_page(move)
        fragile.wait_for("The booking begins", lambda: _waits(fragile, table))
        kill_worker(fragile)
    assert fragile.payments(move) == []
    _wait_paid(fragile, move)


def test_the_whole_server_killed_while_it_books_the_payment(fragile: Shop) -> None:
    move = _open(fragile)
    with _held(fragile, "account_payment"):
        fragile.pay_on_page(move)
        waits = "account_payment"
        fragile.wait_for("The booking begins", lambda: _waits(fragile, waits))
        fragile.stack.kill()
    fragile.stack.start()
    assert fragile.payments(move) == []
    _wait_paid(fragile, move)


def _strike(shop: Shop, move: int, method: str, path: str, fate: str) -> str:
    """Post the invoice, wait until the fate strikes its request; return the id."""
    rule = {"method": method, "path": path, "times": 1}
    faults = [shop.fault(**rule, **kind) for kind in FATES[fate]]
    shop.post(move)
    [struck] = shop.wait_for("The request comes", lambda: shop.struck(faults[0]))
    assert shop.move(move)["stripe_status"] != "open"
    return str(struck)


def _open(shop: Shop) -> int:
    move = shop.french_draft()
    shop.post(move)
    shop.wait_open(move)
    shop.simulator.control("deliveries/settle", {"timeout": 20})
    return move


@contextmanager
def _held(shop: Shop, table: str) -> Iterator[None]:
    """Let nobody write to a table for a while: whoever books there has to wait."""
    lock = f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE; SELECT pg_sleep(60)"
    holder = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    thread = threading.Thread(target=_run_until_ended, args=(shop, lock))
    thread.start()
    try:
        [[pid]] = shop.wait_for("The table is held", lambda: shop.stack.sql(holder))
        yield
    finally:
        shop.stack.sql(f"SELECT pg_terminate_backend({pid})")
        thread.join()


def _run_until_ended(shop: Shop, query: str) -> None:
    with pytest.raises(SetupError, match="terminating connection"):
        shop.stack.sql(query)


def _waits(shop: Shop, table: str) -> bool:
    """Tell whether somebody waits for a lock on the table."""
    query = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = "
    return bool(shop.stack.sql(f"{query}'{table}'::regclass"))


def _wait_open(shop: Shop, move: int) -> None:
    """Wait until the invoice is open; by itself a new worker looks after a minute."""

    def is_open() -> bool:
        return bool(shop.move(move)["stripe_status"] == "open")

    shop.wait_for("The invoice is open", is_open, hurry=True)


def _wait_paid(shop: Shop, move: int) -> None:
    def is_paid() -> bool:
        return bool(shop.move(move)["amount_residual"] == 0)

    shop.wait_for("The invoice is paid", is_paid, hurry=True)
    shop.check_one_payment(move)


def _check(shop: Shop, move: int) -> None:
    remote = shop.check_one_open(move)
    [customer] = shop.customers_of(shop.move(move)["partner_id"][0])
    tax_ids = shop.simulator.api(f"customers/{customer['id']}/tax_ids")["data"]
    assert [one["value"] for one in tax_ids] == [VAT]
    lines = shop.simulator.api(f"invoices/{remote['id']}/lines")["data"]
    assert len(lines) == 2
