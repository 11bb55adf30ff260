"""Refunds and credit notes of the dashboard, and what the banks do with refunds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import dashboard, scenarios
from simulator.controls.lookup import owner
from simulator.resources import refund_flow

if TYPE_CHECKING:
    from simulator.world import World

JSON = dict[str, Any]


def invoice_refund(world: World, body: JSON, invoice_id: str) -> JSON:
    """Refund the invoice's last charge: {amount, reason, metadata}."""
    account = owner(world, "invoice", invoice_id)
    charge = scenarios.charge_of(account, account.table("invoice")[invoice_id])
    if charge is None:
        raise ValueError("Nothing was paid for this invoice through Stripe.")
    return charge_refund(world, body, charge["id"])


def charge_refund(world: World, body: JSON, charge_id: str) -> JSON:
    """Refund a charge: {amount, reason, metadata}."""
    account = owner(world, "charge", charge_id)
    params = {"charge": charge_id, **body}
    return dashboard.do(world, account, "POST", "/v1/refunds", params)


def refund_succeed(world: World, body: JSON, refund_id: str) -> JSON:
    """Let the customer have the money now."""
    account = owner(world, "refund", refund_id)
    return refund_flow.succeed(world, account, account.table("refund")[refund_id])


def refund_fail(world: World, body: JSON, refund_id: str) -> JSON:
    """Let the bank send the money back: {reason}."""
    account = owner(world, "refund", refund_id)
    refund = account.table("refund")[refund_id]
    return refund_flow.fail(world, account, refund, body.get("reason", "unknown"))


def refund_cancel(world: World, body: JSON, refund_id: str) -> JSON:
    """Cancel a refund for which the customer has named no account."""
    account = owner(world, "refund", refund_id)
    path = f"/v1/refunds/{refund_id}/cancel"
    return dashboard.do(world, account, "POST", path, {})


def invoice_credit_note(world: World, body: JSON, invoice_id: str) -> JSON:
    """Issue a credit note in the dashboard: parameters of its creation."""
    account = owner(world, "invoice", invoice_id)
    params = {"invoice": invoice_id, **body}
    return dashboard.do(world, account, "POST", "/v1/credit_notes", params)


def credit_note_void(world: World, body: JSON, note_id: str) -> JSON:
    """Void a credit note in the dashboard."""
    account = owner(world, "credit_note", note_id)
    path = f"/v1/credit_notes/{note_id}/void"
    return dashboard.do(world, account, "POST", path, {})


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/_sim/invoices/<invoice_id>/refund", invoice_refund),
    ("POST", "/_sim/charges/<charge_id>/refund", charge_refund),
    ("POST", "/_sim/refunds/<refund_id>/succeed", refund_succeed),
    ("POST", "/_sim/refunds/<refund_id>/fail", refund_fail),
    ("POST", "/_sim/refunds/<refund_id>/cancel", refund_cancel),
    ("POST", "/_sim/invoices/<invoice_id>/credit_note", invoice_credit_note),
    ("POST", "/_sim/credit_notes/<note_id>/void", credit_note_void),
]
