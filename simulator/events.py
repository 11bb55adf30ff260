"""Makes Stripe's Event objects and hands them to the delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.plain import copied
from simulator.world import API_VERSION

if TYPE_CHECKING:
    from simulator.world import Account, World

# Fields that Stripe returns on request only and never puts into an event.
EXPANDABLE_ONLY = ("payments", "amount_paid_off_stripe", "confirmation_secret")


def emit(
    world: World,
    account: Account,
    type: str,
    obj: dict[str, Any],
    previous: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Store the event ``type`` about ``obj`` and queue it for the endpoints.

    ``obj`` is copied as it is now. ``previous`` holds the former values of the fields
    that changed and belongs to ``*.updated`` events. Returns the stored event. The
    request of the event is null when nobody's API call caused it.
    """
    event: dict[str, Any] = {
        "id": world.new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": world.clock.now(),
        "data": event_data(obj, previous),
        "livemode": account.livemode,
        "pending_webhooks": 0,
        "request": request_of(world),
        "type": type,
    }
    if not world.delivery.losing:
        account.table("event")[event["id"]] = event
        world.delivery.enqueue(account, event)
    return event


def event_data(obj: dict[str, Any], previous: dict[str, Any] | None) -> dict[str, Any]:
    """Return the event's ``data``: a copy of the object, and what it was before."""
    snapshot = copied(obj)
    for field in EXPANDABLE_ONLY:
        snapshot.pop(field, None)
    data: dict[str, Any] = {"object": snapshot}
    if previous is not None:
        data["previous_attributes"] = copied(previous)
    return data


def request_of(world: World) -> dict[str, Any]:
    """Return the API request that is being served, in the event's own shape."""
    request = world.request
    if request is None:
        return {"id": None, "idempotency_key": None}
    return {"id": request.id, "idempotency_key": request.idempotency_key}
