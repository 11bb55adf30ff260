"""A receiver of webhooks on loopback that keeps what it was sent."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """One POST."""

    path: str
    signature: str
    body: bytes


class Receiver:
    """Answers 200, or the next of ``statuses``, after ``delay`` seconds."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.statuses: list[int] = []
        self.delay = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            """Hands each call over."""

            def do_POST(self) -> None:
                outer.receive(self)

            def log_message(self, *args: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self.url = self.base + "/hook"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )

    def receive(self, handler: BaseHTTPRequestHandler) -> None:
        """Keep one POST and answer it."""
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self._lock:
            signature = handler.headers["Stripe-Signature"]
            self.calls.append(Call(handler.path, signature, body))
            status = self.statuses.pop(0) if self.statuses else 200
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(self.delay)
        with self._lock:
            self._at_once -= 1
        try:
            handler.send_response(status)
            handler.send_header("Location", "/elsewhere")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        except BrokenPipeError:
            handler.close_connection = True

    def event_ids(self) -> list[str]:
        """Return the ids of the events received, in order."""
        return [json.loads(call.body)["id"] for call in self.calls]

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
