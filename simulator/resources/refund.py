"""The API of refunds."""

from __future__ import annotations

from simulator import listing, money
from simulator.errors import StripeError, invalid
from simulator.resources import common, dispute_flow, refund_flow
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

UNSIMULATED = (
    "currency", "customer", "origin", "refund_application_fee", "reverse_transfer",
)  # fmt: skip


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/refunds of a charge or a PaymentIntent, in whole or in part."""
    common.refuse_unsimulated(params, UNSIMULATED)
    charge = charge_of(account, params)
    common.merge_metadata({}, params.get("metadata"))
    left = refundable(account, charge)
    amount = params.get("amount", left)
    check_amount(charge, amount, left)
    return refund_flow.start(world, account, charge, amount, params)


def charge_of(account: Account, params: common.Params) -> JSONObject:
    """Return the charge to refund; raises Stripe's 400."""
    named = [name for name in ("charge", "payment_intent") if name in params]
    if not named:
        raise invalid(
            "One of the following params should be provided for this request: "
            "payment_intent or charge.",
            code="parameter_missing",
        )
    if len(named) == 2:
        raise invalid(
            "You may only specify one of these parameters: charge, payment_intent."
        )
    if "charge" in params:
        return common.refer(account, "charge", params["charge"], "charge")
    intent_id = params["payment_intent"]
    intent = common.refer(account, "payment_intent", intent_id, "payment_intent")
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to "
            "refund.",
            code="payment_intent_unexpected_state",
        )
    return account.table("charge")[intent["latest_charge"]]


def refundable(account: Account, charge: JSONObject) -> int:
    """Return what can still be refunded, in minor units; raises Stripe's 400."""
    charge_id = charge["id"]
    disputes = dispute_flow.of_charge(account, charge)
    if any(not dispute["is_charge_refundable"] for dispute in disputes):
        raise StripeError(
            f"Charge {charge_id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if charge["status"] != "succeeded":
        raise StripeError(
            f"Charge {charge_id} cannot be refunded because it has not succeeded.",
            code="charge_not_refundable",
        )
    if charge["refunded"]:
        raise StripeError(
            f"Charge {charge_id} has already been refunded.",
            code="charge_already_refunded",
        )
    return int(charge["amount"] - charge["amount_refunded"])


def check_amount(charge: JSONObject, amount: int, left: int) -> None:
    """Raise Stripe's 400 for nothing, a fraction, or more than there is."""
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            "amount",
            "parameter_invalid_integer",
        )
    currency = charge["currency"]
    money.check_representable(amount, currency, "amount")
    if amount > left:
        raise invalid(
            f"Refund amount ({money.spoken(amount, currency)}) is greater than "
            f"unrefunded amount on charge ({money.spoken(left, currency)})",
            "amount",
        )


def retrieve(
    world: World, account: Account, refund_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/refunds/:id."""
    return common.find(account, "refund", refund_id)


def update(
    world: World, account: Account, refund_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/refunds/:id: metadata only."""
    refund = common.find(account, "refund", refund_id)
    metadata = common.merge_metadata(refund["metadata"], params.get("metadata"))
    with common.changing(world, account, refund, "refund.updated"):
        refund["metadata"] = metadata
    return refund


def cancel(
    world: World, account: Account, refund_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/refunds/:id/cancel, while the customer has to do something."""
    refund = common.find(account, "refund", refund_id)
    return refund_flow.cancel(world, account, refund)


def list_refunds(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/refunds, by charge, PaymentIntent or creation."""
    for name in ("charge", "payment_intent"):
        if name in params:
            common.refer(account, name, params[name], name)
    rows = [
        refund
        for refund in listing.newest_first(account.table("refund"))
        if listing.matches(refund, params, "charge", "payment_intent")
        and listing.in_range(refund["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/refunds")


PATH = "/refunds"
READ, WRITE = "charges:read", "charges:write"
ROUTES = [
    Route("POST", PATH, create, "RefundCreateParams", WRITE),
    Route("GET", PATH, list_refunds, "RefundListParams", READ),
    Route("GET", PATH + "/:id", retrieve, "RefundRetrieveParams", READ),
    Route("POST", PATH + "/:id", update, "RefundUpdateParams", WRITE),
    Route("POST", PATH + "/:id/cancel", cancel, "RefundCancelParams", WRITE),
]
