"""Creating and updating invoices."""

from __future__ import annotations

from typing import Any

from simulator import money
from simulator.errors import invalid
from simulator.resources import (
    common,
    invoice_amounts,
    invoice_flow,
    invoice_line,
    invoice_object,
    invoice_revision,
    tax_rate,
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
MOST_CUSTOM_FIELDS = 4
FARTHEST_PLAN = 5 * 366 * DAY
SEND_NEEDS_DUE = (
    "If invoice collection method is 'send_invoice', you must specify 'due_date' or "
    "'days_until_due'."
)
DUE_NEEDS_SEND = (
    "You can only specify 'due_date' or 'days_until_due' if invoice collection method "
    "is 'send_invoice'."
)
NO_EMAIL = (
    "Missing email. In order to create invoices that are sent to the customer, the "
    "customer must have a valid email."
)


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
    check_collection(customer, collection_method, params)
    check(world, account, customer, params, None)
    invoice_id = world.new_id(prefix)
    invoice = invoice_object.blank(world, account, customer, currency, invoice_id)
    apply(account, invoice, params)
    customers.set_currency(customer, currency)
    if params.get("pending_invoice_items_behavior") == "include":
        include_pending(world, account, invoice)
    invoice_amounts.recompute(account, invoice)
    return invoice


def revision(world: World, account: Account, params: common.Params) -> JSONObject:
    """Return a draft that revises the invoice named in ``from_invoice``."""
    original = invoice_revision.check(account, params)
    customer = account.table("customer")[original["customer"]]
    check_due(original, params)
    check(world, account, customer, params, None)
    invoice = invoice_object.blank(
        world, account, customer, original["currency"], world.new_id("in")
    )
    invoice_revision.copy_onto(world, account, original, invoice)
    apply(account, invoice, params)
    invoice_amounts.recompute(account, invoice)
    return invoice


def check_collection(
    customer: JSONObject, collection_method: str, params: common.Params
) -> None:
    """An invoice to be sent needs a due date and an address; others have none."""
    due = [name for name in ("due_date", "days_until_due") if name in params]
    if collection_method != "send_invoice":
        if due:
            raise invalid(DUE_NEEDS_SEND)
        return
    if not due:
        raise invalid(SEND_NEEDS_DUE)
    if len(due) == 2:
        raise invalid(
            "You may only specify one of these parameters: due_date, days_until_due."
        )
    if not customer["email"]:
        raise invalid(NO_EMAIL)


def check(
    world: World,
    account: Account,
    customer: JSONObject,
    params: common.Params,
    invoice: JSONObject | None,
) -> None:
    """Raise a 400 for what create and update refuse alike."""
    common.merge_metadata({}, params.get("metadata"))
    if (params.get("automatic_tax") or {}).get("enabled"):
        raise invalid("The simulator does not support automatic tax.", "automatic_tax")
    check_times(world.clock.now(), params)
    if len(params.get("custom_fields") or []) > MOST_CUSTOM_FIELDS:
        raise invalid(
            f"You can set up to {MOST_CUSTOM_FIELDS} custom fields.", "custom_fields"
        )
    check_number(account, params.get("number"), invoice)
    check_default_rates(account, params.get("default_tax_rates") or [], invoice)
    for tax_id in params.get("account_tax_ids") or []:
        common.refer(account, "tax_id", tax_id, "account_tax_ids")
    if method := params.get("default_payment_method"):
        found = common.refer(
            account, "payment_method", method, "default_payment_method"
        )
        if found["customer"] != customer["id"]:
            raise invalid(
                f"The customer does not have a payment method with the ID {method}.",
                "default_payment_method",
                "resource_missing",
            )


def check_times(now: int, params: common.Params) -> None:
    """Raise a 400 for a due date or a plan that cannot be kept."""
    if params.get("due_date", now) < now:
        raise invalid("The due date must be in the future.", "due_date")
    planned = params.get("automatically_finalizes_at", now)
    if not now <= planned <= now + FARTHEST_PLAN:
        raise invalid(
            "The time of the finalization must be in the next five years.",
            "automatically_finalizes_at",
        )


def check_number(
    account: Account, number: str | None, invoice: JSONObject | None
) -> None:
    """Raise a 400 for a number that another invoice has."""
    if not number:
        return
    own_id = invoice["id"] if invoice else None
    if invoice_object.number_taken(account, number, own_id):
        raise invalid(
            f"The invoice number {number} is already used by another invoice.", "number"
        )


def check_default_rates(
    account: Account, rates: list[str], invoice: JSONObject | None
) -> None:
    """Raise a 400 for default tax rates beside manual tax amounts."""
    if len(rates) > invoice_line.MOST_TAX_RATES:
        raise invalid("You can set up to 5 default tax rates.", "default_tax_rates")
    for rate_id in rates:
        tax_rate.usable(account, rate_id, "default_tax_rates")
    if rates and invoice and has_manual_taxes(account, invoice):
        raise invalid(invoice_line.MANUAL_WITH_RATES, "default_tax_rates")


def has_manual_taxes(account: Account, invoice: JSONObject) -> bool:
    """Whether a line of the invoice has tax amounts of its own."""
    return any(
        account.private(line_id).get("manual_taxes")
        for line_id in invoice_object.line_ids(account, invoice)
    )


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
    apply_nested(invoice, params)
    waiting = invoice["auto_advance"] and invoice["status"] == "draft"
    automatic = invoice["collection_method"] == "charge_automatically"
    invoice["next_payment_attempt"] = (
        invoice["created"] + invoice_flow.ADVANCE_AFTER - 1
        if waiting and automatic
        else None
    )


def apply_nested(invoice: JSONObject, params: common.Params) -> None:
    """Assign the parameters that are hashes themselves."""
    if "shipping_details" in params:
        invoice["shipping_details"] = customers.shipping(params["shipping_details"])
    if "rendering" in params:
        invoice["rendering"] = rendering(invoice["rendering"], params["rendering"])
    if "payment_settings" in params:
        settings = dict(invoice["payment_settings"])
        common.assign(settings, params["payment_settings"], settings)
        invoice["payment_settings"] = settings
    if "issuer" in params and params["issuer"]["type"] != "self":
        raise invalid("The simulator does not support this issuer.", "issuer")


def rendering(present: JSONObject, given: Any) -> JSONObject:
    """Return the rendering settings after a request; an empty text resets them."""
    if given == "":
        given = {"pdf": {"page_size": "auto"}}
        present = dict.fromkeys(present)
    changed = dict(present)
    common.assign(changed, given, ("amount_tax_display", "template"))
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
    check_due(invoice, params)
    check(world, account, customer, params, invoice)
    with common.changing(world, account, invoice, "invoice.updated"):
        apply(account, invoice, params)
        if invoice["status"] == "draft":
            if not invoice["auto_advance"] and "auto_advance" in params:
                invoice["automatically_finalizes_at"] = None
            invoice_flow.plan_advance(world, account, invoice)
            invoice_amounts.recompute(account, invoice)
    return invoice


def check_due(invoice: JSONObject, params: common.Params) -> None:
    """A due date belongs to invoices that are sent, and to them always."""
    method = params.get("collection_method", invoice["collection_method"])
    due = "due_date" in params or "days_until_due" in params
    if method != "send_invoice" and due:
        raise invalid(DUE_NEEDS_SEND)
    if method == "send_invoice" and not due and invoice["due_date"] is None:
        raise invalid(SEND_NEEDS_DUE)
