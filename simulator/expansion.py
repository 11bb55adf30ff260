"""``expand[]``: puts objects for identifiers, and adds what is given on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stripe._object_classes import get_object_class

from simulator import listing
from simulator.errors import StripeError, invalid
from simulator.plain import copied
from simulator.resources import (
    cash_balance,
    checkout_lines,
    invoice_payment,
    tax_id,
)
from simulator.routing import Route
from simulator.world import Account, JSONObject

DEEPEST = 4

# Field → table of the object that its identifier names, whichever object has it.
REFERENCES = {
    "account_tax_ids": "tax_id",
    "balance_transaction": "balance_transaction",
    "charge": "charge",
    "credit_note": "credit_note",
    "customer": "customer",
    "customer_balance_transaction": "customer_balance_transaction",
    "default_payment_method": "payment_method",
    "default_price": "price",
    "invoice": "invoice",
    "latest_charge": "charge",
    "latest_revision": "invoice",
    "payment_intent": "payment_intent",
    "payment_method": "payment_method",
    "payment_record": "payment_record",
    "failure_balance_transaction": "balance_transaction",
    "original_payout": "payout",
    "product": "product",
    "refund": "refund",
    "reversed_by": "payout",
    "mandate": "mandate",
    "setup_intent": "setup_intent",
    "tax_rate": "tax_rate",
}
# ``source`` of a balance transaction, by the prefix of the identifier.
SOURCES = {
    "ch": "charge",
    "du": "dispute",
    "po": "payout",
    "py": "charge",
    "pyr": "refund",
    "re": "refund",
    "tu": "topup",
}
# Fields that hold plain identifiers although another object's field can be expanded.
PLAIN = frozenset(
    (
        ("price_details", "price"),
        ("price_details", "product"),
        ("tax_rate_details", "tax_rate"),
        ("invoice_item_details", "invoice_item"),
        ("line_item", "invoice"),
        ("payment_method", "tax_id"),
    )
)
# Fields that an object has only at times, but that may be named all the same: one of
# several alternatives, or what comes later.
AT_TIMES = {
    "payment": frozenset(("charge", "payment_intent", "payment_record")),
    "refund": frozenset(("failure_balance_transaction",)),
}


# Path of a route that answers something else than its first word says.
RESULTS = {
    "/balance_settings": "balance_settings",
    "/billing_portal/configurations": "billing_portal.configuration",
    "/billing_portal/configurations/:id": "billing_portal.configuration",
    "/billing_portal/sessions": "billing_portal.session",
    "/checkout/sessions": "checkout.session",
    "/checkout/sessions/:id/expire": "checkout.session",
    "/customers/:id/tax_ids": "tax_id",
    "/customers/:id/cash_balance": "cash_balance",
    "/customers/:id/funding_instructions": "funding_instructions",
    "/test_helpers/customers/:id/fund_cash_balance": (
        "customer_cash_balance_transaction"
    ),
    "/customers/:id/balance_transactions": "customer_balance_transaction",
    "/invoices/:id/lines/:id": "line_item",
}


def payments(account: Account, invoice: JSONObject) -> JSONObject:
    """Return the invoice's payments as the list that ``expand`` includes."""
    rows = list(reversed(invoice_payment.of_invoice(account, invoice["id"])))
    url = f"/v1/invoice_payments?invoice={invoice['id']}"
    return listing.page(copied(rows[:10]), len(rows) > 10, url)


def paid_off_stripe(account: Account, invoice: JSONObject) -> int:
    """Return what was paid outside Stripe, in minor units."""
    return int(account.private(invoice["id"]).get("paid_off_stripe", 0))


def confirmation_secret(account: Account, invoice: JSONObject) -> JSONObject | None:
    """Return the secret with which a browser can pay the open invoice."""
    entry = invoice_payment.default(account, invoice["id"])
    if entry is None:
        return None
    intent = account.table("payment_intent")[entry["payment"]["payment_intent"]]
    return {"client_secret": intent["client_secret"], "type": "payment_intent"}


def line_items(account: Account, session: JSONObject) -> JSONObject:
    """Return the lines of a Checkout Session as the list that ``expand`` includes."""
    rows = checkout_lines.of_session(account, session)
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return listing.page(copied(rows[:10]), len(rows) > 10, url)


