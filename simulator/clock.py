"""The simulator's clock: real time plus an offset, or a frozen instant."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Clock:
    """Epoch seconds as the simulated Stripe sees them.

    The clock never runs backwards unless it is ``set``. Callbacks registered with
    ``on_advance`` run in the caller's thread after every jump.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = 0
        self._frozen: int | None = None
        self._callbacks: list[Callable[[], None]] = []
        self._moment = threading.local()

    def now(self) -> int:
        """Return the simulated time in whole epoch seconds."""
        moment: int | None = getattr(self._moment, "at", None)
        if moment is not None:
            return moment
        with self._lock:
            return self._now()

    @contextmanager
    def seen_from(self, moment: int) -> Iterator[None]:
        """Let this thread see an earlier instant, to catch up with what it missed."""
        self._moment.at = moment
        try:
            yield
        finally:
            self._moment.at = None

    @property
    def frozen(self) -> bool:
        """Whether time stands still until it is moved or thawed."""
        return self._frozen is not None

    def advance(self, seconds: int) -> None:
        """Jump by ``seconds``; raises ValueError if that would be backwards."""
        if seconds < 0:
            raise ValueError("The clock can only be advanced forwards.")
        with self._lock:
            self._move_to(self._now() + seconds)
        self._notify()

    def set(self, epoch: int) -> None:
        """Jump to an instant, in epoch seconds, past or future."""
        with self._lock:
            self._move_to(epoch)
        self._notify()

    def freeze(self) -> None:
        """Stop at the present instant; only ``advance`` and ``set`` move it then."""
        with self._lock:
            self._frozen = self._now()

    def thaw(self) -> None:
        """Let a frozen clock run again from where it stands."""
        with self._lock:
            if self._frozen is not None:
                self._offset = self._frozen - int(time.time())
                self._frozen = None
        self._notify()

    def reset(self) -> None:
        """Return to real time."""
        with self._lock:
            self._frozen, self._offset = None, 0
        self._notify()

    def on_advance(self, callback: Callable[[], None]) -> None:
        """Call ``callback()`` after every jump of the clock."""
        self._callbacks.append(callback)

    def _now(self) -> int:
        if self._frozen is not None:
            return self._frozen
        return int(time.time()) + self._offset

    def _move_to(self, epoch: int) -> None:
        if self._frozen is not None:
            self._frozen = epoch
        else:
            self._offset = epoch - int(time.time())

    def _notify(self) -> None:
        for callback in self._callbacks:
            callback()
