"""SetupIntents: a payment method is stored for later, nothing is charged."""

from __future__ import annotations

from simulator import events, listing
from simulator.errors import StripeError
from simulator.resources import common, mandate, payment, payment_method
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def for_session(
    world: World, account: Account, session: JSONObject, params: common.Params
) -> JSONObject:
    """Make the SetupIntent of a Checkout Session and name it there."""
    data = params.get("setup_intent_data") or {}
    setup_id = world.new_id("seti")
    setup: JSONObject = {
        "id": setup_id,
        "object": "setup_intent",
        "allowed_payment_method_types": session["allowed_payment_method_types"],
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{setup_id}_secret_{world.token('secret', 25)}",
        "created": world.clock.now(),
        "customer": session["customer"],
        "customer_account": None,
        "description": data.get("description"),
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": account.livemode,
        "managed_payments": None,
        "mandate": None,
        "metadata": common.merge_metadata({}, data.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": list(session["payment_method_types"]),
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
    session["setup_intent"] = setup_id
    return common.create(world, account, setup, "setup_intent.created")


def confirm(
    world: World, account: Account, setup: JSONObject, method: JSONObject
) -> StripeError | None:
    """Try to store a payment method; returns the bank's refusal where it refuses."""
    setup["payment_method"] = method["id"]
    card = payment_method.card_of(account, method)
    if card and card.error == "authentication_required":
        address = f"{world.base_url}/authenticate/{account.id}/{setup['id']}"
        redirect = {"return_url": None, "url": address}
        setup["status"] = "requires_action"
        setup["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
        events.emit(world, account, "setup_intent.requires_action", setup)
        return None
    if error := payment_method.refusal(account, method):
        return fail(world, account, setup, error)
    succeed(world, account, setup)
    return None


def succeed(world: World, account: Account, setup: JSONObject) -> None:
    """Attach the method to the customer; a debit gets its mandate."""
    method = account.table("payment_method")[setup["payment_method"]]
    keep(world, account, method, setup["customer"])
    if method["type"] == "sepa_debit":
        setup["mandate"] = mandate.create(world, account, method)["id"]
    setup.update(status="succeeded", next_action=None, last_setup_error=None)
    events.emit(world, account, "setup_intent.succeeded", setup)


def keep(world: World, account: Account, method: JSONObject, customer_id: str) -> None:
    """Attach a payment method to a customer, who has proved that it is his."""
    method["customer"] = customer_id
    method["allow_redisplay"] = "limited"
    if method["type"] == "card":
        method["card"]["checks"]["cvc_check"] = "pass"
    events.emit(world, account, "payment_method.attached", method)


def fail(
    world: World, account: Account, setup: JSONObject, error: StripeError
) -> StripeError:
    """The bank refuses; the SetupIntent waits for another method."""
    setup.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        last_setup_error=payment.shown_error(error),
    )
    events.emit(world, account, "setup_intent.setup_failed", setup)
    return error


def retrieve(
    world: World, account: Account, setup_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/setup_intents/:id."""
    common.refuse_unsimulated(params, ("client_secret",))
    return common.find(account, "setup_intent", setup_id, "intent")


def list_intents(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/setup_intents."""
    common.refuse_unsimulated(params, ("attach_to_self", "customer_account"))
    rows = [
        setup
        for setup in listing.newest_first(account.table("setup_intent"))
        if listing.matches(setup, params, "customer", "payment_method")
        and listing.in_range(setup["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/setup_intents")


PATH, READ = "/setup_intents", "setup_intents:read"
ROUTES = [
    Route("GET", PATH, list_intents, "SetupIntentListParams", READ),
    Route("GET", PATH + "/:id", retrieve, "SetupIntentRetrieveParams", READ),
]
