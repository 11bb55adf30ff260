"""What customers and people in the dashboard do to an invoice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import dashboard, instruments, outcomes, scenarios
from simulator.controls.lookup import account_of, given, owner
from simulator.errors import StripeError
from simulator.resources import common, invoice_amounts

if TYPE_CHECKING:
    from simulator.world import World

JSON = dict[str, Any]


def invoice_pay(world: World, body: JSON, invoice_id: str) -> JSON:
    """Let the customer pay: {method, outcome, amount, number}, as ``outcomes.pay``."""
    account = owner(world, "invoice", invoice_id)
    invoice = account.table("invoice")[invoice_id]
    return told(invoice, outcomes.pay(world, account, invoice, body))


def invoice_pay_twice(world: World, body: JSON, invoice_id: str) -> JSON:
    """Let two people pay the whole invoice by card: {number}."""
    account = owner(world, "invoice", invoice_id)
    invoice = account.table("invoice")[invoice_id]
    number = str(body.get("number", instruments.ACCEPTED_CARD))
    return told(invoice, scenarios.pay_twice(world, account, invoice, number))


def invoice_pay_together(world: World, body: JSON, invoice_id: str) -> JSON:
    """Let one card payment pay this and other invoices: {others, number}."""
    account = owner(world, "invoice", invoice_id)
    table = account.table("invoice")
    invoices = [table[one] for one in (invoice_id, *given(body, "others"))]
    number = str(body.get("number", instruments.ACCEPTED_CARD))
    return told(invoices[0], scenarios.pay_together(world, account, invoices, number))


def invoice_authenticate(world: World, body: JSON, invoice_id: str) -> JSON:
    """Let the customer pass the bank's authentication, or fail it: {success}."""
    account = owner(world, "invoice", invoice_id)
    invoice = account.table("invoice")[invoice_id]
    success = bool(body.get("success", True))
    return told(invoice, scenarios.authenticate(world, account, invoice, success))


def told(invoice: JSON, error: StripeError | None) -> JSON:
    """Return what became of the invoice, and the refusal where there was one."""
    refusal = error.body(None)["error"] if error else None
    return {"status": invoice["status"], "error": refusal, "invoice": invoice}


def invoice_edit(world: World, body: JSON, invoice_id: str) -> JSON:
    """Edit a draft in the dashboard: any parameter of the update, or {add, remove}.

    ``add`` is a list of lines as for add_lines, ``remove`` a list of line ids.
    """
    account, path = owner(world, "invoice", invoice_id), f"/v1/invoices/{invoice_id}"
    fields = {k: v for k, v in body.items() if k not in ("add", "remove")}
    if fields:
        dashboard.do(world, account, "POST", path, fields)
    if body.get("add"):
        given = {"lines": body["add"]}
        dashboard.do(world, account, "POST", path + "/add_lines", given)
    if body.get("remove"):
        lines = [{"id": line, "behavior": "delete"} for line in body["remove"]]
        dashboard.do(world, account, "POST", path + "/remove_lines", {"lines": lines})
    return account.table("invoice")[invoice_id]


def invoice_coupon(world: World, body: JSON, invoice_id: str) -> JSON:
    """Let a coupon take {amount_off} off a draft; not where that changes its taxes."""
    account = owner(world, "invoice", invoice_id)
    invoice = account.table("invoice")[invoice_id]
    if invoice["status"] != "draft" or invoice["total_taxes"] or invoice["discounts"]:
        raise ValueError("A coupon is for one draft without taxes, once.")
    with common.changing(world, account, invoice, "invoice.updated"):
        account.private(invoice_id)["amount_off"] = int(given(body, "amount_off"))
        invoice["discounts"] = [world.new_id("di")]
        invoice_amounts.recompute(account, invoice)
    return invoice


def invoice_finalize(world: World, body: JSON, invoice_id: str) -> JSON:
    """Finalize in the dashboard."""
    return invoice_action(world, invoice_id, "/finalize", body)


def invoice_void(world: World, body: JSON, invoice_id: str) -> JSON:
    """Void in the dashboard."""
    return invoice_action(world, invoice_id, "/void", body)


def invoice_mark_uncollectible(world: World, body: JSON, invoice_id: str) -> JSON:
    """Write off in the dashboard."""
    return invoice_action(world, invoice_id, "/mark_uncollectible", body)


def invoice_mark_paid(world: World, body: JSON, invoice_id: str) -> JSON:
    """Mark as paid outside Stripe in the dashboard."""
    return invoice_action(world, invoice_id, "/pay", {"paid_out_of_band": True})


def invoice_delete(world: World, body: JSON, invoice_id: str) -> JSON:
    """Delete a draft in the dashboard."""
    account = owner(world, "invoice", invoice_id)
    return dashboard.do(world, account, "DELETE", f"/v1/invoices/{invoice_id}", {})


def invoice_action(world: World, invoice_id: str, action: str, params: JSON) -> JSON:
    """Carry out a transition as a person in the dashboard."""
    account, path = owner(world, "invoice", invoice_id), f"/v1/invoices/{invoice_id}"
    return dashboard.do(world, account, "POST", path + action, params)


def dashboard_do(world: World, body: JSON) -> JSON:
    """Do anything else in the dashboard: {account, method, path, params}."""
    account = account_of(world, given(body, "account"))
    params = body.get("params", {})
    return dashboard.do(
        world, account, given(body, "method"), given(body, "path"), params
    )


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/_sim/invoices/<invoice_id>/pay", invoice_pay),
    ("POST", "/_sim/invoices/<invoice_id>/pay_twice", invoice_pay_twice),
    ("POST", "/_sim/invoices/<invoice_id>/pay_together", invoice_pay_together),
    ("POST", "/_sim/invoices/<invoice_id>/authenticate", invoice_authenticate),
    ("POST", "/_sim/invoices/<invoice_id>/edit", invoice_edit),
    ("POST", "/_sim/invoices/<invoice_id>/coupon", invoice_coupon),
    ("POST", "/_sim/invoices/<invoice_id>/finalize", invoice_finalize),
    ("POST", "/_sim/invoices/<invoice_id>/void", invoice_void),
    (
        "POST",
        "/_sim/invoices/<invoice_id>/mark_uncollectible",
        invoice_mark_uncollectible,
    ),
    ("POST", "/_sim/invoices/<invoice_id>/mark_paid", invoice_mark_paid),
    ("POST", "/_sim/invoices/<invoice_id>/delete", invoice_delete),
    ("POST", "/_sim/dashboard", dashboard_do),
]
