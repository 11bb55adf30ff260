"""The operations under /_sim, each a function of the world and the JSON sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.controls import (
    checkouts,
    clock,
    contents,
    customers,
    deliveries,
    disputes,
    faults,
    invoices,
    payouts,
    refunds,
)

if TYPE_CHECKING:
    from simulator.world import World

Control = Callable[..., Any]


def index(world: World, body: dict[str, Any]) -> dict[str, str]:
    """List what can be steered."""
    return {
        f"{method} {path}": (handler.__doc__ or "").splitlines()[0]
        for method, path, handler in TABLE
    }


TABLE: list[tuple[str, str, Control]] = [
    ("GET", "/_sim", index),
    *clock.TABLE,
    *contents.TABLE,
    *faults.TABLE,
    *deliveries.TABLE,
    *invoices.TABLE,
    *customers.TABLE,
    *checkouts.TABLE,
    *refunds.TABLE,
    *payouts.TABLE,
    *disputes.TABLE,
]
