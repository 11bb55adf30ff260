"""The proof before finalizing: one unit of difference anywhere, and it is named."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ...payloads.document import (
    CustomerSnapshot,
    InvoiceSnapshot,
    LineSnapshot,
    TaxSnapshot,
)
from ...payloads.proof import Difference, differences

Json = dict[str, Any]

# 100.00 at 20 % and a fixed tax of 0.50, 50.00 at 5.5 %, less 10.00 paid in advance.
INVOICE = InvoiceSnapshot(
    number="FAC/2026/00042",
    currency="EUR",
    customer=CustomerSnapshot(name="Librairie du Marché"),
    lines=(
        LineSnapshot(
            "Étagère",
            10000,
            (
                TaxSnapshot("TVA 20 %", "20", 2000, 10000, "FR"),
                TaxSnapshot("Éco-participation", "0", 50, 10000),
            ),
        ),
        LineSnapshot("Livres", 5000, (TaxSnapshot("TVA 5,5 %", "5.5", 275, 5000),)),
        LineSnapshot(
            "Acompte", -1000, (TaxSnapshot("TVA 20 %", "20", -200, -1000, "FR"),)
        ),
    ),
    subtotal=14000,
    tax=2125,
    total=16125,
    effective_at=1_800_014_400,
    due_at=1_802_606_400,
)


def tax(amount: int, rate: str) -> Json:
    return {
        "amount": amount,
        "tax_behavior": "exclusive",
        "taxable_amount": None,
        "type": "tax_rate_details",
        "tax_rate_details": {"tax_rate": rate},
    }


def stripes_draft() -> Json:
    """Return the draft as Stripe returns it when all is well."""
    return {
        "id": "in_1",
        "object": "invoice",
        "status": "draft",
        "number": "FAC/2026/00042",
        "currency": "eur",
        "subtotal": 14000,
        "total_excluding_tax": 14000,
        "total_taxes": [tax(1800, "txr_1"), tax(50, "txr_2"), tax(275, "txr_3")],
        "total": 16125,
        "amount_due": 16125,
        "starting_balance": 0,
        "due_date": 1_802_606_400,
    }


def stripes_lines() -> list[Json]:
    return [
        {
            "id": "il_1",
            "amount": 10000,
            "taxes": [tax(2000, "txr_1"), tax(50, "txr_2")],
        },
        {"id": "il_2", "amount": 5000, "taxes": [tax(275, "txr_3")]},
        {"id": "il_3", "amount": -1000, "taxes": [tax(-200, "txr_1")]},
    ]


def changed(change: Callable[[Json, list[Json]], Any]) -> list[Difference]:
    """Return the differences after ``change`` of Stripe's draft and lines."""
    draft, lines = stripes_draft(), stripes_lines()
    change(draft, lines)
    return differences(INVOICE, draft, lines)


def named(change: Callable[[Json, list[Json]], Any]) -> list[str]:
    return [difference.field for difference in changed(change)]


def test_equal_is_no_difference() -> None:
    assert differences(INVOICE, stripes_draft(), stripes_lines()) == []


@pytest.mark.parametrize("off", [1, -1])
@pytest.mark.parametrize("field", ["subtotal", "total", "amount_due"])
def test_each_figure_off_by_one_is_named_alone(field: str, off: int) -> None:
    right = stripes_draft()[field]

    def change(draft: Json, _lines: list[Json]) -> None:
        draft[field] += off

    assert changed(change) == [Difference(field, right, right + off)]


@pytest.mark.parametrize("off", [1, -1])
@pytest.mark.parametrize("position", [1, 2, 3])
def test_each_line_off_by_one_is_named_alone(position: int, off: int) -> None:
    right = INVOICE.lines[position - 1].amount

    def change(_draft: Json, lines: list[Json]) -> None:
        lines[position - 1]["amount"] += off

    assert changed(change) == [Difference(f"line {position}", right, right + off)]


@pytest.mark.parametrize("off", [1, -1])
@pytest.mark.parametrize(("position", "which"), [(1, 0), (1, 1), (2, 0), (3, 0)])
def test_each_tax_of_a_line_off_by_one_is_named_alone(
    position: int, which: int, off: int
) -> None:
    def change(_draft: Json, lines: list[Json]) -> None:
        lines[position - 1]["taxes"][which]["amount"] += off

    assert named(change) == [f"line {position} tax"]


@pytest.mark.parametrize("off", [1, -1])
@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_tax_total_off_by_one_is_named_as_sum_and_by_rate(
    which: int, off: int
) -> None:
    def change(draft: Json, _lines: list[Json]) -> None:
        draft["total_taxes"][which]["amount"] += off

    found = changed(change)
    assert [difference.field for difference in found] == ["tax", "total_taxes"]
    assert (found[0].odoo, found[0].stripe) == (2125, 2125 + off)


