"""Odoo is killed while it corrects an invoice, in each of the three ways."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stories.deaths import FATES, fragile_shop, kill_worker, let_go
from tests.stories.shop import Shop

DECISIVE = {
    "duplicate": (r"/void$", r"/v1/invoices$", r"/finalize$"),
    "revision": (r"/v1/invoices$", r"/finalize$"),
    "credit_note": (r"/void$", r"/v1/invoices$", r"/finalize$"),
}
"""The requests of each way after which the world is another one."""

CASES = [(way, path) for way, paths in DECISIVE.items() for path in paths]


@pytest.fixture(scope="module")
def fragile() -> Iterator[Shop]:
    """A connected company whose law leaves the choice, on a server with workers."""
    with fragile_shop() as shop:
        accounts = shop.rpc("stripe.account", "search", [])
        shop.rpc("stripe.account", "write", accounts, {"correction_policy": "choose"})
        yield shop


@pytest.mark.parametrize(("way", "path"), CASES)
def test_a_worker_killed_while_it_corrects(fragile: Shop, way: str, path: str) -> None:
    old = fragile.french_draft()
    fragile.post(old)
    fragile.wait_open(old)
    fragile.simulator.control("deliveries/settle", {"timeout": 20})
    fragile.forget_requests()
    [kind] = FATES["took effect before the death"]
    fault = fragile.fault(method="POST", path=path, times=1, **kind)
    _correct(fragile, old, way)
    [struck] = fragile.wait_for("The request comes", lambda: fragile.struck(fault))
    assert _valid(fragile, old), "Neither is there"
    kill_worker(fragile)
    let_go(fragile, struck)
    assert _valid(fragile, old), "Neither is there"
    [row] = fragile.wait_for(
        "It is done", lambda: _done(fragile, old), hurry=True, seconds=120
    )
    _check(fragile, old, row["new_move_id"][0])


def _correct(shop: Shop, move: int, way: str) -> None:
    values = {"move_id": move, "way": way, "reason": "Wrong address"}
    wizard = shop.rpc("stripe.document.correct", "create", values)
    shop.rpc("stripe.document.correct", "action_confirm", [wizard])


def _done(shop: Shop, move: int) -> list[dict[str, Any]]:
    domain = [["move_id", "=", move], ["state", "=", "done"], ["linked", "=", True]]
    rows: list[dict[str, Any]] = shop.rpc(
        "stripe.correction", "search_read", domain, ["new_move_id"]
    )
    return rows


def _valid(shop: Shop, old: int) -> list[int]:
    """Return those of the two invoices that are neither cancelled nor reversed."""
    domain = ["|", ["id", "=", old], ["stripe_replaces_id", "=", old]]
    domain += [["state", "=", "posted"], ["payment_state", "!=", "reversed"]]
    found: list[int] = shop.rpc("account.move", "search", domain)
    return found


def _check(shop: Shop, old: int, new: int) -> None:
    """Check that the new invoice is the only one, at Stripe and in Odoo."""
    assert _valid(shop, old) == [new]
    before, after = shop.moves([old, new])
    status = {
        invoice["id"]: invoice["status"]
        for invoice in shop.invoices_of(after["partner_id"][0])
    }
    assert status == {before["stripe_ref"]: "void", after["stripe_ref"]: "open"}
