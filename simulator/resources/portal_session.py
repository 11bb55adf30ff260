"""Sessions of the customer portal: an address for one customer, for a short time."""

from __future__ import annotations

from simulator import events
from simulator.errors import invalid, param_missing
from simulator.resources import common, customer, portal_configuration
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

TABLE = "billing_portal.session"
# Seconds for which the address works. Stripe says "short-lived" without a figure.
LIFETIME = 3600


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/billing_portal/sessions."""
    common.refuse_unsimulated(
        params, ("after_expiration", "customer_account", "flow_data", "on_behalf_of")
    )
    if not params.get("customer"):
        raise param_missing("customer")
    owner = customer.living(account, params["customer"], "customer")
    configuration = chosen(world, account, params.get("configuration"))
    secret = world.token("portal", 32)
    session: JSONObject = {
        "id": world.new_id("bps"),
        "object": TABLE,
        "configuration": configuration["id"],
        "created": world.clock.now(),
        "customer": owner["id"],
        "customer_account": None,
        "flow": None,
        "livemode": account.livemode,
        "locale": params.get("locale"),
        "on_behalf_of": None,
        "return_url": params.get("return_url") or configuration["default_return_url"],
        "url": f"{world.base_url}/portal/{account.id}/{secret}",
    }
    account.table(TABLE)[session["id"]] = session
    events.emit(world, account, "billing_portal.session.created", session)
    return session


def chosen(world: World, account: Account, named: str | None) -> JSONObject:
    """Return the configuration to use; raises Stripe's 400 where there is none."""
    if named:
        found = common.refer(
            account, portal_configuration.TABLE, named, "configuration"
        )
        if not found["active"]:
            raise invalid("The configuration is not active.", "configuration")
        return found
    found_default = portal_configuration.default(world, account)
    if found_default is None:
        mode = "live" if account.livemode else "test"
        place = "" if account.livemode else "test/"
        raise invalid(
            f"No configuration provided and your {mode} mode default configuration "
            "has not been created. Provide a configuration or create your default by "
            f"saving your customer portal settings in {mode} mode at "
            f"https://dashboard.stripe.com/{place}settings/billing/portal."
        )
    return found_default


ROUTES = [
    Route(
        "POST",
        "/billing_portal/sessions",
        create,
        "billing_portal.SessionCreateParams",
        "customer_portal:write",
    ),
]
