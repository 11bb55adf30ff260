"""Calls the simulator in the same process, and notes each exchange for the contract."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client

from simulator.app import Application
from simulator.signing import signature_header
from simulator.wire import FORM
from simulator.world import API_VERSION, TEST_KEY, Account, World

# Every exchange with /v1 of the session, in the contract's format.
RECORDED: list[dict[str, Any]] = []
KEYS = itertools.count(1)


@dataclass
class Answer:
    """Status, decoded body and headers of an answer."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def record_events(events: Iterable[dict[str, Any]]) -> None:
    """Note events as the webhooks that they would be."""
    for event in events:
        body = json.dumps(event)
        signature = signature_header(body.encode(), ["whsec_test"], 1, True)
        headers = [
            ["Stripe-Signature", signature],
            ["Content-Type", "application/json; charset=utf-8"],
        ]
        RECORDED.append(
            {
                "kind": "webhook",
                "request": {
                    "method": "POST",
                    "target": "/hook",
                    "headers": headers,
                    "body": body,
                },
                "response": {"status": 200, "headers": [], "body": ""},
            }
        )


def pairs(params: Any, name: str = "") -> list[tuple[str, str]]:
    """Encode nested parameters as Stripe's libraries do."""
    if isinstance(params, dict):
        entries = list(params.items())
    elif isinstance(params, list):
        entries = [(str(index), value) for index, value in enumerate(params)]
    else:
        text = str(params).lower() if isinstance(params, bool) else str(params)
        return [(name, text)]
    return [
        pair
        for key, value in entries
        for pair in pairs(value, f"{name}[{key}]" if name else str(key))
    ]


class Direct:
    """A client of one key. ``account`` is the account that the key opens.

    ``record`` is False where a test shows the contract something that it cannot know,
    such as the clock.
    """

    def __init__(self, world: World, key: str = TEST_KEY, record: bool = True) -> None:
        self.recorded = RECORDED if record else []
        self.world = world
        self.key = key
        self._client = Client(Application(world))

    @property
    def account(self) -> Account:
        found = self.world.account_by_key(self.key)
        assert found
        return found

    def call(
        self,
        method: str,
        path: str,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request and return whatever comes back."""
        sent = {
            "Authorization": f"Bearer {self.key}",
            "Stripe-Version": API_VERSION,
            **(headers or {}),
        }
        text = urlencode(pairs(params or {}))
        target, body = path, ""
        if method == "POST":
            sent.setdefault("Idempotency-Key", f"test-{next(KEYS)}")
            sent["Content-Type"] = FORM
            body = text
        elif text:
            target = f"{path}?{text}"
        response = self._client.open(target, method=method, data=body, headers=sent)
        answer = response.get_data(as_text=True)
        received = dict(response.headers.items())
        self.recorded.append(
            {
                "kind": "api",
                "request": {
                    "method": method,
                    "target": target,
                    "headers": [[k, v] for k, v in sent.items()],
                    "body": body,
                },
                "response": {
                    "status": response.status_code,
                    "headers": [[k, v] for k, v in received.items()],
                    "body": answer,
                },
            }
        )
        return Answer(response.status_code, json.loads(answer), received)

    def get(self, path: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """GET and return the body of a 200."""
        return self.expect(200, "GET", path, params)

    def post(self, path: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """POST and return the body of a 200."""
        return self.expect(200, "POST", path, params)

    def delete(self, path: str) -> dict[str, Any]:
        """DELETE and return the body of a 200."""
        return self.expect(200, "DELETE", path)

    def steer(self, path: str, body: dict[str, Any]) -> Any:
        """POST under /_sim and return what it answers."""
        response = self._client.post(path, json=body)
        assert response.status_code == 200, response.text
        return response.json

    def refused(
        self,
        status: int,
        method: str,
        path: str,
        params: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send a request and return the error of the refusal."""
        error: dict[str, Any] = self.expect(status, method, path, params)["error"]
        return error

    def expect(
        self,
        status: int,
        method: str,
        path: str,
        params: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Send a request and return the body of an answer with this status."""
        answer = self.call(method, path, params)
        assert answer.status == status, answer.body
        return answer.body
