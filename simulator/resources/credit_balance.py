"""The customer's balance in each currency: negative is credit, positive is debt.

An invoice uses the balance of its own currency only.
"""

from __future__ import annotations

from simulator.world import Account, JSONObject


def own_currency(account: Account, customer: JSONObject) -> str:
    """Return the currency whose balance the customer's ``balance`` shows."""
    return str(customer.get("currency") or account.settings["default_currency"])


def balance_in(account: Account, customer: JSONObject, currency: str) -> int:
    """Return the customer's balance in a currency, in its minor units."""
    balances: dict[str, int] = account.private(customer["id"]).get("balances", {})
    return balances.get(currency, 0)


def add(account: Account, customer: JSONObject, amount: int, currency: str) -> int:
    """Add to the balance in a currency and return what it is then."""
    balances = account.private(customer["id"]).setdefault("balances", {})
    balances[currency] = balances.get(currency, 0) + amount
    show(account, customer)
    return int(balances[currency])


def show(account: Account, customer: JSONObject) -> None:
    """Let the customer show the balance in his own currency."""
    customer["balance"] = balance_in(account, customer, own_currency(account, customer))
