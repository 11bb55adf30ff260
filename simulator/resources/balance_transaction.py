"""The API of the Stripe balance and its movements."""

from __future__ import annotations

from simulator import listing
from simulator.errors import StripeError, invalid
from simulator.resources import balance_entry, common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def retrieve(
    world: World, account: Account, entry_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/balance_transactions/:id."""
    return common.find(account, balance_entry.TABLE, entry_id)


def list_entries(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/balance_transactions, by payout, source, type, currency, creation."""
    rows = [
        entry
        for entry in candidates(account, params)
        if listing.matches(entry, params, "currency", "source", "type")
        and listing.in_range(entry["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/balance_transactions")


def candidates(account: Account, params: common.Params) -> list[JSONObject]:
    """Return the movements to filter, newest first; only a payout's where it is named.

    Stripe knows what an automatic payout holds, once it has reconciled it; what a
    manual one holds nobody can say.
    """
    table = account.table(balance_entry.TABLE)
    if "payout" not in params:
        return listing.newest_first(table)
    payout = common.refer(account, "payout", params["payout"], "payout")
    if not payout["automatic"]:
        raise invalid(
            "Balance transaction history can only be filtered on automatic transfers, "
            "not manual.",
            "payout",
        )
    if payout["reconciliation_status"] != "completed":
        raise StripeError(
            "Reconciliation for this payout is still in progress. Please try again "
            "later.",
            code="payout_reconciliation_not_ready",
            param="payout",
        )
    held = account.private(payout["id"])["entries"]
    return [table[entry_id] for entry_id in reversed(held)]


def balance(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/balance: pending, available and instantly available sums by currency."""
    available = balance_entry.sums(account, "available")
    pending = balance_entry.sums(account, "pending")
    currencies = list({**available, **pending})
    nothing = dict.fromkeys(currencies, 0)

    def shown(amounts: dict[str, int]) -> list[JSONObject]:
        return [
            {
                "amount": amounts.get(currency, 0),
                "currency": currency,
                "source_types": {"card": amounts.get(currency, 0)},
            }
            for currency in currencies
        ]

    return {
        "object": "balance",
        "available": shown(available),
        "instant_available": shown({k: max(v, 0) for k, v in available.items()}),
        "livemode": account.livemode,
        "pending": shown(pending),
        "refund_and_dispute_prefunding": {
            "available": shown(nothing),
            "pending": shown(nothing),
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
