"""Stripe's limits on requests per second, off unless the account's settings turn it on.

docs.stripe.com/rate-limits: 100 per second in live mode, 25 in a sandbox.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from simulator.errors import StripeError
from simulator.world import Account

LIVE_LIMIT, TEST_LIMIT = 100, 25


class RateLimiter:
    """Counts the requests of the last real second, by account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}

    def check(self, account: Account) -> None:
        """Count a request; raises Stripe's 429 when there have been too many.

        The account's setting ``rate_limit`` is False (off), True (Stripe's figure) or
        a number of requests per second.
        """
        wanted = account.settings.get("rate_limit", False)
        if not wanted:
            return
        usual = LIVE_LIMIT if account.livemode else TEST_LIMIT
        limit = usual if wanted is True else int(wanted)
        now = time.monotonic()
        with self._lock:
            times = self._times.setdefault(account.id, deque())
            while times and times[0] <= now - 1:
                times.popleft()
            if len(times) >= limit:
                raise too_many()
            times.append(now)


def too_many() -> StripeError:
    """Return Stripe's 429."""
    return StripeError(
        "Request rate limit exceeded. Learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
        status=429,
        code="rate_limit",
    )
