"""The API of disputes."""

from __future__ import annotations

from simulator import listing
from simulator.resources import common, dispute_flow
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def find(account: Account, dispute_id: str) -> JSONObject:
    """Return a dispute; raises Stripe's 404."""
    return common.find(account, "dispute", dispute_id, "dispute")


def retrieve(
    world: World, account: Account, dispute_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/disputes/:id."""
    return find(account, dispute_id)


def update(
    world: World, account: Account, dispute_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/disputes/:id: evidence, submitted unless ``submit`` is false."""
    return dispute_flow.respond(world, account, find(account, dispute_id), params)


def close(
    world: World, account: Account, dispute_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/disputes/:id/close: give it up as lost."""
    dispute = find(account, dispute_id)
    inquiry = dispute["status"] in dispute_flow.INQUIRY
    outcome = "warning_closed" if inquiry else "lost"
    return dispute_flow.close(world, account, dispute, outcome)


def list_disputes(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/disputes, by charge, PaymentIntent or creation."""
    rows = [
        dispute
        for dispute in listing.newest_first(account.table("dispute"))
        if listing.matches(dispute, params, "charge", "payment_intent")
        and listing.in_range(dispute["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/disputes")


PATH = "/disputes"
READ, WRITE = "disputes:read", "disputes:write"
ROUTES = [
    Route("GET", PATH, list_disputes, "DisputeListParams", READ),
    Route("GET", PATH + "/:id", retrieve, "DisputeRetrieveParams", READ),
    Route("POST", PATH + "/:id", update, "DisputeUpdateParams", WRITE),
    Route("POST", PATH + "/:id/close", close, "DisputeCloseParams", WRITE),
]
