"""What customers' banks do after a payment: dispute it, decide, send debits back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import dashboard, scenarios
from simulator.controls.lookup import given, owner
from simulator.resources import dispute_flow, late_failure

if TYPE_CHECKING:
    from simulator.world import Account, World

JSON = dict[str, Any]
WISHES = frozenset(("amount", "final", "inquiry", "reason"))


def invoice_dispute(world: World, body: JSON, invoice_id: str) -> JSON:
    """Dispute the invoice's last charge: {reason, amount, inquiry, final}."""
    account, charge = paid_charge(world, invoice_id)
    return start(world, account, charge, body)


def charge_dispute(world: World, body: JSON, charge_id: str) -> JSON:
    """Dispute a charge: {reason, amount, inquiry, final}."""
    account = owner(world, "charge", charge_id)
    return start(world, account, account.table("charge")[charge_id], body)


def start(world: World, account: Account, charge: JSON, body: JSON) -> JSON:
    """Open the dispute that was wished for."""
    unknown = body.keys() - WISHES
    if unknown:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}.")
    return dispute_flow.start(world, account, charge, **body)


def invoice_return(world: World, body: JSON, invoice_id: str) -> JSON:
    """Let the bank send a debit back after it was paid: {reason}, a lost dispute."""
    account, charge = paid_charge(world, invoice_id)
    reason = body.get("reason", "insufficient_funds")
    return dispute_flow.start(world, account, charge, reason=reason, final=True)


def paid_charge(world: World, invoice_id: str) -> tuple[Account, JSON]:
    """Return the last charge that has paid the invoice, with its account."""
    account = owner(world, "invoice", invoice_id)
    charge = scenarios.charge_of(account, account.table("invoice")[invoice_id])
    if charge is None:
        raise ValueError("Nothing was paid for this invoice through Stripe.")
    return account, charge


def charge_fail(world: World, body: JSON, charge_id: str) -> JSON:
    """Let a charge fail that had succeeded: {code}."""
    account = owner(world, "charge", charge_id)
    charge = account.table("charge")[charge_id]
    code = body.get("code", "debit_not_authorized")
    return late_failure.fail(world, account, charge, code)


def dispute_close(world: World, body: JSON, dispute_id: str) -> JSON:
    """Let the bank decide: {outcome: won, lost, or warning_closed for an inquiry}."""
    account = owner(world, "dispute", dispute_id)
    dispute = account.table("dispute")[dispute_id]
    return dispute_flow.close(world, account, dispute, str(given(body, "outcome")))


def dispute_escalate(world: World, body: JSON, dispute_id: str) -> JSON:
    """Let an inquiry become a dispute."""
    account = owner(world, "dispute", dispute_id)
    return dispute_flow.escalate(world, account, account.table("dispute")[dispute_id])


def dispute_respond(world: World, body: JSON, dispute_id: str) -> JSON:
    """Submit evidence in the dashboard: {evidence, submit}."""
    account = owner(world, "dispute", dispute_id)
    path = f"/v1/disputes/{dispute_id}"
    return dashboard.do(world, account, "POST", path, body)


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/_sim/invoices/<invoice_id>/dispute", invoice_dispute),
    ("POST", "/_sim/invoices/<invoice_id>/return", invoice_return),
    ("POST", "/_sim/charges/<charge_id>/dispute", charge_dispute),
    ("POST", "/_sim/charges/<charge_id>/fail", charge_fail),
    ("POST", "/_sim/disputes/<dispute_id>/close", dispute_close),
    ("POST", "/_sim/disputes/<dispute_id>/escalate", dispute_escalate),
    ("POST", "/_sim/disputes/<dispute_id>/respond", dispute_respond),
]
