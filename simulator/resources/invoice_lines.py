"""The operations on an invoice's lines."""

from __future__ import annotations

from typing import Any

from simulator import events, listing
from simulator.errors import invalid, missing
from simulator.params import join
from simulator.resources import (
    common,
    invoice_amounts,
    invoice_checks,
    invoice_line,
    invoice_object,
)
from simulator.world import Account, JSONObject, World

NOT_EDITABLE = "This invoice is no longer editable"


def editable(account: Account, invoice_id: str) -> JSONObject:
    """Return a draft; raises Stripe's 404, or a 400 once it is finalized."""
    invoice = invoice_object.find(account, invoice_id, "invoice")
    if invoice["status"] != "draft":
        raise invalid(NOT_EDITABLE, code="invoice_not_editable")
    return invoice


def check_tax_modes(
    account: Account, invoice: JSONObject, given: list[tuple[str, common.Params]]
) -> None:
    """Raise a 400 where tax amounts and tax rates would meet on one invoice.

    :param given: each line's path and parameters
    """
    lines = invoice_object.line_ids(account, invoice)
    rates = bool(invoice["default_tax_rates"]) or any(
        account.private(line_id).get("tax_rates") for line_id in lines
    )
    manual = invoice_checks.has_manual_taxes(account, invoice)
    for path, params in given:
        rates = rates or bool(params.get("tax_rates"))
        manual = manual or bool(params.get("tax_amounts"))
        if rates and manual:
            raise invalid(invoice_line.MANUAL_WITH_RATES, join(path, "tax_amounts"))


