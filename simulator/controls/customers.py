"""What is prepared for a customer, and what shall go wrong with its invoices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import stored_methods
from simulator.controls.lookup import account_of, given, owner
from simulator.resources import cash_balance, finalization, rendering_template
from simulator.resources import tax_id as tax_ids

if TYPE_CHECKING:
    from simulator.world import World

JSON = dict[str, Any]
ERROR_FIELDS = frozenset(("code", "message", "param"))


def customer_card(world: World, body: JSON, customer_id: str) -> JSON:
    """Store a test card or IBAN as the default to charge: {number}."""
    account = owner(world, "customer", customer_id)
    number = str(given(body, "number"))
    return stored_methods.store(world, account, customer_id, number)


def customer_transfer(world: World, body: JSON, customer_id: str) -> JSON:
    """Let a bank transfer arrive: {amount, currency, reference}."""
    account = owner(world, "customer", customer_id)
    amount, currency = int(given(body, "amount")), str(body.get("currency", "eur"))
    reference = body.get("reference")
    entry = cash_balance.fund(world, account, customer_id, amount, currency, reference)
    left = cash_balance.available(account, customer_id)
    return {"transaction": entry, "available": left}


def tax_id_verification(world: World, body: JSON, tax_id_id: str) -> JSON:
    """Let the register answer: {status: verified, unverified, unavailable, pending}."""
    account = owner(world, "tax_id", tax_id_id)
    tax_id = account.table("tax_id")[tax_id_id]
    if not tax_id["customer"]:
        raise ValueError("Tax ids of the account itself are not verified.")
    return tax_ids.conclude(world, account, tax_id, str(given(body, "status")))


def template_add(world: World, body: JSON, account_id: str) -> JSON:
    """Make an invoice template in the dashboard: {nickname, versions}."""
    account = account_of(world, account_id)
    nickname = str(body.get("nickname", "Template"))
    return rendering_template.make(
        world, account, nickname, int(body.get("versions", 1))
    )


def account_fails(world: World, body: JSON, account_id: str) -> JSON:
    """Let no draft of the account be finalized: {code, message, param} or {off}."""
    return fail(account_of(world, account_id).settings, body)


def customer_fails(world: World, body: JSON, customer_id: str) -> JSON:
    """Let no draft of the customer be finalized: {code, message, param} or {off}."""
    account = owner(world, "customer", customer_id)
    return fail(account.private(customer_id), body)


def invoice_fails(world: World, body: JSON, invoice_id: str) -> JSON:
    """Let the draft not be finalized: {code, message, param} or {off}."""
    account = owner(world, "invoice", invoice_id)
    return fail(account.private(invoice_id), body)


def fail(place: JSON, body: JSON) -> JSON:
    """Set the error of the finalization, or take it away again."""
    unknown = body.keys() - ERROR_FIELDS - {"off"}
    if unknown:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}.")
    error = {name: value for name, value in body.items() if name in ERROR_FIELDS}
    place[finalization.SETTING] = None if body.get("off") else error
    return {finalization.SETTING: place[finalization.SETTING]}


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/_sim/customers/<customer_id>/card", customer_card),
    ("POST", "/_sim/customers/<customer_id>/transfer", customer_transfer),
    ("POST", "/_sim/tax_ids/<tax_id_id>/verification", tax_id_verification),
    ("POST", "/_sim/accounts/<account_id>/templates", template_add),
    ("POST", "/_sim/accounts/<account_id>/finalization_error", account_fails),
    ("POST", "/_sim/customers/<customer_id>/finalization_error", customer_fails),
    ("POST", "/_sim/invoices/<invoice_id>/finalization_error", invoice_fails),
]
