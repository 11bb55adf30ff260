"""Configurations of the customer portal: what customers may do there.

The account's own is made when somebody saves the settings in the dashboard, which the
account's setting ``customer_portal`` says. Source:
docs.stripe.com/customer-management/configure-portal
"""

from __future__ import annotations

from simulator import listing
from simulator.errors import invalid
from simulator.plain import copied
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

TABLE = "billing_portal.configuration"
SUBSCRIPTIONS = ("subscription_cancel", "subscription_pause", "subscription_update")
PLAIN = ("default_return_url", "name")
# What customers may do, all of it switched off.
FEATURES: JSONObject = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {
        "enabled": False,
        "payment_method_configuration": None,
    },
    "subscription_cancel": {
        "cancellation_reason": {
            "enabled": False,
            "feedback_options": None,
            "options": [],
        },
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {
        "duration": {"interval_options": [], "type": "indefinite"},
        "enabled": False,
    },
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}


def build(world: World, account: Account, default: bool) -> JSONObject:
    """Return a configuration in which everything is switched off."""
    now = world.clock.now()
    return {
        "id": world.new_id("bpc"),
        "object": TABLE,
        "active": True,
        "application": None,
        "business_profile": {
            "headline": None,
            "privacy_policy_url": None,
            "terms_of_service_url": None,
        },
        "created": now,
        "default_return_url": None,
        "features": copied(FEATURES),
        "is_default": default,
        "livemode": account.livemode,
        "login_page": {"enabled": False, "url": None},
        "metadata": {},
        "name": None,
        "updated": now,
    }


def default(world: World, account: Account) -> JSONObject | None:
    """Return the account's own configuration, None while nobody has saved it."""
    for known in account.table(TABLE).values():
        if known["is_default"]:
            return known
    if not account.settings.get("customer_portal"):
        return None
    saved = build(world, account, True)
    for name in ("invoice_history", "payment_method_update", "customer_update"):
        saved["features"][name]["enabled"] = True
    saved["features"]["customer_update"]["allowed_updates"] = ["email", "tax_id"]
    return common.create(world, account, saved)


def apply(account: Account, made: JSONObject, params: common.Params) -> None:
    """Check the parameters of create and update, then assign them."""
    features = params.get("features") or {}
    for name in SUBSCRIPTIONS:
        if (features.get(name) or {}).get("enabled"):
            raise invalid(f"The simulator does not support '{name}'.", "features")
    if (params.get("login_page") or {}).get("enabled"):
        raise invalid("The simulator has no login page.", "login_page")
    made["metadata"] = common.merge_metadata(made["metadata"], params.get("metadata"))
    common.assign(made, params, PLAIN)
    common.assign(
        made["business_profile"],
        params.get("business_profile") or {},
        made["business_profile"],
    )
    for name, given in features.items():
        shown = made["features"][name]
        common.assign(shown, {**given}, given.keys() & shown.keys())
        if "allowed_updates" in given:
            shown["allowed_updates"] = given["allowed_updates"] or []
    if "active" in params:
        made["active"] = params["active"]


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/billing_portal/configurations."""
    made = build(world, account, False)
    apply(account, made, params)
    name = "billing_portal.configuration.created"
    return common.create(world, account, made, name)


def find(world: World, account: Account, configuration_id: str) -> JSONObject:
    """Return a configuration; raises Stripe's 404."""
    default(world, account)
    return common.find(account, TABLE, configuration_id, "configuration")


def update(
    world: World, account: Account, configuration_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/billing_portal/configurations/:id."""
    made = find(world, account, configuration_id)
    name = "billing_portal.configuration.updated"
    with common.changing(world, account, made, name):
        apply(account, made, params)
        made["updated"] = world.clock.now()
    return made


def retrieve(
    world: World, account: Account, configuration_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/billing_portal/configurations/:id."""
    return find(world, account, configuration_id)


def list_all(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/billing_portal/configurations."""
    default(world, account)
    rows = [
        made
        for made in listing.newest_first(account.table(TABLE))
        if listing.matches(made, params, "active", "is_default")
    ]
    return listing.paginate(rows, params, "/v1/billing_portal/configurations")


PATH = "/billing_portal/configurations"
READ, WRITE = "customer_portal:read", "customer_portal:write"
PARAMS = "billing_portal.Configuration"
ROUTES = [
    Route("POST", PATH, create, PARAMS + "CreateParams", WRITE),
    Route("GET", PATH, list_all, PARAMS + "ListParams", READ),
    Route("GET", PATH + "/:id", retrieve, PARAMS + "RetrieveParams", READ),
    Route("POST", PATH + "/:id", update, PARAMS + "UpdateParams", WRITE),
]
