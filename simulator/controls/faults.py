"""Faults of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from simulator.world import World

JSON = dict[str, Any]


def faults_list(world: World, body: JSON) -> JSON:
    """List the rules with how often each matched and struck."""
    return {"data": world.faults.rows()}


def faults_add(world: World, body: JSON) -> JSON:
    """Add a rule: {kind, method, path, nth | every, times, ms, status, after}."""
    return world.faults.add(**body)


def faults_clear(world: World, body: JSON) -> JSON:
    """Remove every rule."""
    world.faults.clear()
    return faults_list(world, body)


def faults_remove(world: World, body: JSON, fault_id: str) -> JSON:
    """Remove one rule."""
    if fault_id not in [rule["id"] for rule in world.faults.rows()]:
        raise NotFound(f"There is no rule {fault_id}.")
    world.faults.remove(fault_id)
    return faults_list(world, body)


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", "/_sim/faults", faults_list),
    ("POST", "/_sim/faults", faults_add),
    ("DELETE", "/_sim/faults", faults_clear),
    ("POST", "/_sim/faults/clear", faults_clear),
    ("DELETE", "/_sim/faults/<fault_id>", faults_remove),
]
