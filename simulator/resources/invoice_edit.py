"""Creating and updating invoices."""

from __future__ import annotations

from typing import Any

from simulator import method_types, money
from simulator.errors import invalid
from simulator.resources import (
    common,
    invoice_amounts,
    invoice_checks,
    invoice_flow,
    invoice_line,
    invoice_object,
    invoice_revision,
    rendering_template,
)
from simulator.resources import (
    customer as customers,
)
from simulator.world import Account, JSONObject, World

DAY = 24 * 3600
UNSIMULATED = (
    "application_fee_amount", "customer_account", "default_source", "discounts",
    "on_behalf_of", "shipping_cost", "subscription", "transfer_data",
)  # fmt: skip
PLAIN = (
    "account_tax_ids", "automatically_finalizes_at", "custom_fields", "description",
    "effective_at", "footer", "statement_descriptor",
)  # fmt: skip
# What may still be changed after finalization; ``metadata`` as recorded.
EDITABLE_AFTER = frozenset(("metadata", "auto_advance", "default_payment_method"))


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/invoices: a draft, without the pending items unless included."""
    invoice = draft(world, account, params)
    common.create(world, account, invoice, "invoice.created")
    invoice_flow.plan_advance(world, account, invoice)
    return invoice


def draft(
    world: World, account: Account, params: common.Params, prefix: str = "in"
) -> JSONObject:
    """Check the parameters and return the invoice that they describe, not stored."""
    common.refuse_unsimulated(params, UNSIMULATED)
    if "from_invoice" in params:
        return revision(world, account, params)
    if not params.get("customer"):
        raise invalid(
            "You must pass a 'customer' or 'customer_account' parameter.",
            "customer",
            "parameter_missing",
        )
    customer = customers.living(account, params["customer"], "customer")
    currency = money.check_currency(
        params.get("currency")
        or customer["currency"]
        or account.settings["default_currency"]
    )
    collection_method = params.get("collection_method", "charge_automatically")
    invoice_checks.check_collection(customer, collection_method, params)
    invoice_checks.check(world, account, params, customer, currency)
    invoice_id = world.new_id(prefix)
    invoice = invoice_object.blank(world, account, customer, currency, invoice_id)
    apply(account, invoice, params)
    customers.set_currency(account, customer, currency)
    if params.get("pending_invoice_items_behavior") == "include":
        include_pending(world, account, invoice)
    invoice_amounts.recompute(account, invoice)
    return invoice


def revision(world: World, account: Account, params: common.Params) -> JSONObject:
    """Return a draft that revises the invoice named in ``from_invoice``."""
    original = invoice_revision.check(account, params)
    customer = account.table("customer")[original["customer"]]
    invoice_checks.check_due(original, params)
    invoice_checks.check(world, account, params, customer, original["currency"])
    invoice = invoice_object.blank(
        world, account, customer, original["currency"], world.new_id("in")
    )
    invoice_revision.copy_onto(world, account, original, invoice)
    apply(account, invoice, params)
    invoice_amounts.recompute(account, invoice)
    return invoice


def apply(account: Account, invoice: JSONObject, params: common.Params) -> None:
    """Assign checked parameters to a draft."""
    common.assign(invoice, params, PLAIN)
    if "number" in params:
        invoice_object.set_number(account, invoice, params["number"])
    for name in ("auto_advance", "collection_method", "default_payment_method"):
        if name in params:
            invoice[name] = params[name] or None
    invoice["auto_advance"] = bool(invoice["auto_advance"])
    invoice["metadata"] = common.merge_metadata(
        invoice["metadata"], params.get("metadata")
    )
    if "days_until_due" in params:
        invoice["due_date"] = invoice["created"] + params["days_until_due"] * DAY
    elif "due_date" in params:
        invoice["due_date"] = params["due_date"]
    if "default_tax_rates" in params:
        table = account.table("tax_rate")
        wanted = params["default_tax_rates"] or []
        invoice["default_tax_rates"] = [dict(table[rate_id]) for rate_id in wanted]
    apply_nested(account, invoice, params)
    waiting = invoice["auto_advance"] and invoice["status"] == "draft"
    automatic = invoice["collection_method"] == "charge_automatically"
    invoice["next_payment_attempt"] = (
        invoice["created"] + invoice_flow.ADVANCE_AFTER - 1
        if waiting and automatic
        else None
    )


def apply_nested(account: Account, invoice: JSONObject, params: common.Params) -> None:
    """Assign the parameters that are hashes themselves."""
    if "shipping_details" in params:
        invoice["shipping_details"] = customers.shipping(params["shipping_details"])
    if "rendering" in params:
        invoice["rendering"] = rendering(
            account, invoice["rendering"], params["rendering"]
        )
    if "payment_settings" in params:
        settings = dict(invoice["payment_settings"])
        given = params["payment_settings"]
        common.assign(settings, given, settings)
        if "payment_method_options" in given:
            options = method_types.shown_options(given["payment_method_options"])
            settings["payment_method_options"] = options
        invoice["payment_settings"] = settings
    if "issuer" in params and params["issuer"]["type"] != "self":
        raise invalid("The simulator does not support this issuer.", "issuer")


def rendering(account: Account, present: JSONObject, given: Any) -> JSONObject:
    """Return the rendering settings after a request; an empty text resets them."""
    if given == "":
        given = {"pdf": {"page_size": "auto"}}
        present = dict.fromkeys(present)
    changed = dict(present)
    common.assign(changed, given, ("amount_tax_display", "template"))
    if given.get("template"):
        newest = account.table(rendering_template.TABLE)[given["template"]]["version"]
        changed["template_version"] = given.get("template_version") or newest
    if "pdf" in given:
        changed["pdf"] = {"page_size": given["pdf"].get("page_size", "auto")}
    return changed


def include_pending(world: World, account: Account, invoice: JSONObject) -> None:
    """Move the customer's pending items of the currency onto the invoice."""
    pending = [
        item
        for item in account.table("invoiceitem").values()
        if item["customer"] == invoice["customer"]
        and item["invoice"] is None
        and item["currency"] == invoice["currency"]
    ]
    ids = invoice_object.line_ids(account, invoice)
    invoice_checks.check_count(len(ids) + len(pending))
    for item in reversed(pending):
        line = invoice_line.new_line(world, account, invoice["id"], item)
        ids.append(line["id"])


def update(
    world: World, account: Account, invoice_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/invoices/:id; little may change once the invoice is finalized."""
    invoice = invoice_object.find(account, invoice_id, "id")
    if invoice["status"] != "draft":
        for name in params:
            if name not in EDITABLE_AFTER:
                raise invalid("Finalized invoices can't be updated in this way", name)
    common.refuse_unsimulated(params, UNSIMULATED)
    customer = account.table("customer")[invoice["customer"]]
    invoice_checks.check_due(invoice, params)
    invoice_checks.check(world, account, params, customer, invoice["currency"], invoice)
    with common.changing(world, account, invoice, "invoice.updated"):
        apply(account, invoice, params)
        if invoice["status"] == "draft":
            if not invoice["auto_advance"] and "auto_advance" in params:
                invoice["automatically_finalizes_at"] = None
            invoice_flow.plan_advance(world, account, invoice)
            invoice_amounts.recompute(account, invoice)
    return invoice
