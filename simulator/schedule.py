"""Work that the simulated Stripe does on its own when its time has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.world import Account, World

Job = Callable[[World, Account, str], None]
JOBS: dict[str, Job] = {}


def job(name: str) -> Callable[[Job], Job]:
    """Register a function under the name that the schedule keeps."""

    def register(function: Job) -> Job:
        JOBS[name] = function
        return function

    return register


def at(world: World, when: int, name: str, account: Account, object_id: str) -> None:
    """Have the job ``name`` done about an object at an epoch second."""
    entry: dict[str, Any] = {
        "at": when,
        "job": name,
        "account": account.id,
        "object": object_id,
    }
    world.scheduled.append(entry)


def run_due(world: World) -> None:
    """Do what is due by now, in the order of time. No API request is its cause."""
    with world.lock:
        request, world.request = world.request, None
        try:
            while entry := next_due(world):
                world.scheduled.remove(entry)
                account = world.accounts[entry["account"]]
                JOBS[entry["job"]](world, account, entry["object"])
        finally:
            world.request = request


def next_due(world: World) -> dict[str, Any] | None:
    """Return the earliest entry that is due, or None."""
    now = world.clock.now()
    due = [entry for entry in world.scheduled if entry["at"] <= now]
    return min(due, key=lambda entry: int(entry["at"]), default=None)
