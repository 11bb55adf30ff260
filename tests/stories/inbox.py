"""Events as Stripe sends them, so that a story can send them in its own way."""

import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.stories.shop import Shop

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def secret_of(shop: Shop) -> str:
    """Return the signing secret of the company's webhook, as Odoo keeps it."""
    [[secret]] = shop.stack.sql(
        "SELECT webhook_secrets ->> 0 FROM stripe_account "
        f"WHERE company_id = {shop.stack.company_id}"
    )
    return secret


def signature(body: bytes, secret: str, at: float | None = None) -> str:
    """Return the header with which Stripe signs a body (scheme v1)."""
    timestamp = int(time.time() if at is None else at)
    signed = str(timestamp).encode() + b"." + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


def addresses(shop: Shop) -> list[str]:
    """Return the webhook's address on each server."""
    [endpoint] = shop.simulator.api("webhook_endpoints")["data"]
    path = urllib.parse.urlsplit(endpoint["url"]).path
    return [server.url + path for server in shop.stack.servers]


def events_of(shop: Shop, *references: str) -> list[dict[str, Any]]:
    """Return the events about invoices that the webhook asked for, oldest first."""
    found = shop.simulator.api("events", limit="100")["data"]
    [endpoint] = shop.simulator.api("webhook_endpoints")["data"]

    def invoice(event: dict[str, Any]) -> str:
        thing = event["data"]["object"]
        found = thing["id"] if thing["object"] == "invoice" else thing.get("invoice")
        return str(found)

    return [
        event
        for event in reversed(found)
        if event["type"] in endpoint["enabled_events"] and invoice(event) in references
    ]


def send(url: str, body: bytes, header: str | None) -> int:
    """Post one event; return the status of the answer."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if header is not None:
        headers["Stripe-Signature"] = header
    request = urllib.request.Request(url, body, headers)
    try:
        with _OPENER.open(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def send_all(
    shop: Shop, events: Iterable[dict[str, Any]], threads: int = 6
) -> list[int]:
    """Post signed events by several threads to all servers in turn; return statuses."""
    secret, urls = secret_of(shop), addresses(shop)

    def deliver(numbered: tuple[int, dict[str, Any]]) -> int:
        number, event = numbered
        body = json.dumps(event, indent=2).encode()
        return send(urls[number % len(urls)], body, signature(body, secret))

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(deliver, enumerate(events)))
