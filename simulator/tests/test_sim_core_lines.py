"""The lines of an invoice and their taxes."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct


def rate(api: Direct, percentage: float, **params: Any) -> str:
    given = {"display_name": "TVA", "percentage": percentage, "inclusive": False}
    return str(api.post("/v1/tax_rates", {**given, **params})["id"])


def test_manual_tax_amounts_are_taken_as_they_are(api: Direct) -> None:
    invoice = builders.draft(api)
    one = builders.taxed(3333, 667)
    other = builders.taxed(6667, 1333)
    shown = builders.add(api, invoice["id"], one, other)
    assert shown["subtotal"] == shown["total_excluding_tax"] == 10000
    assert shown["total"] == shown["amount_due"] == 12000
    (tax,) = shown["total_taxes"]
    assert (tax["amount"], tax["taxable_amount"]) == (2000, 10000)
    assert tax["tax_behavior"] == "exclusive"


def test_manual_rates_are_archived_and_used_again(api: Direct) -> None:
    invoice = builders.draft(api)
    lines = [
        builders.taxed(100, 20),
        builders.taxed(200, 40),
        builders.taxed(100, 5, percentage="5.5", display_name="TVA 5,5%"),
        builders.taxed(100, 17, inclusive=True),
    ]
    shown = builders.add(api, invoice["id"], *lines)
    rates = api.get("/v1/tax_rates")["data"]
    assert len(rates) == 3
    assert not any(entry["active"] for entry in rates)
    assert [tax["amount"] for tax in shown["total_taxes"]] == [60, 5, 17]
    assert shown["total"] == 500 + 60 + 5
    assert shown["total_excluding_tax"] == 500 - 17
    used = {"lines": [{"amount": 5, "tax_rates": [rates[0]["id"]]}]}
    other = builders.draft(api)
    path = f"/v1/invoices/{other['id']}/add_lines"
    assert "automatically" in api.refused(400, "POST", path, used)["message"]


@pytest.mark.parametrize(("amount", "tax"), [(100, -1), (-100, 1)])
def test_a_tax_that_lowers_its_line_is_refused(
    api: Direct, amount: int, tax: int
) -> None:
    path = f"/v1/invoices/{builders.draft(api)['id']}/add_lines"
    given = {"lines": [builders.taxed(amount, tax)]}
    assert "the sign of" in api.refused(400, "POST", path, given)["message"]


def test_tax_modes_exclude_each_other(api: Direct) -> None:
    vat = rate(api, 20)
    manual, computed = builders.taxed(100, 20), {"amount": 100, "tax_rates": [vat]}
    with_rates = builders.draft(api, default_tax_rates=[vat])
    path = f"/v1/invoices/{with_rates['id']}/add_lines"
    assert (
        "tax amounts" in api.refused(400, "POST", path, {"lines": [manual]})["message"]
    )
    plain = builders.draft(api)
    path = f"/v1/invoices/{plain['id']}/add_lines"
    api.refused(400, "POST", path, {"lines": [manual, computed]})
    builders.add(api, plain["id"], manual)
    api.refused(400, "POST", path, {"lines": [computed]})
    update = {"default_tax_rates": [vat]}
    api.refused(400, "POST", f"/v1/invoices/{plain['id']}", update)
    many = {**manual, "tax_amounts": manual["tax_amounts"] * 21}
    api.refused(400, "POST", path, {"lines": [many]})


@pytest.mark.parametrize(
    ("amount", "percentage", "inclusive", "tax", "total"),
    [
        (999, 20, False, 200, 1199),
        (1005, 10, False, 101, 1106),
        (1200, 20, True, 200, 1200),
        (1000, "5.5", True, 52, 1000),
        (-1005, 10, False, -101, -1106),
    ],
)
def test_tax_rates_round_half_up_on_each_line(
    api: Direct,
    amount: int,
    percentage: float,
    inclusive: bool,
    tax: int,
    total: int,
) -> None:
    vat = rate(api, percentage, inclusive=inclusive)
    invoice = builders.draft(api, default_tax_rates=[vat])
    shown = builders.add(api, invoice["id"], {"amount": amount})
    assert shown["total_taxes"][0]["amount"] == tax
    assert shown["total"] == total


def test_exempt_customers_pay_no_computed_tax(api: Direct) -> None:
    vat = rate(api, 20)
    for status, reason in (
        ("exempt", "customer_exempt"),
        ("reverse", "reverse_charge"),
    ):
        buyer = builders.customer(api, tax_exempt=status)
        invoice = builders.draft(api, buyer, default_tax_rates=[vat])
        shown = builders.add(api, invoice["id"], {"amount": 1000})
        assert shown["total"] == 1000
        assert shown["total_taxes"][0]["taxability_reason"] == reason


def test_quantity_and_unit_price(api: Direct) -> None:
    product = api.post("/v1/products", {"name": "Screw"})["id"]
    data = {"currency": "eur", "product": product, "unit_amount_decimal": "0.335"}
    invoice = builders.draft(api)
    line = {"price_data": data, "quantity_decimal": "1000.5"}
    shown = builders.add(api, invoice["id"], line)
    (made,) = shown["lines"]["data"]
    assert made["amount"] == 335
    assert made["quantity"] == 1000
    assert made["quantity_decimal"] == "1000.5"
    assert made["description"] == "Screw"
    other = {"price_data": {**data, "currency": "usd"}}
    path = f"/v1/invoices/{invoice['id']}/add_lines"
    api.refused(400, "POST", path, {"lines": [other]})


def test_lines_beyond_the_first_ten_are_listed(api: Direct) -> None:
    invoice = builders.draft(api)
    lines = [{"amount": n, "description": f"Line {n}"} for n in range(1, 13)]
    shown = builders.add(api, invoice["id"], *lines)["lines"]
    assert (len(shown["data"]), shown["has_more"]) == (10, True)
    assert shown["total_count"] == 12
    rest = api.get(shown["url"], {"starting_after": shown["data"][-1]["id"]})
    assert [line["amount"] for line in rest["data"]] == [11, 12]
    assert not rest["has_more"]


def test_250_lines_and_no_more(api: Direct) -> None:
    invoice = builders.draft(api)
    builders.add(api, invoice["id"], *[{"amount": 1}] * 250)
    path = f"/v1/invoices/{invoice['id']}/add_lines"
    api.refused(400, "POST", path, {"lines": [{"amount": 1}]})
    item = {"customer": invoice["customer"], "invoice": invoice["id"], "amount": 1}
    api.refused(400, "POST", "/v1/invoiceitems", item)
    assert api.get(f"/v1/invoices/{invoice['id']}")["total"] == 250


def test_removed_lines_are_deleted_or_wait(api: Direct) -> None:
    invoice = builders.draft(api)
    shown = builders.add(api, invoice["id"], {"amount": 100}, {"amount": 200})
    first, second = (line["id"] for line in shown["lines"]["data"])
    removed = [
        {"id": first, "behavior": "delete"},
        {"id": second, "behavior": "unassign"},
    ]
    path = f"/v1/invoices/{invoice['id']}"
    assert api.post(path + "/remove_lines", {"lines": removed})["total"] == 0
    (item,) = api.get("/v1/invoiceitems", {"pending": True})["data"]
    assert item["amount"] == 200
    adopted = builders.add(api, invoice["id"], {"invoice_item": item["id"]})
    assert adopted["total"] == 200


def test_update_lines_replaces_taxes(api: Direct) -> None:
    invoice = builders.draft(api)
    shown = builders.add(api, invoice["id"], builders.taxed(1000, 200))
    line = shown["lines"]["data"][0]["id"]
    path = f"/v1/invoices/{invoice['id']}"
    changed = builders.taxed(2000, 400)
    lines = {"lines": [{"id": line, **changed}], "invoice_metadata": {"a": "b"}}
    shown = api.post(path + "/update_lines", lines)
    assert (shown["total"], shown["metadata"]) == (2400, {"a": "b"})
    cleared = api.post(f"{path}/lines/{line}", {"tax_amounts": ""})
    assert cleared["taxes"] == []
    assert api.get(path)["total"] == 2000
