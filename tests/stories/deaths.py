"""How Odoo dies while it works: what becomes of the request, and who is killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil

from dev.stack import Stack
from tests.stories.shop import Shop

# The request hangs until the faults are cleared, so that the kill comes in between.
HANGS = {"kind": "latency", "ms": 60_000}

FATES: dict[str, list[dict[str, Any]]] = {
    "takes effect after the death": [HANGS],
    "never arrives": [HANGS, {"kind": "drop_before"}],
    "took effect before the death": [{**HANGS, "after": True}],
}
"""What becomes of the request during which the worker is killed."""


@contextmanager
def fragile_shop() -> Iterator[Shop]:
    """A connected company on one server with worker processes of its own."""
    with Stack(workers=1, cron_threads=1) as stack:
        shop = Shop(stack)
        shop.put_off_catch_up()
        shop.connect()
        yield shop


def kill_worker(shop: Shop) -> None:
    """Kill the process that does the jobs; Odoo gives it less priority than itself."""
    master = psutil.Process(shop.stack.servers[0].pid)
    [worker] = [one for one in master.children() if _nice(one) > master.nice()]
    worker.kill()
    worker.wait(10)


def _nice(process: psutil.Process) -> int:
    """Return the niceness of a process; the lowest of one that has ended."""
    try:
        return int(process.nice())
    except psutil.NoSuchProcess:
        return -20


def let_go(shop: Shop, struck: str) -> None:
    """Let the request of the dead go on, and wait until it has had its effect."""

    def has_ended() -> bool:
        return any(row["id"] == struck for row in shop.requests())

    assert not has_ended()
    shop.calm()
    shop.wait_for("The request of the dead ends", has_ended)
