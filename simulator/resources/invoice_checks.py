"""What creating and updating an invoice refuse alike."""

from __future__ import annotations

import re

from simulator import method_types
from simulator.errors import invalid, no_such_reference
from simulator.resources import (
    common,
    invoice_line,
    invoice_object,
    rendering_template,
    tax_rate,
)
from simulator.world import Account, JSONObject, World

DAY = 24 * 3600
MOST_CUSTOM_FIELDS = 4
FARTHEST_PLAN = 5 * 366 * DAY
MOST_LINES = 250
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
    params: common.Params,
    customer: JSONObject,
    currency: str,
    invoice: JSONObject | None = None,
) -> None:
    """Raise a 400 for what create and update refuse alike.

    :param invoice: the draft to change, None for a new one
    """
    common.merge_metadata({}, params.get("metadata"))
    if (params.get("automatic_tax") or {}).get("enabled"):
        raise invalid("The simulator does not support automatic tax.", "automatic_tax")
    check_times(world.clock.now(), params)
    if len(params.get("custom_fields") or []) > MOST_CUSTOM_FIELDS:
        raise invalid(
            f"You can set up to {MOST_CUSTOM_FIELDS} custom fields.", "custom_fields"
        )
    check_number(account, params.get("number"), invoice)
    check_descriptor(params.get("statement_descriptor"))
    check_default_rates(account, params.get("default_tax_rates") or [], invoice)
    check_account_tax_ids(account, params.get("account_tax_ids") or [])
    check_method(account, customer, params.get("default_payment_method"))
    rendering_template.check(account, params.get("rendering"))
    activated = account.settings.get("payment_method_types")
    method_types.check(activated, currency, params.get("payment_settings") or {})


def check_descriptor(text: str | None) -> None:
    """Raise a 400 for what banks would not print; the length is checked elsewhere."""
    param = "statement_descriptor"
    if text and re.search(r"[<>\\'\"*]", text):
        raise invalid(
            "Invalid statement descriptor: it must not contain any of < > \\ ' \" *.",
            param,
        )
    if text and not re.search("[A-Za-z]", text):
        raise invalid(
            "The statement descriptor must contain at least one letter.", param
        )


def check_account_tax_ids(account: Account, tax_ids: list[str]) -> None:
    """Raise a 400 for a tax id that is not one of the account itself."""
    for tax_id in tax_ids:
        found = common.refer(account, "tax_id", tax_id, "account_tax_ids")
        if found["owner"]["type"] != "self":
            raise no_such_reference("tax_id", tax_id, "account_tax_ids")


def check_method(account: Account, customer: JSONObject, method: str | None) -> None:
    """Raise a 400 for a payment method that the customer does not have."""
    param = "default_payment_method"
    if not method:
        return
    if (
        common.refer(account, "payment_method", method, param)["customer"]
        != (customer["id"])
    ):
        raise invalid(
            f"The customer does not have a payment method with the ID {method}.",
            param,
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


def check_due(invoice: JSONObject, params: common.Params) -> None:
    """A due date belongs to invoices that are sent, and to them always."""
    method = params.get("collection_method", invoice["collection_method"])
    due = "due_date" in params or "days_until_due" in params
    if method != "send_invoice" and due:
        raise invalid(DUE_NEEDS_SEND)
    if method == "send_invoice" and not due and invoice["due_date"] is None:
        raise invalid(SEND_NEEDS_DUE)


def check_count(count: int) -> None:
    """Raise a 400 for more lines than an invoice can hold."""
    if count > MOST_LINES:
        raise invalid(
            f"Invoices can have up to {MOST_LINES} invoice items; this invoice would "
            f"have {count}.",
            "lines",
        )
