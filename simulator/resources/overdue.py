"""Tells when an invoice's due date has passed, for accounts that want to know."""

from __future__ import annotations

from simulator import events, schedule
from simulator.world import Account, JSONObject, World


def plan(world: World, account: Account, invoice: JSONObject) -> None:
    """Look at a finalized invoice again when it is due."""
    if invoice["due_date"]:
        when = invoice["due_date"]
        schedule.at(world, when, "invoice_overdue", account, invoice["id"])


@schedule.job("invoice_overdue")
def tell(world: World, account: Account, invoice_id: str) -> None:
    """Emit ``invoice.overdue`` where the account's automations do, if still unpaid."""
    invoice = account.table("invoice")[invoice_id]
    if account.settings.get("overdue_events") and invoice["status"] == "open":
        events.emit(world, account, "invoice.overdue", invoice)
