"""Disputes: withdrawn, answered, won, lost, inquiries, returned debits."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct

DAY = 86400


def balance(api: Direct) -> int:
    """Return all that is on the balance, available or not."""
    found = api.get("/v1/balance")
    return sum(
        int(part["amount"]) for name in ("available", "pending") for part in found[name]
    )


def dispute(api: Direct, charge: dict[str, Any], **wish: Any) -> dict[str, Any]:
    made: dict[str, Any] = api.steer(f"/_sim/charges/{charge['id']}/dispute", wish)
    return made


def disputes_told(api: Direct) -> list[str]:
    types = builders.event_types(api)
    return [t.removeprefix("charge.dispute.") for t in types if "dispute" in t]


def test_a_dispute_takes_the_money_and_a_fee(api: Direct) -> None:
    charge = builders.paid(api, 10000)
    before = balance(api)
    made = dispute(api, charge)
    assert (made["status"], made["reason"]) == ("needs_response", "fraudulent")
    assert made["evidence_details"]["due_by"] > made["created"] + 7 * DAY
    (entry,) = made["balance_transactions"]
    assert (entry["amount"], entry["fee"], entry["net"]) == (-10000, 2000, -12000)
    assert (entry["type"], entry["reporting_category"]) == ("adjustment", "dispute")
    params = {"expand": ["source"]}
    shown = api.get(f"/v1/balance_transactions/{entry['id']}", params)
    assert shown["source"]["id"] == made["id"]
    assert balance(api) == before - 12000
    assert disputes_told(api) == ["created", "funds_withdrawn"]
    assert api.get(f"/v1/charges/{charge['id']}")["disputed"] is True
    (invoice,) = api.get("/v1/invoices")["data"]
    assert invoice["status"] == "paid"
    error = api.refused(400, "POST", "/v1/refunds", {"charge": charge["id"]})
    assert error["code"] == "charge_disputed"
    assert api.get("/v1/disputes", {"charge": charge["id"]})["data"] == [made]


@pytest.mark.parametrize("returned", [False, True])
def test_a_won_dispute_brings_the_money_back(api: Direct, returned: bool) -> None:
    api.account.settings["dispute_fee_returned"] = returned
    charge = builders.paid(api, 10000, currency="usd")
    before = balance(api)
    made = dispute(api, charge)
    api.account.settings["exchange_rates"]["usd"] = 0.5
    path = f"/v1/disputes/{made['id']}"
    draft = api.post(path, {"evidence": {"receipt": "file_1"}, "submit": False})
    assert draft["status"] == "needs_response"
    assert draft["evidence_details"]["has_evidence"] is True
    sent = api.post(path, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert sent["status"] == "under_review"
    assert sent["evidence_details"]["submission_count"] == 1
    api.world.clock.advance(100)
    won = api.get(path)
    assert won["status"] == "won"
    taken, given = won["balance_transactions"]
    assert given["amount"] == -taken["amount"] == 9200
    assert given["reporting_category"] == "dispute_reversal"
    assert balance(api) == (before if returned else before - 2000)
    assert disputes_told(api)[-3:] == ["updated", "funds_reinstated", "closed"]
    assert api.post("/v1/refunds", {"charge": charge["id"]})["amount"] == 10000
    api.account.settings["exchange_rates"]["usd"] = 0.92


def test_a_lost_dispute_moves_nothing_more(api: Direct) -> None:
    made = dispute(api, builders.paid(api, 10000), amount=4000)
    before = balance(api)
    api.world.clock.advance(16 * DAY)
    shown = api.get(f"/v1/disputes/{made['id']}")
    assert (shown["status"], shown["evidence_details"]["past_due"]) == ("lost", True)
    assert (shown["amount"], balance(api)) == (4000, before)
    error = api.refused(400, "POST", f"/v1/disputes/{made['id']}/close")
    assert "already closed" in error["message"]


def test_a_dispute_is_given_up(api: Direct) -> None:
    made = dispute(api, builders.paid(api, 10000))
    assert api.post(f"/v1/disputes/{made['id']}/close")["status"] == "lost"
    assert disputes_told(api)[-1] == "closed"


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(api: Direct) -> None:
    charge = builders.paid(api, 10000, card="pm_card_createDisputeInquiry")
    api.world.clock.advance(1)
    (asked,) = api.get("/v1/disputes")["data"]
    assert (asked["status"], asked["balance_transactions"]) == (
        "warning_needs_response",
        [],
    )
    assert asked["payment_method_details"]["card"]["case_type"] == "inquiry"
    assert api.post("/v1/refunds", {"charge": charge["id"], "amount": 100})
    made = api.steer(f"/_sim/disputes/{asked['id']}/escalate", {})
    assert (made["status"], len(made["balance_transactions"])) == ("needs_response", 1)
    wish = {"outcome": "won"}
    assert api.steer(f"/_sim/disputes/{asked['id']}/close", wish)["status"] == "won"


def test_an_inquiry_ends_of_itself(api: Direct) -> None:
    made = dispute(api, builders.paid(api, 10000), inquiry=True)
    api.world.clock.advance(16 * DAY)
    assert api.get(f"/v1/disputes/{made['id']}")["status"] == "warning_closed"
    assert disputes_told(api) == ["created", "updated", "closed"]


def test_two_test_cards_are_disputed(api: Direct) -> None:
    builders.paid(api, 10000, card="pm_card_createDispute")
    builders.paid(api, 10000, card="pm_card_createDisputeProductNotReceived")
    api.world.clock.advance(1)
    reasons = [one["reason"] for one in api.get("/v1/disputes")["data"]]
    assert reasons == ["product_not_received", "fraudulent"]


def test_a_debit_that_is_returned_after_all_is_a_lost_dispute(api: Direct) -> None:
    builders.paid(api, 10000, card="sepa")
    (invoice,) = api.get("/v1/invoices")["data"]
    path = f"/_sim/invoices/{invoice['id']}/return"
    made = api.steer(path, {"reason": "debit_not_authorized"})
    assert (made["status"], made["reason"]) == ("lost", "debit_not_authorized")
    assert "payment_method_details" not in made
    assert disputes_told(api) == ["created", "funds_withdrawn", "updated", "closed"]
    assert api.get(f"/v1/invoices/{invoice['id']}")["status"] == "paid"


def test_a_charge_can_fail_after_it_had_succeeded(api: Direct) -> None:
    charge = builders.paid(api, 10000, card="sepa")
    seen = len(builders.event_types(api))
    api.steer(f"/_sim/charges/{charge['id']}/fail", {})
    params = {"expand": ["failure_balance_transaction"]}
    shown = api.get(f"/v1/charges/{charge['id']}", params)
    back = shown["failure_balance_transaction"]
    assert (shown["status"], shown["paid"]) == ("failed", False)
    assert (back["amount"], back["type"]) == (-10000, "payment_failure_refund")
    assert back["reporting_category"] == "charge_failure"
    assert builders.event_types(api)[seen:] == [
        "charge.failed",
        "payment_intent.payment_failed",
    ]
    (invoice,) = api.get("/v1/invoices")["data"]
    assert invoice["status"] == "paid"


def test_what_is_closed_takes_no_evidence(api: Direct) -> None:
    made = dispute(api, builders.paid(api, 10000), final=True)
    params = {"evidence": {"customer_name": "Azure"}}
    error = api.refused(400, "POST", f"/v1/disputes/{made['id']}", params)
    assert "closed" in error["message"]


def test_what_was_converted_comes_back_at_todays_rate_if_the_account_says_so(
    api: Direct,
) -> None:
    charge = builders.paid(api, 10000, currency="usd")
    made = dispute(api, charge)
    api.account.settings["dispute_at_todays_rate"] = True
    api.account.settings["exchange_rates"]["usd"] = 0.5
    path = f"/_sim/disputes/{made['id']}/close"
    closed = api.steer(path, {"outcome": "won"})
    taken, back = closed["balance_transactions"]
    assert taken["amount"] != -5000
    assert (back["amount"], back["exchange_rate"]) == (5000, 0.5)
    api.account.settings["exchange_rates"]["usd"] = 0.92
    api.account.settings["dispute_at_todays_rate"] = False
