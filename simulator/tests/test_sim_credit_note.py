"""Credit notes: on open and paid invoices, their lines, taxes, money, voiding."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.tests import builders
from simulator.tests.direct import Direct
from simulator.tests.running import Running, pdf_text

PATH = "/v1/credit_notes"


def taxed(api: Direct, *amounts: int) -> dict[str, Any]:
    """Make an open invoice of lines with 20 % of manual tax each."""
    invoice = builders.draft(api)
    lines = [builders.taxed(amount, amount // 5) for amount in amounts]
    builders.add(api, invoice["id"], *lines)
    return api.post(f"/v1/invoices/{invoice['id']}/finalize")


def pay(api: Direct, invoice: dict[str, Any], **params: Any) -> dict[str, Any]:
    given = params or {"payment_method": "pm_card_visa"}
    return api.post(f"/v1/invoices/{invoice['id']}/pay", given)


def credit(api: Direct, invoice: dict[str, Any], **params: Any) -> dict[str, Any]:
    return api.post(PATH, {"invoice": invoice["id"], **params})


def refused(api: Direct, invoice: dict[str, Any], **params: Any) -> dict[str, Any]:
    return api.refused(400, "POST", PATH, {"invoice": invoice["id"], **params})


def line_of(invoice: dict[str, Any], index: int, amount: int) -> dict[str, Any]:
    """Take a part of an invoice's line back, with its tax in the rate's own id."""
    line = invoice["lines"]["data"][index]
    rate = line["taxes"][0]["tax_rate_details"]["tax_rate"]
    tax = {"amount": amount // 5, "taxable_amount": amount, "tax_rate": rate}
    return {
        "type": "invoice_line_item",
        "invoice_line_item": line["id"],
        "amount": amount,
        "tax_amounts": [tax],
    }


def state(api: Direct, invoice: dict[str, Any]) -> dict[str, Any]:
    return api.get(f"/v1/invoices/{invoice['id']}")


def test_a_credit_note_on_an_open_invoice_takes_off_what_is_due(api: Direct) -> None:
    invoice = taxed(api, 10000, 5000)
    seen = len(builders.event_types(api))
    note = credit(api, invoice, lines=[line_of(invoice, 0, 4000)], email_type="none")
    assert (note["subtotal"], note["total"], note["amount"]) == (4000, 4800, 4800)
    assert (note["type"], note["pre_payment_amount"]) == ("pre_payment", 4800)
    assert note["total_taxes"][0]["amount"] == 800
    assert note["number"] == f"{invoice['number']}-CN-01"
    (line,) = note["lines"]["data"]
    assert line["invoice_line_item"] == invoice["lines"]["data"][0]["id"]
    assert api.get(f"{PATH}/{note['id']}/lines")["data"] == [line]
    shown = state(api, invoice)
    assert (shown["status"], shown["total"]) == ("open", 18000)
    assert (shown["amount_due"], shown["amount_remaining"]) == (13200, 13200)
    assert shown["pre_payment_credit_notes_amount"] == 4800
    assert builders.event_types(api)[seen:] == [
        "credit_note.created",
        "invoice.updated",
    ]
    paid = pay(api, invoice)
    assert (paid["status"], paid["amount_paid"]) == ("paid", 13200)
    (charge,) = api.get("/v1/charges")["data"]
    assert charge["amount"] == 13200


def test_the_whole_credited_is_paid_without_money(api: Direct) -> None:
    invoice = taxed(api, 10000)
    note = credit(api, invoice, amount=12000)
    assert note["lines"]["data"][0]["type"] == "custom_line_item"
    shown = state(api, invoice)
    assert (shown["status"], shown["amount_paid"]) == ("paid", 0)
    assert shown["amount_remaining"] == 0
    types = builders.event_types(api)
    assert types[-1] == "invoice.paid"
    assert "invoice.payment_succeeded" not in types
    assert refused(api, invoice, amount=1)


def test_on_a_paid_invoice_the_ways_of_paying_back_must_add_up(api: Direct) -> None:
    invoice = taxed(api, 10000)
    pay(api, invoice)
    lines = [line_of(invoice, 0, 5000)]
    error = refused(api, invoice, lines=lines)
    assert "must equal the post payment amount" in error["message"]
    note = credit(
        api,
        invoice,
        lines=lines,
        refund_amount=3000,
        credit_amount=2000,
        out_of_band_amount=1000,
    )
    assert (note["type"], note["post_payment_amount"]) == ("post_payment", 6000)
    assert note["out_of_band_amount"] == 1000
    (link,) = note["refunds"]
    refund = api.get(f"/v1/refunds/{link['refund']}")
    assert (refund["amount"], refund["status"]) == (3000, "succeeded")
    customer = api.get(f"/v1/customers/{invoice['customer']}")
    assert customer["balance"] == -2000
    entry = api.get(
        f"/v1/customers/{customer['id']}/balance_transactions"
        f"/{note['customer_balance_transaction']}"
    )
    assert (entry["type"], entry["credit_note"]) == ("credit_note", note["id"])
    shown = state(api, invoice)
    assert shown["post_payment_credit_notes_amount"] == 6000
    assert (shown["amount_paid"], shown["amount_due"]) == (12000, 12000)
    later = builders.opened(api, 5000, customer_id=customer["id"])
    assert (later["starting_balance"], later["amount_due"]) == (-2000, 3000)


def test_one_part_before_the_payment_and_one_after(api: Direct) -> None:
    invoice = taxed(api, 10000)
    path = f"/_sim/invoices/{invoice['id']}/pay"
    api.steer(path, {"amount": 9000})
    note = credit(api, invoice, amount=5000, out_of_band_amount=2000)
    assert note["type"] == "mixed"
    assert (note["pre_payment_amount"], note["post_payment_amount"]) == (3000, 2000)
    shown = state(api, invoice)
    assert (shown["status"], shown["amount_paid"]) == ("paid", 9000)


def test_a_refund_made_before_is_linked(api: Direct) -> None:
    invoice = taxed(api, 10000)
    pay(api, invoice)
    (charge,) = api.get("/v1/charges")["data"]
    given = {"charge": charge["id"], "amount": 6000}
    refund = api.post("/v1/refunds", given)["id"]
    # What was refunded apart can be credited no more, unless it is linked.
    assert refused(api, invoice, amount=6001, out_of_band_amount=6001)
    wrong = [{"refund": refund, "amount_refunded": 6001}]
    error = refused(api, invoice, amount=6001, refunds=wrong)
    assert error["param"] == "refunds[0][amount_refunded]"
    part = [{"refund": refund, "amount_refunded": 2000}]
    credit(api, invoice, amount=2000, refunds=part)
    note = credit(
        api, invoice, amount=10000, refunds=[{"refund": refund}], credit_amount=6000
    )
    assert [one["amount_refunded"] for one in note["refunds"]] == [4000]
    assert refused(api, invoice, amount=1, out_of_band_amount=1)


def test_a_line_is_not_credited_twice_nor_in_two_ways(api: Direct) -> None:
    invoice = builders.draft(api)
    data = {"currency": "eur", "unit_amount": 1000}
    product = api.post("/v1/products", {"name": "Chair"})["id"]
    line = {"price_data": {**data, "product": product}, "quantity": 5}
    builders.add(api, invoice["id"], line, {"amount": 700, "description": "Fee"})
    opened = api.post(f"/v1/invoices/{invoice['id']}/finalize")
    chairs, fee = opened["lines"]["data"]

    def of(line: dict[str, Any], **way: int) -> list[dict[str, Any]]:
        return [
            {"type": "invoice_line_item", "invoice_line_item": line["id"], **way},
        ]

    note = credit(api, opened, lines=of(chairs, quantity=2))
    assert note["total"] == 2000
    assert note["lines"]["data"][0]["unit_amount"] == 1000
    error = refused(api, opened, lines=of(chairs, amount=500))
    assert "credited by quantity before" in error["message"]
    assert refused(api, opened, lines=of(chairs, quantity=4))
    assert refused(api, opened, lines=of(chairs))
    assert refused(api, opened, lines=of(fee, amount=-5))
    assert refused(api, opened, lines=of(fee, amount=300) * 2)
    api.post(f"{PATH}/{note['id']}/void")
    assert credit(api, opened, lines=of(chairs, quantity=5))["total"] == 5000


def test_a_deduction_is_taken_back_with_what_it_was_deducted_from(
    api: Direct,
) -> None:
    invoice = taxed(api, 10000, -3000)
    lines = [line_of(invoice, 0, 10000), line_of(invoice, 1, -3000)]
    assert refused(api, invoice, lines=[line_of(invoice, 1, 3000)])
    assert refused(api, invoice, lines=[line_of(invoice, 1, -3001)])
    note = credit(api, invoice, lines=lines)
    assert (note["subtotal"], note["total"]) == (7000, 8400)
    assert state(api, invoice)["status"] == "paid"


def test_taxes_follow_the_line_where_none_are_given(api: Direct) -> None:
    invoice = taxed(api, 10000)
    line = invoice["lines"]["data"][0]["id"]
    wish = {"type": "invoice_line_item", "invoice_line_item": line, "amount": 3333}
    preview = api.get(f"{PATH}/preview", {"invoice": invoice["id"], "lines": [wish]})
    assert (preview["subtotal"], preview["total"]) == (3333, 4000)
    params = {"invoice": invoice["id"], "lines": [wish]}
    (shown,) = api.get(f"{PATH}/preview/lines", params)["data"]
    assert shown["taxes"][0]["amount"] == 667
    bare = {**wish, "tax_amounts": ""}
    preview = api.get(f"{PATH}/preview", {"invoice": invoice["id"], "lines": [bare]})
    assert preview["total"] == 3333
    assert api.get(PATH)["data"] == []
    assert state(api, invoice)["amount_due"] == 12000


def test_a_line_of_ones_own(api: Direct) -> None:
    invoice = taxed(api, 10000)
    rate = {"display_name": "TVA", "percentage": 20, "inclusive": True}
    rate_id = api.post("/v1/tax_rates", rate)["id"]
    line = {
        "type": "custom_line_item",
        "description": "Goodwill",
        "quantity": 2,
        "unit_amount_decimal": "600.25",
        "tax_rates": [rate_id],
    }
    note = credit(api, invoice, lines=[line])
    assert (note["total"], note["total_excluding_tax"]) == (1201, 1001)
    assert note["lines"]["data"][0]["unit_amount_decimal"] == "600.25"


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({}, None),
        ({"amount": 0}, "amount"),
        ({"amount": 12001}, "amount"),
        ({"amount": 500, "credit_amount": -1}, "credit_amount"),
        ({"amount": 500, "number": "CN1"}, "number"),
        ({"amount": 500, "reason": "bored"}, "reason"),
        ({"amount": 500, "email_type": "all"}, "email_type"),
        ({"amount": 500, "shipping_cost": {"shipping_rate": "shr_1"}}, "shipping_cost"),
        ({"lines": [{"type": "custom_line_item", "unit_amount": 5}]}, "[description]"),
        (
            {"lines": [{"type": "custom_line_item", "description": "x"}]},
            "[unit_amount]",
        ),
        (
            {"lines": [{"type": "invoice_line_item", "amount": 5}]},
            "[invoice_line_item]",
        ),
        (
            {"lines": [{"type": "custom_line_item", "description": "x", "amount": 5}]},
            "[amount]",
        ),
        (
            {
                "lines": [
                    {
                        "type": "custom_line_item",
                        "description": "x",
                        "unit_amount": -5,
                    }
                ]
            },
            "[unit_amount]",
        ),
    ],
)
def test_credit_notes_that_cannot_be(
    api: Direct, params: dict[str, Any], param: str | None
) -> None:
    error = refused(api, taxed(api, 10000), **params)
    if param:
        assert error["param"].endswith(param)


def test_the_tax_rate_of_a_credit_is_one_that_stripe_made(api: Direct) -> None:
    invoice = taxed(api, 10000)
    rate = {"display_name": "TVA", "percentage": 20, "inclusive": False}
    line = line_of(invoice, 0, 1000)
    line["tax_amounts"][0]["tax_rate"] = api.post("/v1/tax_rates", rate)["id"]
    error = refused(api, invoice, lines=[line])
    assert error["param"].endswith("[tax_rate]")


def test_only_open_and_paid_invoices_are_credited(api: Direct) -> None:
    draft = builders.draft(api)
    assert refused(api, draft, amount=5)["param"] == "invoice"
    invoice = taxed(api, 10000)
    api.post(f"/v1/invoices/{invoice['id']}/void")
    assert refused(api, invoice, amount=5)["param"] == "invoice"


def test_voiding_makes_due_again_until_the_invoice_is_paid(api: Direct) -> None:
    invoice = taxed(api, 10000)
    note = credit(api, invoice, amount=2000)
    voided = api.post(f"{PATH}/{note['id']}/void")
    assert (voided["status"], bool(voided["voided_at"])) == ("void", True)
    shown = state(api, invoice)
    assert (shown["amount_due"], shown["pre_payment_credit_notes_amount"]) == (12000, 0)
    assert builders.event_types(api)[-1] == "credit_note.voided"
    api.refused(400, "POST", f"{PATH}/{note['id']}/void")
    again = credit(api, invoice, amount=2000)
    assert again["number"].endswith("-CN-02")
    pay(api, invoice)
    api.refused(400, "POST", f"{PATH}/{again['id']}/void")


def test_no_credit_while_a_debit_is_pending(api: Direct) -> None:
    invoice = taxed(api, 10000)
    wish = {"method": "sepa_debit", "outcome": "processing"}
    api.steer(f"/_sim/invoices/{invoice['id']}/pay", wish)
    assert "pending" in refused(api, invoice, amount=500)["message"]


def test_memo_and_metadata_can_change(api: Direct) -> None:
    note = credit(api, taxed(api, 10000), amount=500, memo="RINV/1")
    path = f"{PATH}/{note['id']}"
    changed = api.post(path, {"memo": "RINV/2", "metadata": {"odoo_id": "5"}})
    assert (changed["memo"], changed["metadata"]) == ("RINV/2", {"odoo_id": "5"})
    assert builders.event_types(api)[-1] == "credit_note.updated"
    api.refused(400, "POST", path, {"reason": "duplicate"})
    listed = api.get(PATH, {"invoice": note["invoice"], "expand": ["data.invoice"]})
    assert listed["data"][0]["invoice"]["id"] == note["invoice"]


def test_a_credit_note_of_the_dashboard_has_no_request(api: Direct) -> None:
    invoice = taxed(api, 10000)
    pay(api, invoice)
    wish = {"amount": 12000, "refund_amount": 12000, "reason": "order_change"}
    note = api.steer(f"/_sim/invoices/{invoice['id']}/credit_note", wish)
    assert note["post_payment_amount"] == 12000
    events = list(api.account.table("event").values())
    assert {e["request"]["id"] for e in events if "credit_note" in e["type"]} == {None}


def test_stripe_mails_unless_it_is_told_not_to(api: Direct) -> None:
    invoice = taxed(api, 10000)
    credit(api, invoice, amount=500, email_type="none")
    assert not api.account.table("mail")
    note = credit(api, invoice, amount=500)
    (mail,) = api.account.table("mail").values()
    assert (mail["kind"], mail["about"]) == ("credit_note", note["id"])
    assert mail["to"] == "azure@example.com"


def test_the_document_shows_what_was_credited(sim: Running) -> None:
    invoice = sim.invoice()
    line: Any = {
        "type": "invoice_line_item",
        "invoice_line_item": invoice.lines.data[0].id,
        "amount": 5000,
    }
    given: Any = {"invoice": invoice.id, "lines": [line], "memo": "RINV/7"}
    note = sim.client.v1.credit_notes.create(given)
    text, _size = pdf_text(note.pdf)
    for word in ("Credit note", note.number, "Office chair", "€60.00", "RINV/7"):
        assert word in text, text
    page = requests.get(invoice.hosted_invoice_url or "").text
    assert "Credited" in page
    assert "€60.00" in page
