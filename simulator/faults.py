"""Faults of the API: latency, lost connections, errors; rules under /_sim/faults."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from werkzeug.wrappers import Response

KINDS = ("latency", "drop_before", "drop_after", "status", "down")

# Stripe's error type, code and message of the answers that a rule can give.
ERRORS: dict[int, tuple[str, str | None, str]] = {
    409: (
        "invalid_request_error",
        "lock_timeout",
        "This object cannot be accessed right now because another API request or "
        "Stripe process is currently accessing it.",
    ),
    429: (
        "invalid_request_error",
        "rate_limit",
        "Request rate limit exceeded. Learn more about rate limits here "
        "https://stripe.com/docs/rate-limits.",
    ),
}
SERVER_ERROR = ("api_error", None, "An unknown error occurred")


class DroppedConnectionError(ConnectionError):
    """The socket is to be closed without an answer."""


@dataclass
class Rule:
    """One fault.

    ``method`` (empty: any) and ``path`` (a regular expression, searched) choose the
    requests; of those, the ``nth`` (1-based) or each ``every``-th is hit, ``times``
    times at most (0: without end). ``ms`` is the latency in milliseconds, at most: it
    ends with the rule. ``status`` is the HTTP status, ``after`` whether the effect
    takes place first.
    """

    id: str
    kind: str
    method: str = ""
    path: str = ""
    nth: int = 0
    every: int = 1
    times: int = 0
    ms: int = 0
    status: int = 500
    after: bool = False
    retry_after: int = 1
    seen: int = 0
    hits: int = 0
    struck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Unknown kind {self.kind!r}; one of {', '.join(KINDS)}.")
        if self.every < 1:
            raise ValueError("every must be 1 or more.")
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}.") from error

    def matches(self, method: str, path: str) -> bool:
        """Whether the rule is about such a request at all."""
        if self.kind == "down":
            return True
        if self.method and self.method.upper() != method.upper():
            return False
        return re.search(self.path, path) is not None

    def strikes(self, request_id: str) -> bool:
        """Count one matching request; True when it is one to be hit, and noted."""
        self.seen += 1
        if self.times and self.hits >= self.times:
            return False
        due = self.seen == self.nth if self.nth else self.seen % self.every == 0
        if due:
            self.hits += 1
            self.struck.append(request_id)
        return due


SETTABLE = {each.name for each in dataclasses.fields(Rule)} - {
    "id",
    "seen",
    "hits",
    "struck",
}


class Faults:
    """The rules in force, asked before and after every request to /v1."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: dict[str, Rule] = {}
        self._ends: dict[str, threading.Event] = {}
        self._counter = 0

    def add(self, **fields: Any) -> dict[str, Any]:
        """Add a rule and return it; raises ValueError if it is wrong."""
        unknown = fields.keys() - SETTABLE
        if unknown or "kind" not in fields:
            raise ValueError(f"A rule has kind and {', '.join(sorted(SETTABLE))}.")
        with self._lock:
            self._counter += 1
            rule = Rule(id=f"fault_{self._counter}", **fields)
            self._rules[rule.id] = rule
            self._ends[rule.id] = threading.Event()
            return asdict(rule)

    def remove(self, rule_id: str) -> None:
        """Remove one rule; raises KeyError if there is none of that id."""
        with self._lock:
            del self._rules[rule_id]
            self._ends.pop(rule_id).set()

    def clear(self) -> None:
        """Remove every rule."""
        with self._lock:
            for end in self._ends.values():
                end.set()
            self._rules.clear()
            self._ends.clear()

    def rows(self) -> list[dict[str, Any]]:
        """Return the rules with how often each matched (seen), and what it struck."""
        with self._lock:
            return [asdict(rule) for rule in self._rules.values()]

    def before(self, method: str, path: str, request_id: str) -> Response | None:
        """Strike before the effect: wait, answer instead, or drop the connection.

        Call without the world's lock, because latency sleeps in real time. Raises
        DroppedConnectionError when the socket is to be closed.
        """
        return self._strike(method, path, request_id, after=False)

    def after(self, method: str, path: str, request_id: str) -> Response | None:
        """Strike after the effect: another answer than the true one, or none at all.

        Raises DroppedConnectionError when the socket is to be closed.
        """
        return self._strike(method, path, request_id, after=True)

    def _strike(
        self, method: str, path: str, request_id: str, after: bool
    ) -> Response | None:
        answer: Response | None = None
        for rule in self._striking(method, path, request_id, after):
            if rule.kind == "latency":
                self._wait(rule)
            elif rule.kind == "status":
                answer = answer or error_response(rule.status, rule.retry_after)
            else:
                raise DroppedConnectionError(f"{rule.kind} ({rule.id})")
        return answer

    def _wait(self, rule: Rule) -> None:
        with self._lock:
            end = self._ends.get(rule.id)
        if end is not None:
            end.wait(rule.ms / 1000)

    def _striking(
        self, method: str, path: str, request_id: str, after: bool
    ) -> list[Rule]:
        with self._lock:
            return [
                rule
                for rule in self._rules.values()
                if strikes_after(rule) is after
                and rule.matches(method, path)
                and rule.strikes(request_id)
            ]


def strikes_after(rule: Rule) -> bool:
    """Whether the rule lets the request take effect first."""
    return rule.after or rule.kind == "drop_after"


def error_response(status: int, retry_after: int) -> Response:
    """Return Stripe's error answer of that HTTP status; 429 says when to retry."""
    kind, code, message = ERRORS.get(status, SERVER_ERROR)
    error = {"message": message, "type": kind}
    if code:
        error["code"] = code
    response = Response(
        json.dumps({"error": error}, indent=2),
        status=status,
        content_type="application/json",
    )
    if status == 429:
        response.headers["Retry-After"] = str(retry_after)
        response.headers["Stripe-Rate-Limited-Reason"] = "global-rate"
    return response
