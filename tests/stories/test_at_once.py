"""A user and the worker at the same moment, in two transactions: never both win."""

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from dev.rpc import RpcError
from tests.stories.shop import Shop

TEXT = "Another text"
# How long the simulator keeps the worker waiting, so that the user comes in between.
MS = 1500
LONGER = 500

MOMENTS = {
    # The worker has decided, but not written down what it is about to do.
    "before it is written down": {"method": "GET", "path": "/v1/invoices/[^/]+$"},
    # It has asked Stripe to finalize.
    "while Stripe finalizes": {"method": "POST", "path": "/finalize$"},
}


def _edit(shop: Shop, move: int) -> None:
    [line] = shop.rpc(
        "account.move.line",
        "search",
        [["move_id", "=", move], ["display_type", "=", "product"]],
    )
    shop.rpc("account.move.line", "write", [line], {"name": TEXT})


def _reset(shop: Shop, move: int) -> None:
    shop.rpc("account.move", "button_draft", [move])


@pytest.fixture(autouse=True)
def _calm(connected: Shop) -> Iterator[None]:
    connected.calm()
    connected.forget_requests()
    yield
    connected.calm()


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("act", [_edit, _reset])
def test_either_the_user_or_the_finalization(
    connected: Shop, moment: str, act: Callable[[Shop, int], None]
) -> None:
    shop = connected
    # The worker has nothing else to do: what is slow is about this invoice.
    shop.simulator.control("deliveries/drop", {"on": True})
    shop.wait_for("The inbox is settled", lambda: not _waiting(shop))
    fault = shop.fault(kind="latency", ms=MS, times=1, **MOMENTS[moment])
    move = shop.posted(100.0)
    shop.wait_for("The worker is at it", lambda: shop.hits(fault), 30)
    won = moment == "before it is written down"
    if won:
        act(shop, move)
    else:
        with pytest.raises(RpcError, match="finalized at Stripe"):
            act(shop, move)
    if won and act is _reset:
        _check_withdrawn(shop, move)
        return
    shop.wait_open(move)
    remote = shop.check_one_open(move)
    assert shop.move(move)["state"] == "posted"
    [line] = shop.simulator.api(f"invoices/{remote['id']}/lines")["data"]
    assert (line["description"] == TEXT) is won


def _waiting(shop: Shop) -> int:
    domain = [["state", "=", "received"]]
    return int(shop.rpc("stripe.event", "search_count", domain))


def _check_withdrawn(shop: Shop, move: int) -> None:
    def deleted() -> bool:
        return bool(shop.move(move)["stripe_status"] == "deleted")

    shop.wait_for("The draft is gone", deleted)
    row = shop.move(move)
    assert row["state"] == "draft"
    assert shop.invoices_of(row["partner_id"][0]) == []


def test_an_edit_every_moment_does_not_keep_the_worker_from_booking(
    connected: Shop,
) -> None:
    shop = connected
    move = shop.posted(100.0)
    shop.wait_open(move)
    edits: list[float] = []
    stop = threading.Event()

    def edit() -> None:
        rpc = shop.stack.session("admin", "admin")
        while not stop.is_set():
            # Nothing that is printed: that is refused once it is finalized.
            rpc("account.move", "write", [move], {"checked": len(edits) % 2 == 0})
            edits.append(time.monotonic())

    thread = threading.Thread(target=edit)
    thread.start()
    try:
        shop.wait_for("The edits begin", lambda: len(edits) > 5)
        # Stripe's answers take longer than what is between two edits.
        shop.fault(kind="latency", ms=LONGER, method="GET")
        shop.pay_on_page(move)
        shop.wait_paid(move)
    finally:
        stop.set()
        thread.join()
    shop.check_one_payment(move)
    gaps = [later - earlier for earlier, later in itertools.pairwise(edits)]
    assert statistics.median(gaps) < LONGER / 1000, "It was given time"
