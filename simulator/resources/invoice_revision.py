"""Revisions: a draft that takes the place of a finalized invoice."""

from __future__ import annotations

from simulator.errors import invalid
from simulator.plain import copied
from simulator.resources import (
    common,
    invoice_amounts,
    invoice_line,
    invoice_object,
)
from simulator.world import Account, JSONObject, World

COPIED = (
    "account_tax_ids", "collection_method", "custom_fields", "default_payment_method",
    "default_tax_rates", "description", "due_date", "footer", "payment_settings",
    "rendering", "shipping_details", "statement_descriptor", "metadata",
)  # fmt: skip


def check(account: Account, params: common.Params) -> JSONObject:
    """Return the invoice to revise; raises a 400 where it cannot be revised."""
    invoice_id = params["from_invoice"]["invoice"]
    original = common.refer(account, "invoice", invoice_id, "from_invoice[invoice]")
    if not account.settings.get("revisions", True):
        raise invalid("This account cannot revise invoices.", "from_invoice")
    if original["status"] not in ("open", "uncollectible"):
        raise invalid(
            "You can only revise open or uncollectible invoices.",
            "from_invoice[invoice]",
        )
    if params.get("customer", original["customer"]) != original["customer"]:
        raise invalid("The customer of a revision cannot be changed.", "customer")
    if params.get("currency", original["currency"]) != original["currency"]:
        raise invalid("The currency of a revision cannot be changed.", "currency")
    return original


def copy_onto(
    world: World, account: Account, original: JSONObject, invoice: JSONObject
) -> None:
    """Give the draft the original's settings and copies of its lines."""
    for name in COPIED:
        invoice[name] = copied(original[name])
    invoice["from_invoice"] = {"action": "revision", "invoice": original["id"]}
    ids = invoice_object.line_ids(account, invoice)
    for line in invoice_object.lines(account, original):
        ids.append(copied_line(world, account, line, invoice["id"])["id"])
    invoice_amounts.recompute(account, invoice)


def copied_line(
    world: World, account: Account, line: JSONObject, invoice_id: str
) -> JSONObject:
    """Return a copy of a line, with an invoice item of its own."""
    item_id = line["parent"]["invoice_item_details"]["invoice_item"]
    item = copied(account.table("invoiceitem")[item_id])
    item["id"] = world.new_id("ii")
    common.create(world, account, item, "invoiceitem.created")
    made = invoice_line.new_line(world, account, invoice_id, item)
    made["taxes"] = copied(line["taxes"])
    for name in ("manual_taxes", "tax_rates"):
        account.private(made["id"])[name] = account.private(line["id"]).get(name)
    return made
