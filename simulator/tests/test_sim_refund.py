"""Refunds: whole, in part, several, under way, failed, cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct

DAY = 86400


def refund(api: Direct, charge: dict[str, Any], **params: Any) -> dict[str, Any]:
    return api.post("/v1/refunds", {"charge": charge["id"], **params})


def charge_of(api: Direct, charge: dict[str, Any]) -> dict[str, Any]:
    return api.get(f"/v1/charges/{charge['id']}", {"expand": ["refunds"]})


def test_two_parts_are_refunded_and_never_more_than_was_paid(api: Direct) -> None:
    charge = builders.paid(api, 10000)
    seen = len(builders.event_types(api))
    first = refund(api, charge, amount=4000, reason="requested_by_customer")
    assert (first["status"], first["reason"]) == ("succeeded", "requested_by_customer")
    assert builders.event_types(api)[seen:] == ["refund.created", "charge.refunded"]
    entry = api.get(f"/v1/balance_transactions/{first['balance_transaction']}")
    assert (entry["amount"], entry["fee"], entry["net"]) == (-4000, 0, -4000)
    assert (entry["type"], entry["source"]) == ("refund", first["id"])
    assert charge_of(api, charge)["refunded"] is False
    params = {"charge": charge["id"], "amount": 6001}
    error = api.refused(400, "POST", "/v1/refunds", params)
    assert error["message"] == (
        "Refund amount (€60.01) is greater than unrefunded amount on charge (€60.00)"
    )
    second = api.post("/v1/refunds", {"payment_intent": charge["payment_intent"]})
    assert second["amount"] == 6000
    shown = charge_of(api, charge)
    assert (shown["amount_refunded"], shown["refunded"]) == (10000, True)
    assert shown["refunds"]["data"] == [second, first]
    error = api.refused(400, "POST", "/v1/refunds", {"charge": charge["id"]})
    assert error["code"] == "charge_already_refunded"
    listed = api.get("/v1/refunds", {"payment_intent": charge["payment_intent"]})
    assert listed["data"] == [second, first]


def test_a_refund_leaves_the_invoice_paid(api: Direct) -> None:
    charge = builders.paid(api, 10000)
    refund(api, charge)
    (invoice,) = api.get("/v1/invoices")["data"]
    assert (invoice["status"], invoice["amount_paid"]) == ("paid", 10000)


def test_what_a_refund_moved_comes_with_it_before_anything_came_back(
    api: Direct,
) -> None:
    made = refund(api, builders.paid(api, 10000))
    names = ["balance_transaction", "failure_balance_transaction"]
    shown = api.get(f"/v1/refunds/{made['id']}", {"expand": names})
    assert shown["balance_transaction"]["amount"] == -10000
    assert "failure_balance_transaction" not in shown
    error = api.refused(400, "GET", f"/v1/refunds/{made['id']}", {"expand": ["color"]})
    assert error["message"] == "This property cannot be expanded (color)."


def test_a_charge_is_booked_before_its_refund(api: Direct) -> None:
    charge = builders.paid(api, 10000, settle=False)
    assert charge["balance_transaction"] is None
    made = refund(api, charge)
    booked = charge_of(api, charge)["balance_transaction"]
    newest, oldest = api.get("/v1/balance_transactions")["data"]
    assert (newest["id"], oldest["id"]) == (made["balance_transaction"], booked)
    api.world.clock.advance(10)
    assert len(api.get("/v1/balance_transactions")["data"]) == 2


def test_a_debit_is_refunded_some_days_later(api: Direct) -> None:
    charge = builders.paid(api, 10000, card="sepa")
    made = refund(api, charge)
    assert made["id"].startswith("pyr_")
    assert (made["status"], made["pending_reason"]) == ("pending", "processing")
    api.world.clock.advance(4 * DAY)
    shown = api.get(f"/v1/refunds/{made['id']}")
    assert shown["status"] == "succeeded"
    assert "pending_reason" not in shown
    types = builders.event_types(api)[-2:]
    assert types == ["refund.updated", "charge.refund.updated"]


def test_a_refund_that_fails_puts_the_money_back(api: Direct) -> None:
    charge = builders.paid(api, 10000, card="pm_card_refundFail")
    made = refund(api, charge, amount=3000)
    assert made["status"] == "succeeded"
    api.world.clock.advance(4 * DAY)
    shown = api.get(
        f"/v1/refunds/{made['id']}", {"expand": ["failure_balance_transaction"]}
    )
    assert (shown["status"], shown["failure_reason"]) == (
        "failed",
        "expired_or_canceled_card",
    )
    back = shown["failure_balance_transaction"]
    assert (back["net"], back["type"]) == (3000, "refund_failure")
    assert charge_of(api, charge)["amount_refunded"] == 0
    assert builders.event_types(api)[-2:] == ["refund.updated", "refund.failed"]
    again = refund(api, charge)
    assert again["amount"] == 10000


def test_the_refund_of_a_transfer_waits_for_the_customer(api: Direct) -> None:
    charge = builders.paid(api, 10000, card="transfer")
    made = refund(api, charge, instructions_email="azure@example.com")
    assert made["status"] == "requires_action"
    details = made["next_action"]["display_details"]
    assert details["email_sent"]["email_sent_to"] == "azure@example.com"
    canceled = api.post(f"/v1/refunds/{made['id']}/cancel")
    assert canceled["status"] == "canceled"
    assert sum(row["net"] for row in balance(api)) == balance(api)[-1]["net"]
    api.refused(400, "POST", f"/v1/refunds/{made['id']}/cancel")


def balance(api: Direct) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get("/v1/balance_transactions")["data"]
    return rows


def test_a_refund_waits_for_money_where_there_is_none(api: Direct) -> None:
    charge = builders.paid(api, 10000)
    api.account.settings["refunds_need_balance"] = True
    made = refund(api, charge)
    assert (made["status"], made["pending_reason"]) == ("pending", "insufficient_funds")
    assert made["balance_transaction"] is None
    done = api.steer(f"/_sim/refunds/{made['id']}/succeed", {})
    assert done["status"] == "succeeded"
    assert done["balance_transaction"]
    assert "pending_reason" not in done


def test_only_metadata_of_a_refund_can_change(api: Direct) -> None:
    made = refund(api, builders.paid(api, 10000), metadata={"odoo_id": "7"})
    path = f"/v1/refunds/{made['id']}"
    api.refused(400, "POST", path, {"amount": 5})
    changed = api.post(path, {"metadata": {"odoo_id": "8"}})
    assert changed["metadata"] == {"odoo_id": "8"}
    assert builders.event_types(api)[-1] == "refund.updated"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"charge": "ch_none"}, "charge"),
        ({"reason": "bored"}, "reason"),
        ({"origin": "customer_balance"}, "origin"),
    ],
)
def test_refunds_that_cannot_be(
    api: Direct, change: dict[str, Any], param: str
) -> None:
    given = {"charge": builders.paid(api, 10000)["id"], **change}
    assert api.refused(400, "POST", "/v1/refunds", given)["param"] == param


def test_what_was_not_paid_cannot_be_refunded(api: Direct) -> None:
    assert api.refused(400, "POST", "/v1/refunds", {"amount": 5})
    invoice = builders.opened(api)
    (entry,) = api.get("/v1/invoice_payments", {"invoice": invoice["id"]})["data"]
    params = {"payment_intent": entry["payment"]["payment_intent"]}
    error = api.refused(400, "POST", "/v1/refunds", params)
    assert error["code"] == "payment_intent_unexpected_state"
