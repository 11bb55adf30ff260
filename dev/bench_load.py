"""Requests to a server on this machine as fast as it answers them."""

import http.client
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass

CLIENTS = 4
"""Connections at the same time, as Stripe opens several."""


@dataclass(frozen=True)
class Request:
    """One HTTP request; `status` is what a good answer has."""

    method: str
    path: str
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


def answers_per_second(
    url: str, make: Callable[[int], Request], count: int, first: int = 0
) -> float:
    """Send `count` requests, `CLIENTS` at a time; return the answers per second.

    `make` gives the request of a number, which counts from `first`. It is called before
    the time runs. Raise RuntimeError for an answer of another status.
    """
    requests = [make(first + number) for number in range(count)]
    wrong: list[str] = []
    threads = [
        threading.Thread(target=_send, args=(url, requests[client::CLIENTS], wrong))
        for client in range(CLIENTS)
    ]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    if wrong:
        raise RuntimeError(f"{len(wrong)} wrong answers, first {wrong[0]}")
    return count / seconds


def _send(url: str, requests: list[Request], wrong: list[str]) -> None:
    connection = http.client.HTTPConnection(
        urllib.parse.urlsplit(url).netloc, timeout=60
    )
    for one in requests:
        connection.request(one.method, one.path, one.body, dict(one.headers))
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != one.status:
            wrong.append(f"{one.path}: {answer.status} {text[:200]!r}")
    connection.close()
