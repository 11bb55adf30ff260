"""Payments outside Stripe: PaymentRecords, attached or not, and out of band."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct

NOW = 1_790_000_000


def given(value: int = 4000, currency: str = "eur", **params: Any) -> dict[str, Any]:
    """Return a report of a bank transfer, guaranteed unless told otherwise."""
    method = {"type": "custom", "custom": {"display_name": "Bank transfer"}}
    processor = {"type": "custom", "custom": {"payment_reference": "BNK1/2026/0007"}}
    return {
        "amount_requested": {"currency": currency, "value": value},
        "initiated_at": NOW - 60,
        "payment_method_details": method,
        "processor_details": processor,
        "outcome": "guaranteed",
        "guaranteed": {"guaranteed_at": NOW},
        **params,
    }


def under_way(value: int = 4000) -> dict[str, Any]:
    """Return a report of a payment whose outcome is not known yet."""
    unknown = given(value)
    del unknown["outcome"], unknown["guaranteed"]
    return unknown


def report(api: Direct, params: dict[str, Any]) -> str:
    return str(api.post("/v1/payment_records/report_payment", params)["id"])


def attach(api: Direct, invoice: dict[str, Any], record: str) -> dict[str, Any]:
    path = f"/v1/invoices/{invoice['id']}/attach_payment"
    return api.post(path, {"payment_record": record})


def payments(api: Direct, invoice: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the invoice's payments, the oldest first."""
    rows = api.get("/v1/invoice_payments", {"invoice": invoice["id"]})["data"]
    return list(reversed(rows))


def off_stripe(api: Direct, invoice: dict[str, Any]) -> int:
    path, params = f"/v1/invoices/{invoice['id']}", {"expand": [FIELD]}
    return int(api.get(path, params)[FIELD])


FIELD = "amount_paid_off_stripe"


def test_a_report_is_shown_as_it_was_made(api: Direct) -> None:
    buyer = builders.customer(api)
    params = given(
        4000,
        description="Settled at the counter",
        metadata={"odoo_id": "7"},
        customer_details={"customer": buyer, "name": "Azure Interior"},
        customer_presence="off_session",
        shipping_details={"name": "Azure", "address": {"city": "Lyon"}},
    )
    method = params["payment_method_details"]
    method["billing_details"] = {"email": "azure@example.com"}
    made = api.post("/v1/payment_records/report_payment", params)
    assert made["id"].startswith("pr_")
    assert made["amount"] == made["amount_guaranteed"] == params["amount_requested"]
    assert made["amount_failed"] == {"currency": "eur", "value": 0}
    assert made["processor_details"] == params["processor_details"]
    details = made["payment_method_details"]
    assert details["custom"]["display_name"] == "Bank transfer"
    assert details["billing_details"]["email"] == "azure@example.com"
    assert made["customer_details"]["customer"] == buyer
    assert made["shipping_details"]["address"]["city"] == "Lyon"
    assert (made["reported_by"], made["metadata"]) == ("self", {"odoo_id": "7"})
    assert api.get(f"/v1/payment_records/{made['id']}") == made
    assert api.get("/v1/payment_records")["data"] == [made]
    assert api.get("/v1/payment_records", {"created_after": NOW})["data"] == []


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"amount_requested": {"currency": "eur", "value": 0}}, "[value]"),
        ({"amount_requested": {"currency": "xyz", "value": 5}}, "[currency]"),
        ({"amount_requested": {"currency": "bhd", "value": 5}}, "[value]"),
        ({"payment_method_details": {"type": "custom"}}, "[display_name]"),
        ({"payment_method_details": {"type": "card"}}, "[type]"),
        ({"outcome": "failed"}, "failed"),
        ({"outcome": "succeeded"}, "outcome"),
        ({"customer_details": {"customer": "cus_none"}}, "[customer]"),
        ({"reference": "x"}, "reference"),
    ],
)
def test_what_cannot_be_reported(
    api: Direct, change: dict[str, Any], param: str
) -> None:
    path = "/v1/payment_records/report_payment"
    error = api.refused(400, "POST", path, given(**change))
    assert error["param"].endswith(param)


