"""Tax ids of customers and of the account itself."""

from __future__ import annotations

from simulator import events, listing, schedule, tax_id_formats
from simulator.errors import invalid, missing
from simulator.resources import common, customer_balance, invoice_mirror
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

VERIFIED_TYPES = ("eu_vat", "gb_vat", "au_abn")
VERIFICATION_SECONDS = 5
STATUSES = ("pending", "unavailable", "unverified", "verified")
MOST_PER_CUSTOMER = 5


def check(kind: str, value: str) -> None:
    """Raise Stripe's 400 ``tax_id_invalid`` for a value of the wrong form."""
    if not tax_id_formats.is_valid(kind, value):
        raise invalid(f"Invalid value for {kind}.", "value", "tax_id_invalid")


def attach(
    world: World, account: Account, customer: JSONObject | None, kind: str, value: str
) -> JSONObject:
    """Make a tax id of a customer, or of the account itself."""
    created = world.clock.now()
    owner: JSONObject = {"customer_account": None, "type": "self"}
    if customer:
        owner = {
            "customer": customer["id"],
            "customer_account": None,
            "type": "customer",
        }
    tax_id: JSONObject = {
        "id": world.new_id("txi"),
        "object": "tax_id",
        "country": country_of(kind, value),
        "created": created,
        "customer": customer["id"] if customer else None,
        "customer_account": None,
        "livemode": account.livemode,
        "owner": owner,
        "type": kind,
        "value": value,
        "verification": None,
    }
    if customer and kind in VERIFIED_TYPES:
        tax_id["verification"] = verification("pending")
        when = created + VERIFICATION_SECONDS
        schedule.at(world, when, "verify_tax_id", account, tax_id["id"])
    event = "customer.tax_id.created" if customer else None
    common.create(world, account, tax_id, event)
    if customer:
        invoice_mirror.refresh(world, account, customer)
    return tax_id


def country_of(kind: str, value: str) -> str:
    """Return the country that gave the tax id; two prefixes of VAT are no countries."""
    prefix = (value if kind == "eu_vat" else kind)[:2].upper()
    return {"EL": "GR", "XI": "GB"}.get(prefix, prefix)


def verification(status: str) -> JSONObject:
    """Return the result of asking the register, as far as it is known."""
    return {"status": status, "verified_address": None, "verified_name": None}


@schedule.job("verify_tax_id")
def verify(world: World, account: Account, tax_id_id: str) -> None:
    """The register has answered, unless it never does or the tax id is gone."""
    tax_id = account.get("tax_id", tax_id_id)
    if tax_id and tax_id["verification"]["status"] == "pending":
        conclude(
            world, account, tax_id, tax_id_formats.register_answer(tax_id["value"])
        )


def conclude(
    world: World, account: Account, tax_id: JSONObject, status: str
) -> JSONObject:
    """Note what the register says of a customer's tax id, and tell about it."""
    if status not in STATUSES:
        raise invalid(f"The status must be one of {', '.join(STATUSES)}.", "status")
    with common.changing(world, account, tax_id, "customer.tax_id.updated"):
        tax_id["verification"] = verification(status)
        if status == "verified":
            customer = account.table("customer")[tax_id["customer"]]
            tax_id["verification"]["verified_name"] = customer.get("name")
    return tax_id


def of_customer(account: Account, customer_id: str) -> list[JSONObject]:
    """Return the customer's tax ids, the oldest first."""
    return [
        tax_id
        for tax_id in account.table("tax_id").values()
        if tax_id["customer"] == customer_id
    ]


def create(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/customers/:id/tax_ids."""
    customer = customer_balance.owner(account, customer_id)
    check(params["type"], params["value"])
    existing = of_customer(account, customer_id)
    if len(existing) >= MOST_PER_CUSTOMER:
        raise invalid(
            f"You cannot add more than {MOST_PER_CUSTOMER} tax IDs to a customer."
        )
    return attach(world, account, customer, params["type"], params["value"])


def list_tax_ids(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/customers/:id/tax_ids."""
    customer_balance.owner(account, customer_id)
    rows = list(reversed(of_customer(account, customer_id)))
    return listing.paginate(rows, params, f"/v1/customers/{customer_id}/tax_ids")


def find(account: Account, customer_id: str | None, tax_id_id: str) -> JSONObject:
    """Return a tax id of that owner; raises Stripe's 404."""
    tax_id = common.find(account, "tax_id", tax_id_id, "id")
    if tax_id["customer"] != customer_id:
        raise missing("tax_id", tax_id_id)
    return tax_id


def retrieve(
    world: World,
    account: Account,
    customer_id: str,
    tax_id_id: str,
    params: common.Params,
) -> JSONObject:
    """GET /v1/customers/:id/tax_ids/:id."""
    return find(account, customer_id, tax_id_id)


def delete(
    world: World,
    account: Account,
    customer_id: str | None,
    tax_id_id: str,
    params: common.Params,
) -> JSONObject:
    """DELETE /v1/customers/:id/tax_ids/:id."""
    tax_id = find(account, customer_id, tax_id_id)
    del account.table("tax_id")[tax_id_id]
    if customer_id:
        events.emit(world, account, "customer.tax_id.deleted", tax_id)
        customer = account.table("customer")[customer_id]
        invoice_mirror.refresh(world, account, customer)
    return common.deleted(tax_id)


def create_own(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/tax_ids: of the account itself, or of the customer in ``owner``."""
    owner = params.get("owner", {"type": "self"})
    if owner["type"] == "customer":
        return create(world, account, owner.get("customer", ""), params)
    if owner["type"] != "self":
        raise invalid("The simulator does not support this owner.", "owner[type]")
    check(params["type"], params["value"])
    return attach(world, account, None, params["type"], params["value"])


def list_own(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/tax_ids: those of the account itself unless ``owner`` says otherwise."""
    owner = params.get("owner", {"type": "self"})
    customer = owner.get("customer")
    rows = [
        tax_id
        for tax_id in listing.newest_first(account.table("tax_id"))
        if tax_id["customer"] == customer
    ]
    return listing.paginate(rows, params, "/v1/tax_ids")


def retrieve_own(
    world: World, account: Account, tax_id_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/tax_ids/:id."""
    return common.find(account, "tax_id", tax_id_id)


def delete_own(
    world: World, account: Account, tax_id_id: str, params: common.Params
) -> JSONObject:
    """DELETE /v1/tax_ids/:id."""
    tax_id = common.find(account, "tax_id", tax_id_id)
    return delete(world, account, tax_id["customer"], tax_id_id, params)


PATH = "/customers/:id/tax_ids"
READ, WRITE = "customers:read", "customers:write"
OWN_READ, OWN_WRITE = "tax_ids:read", "tax_ids:write"
ROUTES = [
    Route("POST", PATH, create, "CustomerTaxIdCreateParams", WRITE),
    Route("GET", PATH, list_tax_ids, "CustomerTaxIdListParams", READ),
    Route("GET", PATH + "/:id", retrieve, "CustomerTaxIdRetrieveParams", READ),
    Route("DELETE", PATH + "/:id", delete, "CustomerTaxIdDeleteParams", WRITE),
    Route("POST", "/tax_ids", create_own, "TaxIdCreateParams", OWN_WRITE),
    Route("GET", "/tax_ids", list_own, "TaxIdListParams", OWN_READ),
    Route("GET", "/tax_ids/:id", retrieve_own, "TaxIdRetrieveParams", OWN_READ),
    Route("DELETE", "/tax_ids/:id", delete_own, "TaxIdDeleteParams", OWN_WRITE),
]
