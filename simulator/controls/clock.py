"""The simulated time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.controls.lookup import given

if TYPE_CHECKING:
    from simulator.world import World

JSON = dict[str, Any]


def clock_show(world: World, body: JSON) -> JSON:
    """Show the simulated time in epoch seconds."""
    return {"now": world.clock.now(), "frozen": world.clock.frozen}


def clock_advance(world: World, body: JSON) -> JSON:
    """Move the clock forwards: {seconds}."""
    world.clock.advance(int(given(body, "seconds")))
    return clock_show(world, body)


def clock_set(world: World, body: JSON) -> JSON:
    """Move the clock to an instant: {epoch}."""
    world.clock.set(int(given(body, "epoch")))
    return clock_show(world, body)


def clock_freeze(world: World, body: JSON) -> JSON:
    """Stop the clock, or let it run again: {frozen: false}."""
    if body.get("frozen", True):
        world.clock.freeze()
    else:
        world.clock.thaw()
    return clock_show(world, body)


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", "/_sim/clock", clock_show),
    ("POST", "/_sim/clock/advance", clock_advance),
    ("POST", "/_sim/clock/set", clock_set),
    ("POST", "/_sim/clock/freeze", clock_freeze),
]
