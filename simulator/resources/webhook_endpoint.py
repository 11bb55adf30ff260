"""Webhook endpoints: where events go, which ones, and with which secret signed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from simulator import endpoints, listing
from simulator.errors import invalid, missing
from simulator.posting import is_loopback
from simulator.resources.common import deleted, merge_metadata
from simulator.routing import Route
from simulator.world import Account, World

# docs.stripe.com/webhooks: at most 16 endpoints per account and mode.
MAXIMUM = 16
PATH = "/webhook_endpoints"


def create(world: World, account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """Create an endpoint; only this answer shows its secret."""
    check_url(account, params["url"])
    table = account.table("webhook_endpoint")
    if len(table) >= MAXIMUM:
        mode = "live" if account.livemode else "test"
        raise invalid(
            f"You have reached the maximum of {MAXIMUM} {mode} webhook endpoints."
        )
    endpoint = {
        "id": world.new_id("we"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": None,
        "created": world.clock.now(),
        "description": params.get("description") or None,
        "enabled_events": unique(params["enabled_events"]),
        "livemode": account.livemode,
        "metadata": merge_metadata({}, params.get("metadata")),
        "status": "enabled",
        "url": params["url"],
    }
    table[endpoint["id"]] = endpoint
    secret = endpoints.new_secret(world)
    endpoints.add_secret(account, endpoint["id"], secret)
    return {**endpoint, "secret": secret}


def retrieve(
    world: World, account: Account, endpoint_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """Return one endpoint, without its secret."""
    return find(account, endpoint_id)


def update(
    world: World, account: Account, endpoint_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """Change address, events, text, metadata, or disable; never the API version."""
    endpoint = find(account, endpoint_id)
    if "url" in params:
        check_url(account, params["url"])
        endpoint["url"] = params["url"]
    if "enabled_events" in params:
        endpoint["enabled_events"] = unique(params["enabled_events"])
    if "description" in params:
        endpoint["description"] = params["description"] or None
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    endpoint["metadata"] = merge_metadata(endpoint["metadata"], params.get("metadata"))
    return endpoint


def delete(
    world: World, account: Account, endpoint_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """Delete an endpoint; what is on its way to it is not retried."""
    endpoint = find(account, endpoint_id)
    del account.table("webhook_endpoint")[endpoint_id]
    return deleted(endpoint)


def list_all(world: World, account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """List the endpoints, newest first."""
    rows = listing.newest_first(account.table("webhook_endpoint"))
    return listing.paginate(rows, params, "/v1" + PATH)


def find(account: Account, endpoint_id: str) -> dict[str, Any]:
    """Return the endpoint; raises Stripe's 404."""
    endpoint = account.get("webhook_endpoint", endpoint_id)
    if endpoint is None:
        raise missing("webhook endpoint", endpoint_id, "webhook_endpoint")
    return endpoint


def check_url(account: Account, url: str) -> None:
    """Refuse an address that Stripe could not call: https and public in live mode.

    Test accounts take http and loopback here, so that a receiver can be run at all.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            "url",
            "url_invalid",
        )
    if account.livemode and parts.scheme != "https":
        raise invalid(
            "Invalid URL: The URL must be HTTPS in livemode.", "url", "url_invalid"
        )
    if account.livemode and is_loopback(url):
        raise invalid(
            "Invalid URL: URL must be publicly accessible.", "url", "url_invalid"
        )


def unique(names: list[str]) -> list[str]:
    """Return the event names once each, in the order given."""
    return list(dict.fromkeys(names))


ROUTES = [
    Route(
        "POST", PATH, create, "WebhookEndpointCreateParams", "webhook_endpoints:write"
    ),
    Route("GET", PATH, list_all, "WebhookEndpointListParams", "webhook_endpoints:read"),
    Route(
        "GET",
        PATH + "/:id",
        retrieve,
        "WebhookEndpointRetrieveParams",
        "webhook_endpoints:read",
    ),
    Route(
        "POST",
        PATH + "/:id",
        update,
        "WebhookEndpointUpdateParams",
        "webhook_endpoints:write",
    ),
    Route(
        "DELETE",
        PATH + "/:id",
        delete,
        "WebhookEndpointDeleteParams",
        "webhook_endpoints:write",
    ),
]