def test_a_unit_that_moved_from_one_rate_to_another_is_named() -> None:
    def change(draft: Json, _lines: list[Json]) -> None:
        draft["total_taxes"][0]["amount"] += 1
        draft["total_taxes"][2]["amount"] -= 1

    assert changed(change) == [
        Difference("total_taxes", (50, 275, 1800), (50, 274, 1801))
    ]


def test_a_unit_that_moved_from_one_line_to_another_is_named_twice() -> None:
    def change(_draft: Json, lines: list[Json]) -> None:
        lines[0]["amount"] += 1
        lines[1]["amount"] -= 1

    assert named(change) == ["line 1", "line 2"]


@pytest.mark.parametrize("number", ["FAC/2026/00043", "", None])
def test_another_number_is_named(number: str | None) -> None:
    def change(draft: Json, _lines: list[Json]) -> None:
        draft["number"] = number

    assert changed(change) == [Difference("number", "FAC/2026/00042", number or "")]


def test_another_currency_is_named() -> None:
    def change(draft: Json, _lines: list[Json]) -> None:
        draft["currency"] = "usd"

    assert changed(change) == [Difference("currency", "eur", "usd")]


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_missing_lines_are_counted(kept: int) -> None:
    def change(_draft: Json, lines: list[Json]) -> None:
        del lines[kept:]

    assert changed(change) == [Difference("lines", 3, kept)]


def test_a_line_too_many_is_counted_even_over_nothing() -> None:
    def change(_draft: Json, lines: list[Json]) -> None:
        lines.append({"id": "il_4", "amount": 0, "taxes": []})

    assert changed(change) == [Difference("lines", 3, 4)]


def test_swapped_lines_are_named() -> None:
    def change(_draft: Json, lines: list[Json]) -> None:
        lines.reverse()

    assert named(change) == ["line 1", "line 1 tax", "line 3", "line 3 tax"]


def test_a_tax_that_stripe_lost_or_added_is_named() -> None:
    def lose(_draft: Json, lines: list[Json]) -> None:
        lines[0]["taxes"].pop()

    def add(_draft: Json, lines: list[Json]) -> None:
        lines[1]["taxes"].append(tax(0, "txr_9"))

    assert named(lose) == ["line 1 tax"]
    assert named(add) == ["line 2 tax"]


@pytest.mark.parametrize(
    ("balance", "due"), [(-500, 15625), (30, 16155), (-20000, 0), (0, 16125)]
)
def test_the_customers_balance_changes_what_is_due_and_nothing_else(
    balance: int, due: int
) -> None:
    def change(draft: Json, _lines: list[Json]) -> None:
        draft["starting_balance"] = balance
        draft["amount_due"] = due

    def off(draft: Json, _lines: list[Json]) -> None:
        change(draft, _lines)
        draft["amount_due"] += 1

    assert changed(change) == []
    assert changed(off) == [Difference("amount_due", due, due + 1)]


def test_several_differences_are_all_named() -> None:
    def change(draft: Json, lines: list[Json]) -> None:
        lines[1]["amount"] += 1
        draft["subtotal"] += 1
        draft["total"] += 1
        draft["amount_due"] += 1

    assert named(change) == ["subtotal", "total", "amount_due", "line 2"]


@pytest.mark.parametrize("nothing", [[], None])
def test_an_invoice_without_taxes(nothing: Any) -> None:
    plain = replace(INVOICE, lines=(LineSnapshot("Livres", 5000),))
    plain = replace(plain, subtotal=5000, tax=0, total=5000)
    draft = {
        **stripes_draft(),
        "subtotal": 5000,
        "total_taxes": nothing,
        "total": 5000,
        "amount_due": 5000,
    }
    assert differences(plain, draft, [{"amount": 5000, "taxes": nothing}]) == []
    charged = {**draft, "total_taxes": [tax(1, "txr_1")]}
    found = differences(plain, charged, [{"amount": 5000, "taxes": nothing}])
    assert [difference.field for difference in found] == ["tax", "total_taxes"]


def test_a_tax_that_stripe_took_for_included_is_named() -> None:
    def change(draft: Json, _lines: list[Json]) -> None:
        draft["total_taxes"][2]["tax_behavior"] = "inclusive"

    assert changed(change) == [
        Difference("total_taxes", (50, 275, 1800), (50, 1800)),
        Difference("total_taxes inclusive", (), (275,)),
    ]


@pytest.mark.parametrize("due", [1_802_606_401, 1_802_692_800, None])
def test_another_due_date_is_named(due: int | None) -> None:
    def change(draft: Json, _lines: list[Json]) -> None:
        draft["due_date"] = due

    assert named(change) == ["due_date"]


def test_the_draft_is_only_read() -> None:
    draft, lines = stripes_draft(), stripes_lines()
    before = copy.deepcopy((draft, lines))
    differences(INVOICE, draft, lines)
    assert (draft, lines) == before
