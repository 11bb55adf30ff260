"""Customers and their credit balance."""

from __future__ import annotations

from simulator import events, listing, money, search
from simulator.errors import invalid, missing, no_such_reference
from simulator.resources import (
    cash_balance,
    common,
    credit_balance,
    customer_balance,
    invoice_mirror,
    tax_id,
)
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

PREFIX_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PLAIN = (
    "business_name", "description", "email", "individual_name", "invoice_prefix",
    "name", "next_invoice_sequence", "phone",
)  # fmt: skip
UNSIMULATED = ("source", "test_clock", "tax")


def find(account: Account, customer_id: str, param: str = "id") -> JSONObject:
    """Return a customer, deleted ones too; raises Stripe's 404."""
    return common.find(account, "customer", customer_id, param)


def living(account: Account, customer_id: str, param: str) -> JSONObject:
    """Return a customer that was not deleted, for a parameter that names it."""
    customer = common.refer(account, "customer", customer_id, param)
    if customer.get("deleted"):
        raise no_such_reference("customer", customer_id, param)
    return customer


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/customers."""
    common.refuse_unsimulated(params, UNSIMULATED)
    tax_ids = params.get("tax_id_data", [])
    for data in tax_ids:
        tax_id.check(data["type"], data["value"])
    customer = blank(world, account)
    apply(account, customer, params)
    if balance := params.get("balance", 0):
        currency = credit_balance.own_currency(account, customer)
        credit_balance.add(account, customer, balance, currency)
    payment_method = params.get("payment_method")
    if payment_method:
        common.refer(account, "payment_method", payment_method, "payment_method")
    common.create(world, account, customer, "customer.created")
    for data in tax_ids:
        tax_id.attach(world, account, customer, data["type"], data["value"])
    if payment_method:
        account.table("payment_method")[payment_method]["customer"] = customer["id"]
    return customer


def blank(world: World, account: Account) -> JSONObject:
    """Return a customer as Stripe makes one from nothing."""
    return {
        "id": world.new_id("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": world.clock.now(),
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": invoice_prefix(world),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": account.livemode,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def invoice_prefix(world: World) -> str:
    """Return eight capital letters or digits, as Stripe draws them."""
    letters = (ord(letter) for letter in world.token("prefix", 8))
    return "".join(PREFIX_ALPHABET[letter % 36] for letter in letters)


def apply(account: Account, customer: JSONObject, params: common.Params) -> None:
    """Check the parameters of create and update, then assign them."""
    metadata = common.merge_metadata(customer["metadata"], params.get("metadata"))
    check_email(params.get("email"))
    settings = invoice_settings(account, customer, params.get("invoice_settings"))
    cash = (params.get("cash_balance") or {}).get("settings", {})
    if mode := cash.get("reconciliation_mode"):
        cash_balance.set_mode(account, customer["id"], mode)
    customer["metadata"] = metadata
    customer["invoice_settings"] = settings
    common.assign(customer, params, PLAIN)
    if "address" in params:
        customer["address"] = common.address(params["address"])
    if "shipping" in params:
        customer["shipping"] = shipping(params["shipping"])
    if "tax_exempt" in params:
        customer["tax_exempt"] = params["tax_exempt"] or "none"
    if "preferred_locales" in params:
        customer["preferred_locales"] = params["preferred_locales"]


def check_email(email: str | None) -> None:
    """Raise Stripe's 400 for what cannot be an address."""
    if email and ("@" not in email.strip("@") or " " in email):
        raise invalid(f"Invalid email address: {email}", "email", "email_invalid")


def shipping(given: common.Params) -> JSONObject | None:
    """Return the shipping hash as Stripe shows it."""
    if not given:
        return None
    return {
        "address": common.address(given["address"]),
        "name": given["name"],
        "phone": given.get("phone") or None,
    }


def invoice_settings(
    account: Account, customer: JSONObject, given: common.Params | None
) -> JSONObject:
    """Return the invoice settings after a request."""
    settings = dict(customer["invoice_settings"])
    given = given or {}
    common.assign(settings, given, settings)
    if method := given.get("default_payment_method"):
        param = "invoice_settings[default_payment_method]"
        found = common.refer(account, "payment_method", method, param)
        if found["customer"] != customer["id"]:
            raise invalid(
                "The customer does not have a payment method with the ID "
                f"{method}. The payment method must be attached to the customer.",
                param,
                "resource_missing",
            )
    if options := given.get("rendering_options"):
        settings["rendering_options"] = {
            "amount_tax_display": options.get("amount_tax_display") or None,
            "template": options.get("template"),
        }
    return settings


def update(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/customers/:id."""
    common.refuse_unsimulated(params, (*UNSIMULATED, "default_source"))
    customer = find(account, customer_id)
    if customer.get("deleted"):
        raise missing("customer", customer_id)
    with common.changing(world, account, customer, "customer.updated"):
        apply(account, customer, params)
        if "balance" in params:
            change = params["balance"] - customer["balance"]
            customer_balance.book(world, account, customer, change, "adjustment")
    invoice_mirror.refresh(world, account, customer)
    return customer


def retrieve(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/customers/:id; a deleted customer is ``{id, object, deleted}``."""
    return find(account, customer_id)


def delete(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """DELETE /v1/customers/:id."""
    customer = find(account, customer_id)
    if customer.get("deleted"):
        raise missing("customer", customer_id)
    if cash_balance.available(account, customer_id):
        raise invalid(
            "This customer cannot be deleted because it has a cash balance entry."
        )
    events.emit(world, account, "customer.deleted", customer)
    account.table("customer")[customer_id] = common.deleted(customer)
    account.private(customer_id).pop("indexed", None)
    return common.deleted(customer)


def list_customers(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/customers."""
    common.refuse_unsimulated(params, ("test_clock",))
    rows = [
        customer
        for customer in listing.newest_first(account.table("customer"))
        if not customer.get("deleted")
        and listing.matches(customer, params, "email")
        and listing.in_range(customer["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/customers")


def search_customers(
    world: World, account: Account, params: common.Params
) -> JSONObject:
    """GET /v1/customers/search."""
    return search.run(world, account, "customer", params)


def set_currency(account: Account, customer: JSONObject, currency: str) -> None:
    """Fix the customer's currency with the first invoice or item."""
    if not customer["currency"]:
        customer["currency"] = money.check_currency(currency)
        credit_balance.show(account, customer)


READ, WRITE = "customers:read", "customers:write"
ROUTES = [
    Route("POST", "/customers", create, "CustomerCreateParams", WRITE),
    Route("GET", "/customers", list_customers, "CustomerListParams", READ),
    Route("GET", "/customers/search", search_customers, "CustomerSearchParams", READ),
    Route("GET", "/customers/:id", retrieve, "CustomerRetrieveParams", READ),
    Route("POST", "/customers/:id", update, "CustomerUpdateParams", WRITE),
    Route("DELETE", "/customers/:id", delete, "CustomerDeleteParams", WRITE),
]
