"""Payments: cards, declines, out of band, partial, balance transactions."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.resources import payment
from simulator.tests import builders
from simulator.tests.direct import Direct


def payments(api: Direct, invoice_id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]]
    rows = api.get("/v1/invoice_payments", {"invoice": invoice_id})["data"]
    return rows


def test_card_payment_and_its_fee(api: Direct) -> None:
    invoice = builders.opened(api, 12000)
    (waiting,) = payments(api, invoice["id"])
    assert (waiting["status"], waiting["amount_requested"]) == ("open", 12000)
    assert waiting["amount_paid"] is None
    path = f"/v1/invoices/{invoice['id']}"
    paid = api.post(path + "/pay", {"payment_method": "pm_card_fr"})
    assert (paid["status"], paid["amount_paid"]) == ("paid", 12000)
    assert (paid["attempted"], paid["attempt_count"]) == (True, 1)
    (entry,) = payments(api, invoice["id"])
    assert (entry["status"], entry["amount_paid"]) == ("paid", 12000)
    intent_id = entry["payment"]["payment_intent"]
    intent = api.get(f"/v1/payment_intents/{intent_id}", {"expand": ["latest_charge"]})
    assert intent["latest_charge"]["balance_transaction"] is None
    api.world.clock.advance(5)
    charge = api.get(
        f"/v1/charges/{intent['latest_charge']['id']}",
        {"expand": ["balance_transaction"]},
    )
    entry = charge["balance_transaction"]
    assert (entry["amount"], entry["fee"], entry["net"]) == (12000, 205, 11795)
    balance = api.get("/v1/balance")
    assert balance["pending"][0]["amount"] == 11795
    api.world.clock.advance(8 * 86400)
    assert api.get("/v1/balance")["available"][0]["amount"] == 11795


def test_events_of_a_card_payment(api: Direct) -> None:
    invoice = builders.opened(api)
    seen = len(builders.event_types(api))
    api.post(f"/v1/invoices/{invoice['id']}/pay", {"payment_method": "pm_card_visa"})
    assert set(builders.event_types(api)[seen:]) == {
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.updated",
        "invoice.paid",
        "invoice.payment_succeeded",
    }


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        (
            "pm_card_chargeDeclinedInsufficientFunds",
            "card_declined",
            "insufficient_funds",
        ),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ],
)
def test_a_declined_card(
    api: Direct, card: str, code: str, decline_code: str | None
) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    error = api.refused(402, "POST", path + "/pay", {"payment_method": card})
    assert error["type"] == "card_error"
    assert (error["code"], error.get("decline_code")) == (code, decline_code)
    now = api.get(path)
    assert (now["status"], now["attempt_count"]) == ("open", 1)
    assert "invoice.payment_failed" in builders.event_types(api)
    paid = api.post(path + "/pay", {"payment_method": "pm_card_visa"})
    assert (paid["status"], paid["attempt_count"]) == ("paid", 2)


def test_authentication_is_needed(api: Direct) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    given = {"payment_method": "pm_card_authenticationRequired"}
    error = api.refused(402, "POST", path + "/pay", given)
    assert error["code"] == "invoice_payment_intent_requires_action"
    assert "invoice.payment_action_required" in builders.event_types(api)


def test_no_method_at_all(api: Direct) -> None:
    invoice = builders.opened(api)
    error = api.refused(400, "POST", f"/v1/invoices/{invoice['id']}/pay")
    assert error["code"] == "resource_missing"


def test_out_of_band(api: Direct) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    paid = api.post(path + "/pay", {"paid_out_of_band": True})
    assert (paid["status"], paid["amount_paid"]) == ("paid", 10000)
    assert "amount_paid_off_stripe" not in paid
    shown = api.get(path, {"expand": ["amount_paid_off_stripe", "payments"]})
    assert shown["amount_paid_off_stripe"] == 10000
    assert [p["status"] for p in shown["payments"]["data"]] == ["canceled"]
    types = builders.event_types(api)
    assert "invoice.paid" in types
    assert "invoice_payment.paid" not in types
    assert "invoice.payment_succeeded" not in types


def intent_of(api: Direct, customer: str, amount: int, **params: object) -> str:
    given = {"amount": amount, "currency": "eur", "customer": customer, **params}
    return str(api.post("/v1/payment_intents", given)["id"])


def test_partial_payments(api: Direct) -> None:
    invoice = builders.opened(api)
    buyer, path = invoice["customer"], f"/v1/invoices/{invoice['id']}"
    card = {"payment_method": "pm_card_visa", "confirm": True}
    first = intent_of(api, buyer, 4000, **card)
    shown = api.post(path + "/attach_payment", {"payment_intent": first})
    assert (shown["status"], shown["amount_paid"]) == ("open", 4000)
    assert shown["amount_remaining"] == 6000
    default = next(p for p in payments(api, invoice["id"]) if p["is_default"])
    assert default["amount_requested"] == 6000
    error = api.refused(400, "POST", path + "/void")
    assert error["message"] == "Invoices with `paid` payments cannot be voided."
    later = intent_of(api, buyer, 6000)
    api.post(path + "/attach_payment", {"payment_intent": later})
    api.refused(400, "POST", path + "/mark_uncollectible")
    confirm = {"payment_method": "pm_card_visa"}
    api.post(f"/v1/payment_intents/{later}/confirm", confirm)
    done = api.get(path)
    assert (done["status"], done["amount_paid"]) == ("paid", 10000)
    states = {p["status"] for p in payments(api, invoice["id"])}
    assert states == {"paid", "canceled"}
    given = {"payment": {"type": "payment_intent", "payment_intent": first}}
    (found,) = api.get("/v1/invoice_payments", given)["data"]
    assert (found["invoice"], found["amount_paid"]) == (invoice["id"], 4000)


def test_what_cannot_be_attached(api: Direct) -> None:
    invoice = builders.opened(api)
    buyer, path = invoice["customer"], f"/v1/invoices/{invoice['id']}/attach_payment"
    stranger = intent_of(api, builders.customer(api), 1000)
    too_much = intent_of(api, buyer, 10001)
    canceled = intent_of(api, buyer, 1000)
    api.post(f"/v1/payment_intents/{canceled}/cancel")
    for intent_id in (stranger, too_much, canceled, "pi_none"):
        error = api.refused(400, "POST", path, {"payment_intent": intent_id})
        assert error["param"] == "payment_intent"


def test_a_canceled_attempt_frees_the_invoice(api: Direct) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    waiting = intent_of(api, invoice["customer"], 1000)
    api.post(path + "/attach_payment", {"payment_intent": waiting})
    api.refused(400, "POST", path + "/void")
    api.post(f"/v1/payment_intents/{waiting}/cancel")
    assert api.post(path + "/void")["status"] == "void"


def test_the_invoices_own_intent_is_left_alone(api: Direct) -> None:
    invoice = builders.opened(api)
    (entry,) = payments(api, invoice["id"])
    path = f"/v1/payment_intents/{entry['payment']['payment_intent']}"
    api.refused(400, "POST", path + "/cancel")
    api.refused(400, "POST", path, {"amount": 5000})
    api.post(f"/v1/invoices/{invoice['id']}/void")
    assert api.get(path)["status"] == "canceled"
    (entry,) = payments(api, invoice["id"])
    assert entry["status"] == "canceled"


def test_a_delayed_method_succeeds_or_fails_later(api: Direct) -> None:
    for arrives in (True, False):
        invoice = builders.opened(api)
        (entry,) = payments(api, invoice["id"])
        intent_id = entry["payment"]["payment_intent"]
        payment.process(api.world, api.account, intent_id)
        path = f"/v1/invoices/{invoice['id']}"
        assert api.get(path)["status"] == "open"
        if arrives:
            payment.succeed(api.world, api.account, intent_id)
        else:
            payment.fail(
                api.world, api.account, intent_id, "debit_not_authorized", None
            )
        assert api.get(path)["status"] == ("paid" if arrives else "open")


def test_too_much_money_becomes_credit(api: Direct) -> None:
    invoice = builders.opened(api)
    (entry,) = payments(api, invoice["id"])
    intent_id = str(entry["payment"]["payment_intent"])
    payment.succeed(api.world, api.account, intent_id, 10500, "customer_balance")
    paid = api.get(f"/v1/invoices/{invoice['id']}")
    assert (paid["status"], paid["amount_overpaid"]) == ("paid", 500)
    assert api.get(f"/v1/customers/{invoice['customer']}")["balance"] == -500
    assert "invoice.overpaid" in builders.event_types(api)


def test_payment_methods(api: Direct) -> None:
    buyer = builders.customer(api)
    method = api.post("/v1/payment_methods/pm_card_visa/attach", {"customer": buyer})
    path = f"/v1/payment_methods/{method['id']}"
    settings = {"invoice_settings": {"default_payment_method": method["id"]}}
    api.post(f"/v1/customers/{buyer}", settings)
    (found,) = api.get("/v1/payment_methods", {"customer": buyer})["data"]
    assert found["card"]["last4"] == "4242"
    invoice = builders.opened(api, customer_id=buyer)
    assert api.post(f"/v1/invoices/{invoice['id']}/pay")["status"] == "paid"
    api.post(path + "/detach")
    assert api.get(f"/v1/customers/{buyer}/payment_methods")["data"] == []
    given = {"customer": buyer}
    declined = "/v1/payment_methods/pm_card_chargeDeclined/attach"
    assert api.refused(402, "POST", declined, given)["code"] == "card_declined"
    kept = "/v1/payment_methods/pm_card_chargeCustomerFail/attach"
    assert api.post(kept, given)["customer"] == buyer


def test_amounts_of_payment_intents(api: Direct) -> None:
    for given, code in (
        ({"amount": 49, "currency": "eur"}, "amount_too_small"),
        ({"amount": 100000000, "currency": "eur"}, "amount_too_large"),
        ({"amount": 12345, "currency": "bhd"}, None),
        ({"amount": 150, "currency": "isk"}, None),
        ({"amount": 150, "currency": "xyz"}, None),
    ):
        error = api.refused(400, "POST", "/v1/payment_intents", given)
        assert error.get("code") == code
