"""The API of cash balances: what there is, where to send money, what came in."""

from __future__ import annotations

from simulator import listing, method_types, money
from simulator.errors import invalid
from simulator.resources import cash_balance, common, customer_balance
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def retrieve(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/customers/:id/cash_balance."""
    customer_balance.owner(account, customer_id)
    return cash_balance.shown(account, customer_id)


def update(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/customers/:id/cash_balance: how its money finds invoices."""
    customer_balance.owner(account, customer_id)
    if mode := params.get("settings", {}).get("reconciliation_mode"):
        cash_balance.set_mode(account, customer_id, mode)
    return cash_balance.shown(account, customer_id)


def list_entries(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/customers/:id/cash_balance_transactions."""
    customer_balance.owner(account, customer_id)
    rows = [
        entry
        for entry in listing.newest_first(account.table(cash_balance.TABLE))
        if entry["customer"] == customer_id
    ]
    url = f"/v1/customers/{customer_id}/cash_balance_transactions"
    return listing.paginate(rows, params, url)


def retrieve_entry(
    world: World,
    account: Account,
    customer_id: str,
    entry_id: str,
    params: common.Params,
) -> JSONObject:
    """GET /v1/customers/:id/cash_balance_transactions/:id."""
    return customer_balance.entry_of(account, customer_id, cash_balance.TABLE, entry_id)


def instructions(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/customers/:id/funding_instructions: the account that is only his."""
    customer_balance.owner(account, customer_id)
    currency = money.check_currency(params["currency"])
    transfer = params["bank_transfer"]
    if currency != "eur" or transfer["type"] != "eu_bank_transfer":
        raise invalid(
            "The simulator has bank transfers in euros only.", "bank_transfer[type]"
        )
    country = (transfer.get("eu_bank_transfer") or {}).get("country")
    if country not in method_types.EU_TRANSFER_COUNTRIES:
        listed = ", ".join(method_types.EU_TRANSFER_COUNTRIES)
        raise invalid(
            f"Invalid country: must be one of {listed}",
            "bank_transfer[eu_bank_transfer][country]",
        )
    return {
        "object": "funding_instructions",
        "bank_transfer": {
            "country": country,
            "financial_addresses": [address(world, account, customer_id, country)],
            "type": "eu_bank_transfer",
        },
        "currency": currency,
        "funding_type": "bank_transfer",
        "livemode": account.livemode,
    }


def address(
    world: World, account: Account, customer_id: str, country: str
) -> JSONObject:
    """Return the bank account to which this customer sends money."""
    known = account.private(customer_id).setdefault("ibans", {})
    if country not in known:
        digits = "".join(str(ord(one) % 10) for one in world.token("iban", 18))
        known[country] = f"{country}00{digits}"
    place = common.address({"country": country})
    iban = {
        "account_holder_address": place,
        "account_holder_name": account.settings["business_name"],
        "bank_address": place,
        "bic": f"SIMU{country}XX",
        "country": country,
        "iban": known[country],
    }
    return {"iban": iban, "supported_networks": ["sepa"], "type": "iban"}


def fund(
    world: World, account: Account, customer_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/test_helpers/customers/:id/fund_cash_balance: a transfer arrives."""
    if account.livemode:
        raise invalid("This endpoint can only be used in test mode.")
    currency = str(params["currency"]).lower()
    reference = params.get("reference") or None
    amount: int = params["amount"]
    return cash_balance.fund(world, account, customer_id, amount, currency, reference)


def apply(
    world: World, account: Account, intent_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/payment_intents/:id/apply_customer_balance, whole."""
    intent = common.find(account, "payment_intent", intent_id, "intent")
    if intent["customer"] is None:
        raise invalid("This PaymentIntent has no customer.", "intent")
    if params.get("amount", intent["amount"]) != intent["amount"]:
        raise invalid("The simulator applies the whole amount only.", "amount")
    return cash_balance.apply(world, account, intent["customer"], intent_id)


ONE = "/customers/:id"
READ, WRITE = "customers:read", "customers:write"
NAME = "CustomerCashBalance"
ROUTES = [
    Route("GET", ONE + "/cash_balance", retrieve, f"{NAME}RetrieveParams", READ),
    Route("POST", ONE + "/cash_balance", update, f"{NAME}UpdateParams", WRITE),
    Route(
        "GET",
        ONE + "/cash_balance_transactions",
        list_entries,
        f"{NAME}TransactionListParams",
        READ,
    ),
    Route(
        "GET",
        ONE + "/cash_balance_transactions/:id",
        retrieve_entry,
        f"{NAME}TransactionRetrieveParams",
        READ,
    ),
    Route(
        "POST",
        ONE + "/funding_instructions",
        instructions,
        "CustomerFundingInstructionsCreateParams",
        WRITE,
    ),
    Route(
        "POST",
        "/test_helpers/customers/:id/fund_cash_balance",
        fund,
        "test_helpers.CustomerFundCashBalanceParams",
        WRITE,
    ),
    Route(
        "POST",
        "/payment_intents/:id/apply_customer_balance",
        apply,
        "PaymentIntentApplyCustomerBalanceParams",
        "payment_intents:write",
    ),
]
