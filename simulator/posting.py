"""One POST of a webhook to a receiver on loopback."""

from __future__ import annotations

import http.client
import ipaddress
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

USER_AGENT = "Stripe/1.0 (+https://stripe.com/docs/webhooks)"


@dataclass(frozen=True)
class Answer:
    """What came of it: an HTTP status, or an error where there was no answer."""

    status: int | None
    error: str | None
    seconds: float

    @property
    def delivered(self) -> bool:
        """Only a 2xx is a success; redirects are not followed."""
        return self.status is not None and 200 <= self.status < 300


def is_loopback(url: str) -> bool:
    """Whether the address names this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def routed(url: str, routes: dict[str, str]) -> str:
    """Return ``url`` with the first prefix in ``routes`` replaced by its target."""
    for prefix, target in routes.items():
        if url.startswith(prefix):
            return target + url[len(prefix) :]
    return url


def post(url: str, body: bytes, signature: str, timeout: float) -> Answer:
    """POST a signed webhook; never raises for what the receiver does.

    The simulator calls nobody but this machine, so other addresses fail here.
    """
    started = time.monotonic()
    status: int | None = None
    error: str | None = None
    if not is_loopback(url):
        error = "The simulator delivers to loopback addresses only; set a route."
    else:
        try:
            status = post_loopback(url, body, signature, timeout)
        except (OSError, http.client.HTTPException) as failure:
            error = f"{type(failure).__name__}: {failure}"
    return Answer(status, error, round(time.monotonic() - started, 3))


def post_loopback(url: str, body: bytes, signature: str, timeout: float) -> int:
    """POST and return the HTTP status; raises OSError or HTTPException."""
    parts = urlsplit(url)
    kind = (
        http.client.HTTPSConnection
        if parts.scheme == "https"
        else http.client.HTTPConnection
    )
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": USER_AGENT,
        "Accept": "*/*; q=0.5, application/xml",
        "Cache-Control": "no-cache",
    }
    try:
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
