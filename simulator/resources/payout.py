"""The API of payouts."""

from __future__ import annotations

from simulator import listing, money
from simulator.errors import invalid
from simulator.resources import common, payout_flow
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

# Two decimals for charges, none for payouts: docs.stripe.com/currencies.
WHOLE_PAYOUTS = ("huf", "twd")


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/payouts: a manual one, instant where the method says so."""
    common.refuse_unsimulated(params, ("destination", "payout_method"))
    if params.get("source_type", "card") != "card":
        raise invalid("The simulator has card money only.", "source_type")
    currency = money.check_currency(params["currency"])
    amount: int = params["amount"]
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            "amount",
            "parameter_invalid_integer",
        )
    money.check_representable(amount, currency, "amount")
    if currency in WHOLE_PAYOUTS and amount % 100:
        raise invalid(
            f"Invalid amount: payouts in {currency} must be a multiple of 100.",
            "amount",
        )
    common.merge_metadata({}, params.get("metadata"))
    return payout_flow.manual(world, account, amount, currency, params)


def find(account: Account, payout_id: str) -> JSONObject:
    """Return a payout; raises Stripe's 404."""
    return common.find(account, "payout", payout_id, "payout")


def retrieve(
    world: World, account: Account, payout_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/payouts/:id."""
    return find(account, payout_id)


def update(
    world: World, account: Account, payout_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payouts/:id: metadata only."""
    payout = find(account, payout_id)
    metadata = common.merge_metadata(payout["metadata"], params.get("metadata"))
    with common.changing(world, account, payout, "payout.updated"):
        payout["metadata"] = metadata
    return payout


def cancel(
    world: World, account: Account, payout_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payouts/:id/cancel, for manual ones that are still pending."""
    return payout_flow.cancel(world, account, find(account, payout_id))


def reverse(
    world: World, account: Account, payout_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payouts/:id/reverse, for paid ones; answers the new payout."""
    common.merge_metadata({}, params.get("metadata"))
    return payout_flow.reverse(world, account, find(account, payout_id), params)


def list_payouts(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/payouts, by status, destination, arrival and creation."""
    rows = [
        payout
        for payout in listing.newest_first(account.table("payout"))
        if listing.matches(payout, params, "status", "destination")
        and listing.in_range(payout["arrival_date"], params.get("arrival_date"))
        and listing.in_range(payout["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/payouts")


PATH = "/payouts"
READ, WRITE = "payouts:read", "payouts:write"
ROUTES = [
    Route("POST", PATH, create, "PayoutCreateParams", WRITE),
    Route("GET", PATH, list_payouts, "PayoutListParams", READ),
    Route("GET", PATH + "/:id", retrieve, "PayoutRetrieveParams", READ),
    Route("POST", PATH + "/:id", update, "PayoutUpdateParams", WRITE),
    Route("POST", PATH + "/:id/cancel", cancel, "PayoutCancelParams", WRITE),
    Route("POST", PATH + "/:id/reverse", reverse, "PayoutReverseParams", WRITE),
]
