"""What `make bench` sends and how it shows what it has measured."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from dev.bench import _figures_table, _rates_table
from dev.bench_load import Request, answers_per_second


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server that answers 200, but for `/bad`; its address, and what it was asked."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        """Notes what it is asked."""

        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(400 if self.path == "/bad" else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", seen
    running.shutdown()
    running.server_close()


def test_each_request_is_sent_once(server: tuple[str, list[str]]) -> None:
    url, seen = server
    rate = answers_per_second(url, lambda n: Request("GET", f"/{n}"), 10, first=5)
    assert rate > 0
    assert sorted(seen) == sorted(f"/{number}" for number in range(5, 15))


def test_a_wrong_answer_is_no_figure(server: tuple[str, list[str]]) -> None:
    url, _seen = server
    with pytest.raises(RuntimeError, match="4 wrong answers, first /bad: 400"):
        answers_per_second(url, lambda _n: Request("GET", "/bad"), 4)


def test_rates_are_compared_turn_by_turn() -> None:
    text = _rates_table({"/web/health": [100.0, 10.0], "ours": [50.0, 5.0]})
    assert "0.50" in text


def test_growth_is_of_the_last_to_the_first() -> None:
    def figure(size: int, queries: float) -> dict[str, Any]:
        cost = {"queries": queries, "ms": queries}
        own = {"queries": 100.0, "ms": 200.0}
        requests = {"push_requests": 8.0, "settle_requests": 2.0}
        ours = {"push": cost, "settle": cost, "fees": cost}
        return {"size": size, **requests, **ours, "own": own}

    text = _figures_table([figure(10, 50.0), figure(1000, 25.0)])
    assert "x 0.50" in text
    assert "x 8.0 faster" in text
    assert "x 4.0 fewer" in text
