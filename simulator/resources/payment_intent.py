"""The API of PaymentIntents."""

from __future__ import annotations

from simulator import listing, money
from simulator.errors import StripeError, invalid, missing
from simulator.resources import (
    common,
    intent,
    invoice_payment,
    payment,
    payment_method,
)
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

UNSIMULATED = (
    "application_fee_amount", "confirmation_token", "mandate", "mandate_data",
    "on_behalf_of", "transfer_data", "amount_details", "payment_details",
)  # fmt: skip
PLAIN = ("description", "receipt_email", "statement_descriptor", "setup_future_usage")


def find(account: Account, intent_id: str) -> JSONObject:
    """Return a PaymentIntent; raises Stripe's 404."""
    return common.find(account, "payment_intent", intent_id, "intent")


def check(world: World, account: Account, params: common.Params) -> None:
    """Raise a 400 for parameters that cannot be."""
    common.refuse_unsimulated(params, UNSIMULATED)
    if params.get("capture_method") == "manual":
        raise invalid("The simulator does not support 'capture_method'.")
    if params.get("customer"):
        common.refer(account, "customer", params["customer"], "customer")
    common.merge_metadata({}, params.get("metadata"))


def check_amount(amount: int, currency: str) -> None:
    """Raise Stripe's 400 for an amount that cannot be charged."""
    money.check_representable(amount, currency, "amount")
    if amount < money.minimum_charge(currency):
        raise invalid(
            "Amount must be at least "
            f"{money.spoken(money.minimum_charge(currency), currency)}.",
            "amount",
            "amount_too_small",
        )
    if amount > money.maximum_charge(currency):
        raise money.too_large(currency)


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/payment_intents, confirmed at once if asked."""
    check(world, account, params)
    currency = money.check_currency(params["currency"])
    check_amount(params["amount"], currency)
    method = None
    if params.get("payment_method"):
        name = params["payment_method"]
        method = payment_method.resolve(world, account, name, "payment_method")
    made = intent.build(
        world, account, params["amount"], currency, params.get("customer")
    )
    common.assign(made, params, PLAIN)
    made["allowed_payment_method_types"] = params.get("allowed_payment_method_types")
    made["metadata"] = common.merge_metadata({}, params.get("metadata"))
    if method:
        made["payment_method"] = method["id"]
        made["status"] = "requires_confirmation"
    common.create(world, account, made, "payment_intent.created")
    if params.get("confirm"):
        return confirmed(world, account, made, method)
    return made


def confirmed(
    world: World, account: Account, made: JSONObject, method: JSONObject | None
) -> JSONObject:
    """Charge the method; raises the 402 of a decline."""
    if method is None:
        raise invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment "
            "method.",
            code="payment_intent_unexpected_state",
        )
    error = payment.attempt(world, account, made, method)
    if error is not None and made["status"] != "requires_action":
        raise error
    return made


def confirm(
    world: World, account: Account, intent_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_intents/:id/confirm."""
    check(world, account, params)
    made = find(account, intent_id)
    payment.waiting(account, intent_id, payment.PAYABLE)
    name = params.get("payment_method") or made["payment_method"]
    method = None
    if name:
        method = payment_method.resolve(world, account, name, "payment_method")
    return confirmed(world, account, made, method)


def is_default(account: Account, intent_id: str) -> bool:
    """Whether an invoice made the PaymentIntent for itself."""
    return any(e["is_default"] for e in invoice_payment.of_intent(account, intent_id))


def update(
    world: World, account: Account, intent_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_intents/:id."""
    check(world, account, params)
    made = find(account, intent_id)
    if "amount" in params:
        if is_default(account, intent_id) or made["status"] not in payment.PAYABLE:
            raise unexpected("update the amount of", made)
        check_amount(params["amount"], made["currency"])
        made["amount"] = params["amount"]
    common.assign(made, params, (*PLAIN, "customer"))
    made["metadata"] = common.merge_metadata(made["metadata"], params.get("metadata"))
    if params.get("payment_method"):
        name = params["payment_method"]
        method = payment_method.resolve(world, account, name, "payment_method")
        made["payment_method"] = method["id"]
        if made["status"] == "requires_payment_method":
            made["status"] = "requires_confirmation"
    return made


def unexpected(deed: str, made: JSONObject) -> StripeError:
    """Return Stripe's refusal of a change that the status forbids."""
    return invalid(
        f"You cannot {deed} this PaymentIntent because it has a status of "
        f"{made['status']} or belongs to an invoice.",
        code="payment_intent_unexpected_state",
    )


def cancel(
    world: World, account: Account, intent_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_intents/:id/cancel."""
    made = find(account, intent_id)
    if account.private(intent_id).get("checkout_session"):
        raise invalid(
            "You cannot perform this action on PaymentIntents created by Checkout."
        )
    if is_default(account, intent_id) or made["status"] not in intent.CANCELLABLE:
        raise unexpected("cancel", made)
    intent.cancel(world, account, intent_id, params.get("cancellation_reason"))
    for entry in invoice_payment.of_intent(account, intent_id):
        if entry["status"] == "open":
            invoice_payment.cancel(world, entry)
    return made


def retrieve(
    world: World, account: Account, intent_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/payment_intents/:id."""
    made = find(account, intent_id)
    secret = params.get("client_secret")
    if secret and secret != made["client_secret"]:
        raise missing("payment_intent", intent_id, "intent")
    return made


def list_intents(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/payment_intents."""
    rows = [
        made
        for made in listing.newest_first(account.table("payment_intent"))
        if listing.matches(made, params, "customer")
        and listing.in_range(made["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/payment_intents")


PATH = "/payment_intents"
READ, WRITE = "payment_intents:read", "payment_intents:write"
ROUTES = [
    Route("POST", PATH, create, "PaymentIntentCreateParams", WRITE),
    Route("GET", PATH, list_intents, "PaymentIntentListParams", READ),
    Route("GET", PATH + "/:id", retrieve, "PaymentIntentRetrieveParams", READ),
    Route("POST", PATH + "/:id", update, "PaymentIntentUpdateParams", WRITE),
    Route("POST", PATH + "/:id/confirm", confirm, "PaymentIntentConfirmParams", WRITE),
    Route("POST", PATH + "/:id/cancel", cancel, "PaymentIntentCancelParams", WRITE),
]
