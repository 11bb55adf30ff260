"""Delivers events to webhook endpoints: signed, retried, and with faults on demand."""

from __future__ import annotations

import heapq
import json
import random
import threading
import time
from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from simulator import endpoints
from simulator.attempts import Delivery
from simulator.posting import Answer, post, routed
from simulator.signing import signature_header

if TYPE_CHECKING:
    from simulator.world import Account, World

ORDERS = ("in", "reversed", "shuffled")


class Dispatcher:
    """The queue of deliveries and the threads that work it off.

    Everything but the sending itself happens under the world's lock. Settings, changed
    under /_sim/deliveries: ``holding`` keeps new deliveries back, ``copies`` sends each
    so often, ``dropping`` never sends them, ``losing`` makes no events at all,
    ``concurrency`` deliveries are sent at once, each waits ``timeout`` seconds for an
    answer, ``skew`` seconds are added to the signature's time, ``routes`` maps public
    prefixes of endpoint addresses to loopback ones.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._wake = threading.Condition(world.lock)
        self._threads: list[threading.Thread] = []
        self._stopping = False
        self._sequence = 0
        self._sending = 0
        self.reset()
        world.clock.on_advance(self._notify)

    def reset(self) -> None:
        """Forget every delivery and return to the default settings."""
        self._deliveries: dict[str, Delivery] = {}
        self._of_event: defaultdict[str, list[Delivery]] = defaultdict(list)
        self._due: list[tuple[int, int, str]] = []
        self.holding = False
        self.dropping = False
        self.losing = False
        self.copies = 1
        self.concurrency = 1
        self.timeout = 10.0
        self.skew = 0
        self.routes: dict[str, str] = {}

    # Queue

    def enqueue(self, account: Account, event: dict[str, Any]) -> None:
        """Queue a new event for each enabled endpoint that listens to its type."""
        targets = endpoints.listeners(account, event["type"])
        event["pending_webhooks"] = len(targets)
        for endpoint in targets:
            for _copy in range(self.copies):
                self._add(account, endpoint, event, self._first_state())

    def resend(self, account: Account, event: dict[str, Any], times: int = 1) -> int:
        """Send an event again, to all its listeners, whatever is held; return count."""
        targets = endpoints.listeners(account, event["type"])
        for _time in range(times):
            for endpoint in targets:
                self._add(account, endpoint, event, "pending")
        return times * len(targets)

    def release(self, order: str = "in", seed: int = 0) -> int:
        """Stop holding and send what was held, in that order; return how many."""
        if order not in ORDERS:
            raise ValueError(f"order must be one of {', '.join(ORDERS)}.")
        held = [one for one in self._deliveries.values() if one.state == "held"]
        if order == "reversed":
            held.reverse()
        elif order == "shuffled":
            random.Random(seed).shuffle(held)
        self.holding = False
        for delivery in held:
            self._schedule(delivery, self._world.clock.now())
        return len(held)

    def retry(self, delivery_id: str) -> None:
        """Try one delivery again at once; raises KeyError if there is none."""
        self._schedule(self._deliveries[delivery_id], self._world.clock.now())

    def rows(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the deliveries whose fields (account, event, ...) equal ``wanted``."""
        rows = (asdict(delivery) for delivery in self._deliveries.values())
        return [
            row
            for row in rows
            if all(row[name] == value for name, value in wanted.items())
        ]

    def load(self, rows: list[dict[str, Any]]) -> None:
        """Take over the deliveries that ``rows()`` returned in an earlier run."""
        for row in rows:
            delivery = Delivery(**row)
            self._keep(delivery)
            self._sequence = max(self._sequence, int(delivery.id.split("_")[1]))
            if delivery.state in ("pending", "sending"):
                at = delivery.next_at
                self._schedule(delivery, self._world.clock.now() if at is None else at)

    def _keep(self, delivery: Delivery) -> None:
        self._deliveries[delivery.id] = delivery
        self._of_event[delivery.event].append(delivery)

    def _first_state(self) -> str:
        if self.dropping:
            return "dropped"
        return "held" if self.holding else "pending"

    def _add(
        self,
        account: Account,
        endpoint: dict[str, Any],
        event: dict[str, Any],
        state: str,
    ) -> None:
        self._sequence += 1
        delivery = Delivery(
            id=f"delivery_{self._sequence}",
            account=account.id,
            endpoint=endpoint["id"],
            event=event["id"],
            type=event["type"],
            state=state,
            next_at=None,
        )
        self._keep(delivery)
        if state == "pending":
            self._schedule(delivery, self._world.clock.now())

    def _schedule(self, delivery: Delivery, at: int) -> None:
        self._sequence += 1
        delivery.state = "pending"
        delivery.next_at = at
        delivery.sequence = self._sequence
        heapq.heappush(self._due, (at, delivery.sequence, delivery.id))
        self._notify()

    # Threads

    def start(self) -> None:
        """Start the sending threads."""
        self._stopping = False
        for number in range(8):
            thread = threading.Thread(
                target=self._run, name=f"delivery-{number}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop the threads; waits for what is being sent, at most its timeout."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        for thread in self._threads:
            thread.join(self.timeout + 1)
        self._threads.clear()

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until nothing is due or being sent; False when it takes too long."""
        deadline = time.monotonic() + timeout
        with self._wake:
            while self._sending or self._next_due() == 0:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._wake.wait(left)
        return True

    def _notify(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _run(self) -> None:
        while True:
            with self._wake:
                delivery = self._take()
            if delivery is None:
                return
            self._deliver(delivery)

    def _take(self) -> Delivery | None:
        """Wait for a delivery that is due; None when the threads are to stop."""
        while not self._stopping:
            pause = self._next_due()
            if pause == 0 and self._sending < self.concurrency:
                delivery = self._deliveries[heapq.heappop(self._due)[2]]
                delivery.state = "sending"
                self._sending += 1
                return delivery
            self._wake.wait(pause or None)
        return None

    def _next_due(self) -> int | None:
        """Return in how many seconds the next delivery is due, None if there is none.

        Entries that were rescheduled or settled since are dropped on the way.
        """
        while self._due:
            at, sequence, delivery_id = self._due[0]
            delivery = self._deliveries[delivery_id]
            if delivery.state == "pending" and delivery.sequence == sequence:
                return max(0, at - self._world.clock.now())
            heapq.heappop(self._due)
        return None

    def _deliver(self, delivery: Delivery) -> None:
        with self._wake:
            message = self._message(delivery)
        answer = post(*message, timeout=self.timeout) if message else None
        with self._wake:
            self._sending -= 1
            if answer is None:
                delivery.state, delivery.next_at = "cancelled", None
            elif delivery.id in self._deliveries:
                # A reset may have come while it was on its way.
                self._record(delivery, answer)
            self._wake.notify_all()

    def _message(self, delivery: Delivery) -> tuple[str, bytes, str] | None:
        """Return address, body and signature, None if the endpoint takes no more."""
        account = self._world.accounts[delivery.account]
        endpoint = account.get("webhook_endpoint", delivery.endpoint)
        event = account.get("event", delivery.event)
        if endpoint is None or event is None or endpoint["status"] != "enabled":
            return None
        version = endpoint["api_version"] or event["api_version"]
        body = json.dumps({**event, "api_version": version}, indent=2).encode()
        secrets = endpoints.active_secrets(account, endpoint["id"], self._world.clock)
        # The receiver lives in real time and checks the age of the signature by it.
        timestamp = int(time.time()) + self.skew
        signature = signature_header(body, secrets, timestamp, account.livemode)
        return routed(endpoint["url"], self.routes), body, signature

    def _record(self, delivery: Delivery, answer: Answer) -> None:
        now = self._world.clock.now()
        delivery.attempts.append({"at": now, **asdict(answer)})
        account = self._world.accounts[delivery.account]
        if answer.delivered:
            delivery.state, delivery.next_at = "succeeded", None
            self._count_pending(account, delivery)
            return
        pause = delivery.pause(account.livemode)
        if pause is None:
            delivery.state, delivery.next_at = "failed", None
        else:
            self._schedule(delivery, now + pause)

    def _count_pending(self, account: Account, delivery: Delivery) -> None:
        """Set the event's ``pending_webhooks``: endpoints that have not taken it."""
        siblings = self._of_event[delivery.event]
        asked = {one.endpoint for one in siblings}
        served = {one.endpoint for one in siblings if one.state == "succeeded"}
        event = account.table("event")[delivery.event]
        event["pending_webhooks"] = len(asked - served)
