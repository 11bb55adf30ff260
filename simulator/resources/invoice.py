"""The API of invoices: which path leads to which operation."""

from __future__ import annotations

from simulator import listing, search
from simulator.resources import common, invoice_object
from simulator.resources.invoice_attach import attach_payment
from simulator.resources.invoice_edit import create, update
from simulator.resources.invoice_flow import (
    delete,
    finalize,
    mark_uncollectible,
    send,
    void,
)
from simulator.resources.invoice_lines import (
    add,
    list_lines,
    remove,
    update_many,
    update_one,
)
from simulator.resources.invoice_pay import pay
from simulator.resources.invoice_preview import preview
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def retrieve(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/invoices/:id."""
    return invoice_object.find(account, invoice_id, "invoice")


def list_invoices(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/invoices, by customer, status, collection method and times."""
    common.refuse_unsimulated(params, ("subscription", "customer_account"))
    rows = [
        invoice
        for invoice in listing.newest_first(account.table("invoice"))
        if listing.matches(invoice, params, "customer", "status", "collection_method")
        and listing.in_range(invoice["created"], params.get("created"))
        and listing.in_range(invoice["due_date"], params.get("due_date"))
    ]
    return listing.paginate(rows, params, "/v1/invoices")


def search_invoices(
    world: World, account: Account, params: common.Params
) -> JSONObject:
    """GET /v1/invoices/search."""
    return search.run(world, account, "invoice", params)


READ, WRITE = "invoices:read", "invoices:write"
ONE = "/invoices/:id"
ROUTES = [
    Route("POST", "/invoices", create, "InvoiceCreateParams", WRITE),
    Route(
        "POST",
        "/invoices/create_preview",
        preview,
        "InvoiceCreatePreviewParams",
        READ,
    ),
    Route("GET", "/invoices", list_invoices, "InvoiceListParams", READ),
    Route("GET", "/invoices/search", search_invoices, "InvoiceSearchParams", READ),
    Route("GET", ONE, retrieve, "InvoiceRetrieveParams", READ),
    Route("POST", ONE, update, "InvoiceUpdateParams", WRITE),
    Route("DELETE", ONE, delete, "InvoiceDeleteParams", WRITE),
    Route("POST", ONE + "/add_lines", add, "InvoiceAddLinesParams", WRITE),
    Route(
        "POST", ONE + "/update_lines", update_many, "InvoiceUpdateLinesParams", WRITE
    ),
    Route("POST", ONE + "/remove_lines", remove, "InvoiceRemoveLinesParams", WRITE),
    Route("GET", ONE + "/lines", list_lines, "InvoiceLineItemListParams", READ),
    Route("POST", ONE + "/lines/:id", update_one, "InvoiceLineItemUpdateParams", WRITE),
    Route("POST", ONE + "/finalize", finalize, "InvoiceFinalizeInvoiceParams", WRITE),
    Route("POST", ONE + "/pay", pay, "InvoicePayParams", WRITE),
    Route(
        "POST",
        ONE + "/attach_payment",
        attach_payment,
        "InvoiceAttachPaymentParams",
        WRITE,
    ),
    Route("POST", ONE + "/send", send, "InvoiceSendInvoiceParams", WRITE),
    Route("POST", ONE + "/void", void, "InvoiceVoidInvoiceParams", WRITE),
    Route(
        "POST",
        ONE + "/mark_uncollectible",
        mark_uncollectible,
        "InvoiceMarkUncollectibleParams",
        WRITE,
    ),
]
