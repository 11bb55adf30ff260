"""The shape of an invoice: a new one, its lines as shown, its customer's mirror."""

from __future__ import annotations

from simulator import listing
from simulator.plain import copied
from simulator.resources import common, credit_balance
from simulator.world import Account, JSONObject, World

LINES_SHOWN = 10


# What every new invoice has.
BLANK: JSONObject = {
    "account_tax_ids": None,
    "amount_due": 0,
    "amount_overpaid": 0,
    "amount_paid": 0,
    "amount_remaining": 0,
    "amount_shipping": 0,
    "application": None,
    "attempt_count": 0,
    "attempted": False,
    "auto_advance": False,
    "automatic_tax": {
        "disabled_reason": None,
        "enabled": False,
        "liability": None,
        "provider": None,
        "status": None,
    },
    "automatically_finalizes_at": None,
    "billing_reason": "manual",
    "collection_method": "charge_automatically",
    "customer_account": None,
    "default_payment_method": None,
    "default_source": None,
    "default_tax_rates": [],
    "description": None,
    "discounts": [],
    "due_date": None,
    "effective_at": None,
    "ending_balance": None,
    "from_invoice": None,
    "hosted_invoice_url": None,
    "invoice_pdf": None,
    "issuer": {"type": "self"},
    "last_finalization_error": None,
    "latest_revision": None,
    "metadata": {},
    "next_payment_attempt": None,
    "number": None,
    "on_behalf_of": None,
    "parent": None,
    "payment_settings": {
        "default_mandate": None,
        "payment_method_options": None,
        "payment_method_types": None,
    },
    "post_payment_credit_notes_amount": 0,
    "pre_payment_credit_notes_amount": 0,
    "receipt_number": None,
    "rendering": {
        "amount_tax_display": None,
        "pdf": {"page_size": "auto"},
        "template": None,
        "template_version": None,
    },
    "shipping_cost": None,
    "shipping_details": None,
    "statement_descriptor": None,
    "status_transitions": {
        "finalized_at": None,
        "marked_uncollectible_at": None,
        "paid_at": None,
        "voided_at": None,
    },
    "subtotal": 0,
    "subtotal_excluding_tax": 0,
    "test_clock": None,
    "total": 0,
    "total_discount_amounts": [],
    "total_excluding_tax": 0,
    "total_pretax_credit_amounts": [],
    "total_taxes": [],
}


def blank(
    world: World, account: Account, customer: JSONObject, currency: str, invoice_id: str
) -> JSONObject:
    """Return a draft without lines for the customer, mirrored fields included."""
    now = world.clock.now()
    settings = account.settings
    invoice: JSONObject = {
        "id": invoice_id,
        "object": "invoice",
        **copied(BLANK),
        "account_country": settings["country"],
        "account_name": settings["business_name"],
        "created": now,
        "currency": currency,
        "custom_fields": customer["invoice_settings"]["custom_fields"],
        "customer": customer["id"],
        "footer": customer["invoice_settings"]["footer"],
        "livemode": account.livemode,
        "period_end": now,
        "period_start": now,
        "starting_balance": credit_balance.balance_in(account, customer, currency),
        "status": "draft",
        "webhooks_delivered_at": now,
    }
    invoice.update(mirrored(account, customer))
    return invoice


def mirrored(account: Account, customer: JSONObject) -> JSONObject:
    """Return the seven fields that a draft takes from its customer."""
    return copied(
        {
            "customer_address": customer["address"],
            "customer_email": customer["email"],
            "customer_name": customer["name"],
            "customer_phone": customer["phone"],
            "customer_shipping": customer["shipping"],
            "customer_tax_exempt": customer["tax_exempt"],
            "customer_tax_ids": [
                {"type": entry["type"], "value": entry["value"]}
                for entry in account.table("tax_id").values()
                if entry["customer"] == customer["id"]
            ],
        }
    )


def line_ids(account: Account, invoice: JSONObject) -> list[str]:
    """Return the ids of the invoice's lines in their order, as the stored list."""
    ids: list[str] = account.private(invoice["id"]).setdefault("lines", [])
    return ids


def lines(account: Account, invoice: JSONObject) -> list[JSONObject]:
    """Return the invoice's lines in their order."""
    table = account.table("line_item")
    return [table[line_id] for line_id in line_ids(account, invoice)]


def show_lines(account: Account, invoice: JSONObject) -> None:
    """Embed the first lines into the invoice, as Stripe does."""
    rows = lines(account, invoice)
    shown = copied(rows[:LINES_SHOWN])
    url = f"/v1/invoices/{invoice['id']}/lines"
    embedded = listing.page(shown, len(rows) > LINES_SHOWN, url)
    embedded["total_count"] = len(rows)
    invoice["lines"] = embedded


def set_number(account: Account, invoice: JSONObject, number: str) -> None:
    """Give the invoice a number, and its former one back."""
    numbers = account.private("invoice_numbers")
    numbers.pop(invoice["number"], None)
    invoice["number"] = number
    numbers[number] = invoice["id"]


def number_taken(account: Account, number: str, own_id: str | None) -> bool:
    """Whether another invoice of the account has the number."""
    return account.private("invoice_numbers").get(number, own_id) != own_id


def find(account: Account, invoice_id: str, param: str) -> JSONObject:
    """Return an invoice; raises Stripe's 404, whose ``param`` differs by operation."""
    return common.find(account, "invoice", invoice_id, param)
