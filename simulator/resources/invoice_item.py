"""Invoice items: pending ones, and those behind the lines of an invoice."""

from __future__ import annotations

from simulator import events, listing, money
from simulator.errors import StripeError, invalid
from simulator.resources import (
    common,
    invoice_amounts,
    invoice_checks,
    invoice_line,
    invoice_lines,
    invoice_object,
)
from simulator.resources import (
    customer as customers,
)
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

UNSIMULATED = (
    "customer_account", "discounts", "subscription", "tax_behavior", "tax_code",
)  # fmt: skip
SOURCES = invoice_line.AMOUNT_SOURCES
NO_SOURCE = "You must specify one of: amount, unit_amount_decimal, price_data, pricing."
FIXED = (
    "Can't delete an invoice item that is attached to an invoice that is no longer "
    "editable"
)


def find(account: Account, item_id: str) -> JSONObject:
    """Return an invoice item; raises Stripe's 404, which names the mode."""
    item = account.get("invoiceitem", item_id)
    if item is None:
        mode = str(account.livemode).lower()
        raise StripeError(
            f"No such Invoice Item: '{item_id}'(livemode={mode})",
            status=404,
            code="resource_missing",
            param="id",
        )
    return item


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/invoiceitems: pending, or on the draft that ``invoice`` names."""
    common.refuse_unsimulated(params, UNSIMULATED)
    customer_id, invoice = owner(account, params)
    customer = customers.living(account, customer_id, "customer")
    currency = money.check_currency(currency_of(account, customer, invoice, params))
    invoice_line.check(account, params, "")
    invoice_line.check_currency(account, params, currency, "")
    if not set(params) & set(SOURCES):
        raise invalid(NO_SOURCE, "amount", "parameter_missing")
    if invoice:
        check_fits(account, invoice, currency, params)
    customers.set_currency(account, customer, currency)
    item = invoice_line.new_item(world, account, customer_id, currency, params)
    if invoice:
        put_on(world, account, invoice, item)
    return item


def owner(account: Account, params: common.Params) -> tuple[str, JSONObject | None]:
    """Return the customer's id and the draft to put the item on, if one is named."""
    invoice = None
    if params.get("invoice"):
        invoice = common.refer(account, "invoice", params["invoice"], "invoice")
    customer_id = params.get("customer") or (invoice or {}).get("customer")
    if not customer_id:
        raise invalid(
            "You must pass a 'customer' or 'customer_account' parameter.",
            "customer",
            "parameter_missing",
        )
    if invoice and invoice["customer"] != customer_id:
        raise invalid("The invoice belongs to another customer.", "invoice")
    return customer_id, invoice


def currency_of(
    account: Account,
    customer: JSONObject,
    invoice: JSONObject | None,
    params: common.Params,
) -> str:
    """Return the item's currency: given, the price's, the invoice's, or a default."""
    if params.get("currency"):
        return str(params["currency"])
    if data := params.get("price_data"):
        return str(data["currency"])
    if pricing := params.get("pricing"):
        wanted = pricing.get("price", "")
        found = common.refer(account, "price", wanted, "pricing[price]")
        return str(found["currency"])
    if invoice:
        return str(invoice["currency"])
    return str(customer["currency"] or account.settings["default_currency"])


def check_fits(
    account: Account, invoice: JSONObject, currency: str, params: common.Params
) -> None:
    """Raise a 400 where the item cannot go on the invoice."""
    invoice_lines.editable(account, invoice["id"])
    if invoice["currency"] != currency:
        raise invalid(
            f"The currency of the invoice item ({currency}) must be that of the "
            f"invoice ({invoice['currency']}).",
            "currency",
        )
    lines = invoice_object.line_ids(account, invoice)
    invoice_checks.check_count(len(lines) + 1)
    invoice_lines.check_tax_modes(account, invoice, [("", params)])


def put_on(
    world: World, account: Account, invoice: JSONObject, item: JSONObject
) -> None:
    """Make the item a line of the draft."""
    with common.changing(world, account, invoice, "invoice.updated"):
        line = invoice_line.new_line(world, account, invoice["id"], item)
        invoice_object.line_ids(account, invoice).append(line["id"])
        invoice_amounts.recompute(account, invoice)


def update(
    world: World, account: Account, item_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoiceitems/:id, unless its invoice is finalized."""
    common.refuse_unsimulated(params, UNSIMULATED)
    if item_id in account.table("deleted_invoiceitem"):
        raise invalid("This invoice item has been deleted.")
    item = find(account, item_id)
    invoice = draft_of(account, item, invoice_lines.NOT_EDITABLE)
    invoice_line.check(account, params, "")
    invoice_line.check_currency(account, params, item["currency"], "")
    if invoice:
        invoice_lines.check_tax_modes(account, invoice, [("", params)])
    invoice_line.set_item(world, account, item, params)
    if invoice:
        line = account.table("line_item")[account.private(item_id)["line"]]
        with common.changing(world, account, invoice, "invoice.updated"):
            invoice_line.follow_item(account, line, item)
            invoice_amounts.recompute(account, invoice)
    return item


def draft_of(account: Account, item: JSONObject, refusal: str) -> JSONObject | None:
    """Return the draft that the item is on; raises a 400 once it is finalized."""
    if item["invoice"] is None:
        return None
    invoice = account.table("invoice")[item["invoice"]]
    if invoice["status"] != "draft":
        raise invalid(refusal)
    return invoice


def delete(
    world: World, account: Account, item_id: str, params: common.Params
) -> JSONObject:
    """DELETE /v1/invoiceitems/:id, unless its invoice is finalized."""
    if item_id in account.table("deleted_invoiceitem"):
        raise invalid(FIXED)
    item = find(account, item_id)
    invoice = draft_of(account, item, FIXED)
    if invoice:
        line = account.table("line_item")[account.private(item_id)["line"]]
        with common.changing(world, account, invoice, "invoice.updated"):
            invoice_lines.take_off(world, account, invoice, line, True)
            invoice_amounts.recompute(account, invoice)
    else:
        del account.table("invoiceitem")[item_id]
        account.table("deleted_invoiceitem")[item_id] = common.deleted(item)
        events.emit(world, account, "invoiceitem.deleted", item)
    return common.deleted(item)


def retrieve(
    world: World, account: Account, item_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/invoiceitems/:id."""
    return find(account, item_id)


def list_items(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/invoiceitems, pending or of an invoice or a customer."""
    common.refuse_unsimulated(params, ("customer_account",))
    pending = params.get("pending")
    rows = [
        item
        for item in listing.newest_first(account.table("invoiceitem"))
        if listing.matches(item, params, "customer", "invoice")
        and (pending is None or (item["invoice"] is None) == pending)
        and listing.in_range(item["date"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/invoiceitems")


READ, WRITE = "invoices:read", "invoices:write"
ROUTES = [
    Route("POST", "/invoiceitems", create, "InvoiceItemCreateParams", WRITE),
    Route("GET", "/invoiceitems", list_items, "InvoiceItemListParams", READ),
    Route("GET", "/invoiceitems/:id", retrieve, "InvoiceItemRetrieveParams", READ),
    Route("POST", "/invoiceitems/:id", update, "InvoiceItemUpdateParams", WRITE),
    Route("DELETE", "/invoiceitems/:id", delete, "InvoiceItemDeleteParams", WRITE),
]
