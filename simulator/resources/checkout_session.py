"""The API of Checkout Sessions, and what a new one looks like."""

from __future__ import annotations

from simulator import listing, schedule
from simulator.errors import invalid
from simulator.plain import copied
from simulator.resources import (
    checkout_checks,
    checkout_expiry,
    checkout_lines,
    checkout_transfer,
    common,
    invoice_object,
    setup_intent,
)
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

TABLE = "checkout.session"
PLAIN = ("cancel_url", "client_reference_id", "locale", "submit_type", "success_url")
INVOICE_DATA = (
    "account_tax_ids", "custom_fields", "description", "footer", "rendering_options",
)  # fmt: skip


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/checkout/sessions, for one payment or to store a payment method."""
    checkout_checks.check(world, account, params)
    checkout_transfer.check(
        params["mode"],
        params.get("currency") or "",
        params.get(checkout_checks.TYPES) or [],
        params.get("payment_method_options") or {},
    )
    session = blank(world, account, params)
    if params["mode"] == "payment":
        price_lines(world, account, session, params)
    else:
        setup_intent.for_session(world, account, session, params)
    session["url"] = f"{world.base_url}/checkout/{account.id}/{session['id']}"
    schedule.at(world, session["expires_at"], "expire_checkout", account, session["id"])
    return common.create(world, account, session)


def price_lines(
    world: World, account: Account, session: JSONObject, params: common.Params
) -> None:
    """Make the lines of a session that takes a payment, and add them up."""
    items = checkout_lines.make(world, account, session, params["line_items"])
    total = sum(item["amount_total"] for item in items)
    checkout_checks.check_total(total, session["currency"])
    session["amount_subtotal"] = sum(item["amount_subtotal"] for item in items)
    session["amount_total"] = total
    session["total_details"] = {
        "amount_discount": 0,
        "amount_shipping": 0,
        "amount_tax": sum(item["amount_tax"] for item in items),
    }
    session["invoice_creation"] = invoice_creation(params)
    account.private(session["id"])["payment"] = params.get("payment_intent_data") or {}


def invoice_creation(params: common.Params) -> JSONObject:
    """Return what the session says of the invoice that follows its payment."""
    given = params.get("invoice_creation") or {"enabled": False}
    data = given.get("invoice_data") or {}
    return {
        "enabled": given["enabled"],
        "invoice_data": {
            **{name: data.get(name) or None for name in INVOICE_DATA},
            "issuer": None,
            "metadata": data.get("metadata") or {},
        },
    }


# What every new session has.
BLANK: JSONObject = {
    "after_expiration": None,
    "allow_promotion_codes": None,
    "amount_subtotal": None,
    "amount_total": None,
    "automatic_tax": {
        "enabled": False,
        "liability": None,
        "provider": None,
        "status": None,
    },
    "client_secret": None,
    "collected_information": None,
    "consent": None,
    "consent_collection": None,
    "currency_conversion": None,
    "custom_fields": [],
    "customer_account": None,
    "customer_creation": None,
    "customer_email": None,
    "invoice": None,
    "invoice_creation": None,
    "managed_payments": {"enabled": False},
    "optional_items": None,
    "payment_intent": None,
    "payment_link": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {},
    "permissions": None,
    "phone_number_collection": {"enabled": False},
    "recovered_from": None,
    "saved_payment_method_options": None,
    "setup_intent": None,
    "shipping_address_collection": None,
    "shipping_cost": None,
    "shipping_options": [],
    "subscription": None,
    "total_details": None,
    "ui_mode": "hosted_page",
    "url": None,
    "wallet_options": None,
}


def blank(world: World, account: Account, params: common.Params) -> JSONObject:
    """Return an open session without lines and without an address."""
    now = world.clock.now()
    payment = params["mode"] == "payment"
    mode = "live" if account.livemode else "test"
    types = params.get(checkout_checks.TYPES)
    currency = params.get("currency")
    session: JSONObject = {
        "id": world.new_id(f"cs_{mode}"),
        "object": TABLE,
        **copied(BLANK),
        "adaptive_pricing": {"enabled": False} if payment else None,
        "allowed_payment_method_types": types,
        "billing_address_collection": params.get("billing_address_collection"),
        "created": now,
        "currency": currency and currency.lower(),
        "custom_text": custom_text(params),
        "customer": params["customer"],
        "customer_details": customer_details(account, params["customer"]),
        "discounts": [] if payment else None,
        "expires_at": params.get("expires_at", now + checkout_checks.LONGEST),
        "integration_identifier": params.get("integration_identifier"),
        "livemode": account.livemode,
        "metadata": common.merge_metadata({}, params.get("metadata")),
        "mode": params["mode"],
        "origin_context": params.get("origin_context"),
        "payment_method_collection": "if_required" if payment else "always",
        "payment_method_options": params.get("payment_method_options") or {},
        "payment_method_types": types or offered(account, currency),
        "payment_status": "unpaid" if payment else "no_payment_required",
        "status": "open",
    }
    session.update(dict.fromkeys(PLAIN))
    common.assign(session, params, PLAIN)
    return session


def offered(account: Account, currency: str | None) -> list[str]:
    """Return the payment methods of a session that names none."""
    activated = account.settings.get("payment_method_types")
    known = ["card"] + ["sepa_debit"] * ((currency or "").lower() == "eur")
    return [one for one in known if activated is None or one in activated]


def custom_text(params: common.Params) -> JSONObject:
    """Return the merchant's own words on the page."""
    given = params.get("custom_text") or {}
    names = (
        "after_submit",
        "shipping_address",
        "submit",
        "terms_of_service_acceptance",
    )
    return {name: given.get(name) or None for name in names}


