"""The delivery of webhooks, its faults included."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import NotFound

from simulator import endpoints
from simulator.controls.lookup import filters, given, owner

if TYPE_CHECKING:
    from simulator.world import World

JSON = dict[str, Any]


FILTERS = "id account endpoint event type state"
SETTINGS: dict[str, type] = {
    "holding": bool,
    "dropping": bool,
    "losing": bool,
    "copies": int,
    "concurrency": int,
    "timeout": float,
    "skew": int,
    "routes": dict,
}


def deliveries_list(world: World, body: JSON) -> JSON:
    """List deliveries with all their attempts: {event, endpoint, state, type}."""
    return {"data": world.delivery.rows(**filters(body, FILTERS))}


def deliveries_settings(world: World, body: JSON) -> JSON:
    """Show or change settings: {copies, concurrency, timeout, skew, routes, ...}."""
    unknown = body.keys() - SETTINGS.keys()
    if unknown:
        raise ValueError(f"Unknown settings: {', '.join(sorted(unknown))}.")
    for name, value in body.items():
        setattr(world.delivery, name, SETTINGS[name](value))
    return {name: getattr(world.delivery, name) for name in SETTINGS}


def deliveries_hold(world: World, body: JSON) -> JSON:
    """Keep every new delivery back until it is released."""
    return deliveries_settings(world, {"holding": True})


def deliveries_release(world: World, body: JSON) -> JSON:
    """Send what was held: {order: in | reversed | shuffled, seed}."""
    order, seed = body.get("order", "in"), int(body.get("seed", 0))
    return {"released": world.delivery.release(order, seed)}


def deliveries_duplicate(world: World, body: JSON) -> JSON:
    """Send each new event n times to each endpoint: {n}."""
    return deliveries_settings(world, {"copies": given(body, "n")})


def deliveries_drop(world: World, body: JSON) -> JSON:
    """Never send new events, or send again: {on}; {events: true} makes none at all."""
    name = "losing" if body.get("events") else "dropping"
    return deliveries_settings(world, {name: body.get("on", True)})


def deliveries_resend(world: World, body: JSON) -> JSON:
    """Send an event again to all its listeners: {event, n}."""
    event_id = given(body, "event")
    account = owner(world, "event", event_id)
    event = account.table("event")[event_id]
    return {"sent": world.delivery.resend(account, event, int(body.get("n", 1)))}


def deliveries_retry(world: World, body: JSON, delivery_id: str) -> JSON:
    """Try one delivery again at once."""
    if not world.delivery.rows(id=delivery_id):
        raise NotFound(f"There is no delivery {delivery_id}.")
    world.delivery.retry(delivery_id)
    return {"data": world.delivery.rows(id=delivery_id)}


def deliveries_settle(world: World, body: JSON) -> JSON:
    """Wait until nothing is due or being sent: {timeout}."""
    return {"settled": world.delivery.settle(float(body.get("timeout", 10)))}


def endpoint_roll(world: World, body: JSON, endpoint_id: str) -> JSON:
    """Give an endpoint a new secret; the old one still signs for {overlap} seconds."""
    account = owner(world, "webhook_endpoint", endpoint_id)
    overlap = int(body.get("overlap", endpoints.ROLL_OVERLAP))
    secret = endpoints.roll(world, account, endpoint_id, overlap)
    return {"id": endpoint_id, "secret": secret}


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", "/_sim/deliveries", deliveries_list),
    ("GET", "/_sim/deliveries/settings", deliveries_settings),
    ("POST", "/_sim/deliveries/settings", deliveries_settings),
    ("POST", "/_sim/deliveries/hold", deliveries_hold),
    ("POST", "/_sim/deliveries/release", deliveries_release),
    ("POST", "/_sim/deliveries/duplicate", deliveries_duplicate),
    ("POST", "/_sim/deliveries/drop", deliveries_drop),
    ("POST", "/_sim/deliveries/resend", deliveries_resend),
    ("POST", "/_sim/deliveries/<delivery_id>/retry", deliveries_retry),
    ("POST", "/_sim/deliveries/settle", deliveries_settle),
    ("POST", "/_sim/webhook_endpoints/<endpoint_id>/roll", endpoint_roll),
]
