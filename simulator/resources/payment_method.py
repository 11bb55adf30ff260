"""Payment methods: Stripe's test cards and other kinds that a customer can use."""

from __future__ import annotations

from typing import Any

from simulator import cards, events, listing
from simulator.errors import StripeError, invalid, no_such_reference, param_missing
from simulator.plain import copied
from simulator.resources import charge, common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

SIMULATED_TYPES = ("card", "sepa_debit")


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/payment_methods, with a test token or a SEPA account."""
    kind = params.get("type")
    if kind not in SIMULATED_TYPES:
        raise invalid("The simulator knows the types card and sepa_debit.", "type")
    if kind == "sepa_debit":
        return add(world, account, sepa(params), params)
    given = params.get("card") or {}
    if "token" not in given:
        raise invalid(
            "Sending credit card numbers directly to the Stripe API is generally "
            "unsafe. To continue processing use Stripe.js, the Stripe mobile "
            "bindings, or Stripe Elements."
        )
    card = cards.card_named(given["token"])
    if card is None:
        raise no_such_reference("token", given["token"], "card[token]")
    return add(world, account, card_details(world, card), params, card)


def sepa(params: common.Params) -> JSONObject:
    """Return the kind-specific part of a SEPA payment method."""
    iban = (params.get("sepa_debit") or {}).get("iban", "").replace(" ", "")
    if not iban:
        raise param_missing("sepa_debit[iban]")
    return {
        "type": "sepa_debit",
        "sepa_debit": {
            "bank_code": iban[4:12],
            "branch_code": "",
            "country": iban[:2],
            "fingerprint": iban[-10:],
            "generated_from": {"charge": None, "setup_attempt": None},
            "last4": iban[-4:],
        },
    }


def card_details(world: World, card: cards.Card) -> JSONObject:
    """Return the kind-specific part of a card payment method."""
    return {
        "type": "card",
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "unchecked",
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": world.token("fingerprint", 16),
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
    }


def add(
    world: World,
    account: Account,
    details: JSONObject,
    params: common.Params,
    card: cards.Card | None = None,
) -> JSONObject:
    """Store a payment method made of kind-specific details."""
    method: JSONObject = {
        "id": world.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": params.get("allow_redisplay", "unspecified"),
        "billing_details": billing_details(params.get("billing_details") or {}),
        "created": world.clock.now(),
        "customer": None,
        "customer_account": None,
        "livemode": account.livemode,
        "metadata": common.merge_metadata({}, params.get("metadata")),
        **details,
    }
    if card:
        account.private(method["id"])["card"] = next(
            name for name, known in cards.CARDS.items() if known == card
        )
    return common.create(world, account, method)


def billing_details(given: dict[str, Any]) -> JSONObject:
    """Return full billing details, null where nothing was given."""
    details = copied(charge.NO_BILLING_DETAILS)
    common.assign(details, given, ("email", "name", "phone", "tax_id"))
    if "address" in given:
        details["address"] = common.address(given["address"]) or details["address"]
    return details


def resolve(world: World, account: Account, name: str, param: str) -> JSONObject:
    """Return the named payment method; ``pm_card_...`` makes a new one each time."""
    card = cards.card_named(name)
    if card and name.startswith("pm_card_"):
        return add(world, account, card_details(world, card), {}, card)
    return common.refer(account, "payment_method", name, param)


def card_of(account: Account, method: JSONObject) -> cards.Card | None:
    """Return the test card behind a payment method, None for other kinds."""
    name = account.private(method["id"]).get("card")
    return cards.CARDS[name] if name else None


def refusal(account: Account, method: JSONObject) -> StripeError | None:
    """Return why the bank does not let Stripe keep the method, None where it does."""
    card = card_of(account, method)
    if card is None or card.attachable:
        return None
    return cards.decline(card.error or cards.DECLINED, card.decline_code)


def attach(
    world: World, account: Account, method_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_methods/:id/attach; some test cards are declined here."""
    wanted = params.get("customer")
    if wanted is None:
        raise param_missing("customer")
    customer = common.refer(account, "customer", wanted, "customer")
    if customer.get("deleted"):
        raise no_such_reference("customer", wanted, "customer")
    if not cards.card_named(method_id):
        common.find(account, "payment_method", method_id, "payment_method")
    method = resolve(world, account, method_id, "payment_method")
    if method["customer"] not in (None, customer["id"]):
        raise invalid(
            "The payment method you provided has already been attached to a customer."
        )
    if error := refusal(account, method):
        raise error
    card = card_of(account, method)
    method["customer"] = customer["id"]
    if card:
        method["card"]["checks"]["cvc_check"] = "pass"
    events.emit(world, account, "payment_method.attached", method)
    return method


def detach(
    world: World, account: Account, method_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_methods/:id/detach."""
    method = common.find(account, "payment_method", method_id, "payment_method")
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so "
            "detachment is impossible."
        )
    previous = {"customer": method["customer"]}
    customer = account.table("customer")[method["customer"]]
    method["customer"] = None
    settings = customer.get("invoice_settings")
    if settings and settings["default_payment_method"] == method_id:
        settings["default_payment_method"] = None
    events.emit(world, account, "payment_method.detached", method, previous)
    return method


def retrieve(
    world: World, account: Account, method_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/payment_methods/:id."""
    return common.find(account, "payment_method", method_id, "payment_method")


def list_methods(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/payment_methods of a customer."""
    rows = [
        method
        for method in listing.newest_first(account.table("payment_method"))
        if method["customer"] is not None
        and listing.matches(method, params, "customer", "type", "allow_redisplay")
    ]
    return listing.paginate(rows, params, "/v1/payment_methods")


def list_of_customer(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/customers/:id/payment_methods."""
    common.find(account, "customer", customer_id, "customer")
    rows = [
        method
        for method in listing.newest_first(account.table("payment_method"))
        if method["customer"] == customer_id
        and listing.matches(method, params, "type", "allow_redisplay")
    ]
    url = f"/v1/customers/{customer_id}/payment_methods"
    return listing.paginate(rows, params, url)


READ, WRITE = "payment_methods:read", "payment_methods:write"
PATH = "/payment_methods"
ROUTES = [
    Route("POST", PATH, create, "PaymentMethodCreateParams", WRITE),
    Route("GET", PATH, list_methods, "PaymentMethodListParams", READ),
    Route("GET", PATH + "/:id", retrieve, "PaymentMethodRetrieveParams", READ),
    Route("POST", PATH + "/:id/attach", attach, "PaymentMethodAttachParams", WRITE),
    Route("POST", PATH + "/:id/detach", detach, "PaymentMethodDetachParams", WRITE),
    Route(
        "GET",
        "/customers/:id/payment_methods",
        list_of_customer,
        "CustomerPaymentMethodListParams",
        READ,
    ),
]
