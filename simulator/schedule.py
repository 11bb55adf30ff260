"""Work that the simulated Stripe does on its own when its time has come."""

from __future__ import annotations

import heapq
from collections.abc import Callable

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
    world.planned += 1
    entry = [when, world.planned, name, account.id, object_id]
    heapq.heappush(world.scheduled, entry)


def run_due(world: World) -> None:
    """Do what is due by now, each at its own time. No API request is its cause.

    So a clock that jumps by a month leaves what a month would have left.
    """
    with world.lock:
        request, world.request = world.request, None
        now = world.clock.now()
        try:
            while world.scheduled and world.scheduled[0][0] <= now:
                when, _order, name, account_id, object_id = heapq.heappop(
                    world.scheduled
                )
                with world.clock.seen_from(when):
                    JOBS[name](world, world.accounts[account_id], object_id)
        finally:
            world.request = request
