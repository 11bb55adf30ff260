"""Checkout Sessions: what is refused, what a payment makes, how they end."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests.builders import customer, event_types
from simulator.tests.direct import Direct

PATH = "/v1/checkout/sessions"
DAY = 24 * 3600
IBAN = "DE89370400440532013000"
BOUNCING = "DE62370400440532013001"
INVOICE_DATA = {
    "custom_fields": [{"name": "Order", "value": "S00042"}],
    "description": "Thank you",
    "metadata": {"odoo_id": "7"},
}


def line(unit_amount: int = 10000, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """Return a line item with a price of its own."""
    data = {
        "currency": "eur",
        "product_data": {"name": "Office chair"},
        "unit_amount": unit_amount,
    }
    return {"price_data": data, "quantity": quantity, **more}


def payment(api: Direct, *lines: dict[str, Any], **params: Any) -> dict[str, Any]:
    """Return the parameters of a session that takes a payment and invoices it."""
    return {
        "mode": "payment",
        "customer": customer(api),
        "line_items": list(lines) or [line()],
        "success_url": "https://shop.example.com/done?session={CHECKOUT_SESSION_ID}",
        "invoice_creation": {"enabled": True, "invoice_data": INVOICE_DATA},
        **params,
    }


def setup(api: Direct, **params: Any) -> dict[str, Any]:
    """Return the parameters of a session that stores a payment method."""
    return {
        "mode": "setup",
        "customer": customer(api),
        "currency": "eur",
        "success_url": "https://shop.example.com/done",
        **params,
    }


def submit(
    api: Direct, session: dict[str, Any], number: str = "4242424242424242"
) -> Any:
    """Let the customer type a number on the page."""
    path = f"/_sim/checkout/sessions/{session['id']}/submit"
    return api.steer(path, {"number": number})


def vat(api: Direct, inclusive: bool = False) -> str:
    """Make a tax rate of 20 % and return its id."""
    given = {"display_name": "VAT", "percentage": 20, "inclusive": inclusive}
    return str(api.post("/v1/tax_rates", given)["id"])


def test_a_session_adds_its_lines_up(api: Direct) -> None:
    rates = [vat(api)]
    given = payment(api, line(1999, 3, tax_rates=rates), line(500))
    session = api.post(PATH, {**given, "expand": ["line_items"]})
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    assert session["amount_subtotal"] == 6497
    assert session["total_details"]["amount_tax"] == 1199
    assert session["amount_total"] == 7696
    first = session["line_items"]["data"][0]
    assert (first["amount_subtotal"], first["amount_tax"], first["amount_total"]) == (
        5997,
        1199,
        7196,
    )
    listed = api.get(f"{PATH}/{session['id']}/line_items")
    assert [one["id"] for one in listed["data"]] == [
        one["id"] for one in session["line_items"]["data"]
    ]
    assert session["payment_intent"] is None and session["invoice"] is None


def test_an_included_tax_is_part_of_the_price(api: Direct) -> None:
    rates = [vat(api, inclusive=True)]
    session = api.post(PATH, payment(api, line(12000, tax_rates=rates)))
    assert session["amount_total"] == 12000
    assert session["total_details"]["amount_tax"] == 2000


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": None}, "mode"),
        ({"success_url": None}, "success_url"),
        ({"success_url": "somewhere"}, "success_url"),
        ({"line_items": None}, "line_items"),
        ({"line_items": [line(10)]}, None),
        (
            {"line_items": [{"price_data": line()["price_data"]}]},
            "line_items[0][quantity]",
        ),
        ({"line_items": [line(quantity=0)]}, "line_items[0][quantity]"),
        ({"line_items": [line()] * 101}, "line_items"),
        ({"expires_at": 1_790_000_000 + 60}, "expires_at"),
        ({"expires_at": 1_790_000_000 + 2 * DAY}, "expires_at"),
        ({"customer": "cus_nobody"}, "customer"),
        ({"customer_email": "a@example.com"}, None),
        ({"setup_intent_data": {"description": "x"}}, "setup_intent_data"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"ui_mode": "hosted"}, "ui_mode"),
        ({"allowed_payment_method_types": ["twint"]}, "allowed_payment_method_types"),
        (
            {"invoice_creation": {"enabled": False, "invoice_data": INVOICE_DATA}},
            "invoice_creation[invoice_data]",
        ),
    ],
)
def test_what_cannot_be_sold_is_refused(
    api: Direct, change: dict[str, Any], param: str | None
) -> None:
    given = {k: v for k, v in {**payment(api), **change}.items() if v is not None}
    error = api.refused(400, "POST", PATH, given)
    assert error.get("param") == param, error
    assert not api.account.table("checkout.session")


def test_a_card_pays_and_the_invoice_follows_already_paid(api: Direct) -> None:
    metadata = {"payment_intent_data": {"metadata": {"of": "payment"}}}
    given = payment(api, metadata={"of": "session"}, **metadata)
    session = api.post(PATH, given)
    done = submit(api, session)["session"]
    assert (done["status"], done["payment_status"], done["url"]) == (
        "complete",
        "paid",
        None,
    )
    invoice = api.get(f"/v1/invoices/{done['invoice']}", {"expand": ["payments"]})
    assert (invoice["status"], invoice["total"], invoice["amount_remaining"]) == (
        "paid",
        10000,
        0,
    )
    assert invoice["metadata"] == {"odoo_id": "7"}
    assert invoice["custom_fields"] == [{"name": "Order", "value": "S00042"}]
    assert invoice["number"] and invoice["invoice_pdf"]
    (entry,) = invoice["payments"]["data"]
    assert entry["payment"]["payment_intent"] == done["payment_intent"]
    asked = api.get(f"/v1/payment_intents/{done['payment_intent']}")
    assert asked["metadata"] == {"of": "payment"}
    wanted = [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.created",
        "invoice.finalized",
        "invoice_payment.paid",
        "invoice.paid",
        "checkout.session.completed",
    ]
    assert [one for one in event_types(api) if one in wanted] == wanted


def test_the_invoice_has_the_lines_and_the_taxes_of_the_session(api: Direct) -> None:
    rates = [vat(api)]
    session = api.post(PATH, payment(api, line(1999, 3, tax_rates=rates), line(500)))
    done = submit(api, session)["session"]
    invoice = api.get(f"/v1/invoices/{done['invoice']}")
    assert invoice["total"] == session["amount_total"]
    assert [one["amount"] for one in invoice["lines"]["data"]] == [5997, 500]
    assert invoice["total_taxes"][0]["amount"] == 1199


def test_without_invoice_creation_there_is_a_payment_only(api: Direct) -> None:
    session = api.post(PATH, payment(api, invoice_creation={"enabled": False}))
    done = submit(api, session)["session"]
    assert done["payment_status"] == "paid" and done["invoice"] is None
    assert not api.account.table("invoice")


def test_the_invoice_may_come_later_than_the_payment(api: Direct) -> None:
    api.account.settings["checkout_invoice_delay"] = 60
    session = api.post(PATH, payment(api))
    assert submit(api, session)["session"]["invoice"] is None
    api.steer("/_sim/clock/advance", {"seconds": 61})
    found = api.get(f"{PATH}/{session['id']}")
    assert api.get(f"/v1/invoices/{found['invoice']}")["status"] == "paid"


def test_a_debit_is_complete_at_once_and_paid_days_later(api: Direct) -> None:
    session = api.post(PATH, payment(api))
    done = submit(api, session, IBAN)["session"]
    assert (done["status"], done["payment_status"]) == ("complete", "unpaid")
    assert done["invoice"] is None
    api.steer("/_sim/clock/advance", {"seconds": 6 * DAY})
    found = api.get(f"{PATH}/{session['id']}")
    assert found["payment_status"] == "paid"
    assert api.get(f"/v1/invoices/{found['invoice']}")["status"] == "paid"
    types = event_types(api)
    assert "checkout.session.async_payment_succeeded" in types
    assert types.index("invoice.paid") > types.index("checkout.session.completed")


def test_a_returned_debit_leaves_the_session_unpaid(api: Direct) -> None:
    session = api.post(PATH, payment(api))
    submit(api, session, BOUNCING)
    api.steer("/_sim/clock/advance", {"seconds": 6 * DAY})
    found = api.get(f"{PATH}/{session['id']}")
    assert (found["status"], found["payment_status"]) == ("complete", "unpaid")
    assert found["invoice"] is None
    assert event_types(api)[-1] == "checkout.session.async_payment_failed"


def test_a_declined_card_leaves_the_session_open(api: Direct) -> None:
    session = api.post(PATH, payment(api))
    answer = submit(api, session, "4000000000000002")
    assert (answer["status"], answer["error"]["code"]) == ("open", "card_declined")
    assert submit(api, session)["session"]["payment_status"] == "paid"
    assert len(api.account.table("payment_intent")) == 1


def test_a_bank_may_ask_who_pays(api: Direct) -> None:
    session = api.post(PATH, payment(api))
    path = f"/_sim/checkout/sessions/{session['id']}/authenticate"
    assert submit(api, session, "4000002760003184")["status"] == "open"
    assert api.steer(path, {"success": False})["status"] == "open"
    submit(api, session, "4000002760003184")
    assert api.steer(path, {})["session"]["payment_status"] == "paid"


def test_a_session_expires_in_its_time_or_when_told(api: Direct) -> None:
    first, second = api.post(PATH, payment(api)), api.post(PATH, payment(api))
    assert api.post(f"{PATH}/{first['id']}/expire")["status"] == "expired"
    error = api.refused(400, "POST", f"{PATH}/{first['id']}/expire")
    assert "status of expired" in error["message"]
    api.steer("/_sim/clock/advance", {"seconds": DAY + 1})
    found = api.get(f"{PATH}/{second['id']}")
    assert (found["status"], found["url"]) == ("expired", None)
    assert event_types(api).count("checkout.session.expired") == 2
    listed = api.get(PATH, {"status": "expired"})["data"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]


def test_nobody_pays_a_session_that_is_over(api: Direct) -> None:
    session = api.post(PATH, payment(api))
    submit(api, session)
    path = f"/_sim/checkout/sessions/{session['id']}/submit"
    answer = api._client.post(path, json={})
    assert answer.status_code == 400
    assert len(api.account.table("charge")) == 1


def test_setup_stores_a_card_and_charges_nothing(api: Direct) -> None:
    given = setup(api, setup_intent_data={"metadata": {"odoo_id": "3"}})
    session = api.post(PATH, given)
    done = submit(api, session)["session"]
    assert (done["status"], done["payment_status"]) == (
        "complete",
        "no_payment_required",
    )
    stored = api.get(f"/v1/setup_intents/{done['setup_intent']}")
    assert stored["status"] == "succeeded" and stored["metadata"] == {"odoo_id": "3"}
    kept = api.get(f"/v1/payment_methods/{stored['payment_method']}")
    assert kept["customer"] == given["customer"]
    owner = api.get(f"/v1/customers/{given['customer']}")
    assert owner["invoice_settings"]["default_payment_method"] is None
    assert not api.account.table("charge")
    assert event_types(api)[-2:] == [
        "setup_intent.succeeded",
        "checkout.session.completed",
    ]


def test_setup_of_a_debit_has_a_mandate(api: Direct) -> None:
    session = api.post(PATH, setup(api))
    done = submit(api, session, IBAN)["session"]
    path = f"/v1/setup_intents/{done['setup_intent']}"
    mandate = api.get(path, {"expand": ["mandate"]})["mandate"]
    assert (mandate["status"], mandate["type"]) == ("active", "multi_use")
    assert api.get(f"/v1/mandates/{mandate['id']}")["id"] == mandate["id"]


def test_setup_declined_and_authenticated(api: Direct) -> None:
    session = api.post(PATH, setup(api))
    path = f"/_sim/checkout/sessions/{session['id']}/authenticate"
    assert submit(api, session, "4000000000000002")["error"]["code"] == "card_declined"
    submit(api, session, "4000002760003184")
    assert api.steer(path, {"success": False})["error"]
    submit(api, session, "4000002760003184")
    assert api.steer(path, {})["status"] == "complete"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"currency": None}, "currency"),
        ({"line_items": [line()]}, "line_items"),
        ({"invoice_creation": {"enabled": True}}, "invoice_creation"),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
    ],
)
def test_setup_refuses_what_belongs_to_a_payment(
    api: Direct, change: dict[str, Any], param: str
) -> None:
    given = {k: v for k, v in {**setup(api), **change}.items() if v is not None}
    assert api.refused(400, "POST", PATH, given)["param"] == param


def test_the_method_of_a_payment_can_be_kept(api: Direct) -> None:
    data = {"setup_future_usage": "off_session"}
    given = payment(api, payment_intent_data=data)
    submit(api, api.post(PATH, given))
    (kept,) = api.get("/v1/payment_methods", {"customer": given["customer"]})["data"]
    assert kept["card"]["last4"] == "4242"


def test_the_portal_needs_a_configuration(api: Direct) -> None:
    given = {"customer": customer(api), "return_url": "https://shop.example.com/my"}
    api.account.settings["customer_portal"] = False
    error = api.refused(400, "POST", "/v1/billing_portal/sessions", given)
    assert "default configuration has not been created" in error["message"]
    assert not api.get("/v1/billing_portal/configurations")["data"]
    features = {"invoice_history": {"enabled": True}}
    own = api.post("/v1/billing_portal/configurations", {"features": features})
    session = api.post(
        "/v1/billing_portal/sessions", {**given, "configuration": own["id"]}
    )
    assert session["configuration"] == own["id"]
    path = f"/v1/billing_portal/configurations/{own['id']}"
    assert api.post(path, {"active": False})["active"] is False
    assert api.get(path)["features"]["invoice_history"]["enabled"]


def test_the_account_s_own_portal_is_used_unless_told(api: Direct) -> None:
    session = api.post("/v1/billing_portal/sessions", {"customer": customer(api)})
    path = "/v1/billing_portal/configurations"
    (default,) = api.get(path, {"is_default": "true"})["data"]
    assert default["id"] == session["configuration"]
    error = api.refused(
        400, "POST", "/v1/billing_portal/sessions", {"customer": "cus_nobody"}
    )
    assert error["param"] == "customer"
