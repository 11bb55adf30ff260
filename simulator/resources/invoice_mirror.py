"""Drafts follow their customer until they are finalized."""

from __future__ import annotations

from simulator.resources import (
    common,
    credit_balance,
    invoice_amounts,
    invoice_object,
)
from simulator.world import Account, JSONObject, World


def refresh(world: World, account: Account, customer: JSONObject) -> None:
    """Bring the customer's drafts up to date with its fields, tax ids and balance."""
    for invoice in account.table("invoice").values():
        if invoice["status"] == "draft" and invoice["customer"] == customer["id"]:
            with common.changing(world, account, invoice, "invoice.updated"):
                invoice.update(invoice_object.mirrored(account, customer))
                invoice["starting_balance"] = credit_balance.balance_in(
                    account, customer, invoice["currency"]
                )
                invoice_amounts.recompute(account, invoice)
