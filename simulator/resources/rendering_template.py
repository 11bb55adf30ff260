"""Templates of the invoice's document, which people make in the dashboard."""

from __future__ import annotations

from typing import Any

from simulator import listing
from simulator.errors import invalid, missing
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

TABLE = "invoice_rendering_template"


def make(world: World, account: Account, nickname: str, versions: int) -> JSONObject:
    """Store a template that has been saved so many times."""
    return common.create(
        world,
        account,
        {
            "id": world.new_id("inrtem"),
            "object": TABLE,
            "created": world.clock.now(),
            "livemode": account.livemode,
            "metadata": {},
            "nickname": nickname,
            "status": "active",
            "version": versions,
        },
    )


def check(account: Account, given: Any, param: str = "rendering") -> None:
    """Raise a 400 for a template, or a version of it, that is not there."""
    if not given or not given.get("template"):
        return
    name = f"{param}[template]"
    template = common.refer(account, TABLE, given["template"], name)
    if template["status"] != "active":
        raise invalid("This invoice rendering template is archived.", name)
    newest: int = template["version"]
    version = int(given.get("template_version") or newest)
    if not 1 <= version <= newest:
        raise invalid(
            f"This invoice rendering template has no version {version}.",
            f"{param}[template_version]",
        )


def retrieve(
    world: World, account: Account, template_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/invoice_rendering_templates/:id, in its newest version or a former."""
    template = common.find(account, TABLE, template_id, "template")
    version = int(params.get("version") or template["version"])
    if not 1 <= version <= template["version"]:
        raise missing(TABLE, template_id, "version")
    return {**template, "version": version}


def list_templates(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/invoice_rendering_templates, by status."""
    rows = [
        template
        for template in listing.newest_first(account.table(TABLE))
        if listing.matches(template, params, "status")
    ]
    return listing.paginate(rows, params, "/v1" + PATH)


def archive(
    world: World, account: Account, template_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoice_rendering_templates/:id/archive."""
    return changed(account, template_id, "archived")


def unarchive(
    world: World, account: Account, template_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoice_rendering_templates/:id/unarchive."""
    return changed(account, template_id, "active")


def changed(account: Account, template_id: str, status: str) -> JSONObject:
    """Give a template its status."""
    template = common.find(account, TABLE, template_id, "template")
    template["status"] = status
    return template


PATH = "/invoice_rendering_templates"
READ, WRITE = "invoices:read", "invoices:write"
NAME = "InvoiceRenderingTemplate"
ROUTES = [
    Route("GET", PATH, list_templates, f"{NAME}ListParams", READ),
    Route("GET", PATH + "/:id", retrieve, f"{NAME}RetrieveParams", READ),
    Route("POST", PATH + "/:id/archive", archive, f"{NAME}ArchiveParams", WRITE),
    Route("POST", PATH + "/:id/unarchive", unarchive, f"{NAME}UnarchiveParams", WRITE),
]
