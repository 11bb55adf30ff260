"""Previews: what an invoice would be, computed on a copy that is thrown away."""

from __future__ import annotations

from simulator.errors import invalid
from simulator.resources import (
    common,
    invoice_amounts,
    invoice_edit,
    invoice_item,
    invoice_line,
    invoice_object,
)
from simulator.world import Account, JSONObject, World

UNSIMULATED = (
    "customer_account", "customer_details", "discounts", "issuer", "on_behalf_of",
    "schedule", "schedule_details", "subscription", "subscription_details",
)  # fmt: skip
ITEM_UNSIMULATED = ("discounts", "invoiceitem", "tax_behavior", "tax_code")


def preview(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/invoices/create_preview: the pending items and those given."""
    common.refuse_unsimulated(params, UNSIMULATED)
    given = [prepared(item) for item in params.get("invoice_items", [])]
    scratch = scratch_of(account)
    wanted: common.Params = {"pending_invoice_items_behavior": "include"}
    wanted.update({k: v for k, v in params.items() if k in ("customer", "currency")})
    invoice = invoice_edit.draft(world, scratch, wanted, "upcoming_in")
    ids = invoice_object.line_ids(scratch, invoice)
    for index, item in enumerate(given):
        path = f"invoice_items[{index}]"
        invoice_line.check(scratch, item, path)
        currency = invoice["currency"]
        invoice_line.check_currency(scratch, item, currency, path)
        if str(item.get("currency", currency)).lower() != currency:
            raise invalid("All items must have the invoice's currency.", path)
        made = invoice_line.new_item(
            world, scratch, invoice["customer"], currency, item
        )
        ids.append(invoice_line.new_line(world, scratch, invoice["id"], made)["id"])
    if not ids:
        raise invalid("Nothing to invoice for customer", code="invoice_upcoming_none")
    invoice_amounts.recompute(scratch, invoice)
    return invoice


def prepared(item: common.Params) -> common.Params:
    """Return an item's parameters under the names that invoice items have."""
    common.refuse_unsimulated(item, ITEM_UNSIMULATED)
    given = dict(item)
    if "price" in given:
        given["pricing"] = {"price": given.pop("price")}
    if "unit_amount" in given:
        given["unit_amount_decimal"] = given.pop("unit_amount")
    if not set(given) & set(invoice_item.SOURCES):
        raise invalid(invoice_item.NO_SOURCE, "invoice_items")
    return given


def scratch_of(account: Account) -> Account:
    """Return a copy of the account whose additions leave no trace, and no event."""
    objects = {name: dict(table) for name, table in account.objects.items()}
    customers = account.table("customer")
    objects["customer"] = {key: dict(value) for key, value in customers.items()}
    items = account.table("invoiceitem")
    objects["invoiceitem"] = {key: dict(value) for key, value in items.items()}
    objects["webhook_endpoint"] = {}
    return Account(
        account.id,
        account.livemode,
        objects=objects,
        hidden={key: dict(value) for key, value in account.hidden.items()},
        settings=account.settings,
    )