def test_a_part_paid_outside_leaves_the_rest(api: Direct) -> None:
    invoice = builders.opened(api)
    seen = len(builders.event_types(api))
    shown = attach(api, invoice, report(api, given(4000)))
    assert (shown["status"], shown["amount_paid"]) == ("open", 4000)
    assert shown["amount_remaining"] == 6000
    assert builders.event_types(api)[seen:] == [
        "invoice_payment.paid",
        "invoice.updated",
    ]
    default, part = payments(api, invoice)
    assert (default["is_default"], default["amount_requested"]) == (True, 6000)
    intent = api.get(f"/v1/payment_intents/{default['payment']['payment_intent']}")
    assert intent["amount"] == 6000
    assert (part["status"], part["amount_paid"]) == ("paid", 4000)
    assert part["amount_requested"] == 4000
    assert part["payment"]["type"] == "payment_record"
    assert off_stripe(api, invoice) == 4000
    api.refused(400, "POST", f"/v1/invoices/{invoice['id']}/void")


def test_the_last_part_makes_it_paid(api: Direct) -> None:
    invoice = builders.opened(api)
    attach(api, invoice, report(api, given(4000)))
    seen = len(builders.event_types(api))
    shown = attach(api, invoice, report(api, given(6000)))
    assert (shown["status"], shown["amount_paid"]) == ("paid", 10000)
    types = builders.event_types(api)[seen:]
    assert types.count("invoice.paid") == types.count("invoice_payment.paid") == 1
    assert "invoice.payment_succeeded" not in types
    assert [p["status"] for p in payments(api, invoice)] == ["canceled", "paid", "paid"]
    assert off_stripe(api, invoice) == 10000
    records = {p["payment"].get("payment_record") for p in payments(api, invoice)}
    assert len(records - {None}) == 2


def test_a_card_pays_what_a_transfer_left(api: Direct) -> None:
    invoice = builders.opened(api)
    record = report(api, given(4000))
    attach(api, invoice, record)
    path = f"/v1/invoices/{invoice['id']}"
    paid = api.post(path + "/pay", {"payment_method": "pm_card_visa"})
    assert (paid["status"], paid["amount_paid"]) == ("paid", 10000)
    assert off_stripe(api, invoice) == 4000
    (charge,) = api.get("/v1/charges")["data"]
    assert charge["amount"] == 6000
    wanted = {"type": "payment_record", "payment_record": record}
    params = {"payment": wanted, "expand": ["data.payment.payment_record"]}
    (found,) = api.get("/v1/invoice_payments", params)["data"]
    assert found["payment"]["payment_record"]["amount"]["value"] == 4000


def test_an_uncollectible_invoice_takes_payments_too(api: Direct) -> None:
    invoice = builders.opened(api)
    api.post(f"/v1/invoices/{invoice['id']}/mark_uncollectible")
    part = attach(api, invoice, report(api, given(4000)))
    assert (part["status"], part["amount_remaining"]) == ("uncollectible", 6000)
    assert attach(api, invoice, report(api, given(6000)))["status"] == "paid"


def test_what_cannot_be_attached(api: Direct) -> None:
    invoice = builders.opened(api)
    used = report(api, given(1000))
    attach(api, builders.opened(api), used)
    stranger: dict[str, Any] = {
        "customer_details": {"customer": builders.customer(api)}
    }
    canceled: dict[str, Any] = {"outcome": "canceled", "canceled": {"canceled_at": NOW}}
    path = f"/v1/invoices/{invoice['id']}/attach_payment"
    for record in (
        used,
        report(api, given(1000, "usd")),
        report(api, given(10001)),
        report(api, given(1000, **stranger)),
        report(api, given(1000, **canceled)),
        "pr_none",
    ):
        error = api.refused(400, "POST", path, {"payment_record": record})
        assert error["param"] == "payment_record"
    own = report(api, given(1000))
    attach(api, invoice, own)
    error = api.refused(400, "POST", path, {"payment_record": own})
    assert "already attached" in error["message"]
    both = {"payment_record": own, "payment_intent": "pi_none"}
    api.refused(400, "POST", path, both)
    api.refused(400, "POST", path)


