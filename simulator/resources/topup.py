"""Top-ups: money that the merchant has put on the balance, in the dashboard."""

from __future__ import annotations

from simulator import listing
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def make(world: World, account: Account, amount: int, currency: str) -> JSONObject:
    """Store a top-up that has succeeded; amount in minor units."""
    topup: JSONObject = {
        "id": world.new_id("tu"),
        "object": "topup",
        "amount": amount,
        "balance_transaction": None,
        "created": world.clock.now(),
        "currency": currency,
        "description": None,
        "expected_availability_date": world.clock.now(),
        "failure_code": None,
        "failure_message": None,
        "initiated_by": "user",
        "livemode": account.livemode,
        "metadata": {},
        "source": None,
        "statement_descriptor": None,
        "status": "succeeded",
        "transfer_group": None,
    }
    return common.create(world, account, topup, "topup.succeeded")


def retrieve(
    world: World, account: Account, topup_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/topups/:id."""
    return common.find(account, "topup", topup_id, "topup")


def list_topups(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/topups, by status or creation."""
    common.refuse_unsimulated(params, ("amount",))
    rows = [
        topup
        for topup in listing.newest_first(account.table("topup"))
        if listing.matches(topup, params, "status")
        and listing.in_range(topup["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/topups")


ROUTES = [
    Route("GET", "/topups", list_topups, "TopupListParams", "topups:read"),
    Route("GET", "/topups/:id", retrieve, "TopupRetrieveParams", "topups:read"),
]
