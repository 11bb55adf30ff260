"""Fixtures of the simulator's tests: a world at a fixed time, and a client for it."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import pytest

from simulator.server import new_world
from simulator.tests.direct import Direct, record_events
from simulator.tests.receiver import Receiver
from simulator.tests.running import Running
from simulator.world import LIVE_KEY, World

START = 1_790_000_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The contract is checked last, over what all other tests have recorded."""
    items.sort(key=lambda item: "test_sim_contract" in item.nodeid)


@pytest.fixture
def frozen(request: pytest.FixtureRequest) -> Iterator[World]:
    """Each test has its own seed, so that the recordings never share an id."""
    world = new_world(seed=crc32(request.node.nodeid.encode()))
    world.clock.set(START)
    world.clock.freeze()
    yield world
    for account in world.accounts.values():
        record_events(account.table("event").values())


@pytest.fixture
def api(frozen: World) -> Direct:
    return Direct(frozen)


@pytest.fixture
def live_api(frozen: World) -> Direct:
    return Direct(frozen, LIVE_KEY)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """One simulator for all tests that talk to it over HTTP."""
    one = Running()
    yield one
    one.simulator.stop()


@pytest.fixture
def sim(running: Running) -> Running:
    """The simulator with a world that nobody has touched."""
    running.control("reset", {})
    return running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with Receiver() as one:
        yield one
