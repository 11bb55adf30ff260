"""The movements of the customer's credit balance, and its API."""

from __future__ import annotations

from simulator import listing, money
from simulator.errors import missing
from simulator.resources import common, credit_balance, invoice_mirror
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

TABLE = "customer_balance_transaction"


def book(
    world: World,
    account: Account,
    customer: JSONObject,
    amount: int,
    kind: str,
    *,
    invoice: JSONObject | None = None,
    currency: str | None = None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
    credit_note: str | None = None,
) -> JSONObject:
    """Change the balance and record why.

    :param amount: minor units added to the balance; negative gives credit
    :param kind: Stripe's type: adjustment, applied_to_invoice, invoice_too_small, ...
    """
    chosen = (
        currency
        or (invoice or {}).get("currency")
        or credit_balance.own_currency(account, customer)
    )
    ending = credit_balance.add(account, customer, amount, chosen)
    entry: JSONObject = {
        "id": world.new_id("cbtxn"),
        "object": TABLE,
        "amount": amount,
        "checkout_session": None,
        "created": world.clock.now(),
        "credit_note": credit_note,
        "currency": chosen,
        "customer": customer["id"],
        "customer_account": None,
        "description": description,
        "ending_balance": ending,
        "invoice": invoice["id"] if invoice else None,
        "livemode": account.livemode,
        "metadata": metadata or {},
        "type": kind,
    }
    common.create(world, account, entry)
    invoice_mirror.refresh(world, account, customer)
    return entry


def owner(account: Account, customer_id: str) -> JSONObject:
    """Return the customer of a path below /customers; raises Stripe's 404."""
    customer = common.find(account, "customer", customer_id, "customer")
    if customer.get("deleted"):
        raise missing("customer", customer_id, "customer")
    return customer


def create(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/customers/:id/balance_transactions."""
    customer = owner(account, customer_id)
    currency = money.check_currency(params["currency"])
    metadata = common.merge_metadata({}, params.get("metadata"))
    with common.changing(world, account, customer, "customer.updated"):
        customer["currency"] = customer["currency"] or currency
        return book(
            world,
            account,
            customer,
            params["amount"],
            "adjustment",
            currency=currency,
            description=params.get("description"),
            metadata=metadata,
        )


def list_entries(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/customers/:id/balance_transactions."""
    owner(account, customer_id)
    rows = [
        entry
        for entry in listing.newest_first(account.table(TABLE))
        if entry["customer"] == customer_id
        and listing.matches(entry, params, "invoice")
        and listing.in_range(entry["created"], params.get("created"))
    ]
    url = f"/v1/customers/{customer_id}/balance_transactions"
    return listing.paginate(rows, params, url)


def retrieve(
    world: World,
    account: Account,
    customer_id: str,
    entry_id: str,
    params: common.Params,
) -> JSONObject:
    """GET /v1/customers/:id/balance_transactions/:id."""
    owner(account, customer_id)
    return entry_of(account, customer_id, TABLE, entry_id)


def entry_of(
    account: Account, customer_id: str, table: str, entry_id: str
) -> JSONObject:
    """Return a movement of what the customer has; raises Stripe's 404."""
    entry = common.find(account, table, entry_id, "transaction")
    if entry["customer"] != customer_id:
        raise missing(table, entry_id, "transaction")
    return entry


PATH = "/customers/:id/balance_transactions"
ROUTES = [
    Route(
        "POST",
        PATH,
        create,
        "CustomerBalanceTransactionCreateParams",
        "customers:write",
    ),
    Route(
        "GET",
        PATH,
        list_entries,
        "CustomerBalanceTransactionListParams",
        "customers:read",
    ),
    Route(
        "GET",
        PATH + "/:id",
        retrieve,
        "CustomerBalanceTransactionRetrieveParams",
        "customers:read",
    ),
]
