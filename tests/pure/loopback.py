"""A tiny HTTP server on loopback that answers what a test tells it to.

It stands where Stripe stands, so that the real SDK builds its own errors from real
answers. It knows nothing of Stripe: the simulator is the one that does.
"""

import json
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it came in; ``query`` and ``form`` map names to lists of texts."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    form: Mapping[str, list[str]]


@dataclass(frozen=True)
class Answer:
    """What to answer. ``hang_up``: close the connection without a word."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False


class Loopback:
    """The server, as a context manager. ``base`` is its address.

    Answers are used up in order; the last one is repeated.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: deque[Answer] = deque()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._serve(self)

            do_POST = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *args: Any) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )

    def answer(
        self, data: Any, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer the next request with ``data``, as JSON unless it is bytes."""
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        self._answers.append(Answer(status, body, headers or {}))

    def refuse(
        self, status: int, headers: Mapping[str, str] | None = None, **error: Any
    ) -> None:
        """Answer the next request with an error in Stripe's shape."""
        self.answer({"error": error}, status, headers)

    def hang_up(self) -> None:
        """Close the connection of the next request without an answer."""
        self._answers.append(Answer(hang_up=True))

    def __enter__(self) -> "Loopback":
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers.get("Content-Length", 0))
        form = handler.rfile.read(size).decode()
        url = urlsplit(handler.path)
        request = Request(
            method=handler.command,
            path=url.path,
            query=parse_qs(url.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in handler.headers.items()},
            form=parse_qs(form, keep_blank_values=True),
        )
        self.requests.append(request)
        last = len(self._answers) == 1
        answer = self._answers[0] if last else self._answers.popleft()
        handler.close_connection = True
        if answer.hang_up:
            return
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body)
