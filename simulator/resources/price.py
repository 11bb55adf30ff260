"""Prices, those of the catalogue and the one-off prices behind invoice lines."""

from __future__ import annotations

from decimal import Decimal

from simulator import listing, money
from simulator.errors import invalid
from simulator.params import join
from simulator.resources import common, product
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

UNSIMULATED = (
    "currency_options", "custom_unit_amount", "recurring", "tiers", "tiers_mode",
    "transform_quantity", "transfer_lookup_key",
)  # fmt: skip


def build(
    world: World,
    account: Account,
    currency: str,
    unit_amount: Decimal,
    product_id: str,
    params: common.Params,
) -> JSONObject:
    """Return a new Price; ``unit_amount`` is in minor units and may have decimals."""
    whole = unit_amount == unit_amount.to_integral_value()
    return {
        "id": world.new_id("price"),
        "object": "price",
        "active": params.get("active", True),
        "billing_scheme": "per_unit",
        "created": world.clock.now(),
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": account.livemode,
        "lookup_key": params.get("lookup_key"),
        "metadata": common.merge_metadata({}, params.get("metadata")),
        "nickname": params.get("nickname"),
        "product": product_id,
        "recurring": None,
        "tax_behavior": params.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": int(unit_amount) if whole else None,
        "unit_amount_decimal": money.plain(unit_amount),
    }


def unit_amount(params: common.Params, path: str = "") -> Decimal:
    """Return the given unit amount; raises a 400 unless exactly one is given."""
    given = [k for k in ("unit_amount", "unit_amount_decimal") if k in params]
    if len(given) != 1:
        raise invalid(
            "You must specify exactly one of `unit_amount` and `unit_amount_decimal`.",
            join(path, "unit_amount"),
        )
    amount = Decimal(params[given[0]])
    if amount < 0:
        param = join(path, given[0])
        raise invalid(
            "This value must be greater than or equal to 0.",
            param,
            "parameter_invalid_integer",
        )
    return amount


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/prices."""
    common.refuse_unsimulated(params, UNSIMULATED)
    currency = money.check_currency(params["currency"])
    amount = unit_amount(params)
    owner = product_of(world, account, params)
    price = build(world, account, currency, amount, owner, params)
    return common.create(world, account, price, "price.created")


def product_of(
    world: World, account: Account, params: common.Params, path: str = ""
) -> str:
    """Return the id of the given product, or of one made from ``product_data``."""
    if ("product" in params) == ("product_data" in params):
        raise invalid(
            "You must specify either `product` or `product_data`.",
            join(path, "product"),
        )
    if "product" in params:
        param = join(path, "product")
        return str(common.refer(account, "product", params["product"], param)["id"])
    made = product.create(world, account, params["product_data"])
    return str(made["id"])


def one_off(
    world: World,
    account: Account,
    currency: str,
    amount: Decimal,
    name: str,
    owner: str | None = None,
) -> JSONObject:
    """Return the hidden price of a line that was given as an amount.

    The recorded exchanges show that Stripe uses such a price again for an equal line,
    and that a line keeps its product (``owner``) when its amount changes.
    """
    key = f"{currency} {money.plain(amount)} {owner or name}"
    known = account.private("one_off_prices")
    if key not in known:
        options = {"active": False}
        if owner is None:
            hidden = product.build(world, account, {"name": name, **options})
            owner = str(common.create(world, account, hidden)["id"])
        made = build(world, account, currency, amount, owner, options)
        common.create(world, account, made)
        known[key] = made["id"]
    return account.table("price")[known[key]]


def retrieve(
    world: World, account: Account, price_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/prices/:id."""
    return common.find(account, "price", price_id, "price")


def list_prices(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/prices."""
    common.refuse_unsimulated(params, ("recurring",))
    rows = [
        price
        for price in listing.newest_first(account.table("price"))
        if listing.matches(price, params, "active", "currency", "product", "type")
        and price["lookup_key"] in params.get("lookup_keys", [price["lookup_key"]])
        and listing.in_range(price["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/prices")


ROUTES = [
    Route("POST", "/prices", create, "PriceCreateParams", "prices:write"),
    Route("GET", "/prices", list_prices, "PriceListParams", "prices:read"),
    Route("GET", "/prices/:id", retrieve, "PriceRetrieveParams", "prices:read"),
]
