"""The API of credit notes."""

from __future__ import annotations

from simulator import listing
from simulator.resources import (
    common,
    credit_note_flow,
    credit_note_lines,
    credit_note_object,
)
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/credit_notes; unless ``email_type`` is none, Stripe mails it."""
    given = credit_note_flow.with_refunds(account, params)
    draft = credit_note_object.prepared(world, account, given)
    return credit_note_flow.issue(world, account, draft, given)


def preview(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/credit_notes/preview: what it would be, without any effect."""
    given = credit_note_flow.with_refunds(account, params)
    return credit_note_object.prepared(world, account, given).note


def preview_lines(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/credit_notes/preview/lines."""
    given = credit_note_flow.with_refunds(account, params)
    lines = credit_note_object.prepared(world, account, given).lines
    return listing.paginate(lines, params, f"/v1{PATH}/preview/lines")


def find(account: Account, note_id: str) -> JSONObject:
    """Return a credit note; raises Stripe's 404."""
    return common.find(account, "credit_note", note_id)


def retrieve(
    world: World, account: Account, note_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/credit_notes/:id."""
    return find(account, note_id)


def update(
    world: World, account: Account, note_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/credit_notes/:id: memo and metadata only."""
    note = find(account, note_id)
    metadata = common.merge_metadata(note["metadata"], params.get("metadata"))
    with common.changing(world, account, note, "credit_note.updated"):
        common.assign(note, params, ("memo",))
        note["metadata"] = metadata
    return note


def void(
    world: World, account: Account, note_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/credit_notes/:id/void."""
    return credit_note_flow.void(world, account, find(account, note_id))


def list_notes(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/credit_notes, by invoice, customer or creation."""
    common.refuse_unsimulated(params, ("customer_account",))
    if "invoice" in params:
        common.refer(account, "invoice", params["invoice"], "invoice")
    rows = [
        note
        for note in listing.newest_first(account.table("credit_note"))
        if listing.matches(note, params, "invoice", "customer")
        and listing.in_range(note["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1" + PATH)


def list_lines(
    world: World, account: Account, note_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/credit_notes/:id/lines."""
    find(account, note_id)
    table = account.table(credit_note_lines.TABLE)
    rows = [table[line_id] for line_id in account.private(note_id)["lines"]]
    return listing.paginate(rows, params, f"/v1{PATH}/{note_id}/lines")


PATH = "/credit_notes"
ONE = PATH + "/:id"
READ, WRITE = "credit_notes:read", "credit_notes:write"
ROUTES = [
    Route("POST", PATH, create, "CreditNoteCreateParams", WRITE),
    Route("GET", PATH, list_notes, "CreditNoteListParams", READ),
    Route("GET", PATH + "/preview", preview, "CreditNotePreviewParams", READ),
    Route(
        "GET",
        PATH + "/preview/lines",
        preview_lines,
        "CreditNotePreviewLinesListParams",
        READ,
    ),
    Route("GET", ONE, retrieve, "CreditNoteRetrieveParams", READ),
    Route("POST", ONE, update, "CreditNoteUpdateParams", WRITE),
    Route("POST", ONE + "/void", void, "CreditNoteVoidCreditNoteParams", WRITE),
    Route("GET", ONE + "/lines", list_lines, "CreditNoteLineItemListParams", READ),
]
