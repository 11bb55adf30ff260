"""Events of the last 30 days, to retrieve and to list."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from simulator import listing
from simulator.errors import invalid, missing
from simulator.routing import Route
from simulator.world import Account, World

RETENTION = 30 * 24 * 3600
MOST_TYPES = 20
PATH = "/events"


def retrieve(
    world: World, account: Account, event_id: str, params: dict[str, Any]
) -> dict[str, Any]:
    """Return one event that is not older than 30 days."""
    event = account.get("event", event_id)
    if event is None or expired(world, event):
        raise missing("event", event_id, "id")
    return event


def list_all(world: World, account: Account, params: dict[str, Any]) -> dict[str, Any]:
    """List events, newest first; filters: type or types, created, delivery_success."""
    patterns = wanted_types(params)
    rows = [
        event
        for event in listing.newest_first(account.table("event"))
        if not expired(world, event)
        and (not patterns or any(fnmatchcase(event["type"], p) for p in patterns))
        and listing.in_range(event["created"], params.get("created"))
        and delivered_as(event, params.get("delivery_success"))
    ]
    return listing.paginate(rows, params, "/v1" + PATH)


def wanted_types(params: dict[str, Any]) -> list[str]:
    """Return the patterns of types asked for; empty when every type is wanted."""
    types: list[str] = params.get("types", [])
    if types and "type" in params:
        raise invalid("You may only specify one of these parameters: type, types.")
    if len(types) > MOST_TYPES:
        raise invalid(f"You may only specify up to {MOST_TYPES} types.", "types")
    return [params["type"]] if "type" in params else types


def delivered_as(event: dict[str, Any], wanted: bool | None) -> bool:
    """Whether every endpoint took the event, as the filter wants it."""
    return wanted is None or (event["pending_webhooks"] == 0) is wanted


def expired(world: World, event: dict[str, Any]) -> bool:
    """Whether the event is older than Stripe keeps them."""
    age: int = world.clock.now() - event["created"]
    return age > RETENTION


ROUTES = [
    Route("GET", PATH, list_all, "EventListParams", "events:read"),
    Route("GET", PATH + "/:id", retrieve, "EventRetrieveParams", "events:read"),
]
