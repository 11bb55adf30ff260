"""Invoices: numbers, freezing, credit, transitions."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct


def test_numbers_are_unique_and_short(api: Direct) -> None:
    invoice = builders.draft(api, number="INV/2026/00001")
    assert invoice["number"] == "INV/2026/00001"
    given = {"customer": invoice["customer"], "number": "INV/2026/00001"}
    assert api.refused(400, "POST", "/v1/invoices", given)["param"] == "number"
    given["number"] = "N" * 27
    assert "26" in api.refused(400, "POST", "/v1/invoices", given)["message"]
    builders.add(api, invoice["id"], {"amount": 100})
    final = api.post(f"/v1/invoices/{invoice['id']}/finalize")
    assert final["number"] == "INV/2026/00001"
    api.post(f"/v1/invoices/{invoice['id']}/void")
    other = builders.draft(api)
    path = f"/v1/invoices/{other['id']}"
    api.refused(400, "POST", path, {"number": "INV/2026/00001"})


def test_a_deleted_draft_frees_its_number(api: Direct) -> None:
    invoice = builders.draft(api, number="INV/1")
    api.delete(f"/v1/invoices/{invoice['id']}")
    assert builders.draft(api, number="INV/1")["number"] == "INV/1"


def test_numbers_from_the_customers_sequence(api: Direct) -> None:
    buyer = builders.customer(api, invoice_prefix="AZUR")
    builders.draft(api, buyer, number="AZUR-0002")
    numbers = [builders.opened(api, customer_id=buyer)["number"] for _ in range(2)]
    assert numbers == ["AZUR-0001", "AZUR-0003"]


def test_finalization_freezes_the_customer(api: Direct) -> None:
    buyer = builders.customer(api)
    invoice = builders.draft(api, buyer)
    builders.add(api, invoice["id"], {"amount": 1000})
    path = f"/v1/invoices/{invoice['id']}"
    api.post(f"/v1/customers/{buyer}", {"name": "Azure SAS", "phone": "+33 1"})
    vat = {"type": "eu_vat", "value": "FR12345678901"}
    api.post(f"/v1/customers/{buyer}/tax_ids", vat)
    mirrored = api.get(path)
    assert mirrored["customer_name"] == "Azure SAS"
    assert mirrored["customer_tax_ids"] == [vat]
    frozen = api.post(path + "/finalize")
    api.post(
        f"/v1/customers/{buyer}",
        {
            "name": "Other",
            "email": "other@example.com",
            "phone": "+44",
            "address": {"city": "Lyon"},
            "shipping": {"name": "X", "address": {"city": "Lyon"}},
            "tax_exempt": "exempt",
        },
    )
    api.delete(f"/v1/customers/{buyer}")
    now = api.get(path)
    fields = "name email phone address shipping tax_exempt tax_ids".split()
    for name in fields:
        assert now[f"customer_{name}"] == frozen[f"customer_{name}"], name


def test_what_may_change_after_finalization(api: Direct) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    assert api.post(path, {"metadata": {"k": "v"}})["metadata"] == {"k": "v"}
    for name in ("number", "footer", "due_date", "description", "effective_at"):
        error = api.refused(400, "POST", path, {name: "1900000000"})
        assert error["message"] == "Finalized invoices can't be updated in this way"
        assert error["param"] == name
    lines = {"lines": [{"amount": 5}]}
    error = api.refused(400, "POST", path + "/add_lines", lines)
    assert error["code"] == "invoice_not_editable"
    line = invoice["lines"]["data"][0]["id"]
    api.refused(400, "POST", f"{path}/lines/{line}", {"amount": 5})


def test_finalized_links_and_dates(api: Direct) -> None:
    invoice = builders.opened(api, effective_at=1_789_000_000)
    assert invoice["status"] == "open"
    assert invoice["effective_at"] == 1_789_000_000
    assert invoice["status_transitions"]["finalized_at"] == api.world.clock.now()
    assert "/i/acct_" in invoice["hosted_invoice_url"]
    assert "/pdf/acct_" in invoice["invoice_pdf"]
    assert invoice["due_date"] == invoice["created"] + 30 * 86400


@pytest.mark.parametrize(
    ("currency", "amount", "status"),
    [
        ("eur", 49, "paid"),
        ("eur", 50, "open"),
        ("gbp", 29, "paid"),
        ("gbp", 30, "open"),
    ],
)
def test_amounts_too_small_to_charge(
    api: Direct, currency: str, amount: int, status: str
) -> None:
    invoice = builders.opened(api, amount, currency=currency)
    assert invoice["status"] == status
    moved = amount if status == "paid" else 0
    assert invoice["amount_due"] == amount - moved
    assert invoice["total"] == amount
    assert invoice["ending_balance"] == moved
    buyer = api.get(f"/v1/customers/{invoice['customer']}")
    assert buyer["balance"] == moved
    assert api.get("/v1/invoice_payments", {"invoice": invoice["id"]})["data"] == (
        [] if moved else api.get("/v1/invoice_payments")["data"]
    )


def test_credit_is_used_first_and_given_back(api: Direct) -> None:
    buyer = builders.customer(api, balance=-3000)
    invoice = builders.opened(api, 10000, customer_id=buyer)
    assert invoice["total"] == 10000
    assert invoice["amount_due"] == invoice["amount_remaining"] == 7000
    assert (invoice["starting_balance"], invoice["ending_balance"]) == (-3000, 0)
    entries = api.get(f"/v1/customers/{buyer}/balance_transactions")["data"]
    assert [(e["type"], e["amount"]) for e in entries] == [("applied_to_invoice", 3000)]
    api.post(f"/v1/invoices/{invoice['id']}/void")
    assert api.get(f"/v1/customers/{buyer}")["balance"] == -3000


def test_drafts_know_the_customers_credit(api: Direct) -> None:
    buyer = builders.customer(api)
    waiting = builders.draft(api, buyer)
    builders.add(api, waiting["id"], {"amount": 5000})
    builders.opened(api, -2000, customer_id=buyer)
    shown = api.get(f"/v1/invoices/{waiting['id']}")
    assert (shown["starting_balance"], shown["amount_due"]) == (-2000, 3000)


def test_a_negative_total_becomes_credit(api: Direct) -> None:
    invoice = builders.opened(api, -2500)
    assert (invoice["status"], invoice["amount_due"]) == ("paid", 0)
    assert invoice["total"] == -2500
    assert api.get(f"/v1/customers/{invoice['customer']}")["balance"] == -2500
    again = builders.opened(api, 2000, customer_id=invoice["customer"])
    assert (again["status"], again["amount_due"], again["ending_balance"]) == (
        "paid",
        0,
        -500,
    )


def test_uncollectible_can_be_paid_or_voided(api: Direct) -> None:
    for deed, status in (("pay", "paid"), ("void", "void")):
        invoice = builders.opened(api)
        path = f"/v1/invoices/{invoice['id']}"
        bad = api.post(path + "/mark_uncollectible")
        assert bad["status_details"]["uncollectible"]["reason"]
        params = {"paid_out_of_band": True} if deed == "pay" else {}
        assert api.post(f"{path}/{deed}", params)["status"] == status


def test_a_revision_takes_the_place_of_the_original(api: Direct) -> None:
    original = builders.opened(api, number="INV/7")
    source = {"action": "revision", "invoice": original["id"]}
    revision = api.post("/v1/invoices", {"from_invoice": source})
    assert revision["status"] == "draft"
    assert revision["number"] is None
    assert revision["total"] == original["total"]
    assert api.get(f"/v1/invoices/{original['id']}")["status"] == "open"
    api.post(f"/v1/invoices/{revision['id']}", {"number": "INV/7-1"})
    api.post(f"/v1/invoices/{revision['id']}/finalize")
    voided = api.get(f"/v1/invoices/{original['id']}")
    assert voided["status"] == "void"
    assert voided["latest_revision"] == revision["id"]


def test_a_preview_leaves_no_trace(api: Direct) -> None:
    buyer = builders.customer(api)
    pending = {"customer": buyer, "amount": 500, "currency": "eur"}
    api.post("/v1/invoiceitems", pending)
    before = api.get(f"/v1/customers/{buyer}"), builders.event_types(api)
    given = {
        "customer": buyer,
        "invoice_items": [{"unit_amount": 300, "quantity": 2, "currency": "eur"}],
    }
    preview = api.post("/v1/invoices/create_preview", given)
    assert preview["id"].startswith("upcoming_in_")
    assert preview["total"] == 1100
    assert (api.get(f"/v1/customers/{buyer}"), builders.event_types(api)) == before
    assert api.get("/v1/invoices")["data"] == []
    assert len(api.get("/v1/invoiceitems", {"pending": True})["data"]) == 1


def test_stripe_finalizes_when_the_time_has_come(api: Direct) -> None:
    buyer = builders.customer(api)
    invoice = api.post(
        "/v1/invoices", {"customer": buyer, "currency": "eur", "auto_advance": True}
    )
    builders.add(api, invoice["id"], {"amount": 1000})
    path = f"/v1/invoices/{invoice['id']}"
    api.world.clock.advance(3600)
    assert api.get(path)["status"] == "draft"
    api.world.clock.advance(1)
    assert api.get(path)["status"] == "open"
    finalized = [
        event
        for event in api.account.table("event").values()
        if event["type"] == "invoice.finalized"
    ]
    assert finalized[0]["request"] == {"id": None, "idempotency_key": None}


def test_sending_needs_an_address_and_a_date(api: Direct) -> None:
    silent = api.post("/v1/customers", {"name": "No mail"})["id"]
    given = {"customer": silent, "collection_method": "send_invoice"}
    api.refused(400, "POST", "/v1/invoices", given)
    given["days_until_due"] = "3"
    error = api.refused(400, "POST", "/v1/invoices", given)
    assert error["message"].startswith("Missing email.")


def test_what_a_draft_cannot_be(api: Direct) -> None:
    buyer = builders.customer(api)
    now = api.world.clock.now()
    field = {"name": "Order", "value": "S1"}
    for param, value in (
        ("due_date", now - 1),
        ("automatically_finalizes_at", now - 1),
        ("automatically_finalizes_at", now + 6 * 366 * 86400),
        ("custom_fields", [field] * 5),
        ("default_payment_method", "pm_none"),
        ("account_tax_ids", ["txi_none"]),
        ("statement_descriptor", "x" * 23),
        ("description", "x" * 1501),
        ("footer", "x" * 5001),
    ):
        given = {"customer": buyer, param: value}
        if param == "due_date":
            given["collection_method"] = "send_invoice"
        assert api.refused(400, "POST", "/v1/invoices", given)["param"] == param
    unrecorded = Direct(api.world, record=False)
    assert unrecorded.get("/v1/invoices/")["data"] == []


def test_list_filters(api: Direct) -> None:
    first, second = builders.opened(api), builders.draft(api)

    def ids(**given: Any) -> list[str]:
        return [row["id"] for row in api.get("/v1/invoices", given)["data"]]

    assert ids() == [second["id"], first["id"]]
    assert ids(status="open") == [first["id"]]
    assert ids(customer=second["customer"]) == [second["id"]]
    now = api.world.clock.now()
    assert ids(created={"gt": now}) == []
    assert len(ids(created={"gte": now, "lt": now + 1})) == 2
    assert ids(collection_method="charge_automatically") == []


def test_events_of_a_lifecycle(api: Direct) -> None:
    invoice = builders.opened(api)
    api.post(f"/v1/invoices/{invoice['id']}/send")
    api.post(f"/v1/invoices/{invoice['id']}/mark_uncollectible")
    api.post(f"/v1/invoices/{invoice['id']}/void")
    types = [t for t in builders.event_types(api) if t.startswith("invoice.")]
    assert [t for t in types if t != "invoice.updated"] == [
        "invoice.created",
        "invoice.finalized",
        "invoice.sent",
        "invoice.marked_uncollectible",
        "invoice.voided",
    ]


def test_credit_in_one_currency_pays_no_invoice_in_another(api: Direct) -> None:
    buyer = builders.customer(api)
    builders.opened(api, 1000, customer_id=buyer)
    path = f"/v1/customers/{buyer}/balance_transactions"
    given = {"amount": -5000, "currency": "usd"}
    assert api.post(path, given)["ending_balance"] == -5000
    euros = builders.opened(api, 2000, customer_id=buyer)
    assert (euros["starting_balance"], euros["amount_due"]) == (0, 2000)
    dollars = builders.opened(api, 2000, customer_id=buyer, currency="usd")
    assert (dollars["starting_balance"], dollars["status"]) == (-5000, "paid")
    shown = api.get(f"/v1/customers/{buyer}", {"expand": ["invoice_credit_balance"]})
    assert (shown["currency"], shown["balance"]) == ("eur", 0)
    assert shown["invoice_credit_balance"] == {"eur": 0, "usd": 3000}