def test_drafts_and_closed_invoices_take_no_payment(api: Direct) -> None:
    void, paid = builders.opened(api), builders.opened(api)
    api.post(f"/v1/invoices/{void['id']}/void")
    api.post(f"/v1/invoices/{paid['id']}/pay", {"paid_out_of_band": True})
    for invoice in (builders.draft(api), void, paid):
        path = f"/v1/invoices/{invoice['id']}/attach_payment"
        record = report(api, given(1000))
        error = api.refused(400, "POST", path, {"payment_record": record})
        assert error["message"] == "Payments can only be attached to open invoices."


def test_a_payment_under_way_counts_once_it_is_guaranteed(api: Direct) -> None:
    for outcome, status in (
        ("guaranteed", "paid"),
        ("failed", "canceled"),
        ("canceled", "canceled"),
    ):
        invoice = builders.opened(api)
        record = report(api, under_way(4000))
        assert attach(api, invoice, record)["amount_paid"] == 0
        path = f"/v1/payment_records/{record}/report_payment_attempt_{outcome}"
        told = api.post(path, {f"{outcome}_at": NOW})
        assert told[f"amount_{outcome}"]["value"] == 4000
        assert payments(api, invoice)[-1]["status"] == status
        now = api.get(f"/v1/invoices/{invoice['id']}")
        assert now["amount_paid"] == (4000 if outcome == "guaranteed" else 0)
        api.refused(400, "POST", path, {f"{outcome}_at": NOW})


def test_a_refund_leaves_the_invoice(api: Direct) -> None:
    invoice = builders.opened(api)
    record = report(api, given(10000))
    attach(api, invoice, record)
    path = f"/v1/payment_records/{record}/report_refund"
    reference = {"type": "custom", "custom": {"refund_reference": "R1"}}
    params: dict[str, Any] = {
        "outcome": "refunded",
        "processor_details": reference,
        "refunded": {"refunded_at": NOW},
    }
    part = {"amount": {"currency": "eur", "value": 3000}, **params}
    assert api.post(path, part)["amount_refunded"]["value"] == 3000
    error = api.refused(
        400, "POST", path, {**params, "amount": {**part["amount"], "value": 7001}}
    )
    assert error["param"] == "amount[value]"
    assert api.post(path, params)["amount_refunded"]["value"] == 10000
    assert api.get(f"/v1/invoices/{invoice['id']}")["amount_paid"] == 10000


@pytest.mark.parametrize(("setting", "status"), [(False, 403), (400, 400)])
def test_an_account_without_payment_records(
    api: Direct, setting: Any, status: int
) -> None:
    api.account.settings["payment_records"] = setting
    path = "/v1/payment_records/report_payment"
    error = api.refused(status, "POST", path, given())
    assert error["type"] == "invalid_request_error"
    api.refused(status, "GET", "/v1/payment_records")


@pytest.mark.parametrize("recorded", [False, True])
def test_out_of_band_settles_what_parts_have_left(api: Direct, recorded: bool) -> None:
    api.account.settings["out_of_band_records"] = recorded
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    card = {"payment_method": "pm_card_visa", "confirm": True}
    params = {
        "amount": 2000,
        "currency": "eur",
        "customer": invoice["customer"],
        **card,
    }
    intent = api.post("/v1/payment_intents", params)["id"]
    api.post(path + "/attach_payment", {"payment_intent": intent})
    attach(api, invoice, report(api, given(3000)))
    seen = len(builders.event_types(api))
    paid = api.post(path + "/pay", {"paid_out_of_band": True})
    assert (paid["status"], paid["amount_paid"]) == ("paid", 10000)
    assert (paid["amount_remaining"], off_stripe(api, invoice)) == (0, 8000)
    rows = payments(api, invoice)
    states = [(p["payment"]["type"], p["status"], p["amount_paid"]) for p in rows]
    expected: list[Any] = [
        ("payment_intent", "canceled", None),
        ("payment_intent", "paid", 2000),
        ("payment_record", "paid", 3000),
    ]
    assert states == expected + [("payment_record", "paid", 5000)] * recorded
    types = builders.event_types(api)[seen:]
    assert types.count("invoice_payment.paid") == recorded
    assert types.count("invoice.paid") == 1
    assert "invoice.payment_succeeded" not in types
