"""The movements of the Stripe balance, and the balance itself."""

from __future__ import annotations

from decimal import Decimal

from simulator import listing, money, schedule
from simulator.errors import invalid
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

DAY = 24 * 3600


def converted(account: Account, amount: int, currency: str) -> tuple[int, float | None]:
    """Return an amount in the account's currency, and the exchange rate used.

    Raises a 400 where the account's settings hold no rate for the currency.
    """
    if currency == account.settings["default_currency"]:
        return amount, None
    rates = account.settings["exchange_rates"]
    if currency not in rates:
        raise invalid(f"The simulator has no exchange rate for {currency}.", "currency")
    rate = Decimal(str(rates[currency]))
    return money.round_half_up(amount * rate), float(rate)


def book(
    world: World,
    account: Account,
    *,
    amount: int,
    fee: int,
    kind: str,
    category: str,
    source: str,
    description: str | None = None,
    exchange_rate: float | None = None,
) -> JSONObject:
    """Record a movement of the balance; amounts in the account's minor units."""
    now = world.clock.now()
    currency = account.settings["default_currency"]
    available_on = now + int(account.settings["payout_delay_days"]) * DAY
    fee_details = {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    entry: JSONObject = {
        "id": world.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": currency,
        "description": description,
        "exchange_rate": exchange_rate,
        "fee": fee,
        "fee_details": [fee_details] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "pending",
        "type": kind,
    }
    schedule.at(world, available_on, "make_available", account, entry["id"])
    return common.create(world, account, entry)


@schedule.job("make_available")
def make_available(world: World, account: Account, entry_id: str) -> None:
    """The money may now be paid out."""
    account.table("balance_transaction")[entry_id]["status"] = "available"


def retrieve(
    world: World, account: Account, entry_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/balance_transactions/:id."""
    return common.find(account, "balance_transaction", entry_id)


def list_entries(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/balance_transactions."""
    common.refuse_unsimulated(params, ("payout",))
    rows = [
        entry
        for entry in listing.newest_first(account.table("balance_transaction"))
        if listing.matches(entry, params, "currency", "source", "type")
        and listing.in_range(entry["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/balance_transactions")


def balance(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/balance: pending and available sums of the account's currency."""
    sums = {"available": 0, "pending": 0}
    for entry in account.table("balance_transaction").values():
        sums[entry["status"]] += entry["net"]
    currency = account.settings["default_currency"]

    def shown(amount: int) -> list[JSONObject]:
        sources = {"card": amount}
        return [{"amount": amount, "currency": currency, "source_types": sources}]

    return {
        "object": "balance",
        "available": shown(sums["available"]),
        "livemode": account.livemode,
        "pending": shown(sums["pending"]),
        "refund_and_dispute_prefunding": {
            "available": shown(0),
            "pending": shown(0),
        },
    }


READ = "balance:read"
ROUTES = [
    Route("GET", "/balance", balance, "BalanceRetrieveParams", READ),
    Route(
        "GET",
        "/balance_transactions",
        list_entries,
        "BalanceTransactionListParams",
        READ,
    ),
    Route(
        "GET",
        "/balance_transactions/:id",
        retrieve,
        "BalanceTransactionRetrieveParams",
        READ,
    ),
]
