"""Products, as far as lines and prices need them."""

from __future__ import annotations

from simulator import listing
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

UNSIMULATED = ("default_price_data", "package_dimensions", "tax_details")
PLAIN = (
    "description", "name", "shippable", "statement_descriptor", "tax_code",
    "unit_label", "url",
)  # fmt: skip


def build(world: World, account: Account, params: common.Params) -> JSONObject:
    """Return a new Product object."""
    now = world.clock.now()
    product: JSONObject = {
        "id": params.get("id") or world.new_id("prod"),
        "object": "product",
        "active": params.get("active", True),
        "created": now,
        "default_price": None,
        "description": None,
        "images": params.get("images", []),
        "livemode": account.livemode,
        "marketing_features": params.get("marketing_features", []),
        "metadata": common.merge_metadata({}, params.get("metadata")),
        "name": None,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "tax_details": None,
        "type": params.get("type", "service"),
        "unit_label": None,
        "updated": now,
        "url": None,
    }
    common.assign(product, params, PLAIN)
    return product


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/products."""
    common.refuse_unsimulated(params, UNSIMULATED)
    return common.create(
        world, account, build(world, account, params), "product.created"
    )


def retrieve(
    world: World, account: Account, product_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/products/:id."""
    return common.find(account, "product", product_id)


def update(
    world: World, account: Account, product_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/products/:id."""
    common.refuse_unsimulated(params, (*UNSIMULATED, "default_price"))
    product = common.find(account, "product", product_id)
    metadata = common.merge_metadata(product["metadata"], params.get("metadata"))
    with common.changing(world, account, product, "product.updated"):
        common.assign(product, params, (*PLAIN, "active", "images"))
        product["metadata"] = metadata
        product["updated"] = world.clock.now()
    return product


def list_products(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/products."""
    rows = [
        product
        for product in listing.newest_first(account.table("product"))
        if listing.matches(product, params, "active", "shippable", "url")
        and product["id"] in params.get("ids", [product["id"]])
        and listing.in_range(product["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/products")


READ, WRITE = "products:read", "products:write"
ROUTES = [
    Route("POST", "/products", create, "ProductCreateParams", WRITE),
    Route("GET", "/products", list_products, "ProductListParams", READ),
    Route("GET", "/products/:id", retrieve, "ProductRetrieveParams", READ),
    Route("POST", "/products/:id", update, "ProductUpdateParams", WRITE),
]
