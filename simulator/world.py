"""The simulated world: accounts, their objects, identifiers and scheduled work."""

from __future__ import annotations

import base64
import hashlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.clock import Clock
from simulator.request_log import RequestLog

if TYPE_CHECKING:
    from simulator.delivery import Dispatcher
    from simulator.faults import Faults

API_VERSION = "2026-10-28.endive"
TEST_KEY = "sk_test_simulator"
LIVE_KEY = "sk_live_simulator"

JSONObject = dict[str, Any]


@dataclass
class RequestContext:
    """The API request being served."""

    id: str
    idempotency_key: str | None


@dataclass
class Account:
    """One Stripe account in one mode.

    ``objects`` maps a Stripe object name to id to the JSON that Stripe would return,
    unexpanded. ``hidden`` holds what Stripe does not show, by object id.
    """

    id: str
    livemode: bool
    keys: dict[str, set[str] | None] = field(default_factory=dict)
    objects: dict[str, dict[str, JSONObject]] = field(default_factory=dict)
    hidden: dict[str, JSONObject] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> dict[str, JSONObject]:
        """Return the objects of one type by id, in order of creation."""
        return self.objects.setdefault(name, {})

    def get(self, name: str, object_id: str) -> JSONObject | None:
        """Return one object, or None where the account has no such object."""
        return self.table(name).get(object_id)

    def private(self, object_id: str) -> JSONObject:
        """Return the mutable data about an object that Stripe does not show."""
        return self.hidden.setdefault(object_id, {})


class World:
    """Everything the simulator knows. Every change happens under ``lock``.

    :param seed: the same seed and the same requests give the same identifiers
    :param clock: the simulated time
    :param base_url: public address, without a slash at the end, for hosted pages
    """

    faults: Faults
    delivery: Dispatcher

    def __init__(self, seed: int, clock: Clock, base_url: str) -> None:
        self.seed = seed
        self.clock = clock
        self.base_url = base_url
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.request: RequestContext | None = None
        self.counter = 0
        # A heap of [epoch second, order, job, account, object], see ``schedule``.
        self.scheduled: list[list[Any]] = []
        self.planned = 0
        self.requests = RequestLog()

    def token(self, purpose: str, length: int) -> str:
        """Return the next deterministic text of up to 43 letters and digits."""
        self.counter += 1
        text = f"{self.seed}:{self.counter}:{purpose}"
        digest = hashlib.sha256(text.encode()).digest()
        return base64.b64encode(digest, b"Zz").decode()[:length]

    def new_id(self, prefix: str) -> str:
        """Return a new identifier such as ``in_1Sim...``."""
        return f"{prefix}_1Sim{self.token(prefix, 20)}"

    def account_by_key(self, key: str) -> Account | None:
        """Return the account that a secret or restricted key opens, or None."""
        for account in self.accounts.values():
            if key in account.keys:
                return account
        return None