def add(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/add_lines: all of them, or none and an error."""
    invoice = editable(account, invoice_id)
    given = [(f"lines[{i}]", line) for i, line in enumerate(params["lines"])]
    ids = invoice_object.line_ids(account, invoice)
    invoice_checks.check_count(len(ids) + len(given))
    for path, line in given:
        check_new(account, invoice, line, path)
    check_tax_modes(account, invoice, given)
    metadata = common.merge_metadata(
        invoice["metadata"], params.get("invoice_metadata")
    )
    with common.changing(world, account, invoice, "invoice.updated"):
        for _path, line in given:
            item = item_for(world, account, invoice, line)
            made = invoice_line.new_line(world, account, invoice_id, item)
            if "tax_amounts" in line:
                amounts = line["tax_amounts"]
                invoice_line.set_tax_amounts(world, account, made, amounts)
            ids.append(made["id"])
        invoice["metadata"] = metadata
        invoice_amounts.recompute(account, invoice)
    return invoice


def check_new(
    account: Account, invoice: JSONObject, line: common.Params, path: str
) -> None:
    """Raise a 400 for parameters that make no line."""
    invoice_line.check(account, line, path)
    if "invoice_item" in line:
        name = line["invoice_item"]
        item = common.refer(account, "invoiceitem", name, join(path, "invoice_item"))
        if item["invoice"] or item["customer"] != invoice["customer"]:
            raise invalid(
                f"The invoice item {name} cannot be added to this invoice.",
                join(path, "invoice_item"),
            )
    elif not set(line) & {"amount", "price_data", "pricing"}:
        raise invalid(
            "Each line needs one of: amount, price_data, pricing, invoice_item.", path
        )
    invoice_line.check_currency(account, line, invoice["currency"], path)


def item_for(
    world: World, account: Account, invoice: JSONObject, line: common.Params
) -> JSONObject:
    """Return the pending item that the line adopts, or a new one."""
    if "invoice_item" in line:
        item = account.table("invoiceitem")[line["invoice_item"]]
        invoice_line.set_item(world, account, item, line)
        return item
    return invoice_line.new_item(
        world, account, invoice["customer"], invoice["currency"], line
    )


def owned_line(
    account: Account, invoice: JSONObject, line_id: str, param: str
) -> JSONObject:
    """Return a line of the invoice; raises Stripe's 404."""
    line = account.get("line_item", line_id)
    if line is None or line["invoice"] != invoice["id"]:
        raise missing("invoice line item", line_id, param)
    return line


def change_line(
    world: World, account: Account, line: JSONObject, given: common.Params
) -> None:
    """Apply checked parameters to a line and to the invoice item behind it."""
    item_id = line["parent"]["invoice_item_details"]["invoice_item"]
    item = account.table("invoiceitem")[item_id]
    invoice_line.set_item(world, account, item, given)
    invoice_line.follow_item(account, line, item)
    if "tax_amounts" in given:
        amounts = given["tax_amounts"]
        invoice_line.set_tax_amounts(world, account, line, amounts)


def update_one(
    world: World, account: Account, invoice_id: str, line_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/lines/:id; answers the line."""
    invoice = editable(account, invoice_id)
    line = owned_line(account, invoice, line_id, "line_item_id")
    check_change(account, invoice, params, "")
    check_tax_modes(account, invoice, [("", params)])
    with common.changing(world, account, invoice, "invoice.updated"):
        change_line(world, account, line, params)
        invoice_amounts.recompute(account, invoice)
    return line


def check_change(
    account: Account, invoice: JSONObject, given: common.Params, path: str
) -> None:
    """Raise a 400 for a change that makes no valid line."""
    invoice_line.check(account, given, path)
    invoice_line.check_currency(account, given, invoice["currency"], path)


def update_many(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/update_lines; answers the invoice."""
    invoice = editable(account, invoice_id)
    given = [(f"lines[{i}]", line) for i, line in enumerate(params["lines"])]
    lines = [
        owned_line(account, invoice, line["id"], join(path, "id"))
        for path, line in given
    ]
    for path, line in given:
        check_change(account, invoice, line, path)
    check_tax_modes(account, invoice, given)
    metadata = common.merge_metadata(
        invoice["metadata"], params.get("invoice_metadata")
    )
    with common.changing(world, account, invoice, "invoice.updated"):
        for line, (_path, change) in zip(lines, given, strict=True):
            change_line(world, account, line, change)
        invoice["metadata"] = metadata
        invoice_amounts.recompute(account, invoice)
    return invoice


def remove(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id/remove_lines: delete the items, or make them pending."""
    invoice = editable(account, invoice_id)
    lines = [
        owned_line(account, invoice, line["id"], f"lines[{index}][id]")
        for index, line in enumerate(params["lines"])
    ]
    metadata = common.merge_metadata(
        invoice["metadata"], params.get("invoice_metadata")
    )
    with common.changing(world, account, invoice, "invoice.updated"):
        for line, given in zip(lines, params["lines"], strict=True):
            take_off(world, account, invoice, line, given["behavior"] == "delete")
        invoice["metadata"] = metadata
        invoice_amounts.recompute(account, invoice)
    return invoice


def take_off(
    world: World, account: Account, invoice: JSONObject, line: JSONObject, delete: bool
) -> None:
    """Remove one line; its item is deleted or waits for another invoice."""
    invoice_object.line_ids(account, invoice).remove(line["id"])
    del account.table("line_item")[line["id"]]
    account.hidden.pop(line["id"], None)
    item_id = line["parent"]["invoice_item_details"]["invoice_item"]
    item = account.table("invoiceitem")[item_id]
    item["invoice"] = None
    account.private(item_id).pop("line", None)
    if delete:
        del account.table("invoiceitem")[item_id]
        account.table("deleted_invoiceitem")[item_id] = common.deleted(item)
        events.emit(world, account, "invoiceitem.deleted", item)


def list_lines(
    world: World, account: Account, invoice_id: str, params: dict[str, Any]
) -> JSONObject:
    """GET /v1/invoices/:id/lines, in the order of the invoice."""
    invoice = invoice_object.find(account, invoice_id, "invoice")
    rows = invoice_object.lines(account, invoice)
    return listing.paginate(rows, params, f"/v1/invoices/{invoice_id}/lines")
