"""Fixtures of the stories: one running product for all that do not need their own."""

from collections.abc import Iterator

import pytest

from dev.stack import Stack
from tests.stories.shop import Shop


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Two Odoo servers on one database, and a Stripe simulator."""
    with Stack(servers=2) as running:
        yield running


@pytest.fixture(scope="session")
def connected(stack: Stack) -> Shop:
    """A company of the stack that is connected to the simulator."""
    one = Shop(stack)
    one.connect()
    return one


@pytest.fixture
def shop(connected: Shop) -> Iterator[Shop]:
    """The connected company; faults end with the test, and the logs are clean."""
    connected.calm()
    connected.forget_requests()
    before = set(connected.complaints())
    yield connected
    connected.calm()
    assert [entry for entry in connected.complaints() if entry not in before] == []