def customer_details(account: Account, customer_id: str) -> JSONObject:
    """Return who pays, as far as the customer says it."""
    customer = account.table("customer")[customer_id]
    mirrored = invoice_object.mirrored(account, customer)
    return {
        "address": mirrored["customer_address"],
        "business_name": None,
        "email": mirrored["customer_email"],
        "individual_name": None,
        "name": mirrored["customer_name"],
        "phone": mirrored["customer_phone"],
        "tax_exempt": mirrored["customer_tax_exempt"],
        "tax_ids": mirrored["customer_tax_ids"],
    }


def find(account: Account, session_id: str) -> JSONObject:
    """Return a session; raises Stripe's 404."""
    return common.find(account, TABLE, session_id, "session")


def retrieve(
    world: World, account: Account, session_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/checkout/sessions/:id."""
    return find(account, session_id)


def list_sessions(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/checkout/sessions."""
    common.refuse_unsimulated(
        params, ("customer_account", "payment_link", "subscription")
    )
    email = (params.get("customer_details") or {}).get("email")
    rows = [
        session
        for session in listing.newest_first(account.table(TABLE))
        if listing.matches(session, params, "customer", "payment_intent", "status")
        and listing.in_range(session["created"], params.get("created"))
        and email in (None, session["customer_details"]["email"])
    ]
    return listing.paginate(rows, params, "/v1/checkout/sessions")


def list_line_items(
    world: World, account: Account, session_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/checkout/sessions/:id/line_items."""
    session = find(account, session_id)
    rows = checkout_lines.of_session(account, session)
    url = f"/v1/checkout/sessions/{session_id}/line_items"
    return listing.paginate(rows, params, url)


def expire(
    world: World, account: Account, session_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/checkout/sessions/:id/expire."""
    session = find(account, session_id)
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This '
            f"Checkout Session has a status of {session['status']}."
        )
    checkout_expiry.expire(world, account, session)
    return session


READ, WRITE = "checkout_sessions:read", "checkout_sessions:write"
PATH, ONE = "/checkout/sessions", "/checkout/sessions/:id"
ROUTES = [
    Route("POST", PATH, create, "checkout.SessionCreateParams", WRITE),
    Route("GET", PATH, list_sessions, "checkout.SessionListParams", READ),
    Route("GET", ONE, retrieve, "checkout.SessionRetrieveParams", READ),
    Route("POST", ONE + "/expire", expire, "checkout.SessionExpireParams", WRITE),
    Route(
        "GET",
        ONE + "/line_items",
        list_line_items,
        "checkout.SessionListLineItemsParams",
        READ,
    ),
]
