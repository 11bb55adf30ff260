"""Shorthands of the simulator's tests."""

from __future__ import annotations

from typing import Any

from simulator.tests.direct import Direct

VAT_20 = {"display_name": "TVA 20%", "percentage": 20, "inclusive": False}


def customer(api: Direct, **params: Any) -> str:
    """Make a customer and return its id."""
    given = {"name": "Azure Interior", "email": "azure@example.com", **params}
    return str(api.post("/v1/customers", given)["id"])


def draft(api: Direct, customer_id: str | None = None, **params: Any) -> dict[str, Any]:
    """Make a draft to be sent in 30 days, without lines."""
    given = {
        "customer": customer_id or customer(api),
        "currency": "eur",
        "collection_method": "send_invoice",
        "days_until_due": 30,
        **params,
    }
    return api.post("/v1/invoices", given)


def taxed(amount: int, tax: int, **data: Any) -> dict[str, Any]:
    """Return a line with one manual tax amount; amounts in minor units."""
    entry = {
        "amount": tax,
        "taxable_amount": amount,
        "tax_rate_data": {**VAT_20, **data},
    }
    return {"amount": amount, "description": "Chair", "tax_amounts": [entry]}


def add(api: Direct, invoice_id: str, *lines: dict[str, Any]) -> dict[str, Any]:
    """Add lines to a draft and return the invoice."""
    return api.post(f"/v1/invoices/{invoice_id}/add_lines", {"lines": list(lines)})


def opened(api: Direct, amount: int = 10000, **params: Any) -> dict[str, Any]:
    """Make an open invoice of that amount without tax."""
    invoice = draft(api, **params)
    add(api, invoice["id"], {"amount": amount, "description": "Chair"})
    return api.post(f"/v1/invoices/{invoice['id']}/finalize")


def paid(
    api: Direct,
    amount: int = 10000,
    card: str = "pm_card_visa",
    settle: bool = True,
    **params: Any,
) -> dict[str, Any]:
    """Make a paid invoice of that amount and return its charge.

    :param card: a test card, ``sepa`` or ``transfer``
    :param settle: wait until the charge is on the balance
    """
    invoice = opened(api, amount, **params)
    path = f"/_sim/invoices/{invoice['id']}/pay"
    if card == "sepa":
        api.steer(path, {"method": "sepa_debit"})
    elif card == "transfer":
        api.steer(path, {"method": "customer_balance"})
    else:
        api.post(f"/v1/invoices/{invoice['id']}/pay", {"payment_method": card})
    if settle:
        api.world.clock.advance(5)
    charges: list[dict[str, Any]] = api.get("/v1/charges", {"limit": 1})["data"]
    return charges[0]


def event_types(api: Direct) -> list[str]:
    """Return the types of all events, the oldest first."""
    return [event["type"] for event in api.account.table("event").values()]
