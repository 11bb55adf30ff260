"""Which payment methods the account has switched on, as the dashboard has them."""

from __future__ import annotations

from simulator import listing
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

TABLE = "payment_method_configuration"
# Types that a configuration knows and the simulator can charge, and some others.
SHOWN = (
    "acss_debit", "affirm", "alipay", "amazon_pay", "au_becs_debit", "bacs_debit",
    "bancontact", "blik", "card", "cashapp", "customer_balance", "eps", "ideal",
    "klarna", "link", "multibanco", "p24", "paypal", "sepa_debit", "twint",
    "us_bank_account",
)  # fmt: skip


def default(world: World, account: Account) -> JSONObject:
    """Return the account's own configuration, as its settings are now."""
    table = account.table(TABLE)
    if not table:
        common.create(world, account, blank(world, account))
    made: JSONObject = next(iter(table.values()))
    switched_on = account.settings.get("payment_method_types")
    for name in SHOWN:
        on = switched_on is None or name in switched_on
        made[name] = {
            "available": on,
            "display_preference": {
                "overridable": None,
                "preference": "on" if on else "off",
                "value": "on" if on else "off",
            },
        }
    return made


def blank(world: World, account: Account) -> JSONObject:
    """Return a configuration that has nothing switched on or off yet."""
    return {
        "id": world.new_id("pmc"),
        "object": TABLE,
        "active": True,
        "application": None,
        "is_default": True,
        "livemode": account.livemode,
        "name": "Default",
        "parent": None,
    }


def list_all(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/payment_method_configurations."""
    common.refuse_unsimulated(params, ("application",))
    default(world, account)
    rows = listing.newest_first(account.table(TABLE))
    return listing.paginate(rows, params, "/v1/payment_method_configurations")


ROUTES = [
    Route(
        "GET",
        "/payment_method_configurations",
        list_all,
        "PaymentMethodConfigurationListParams",
        "payment_method_configurations:read",
    ),
]
