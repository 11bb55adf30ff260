"""The operations under /_sim, each a function of the world and the JSON sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import endpoints

if TYPE_CHECKING:
    from simulator.world import Account, World

JSON = dict[str, Any]
Control = Callable[..., Any]


def index(world: World, body: JSON) -> JSON:
    """List what can be steered."""
    return {
        f"{method} {path}": (handler.__doc__ or "").splitlines()[0]
        for method, path, handler in TABLE
    }


# Clock


def clock_show(world: World, body: JSON) -> JSON:
    """Show the simulated time in epoch seconds."""
    return {"now": world.clock.now(), "frozen": world.clock.frozen}


def clock_advance(world: World, body: JSON) -> JSON:
    """Move the clock forwards: {seconds}."""
    world.clock.advance(int(body["seconds"]))
    return clock_show(world, body)


def clock_set(world: World, body: JSON) -> JSON:
    """Move the clock to an instant: {epoch}."""
    world.clock.set(int(body["epoch"]))
    return clock_show(world, body)


def clock_freeze(world: World, body: JSON) -> JSON:
    """Stop the clock, or let it run again: {frozen: false}."""
    if body.get("frozen", True):
        world.clock.freeze()
    else:
        world.clock.thaw()
    return clock_show(world, body)


# Faults of the API


def faults_list(world: World, body: JSON) -> JSON:
    """List the rules with how often each matched and struck."""
    return {"data": world.faults.rows()}


def faults_add(world: World, body: JSON) -> JSON:
    """Add a rule: {kind, method, path, nth | every, times, ms, status, after}."""
    return world.faults.add(**body)


def faults_clear(world: World, body: JSON) -> JSON:
    """Remove every rule."""
    world.faults.clear()
    return faults_list(world, body)


def faults_remove(world: World, body: JSON, fault_id: str) -> JSON:
    """Remove one rule."""
    world.faults.remove(fault_id)
    return faults_list(world, body)


# Deliveries


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
    return {"data": world.delivery.rows(**body)}


def deliveries_settings(world: World, body: JSON) -> JSON:
    """Show or change settings: {copies, concurrency, timeout, skew, routes, ...}."""
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
    return deliveries_settings(world, {"copies": body["n"]})


def deliveries_drop(world: World, body: JSON) -> JSON:
    """Never send new events, or send again: {on}; {events: true} makes none at all."""
    name = "losing" if body.get("events") else "dropping"
    return deliveries_settings(world, {name: body.get("on", True)})


def deliveries_resend(world: World, body: JSON) -> JSON:
    """Send an event again to all its listeners: {event, n}."""
    account = owner(world, "event", body["event"])
    event = account.table("event")[body["event"]]
    return {"sent": world.delivery.resend(account, event, int(body.get("n", 1)))}


def deliveries_retry(world: World, body: JSON, delivery_id: str) -> JSON:
    """Try one delivery again at once."""
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


def owner(world: World, kind: str, object_id: str) -> Account:
    """Return the account that has the object; raises KeyError if none has."""
    for account in world.accounts.values():
        if account.get(kind, object_id):
            return account
    raise KeyError(object_id)


TABLE: list[tuple[str, str, Control]] = [
    ("GET", "/_sim", index),
    ("GET", "/_sim/clock", clock_show),
    ("POST", "/_sim/clock/advance", clock_advance),
    ("POST", "/_sim/clock/set", clock_set),
    ("POST", "/_sim/clock/freeze", clock_freeze),
    ("GET", "/_sim/faults", faults_list),
    ("POST", "/_sim/faults", faults_add),
    ("DELETE", "/_sim/faults", faults_clear),
    ("DELETE", "/_sim/faults/<fault_id>", faults_remove),
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
