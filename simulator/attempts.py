"""One event on its way to one endpoint, and how long to wait between attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# Seconds of the simulator's clock between one attempt and the next. Live mode goes on
# for three days with growing pauses, test mode makes three attempts over a few hours
# (https://docs.stripe.com/webhooks, "Retry behavior").
HOUR = 3600
TEST_PAUSES = (HOUR, 3 * HOUR)
LIVE_PAUSES = (
    300,
    1800,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
)


@dataclass
class Delivery:
    """One event on its way to one endpoint, with every attempt so far.

    ``state``: pending, sending, held, succeeded, failed (no attempt is left),
    cancelled (the endpoint is gone or disabled) or dropped (by a fault).
    """

    id: str
    account: str
    endpoint: str
    event: str
    type: str
    state: str
    next_at: int | None
    sequence: int = 0
    attempts: list[dict[str, Any]] = field(default_factory=list)

    def pause(self, livemode: bool) -> int | None:
        """Return the seconds until the next attempt, None when none is left."""
        pauses = LIVE_PAUSES if livemode else TEST_PAUSES
        made = len(self.attempts)
        return pauses[made - 1] if made <= len(pauses) else None
