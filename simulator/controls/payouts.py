"""Payouts: made now, arriving, failing; and when money can be paid out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import dashboard
from simulator.controls.lookup import account_of, given, owner
from simulator.resources import balance_entry, other_movement, payout_flow

if TYPE_CHECKING:
    from simulator.world import Account, World

JSON = dict[str, Any]
MOVEMENT = frozenset(
    ("amount", "category", "currency", "days", "description", "fee", "type")
)


def account_payout(world: World, body: JSON, account_id: str) -> JSON:
    """Make an automatic payout now: {currency, pending, days}; null where it is empty.

    With ``pending`` the money that is not available yet is paid out too; ``days`` is
    how long it is on its way.
    """
    account = account_of(world, account_id)
    currency = body.get("currency", account.settings["default_currency"])
    if body.get("pending"):
        hasten(world, account, currency)
    payout = payout_flow.automatic(world, account, currency, body.get("days"))
    return {"payout": payout}


def account_available(world: World, body: JSON, account_id: str) -> JSON:
    """Let all pending money be available now: {currency}."""
    account = account_of(world, account_id)
    currency = body.get("currency", account.settings["default_currency"])
    hasten(world, account, currency)
    return {"available": balance_entry.sums(account, "available")}


def hasten(world: World, account: Account, currency: str) -> None:
    """Let the pending money of a currency be available now."""
    for entry in list(account.table(balance_entry.TABLE).values()):
        if entry["status"] == "pending" and entry["currency"] == currency:
            entry["available_on"] = world.clock.now()
            balance_entry.make_available(world, account, entry["id"])


def account_movement(world: World, body: JSON, account_id: str) -> JSON:
    """Move the balance otherwise: {type, amount, currency, category, fee, days}."""
    account = account_of(world, account_id)
    unknown = body.keys() - MOVEMENT
    if unknown:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}.")
    rest = {k: v for k, v in body.items() if k not in ("type", "amount")}
    kind, amount = str(given(body, "type")), int(given(body, "amount"))
    return other_movement.book(world, account, kind, amount, **rest)


def payout_reconcile(world: World, body: JSON, payout_id: str) -> JSON:
    """Let Stripe know now what the payout holds."""
    account = owner(world, "payout", payout_id)
    payout_flow.reconcile(world, account, payout_id)
    return account.table("payout")[payout_id]


def payout_arrive(world: World, body: JSON, payout_id: str) -> JSON:
    """Let the payout arrive at the bank now, reconciled before that."""
    account = owner(world, "payout", payout_id)
    payout_flow.leave(world, account, payout_id)
    payout_flow.reconcile(world, account, payout_id)
    payout_flow.arrive(world, account, payout_id)
    return account.table("payout")[payout_id]


def payout_fail(world: World, body: JSON, payout_id: str) -> JSON:
    """Let the bank send the payout back, also after it was paid: {code}."""
    account = owner(world, "payout", payout_id)
    payout = account.table("payout")[payout_id]
    code = body.get("code", "could_not_process")
    return payout_flow.fail(world, account, payout, code)


def payout_cancel(world: World, body: JSON, payout_id: str) -> JSON:
    """Cancel a manual payout in the dashboard."""
    return payout_action(world, payout_id, "cancel")


def payout_reverse(world: World, body: JSON, payout_id: str) -> JSON:
    """Fetch a paid payout back in the dashboard."""
    return payout_action(world, payout_id, "reverse")


def payout_action(world: World, payout_id: str, action: str) -> JSON:
    """Carry out an operation of the API as a person in the dashboard."""
    account = owner(world, "payout", payout_id)
    path = f"/v1/payouts/{payout_id}/{action}"
    return dashboard.do(world, account, "POST", path, {})


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/_sim/accounts/<account_id>/payout", account_payout),
    ("POST", "/_sim/accounts/<account_id>/available", account_available),
    ("POST", "/_sim/accounts/<account_id>/balance_transaction", account_movement),
    ("POST", "/_sim/payouts/<payout_id>/reconcile", payout_reconcile),
    ("POST", "/_sim/payouts/<payout_id>/arrive", payout_arrive),
    ("POST", "/_sim/payouts/<payout_id>/fail", payout_fail),
    ("POST", "/_sim/payouts/<payout_id>/cancel", payout_cancel),
    ("POST", "/_sim/payouts/<payout_id>/reverse", payout_reverse),
]