def tax_ids(account: Account, customer: JSONObject) -> JSONObject:
    """Return the customer's tax ids as the list that ``expand`` includes."""
    rows = list(reversed(tax_id.of_customer(account, customer["id"])))
    url = f"/v1/customers/{customer['id']}/tax_ids"
    return listing.page(copied(rows[:10]), len(rows) > 10, url)


def cash(account: Account, customer: JSONObject) -> JSONObject:
    """Return the money of the customer's transfers that nothing has used yet."""
    return cash_balance.shown(account, customer["id"])


def credit_balance(account: Account, customer: JSONObject) -> JSONObject:
    """Return the credit by currency; positive is credit, unlike ``balance``."""
    balances = account.private(customer["id"]).get("balances", {})
    known = {customer["currency"]: 0} if customer["currency"] else {}
    return {**known, **{currency: -amount for currency, amount in balances.items()}}


def refunds(account: Account, charge: JSONObject) -> JSONObject:
    """Return the charge's refunds as the list that ``expand`` includes."""
    rows = [
        copied(refund)
        for refund in listing.newest_first(account.table("refund"))
        if refund["charge"] == charge["id"]
    ]
    url = f"/v1/charges/{charge['id']}/refunds"
    return listing.page(rows[:10], len(rows) > 10, url)


INCLUDABLE: dict[tuple[str, str], Callable[[Account, JSONObject], Any]] = {
    ("invoice", "payments"): payments,
    ("invoice", "amount_paid_off_stripe"): paid_off_stripe,
    ("invoice", "confirmation_secret"): confirmation_secret,
    ("charge", "refunds"): refunds,
    ("checkout.session", "line_items"): line_items,
    ("customer", "cash_balance"): cash,
    ("customer", "tax_ids"): tax_ids,
    ("customer", "invoice_credit_balance"): credit_balance,
}


def check(paths: list[str], route: Route) -> None:
    """Refuse, before anything is done, what no answer of the operation can have."""
    for path in paths:
        if len(path.split(".")) > DEEPEST:
            raise invalid(
                f"You cannot expand more than {DEEPEST} levels of a property. "
                f"Property: {path}",
                "expand",
            )
    if paths and route.method == "POST":
        collection = route.path.split("/")[1]
        kind = RESULTS.get(route.path, collection.removesuffix("s"))
        fields = get_object_class("V1", kind).__annotations__
        for path in paths:
            if path.split(".")[0] not in fields:
                raise not_expandable(path)


def expand(account: Account, answer: JSONObject, paths: list[str]) -> JSONObject:
    """Return the answer with every path expanded on a copy; raises Stripe's 400."""
    if not paths:
        return answer
    expanded = copied(answer)
    for path in paths:
        names = path.split(".")
        walk(account, expanded, names, path, expanded.get("object", ""))
    return expanded


def walk(account: Account, node: Any, names: list[str], path: str, kind: str) -> None:
    """Expand the path's first name in the node, then the rest below it."""
    if isinstance(node, list):
        for entry in node:
            walk(account, entry, names, path, kind)
        return
    if not isinstance(node, dict):
        return
    name, rest = names[0], names[1:]
    kind = node.get("object", kind)
    include = INCLUDABLE.get((kind, name))
    if include and name not in node:
        node[name] = include(account, node)
    elif name not in node and name in AT_TIMES.get(kind, ()):
        return
    elif name not in node:
        raise not_expandable(path)
    else:
        node[name] = resolved(account, node[name], kind, name, path, bool(rest))
    if rest:
        walk(account, node[name], rest, path, name)


def resolved(
    account: Account, value: Any, kind: str, name: str, path: str, deeper: bool
) -> Any:
    """Return the object behind an identifier; other values stay as they are."""
    if isinstance(value, list) and value and isinstance(value[0], str):
        return [resolved(account, v, kind, name, path, deeper) for v in value]
    if not isinstance(value, str):
        if value is None or deeper or isinstance(value, (dict, list)):
            return value
        raise not_expandable(path)
    table = REFERENCES.get(name)
    if kind == "balance_transaction" and name == "source":
        table = SOURCES.get(value.split("_")[0])
    if table is None or (kind, name) in PLAIN:
        raise not_expandable(path)
    found = account.get(table, value)
    return value if found is None else copied(found)


def not_expandable(path: str) -> StripeError:
    """Return Stripe's refusal of a path that leads nowhere."""
    return invalid(f"This property cannot be expanded ({path}).", "expand")
