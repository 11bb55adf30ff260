"""The Stripe balance: movements, fees, currencies, payouts."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct

DAY = 86400


def rows(api: Direct, **params: Any) -> list[dict[str, Any]]:
    """Return the movements of the balance, newest first."""
    found: list[dict[str, Any]]
    found = api.get("/v1/balance_transactions", params)["data"]
    return found


def available(api: Direct) -> dict[str, int]:
    parts = api.get("/v1/balance")["available"]
    return {part["currency"]: part["amount"] for part in parts}


def test_a_converted_payment_shows_its_rate_and_its_fee(api: Direct) -> None:
    charge = builders.paid(api, 10000, currency="usd")
    (entry,) = rows(api, source=charge["id"])
    assert (entry["amount"], entry["currency"]) == (9200, "eur")
    assert entry["exchange_rate"] == 0.92
    assert entry["net"] == 9200 - entry["fee"]
    assert (entry["type"], entry["reporting_category"]) == ("charge", "charge")


def test_a_settlement_currency_of_its_own_needs_no_conversion(api: Direct) -> None:
    api.account.settings["settlement_currencies"] = ["usd"]
    builders.paid(api, 10000, currency="usd")
    builders.paid(api, 5000)
    dollars, euros = sorted(rows(api), key=lambda one: -one["amount"])
    assert (dollars["currency"], dollars["exchange_rate"]) == ("usd", None)
    assert (euros["currency"], euros["amount"]) == ("eur", 5000)
    pending = {p["currency"]: p["amount"] for p in api.get("/v1/balance")["pending"]}
    assert pending == {"usd": dollars["net"], "eur": euros["net"]}


def test_the_tax_on_a_fee_is_a_part_of_it(api: Direct) -> None:
    api.account.settings["fee_tax_percent"] = 20
    charge = builders.paid(api, 10000, card="pm_card_fr")
    (entry,) = rows(api, source=charge["id"])
    parts = [(one["type"], one["amount"]) for one in entry["fee_details"]]
    assert parts == [("stripe_fee", 175), ("tax", 35)]
    assert (entry["fee"], entry["net"]) == (210, 9790)


def test_what_cannot_be_settled_is_refused_at_once(api: Direct) -> None:
    invoice = builders.opened(api, 10000, currency="sek")
    path = f"/v1/invoices/{invoice['id']}/pay"
    error = api.refused(400, "POST", path, {"payment_method": "pm_card_visa"})
    assert "exchange rate for sek" in error["message"]


def test_one_test_card_pays_money_that_is_available_at_once(api: Direct) -> None:
    charge = builders.paid(api, 10000, card="pm_card_bypassPending")
    (entry,) = rows(api, source=charge["id"])
    assert entry["status"] == "available"
    assert available(api) == {"eur": entry["net"]}


def payout(api: Direct, **body: Any) -> dict[str, Any]:
    """Let Stripe pay out everything now and return the payout."""
    wish = {"pending": True, **body}
    path = f"/_sim/accounts/{api.account.id}/payout"
    made: dict[str, Any] = api.steer(path, wish)["payout"]
    return made


def test_an_automatic_payout_holds_what_was_available(api: Direct) -> None:
    charges = [builders.paid(api, amount) for amount in (10000, 5000)]
    api.post("/v1/refunds", {"charge": charges[1]["id"], "amount": 1000})
    made = payout(api)
    assert (made["status"], made["automatic"]) == ("pending", True)
    assert available(api) == {"eur": 0}
    params = {"payout": made["id"]}
    error = api.refused(400, "GET", "/v1/balance_transactions", params)
    assert error["code"] == "payout_reconciliation_not_ready"
    api.world.clock.advance(DAY)
    shown = api.get(f"/v1/payouts/{made['id']}")
    assert shown["status"] == "in_transit"
    assert shown["reconciliation_status"] == "completed"
    held = rows(api, payout=made["id"], expand=["data.source"])
    assert [one["type"] for one in held] == ["payout", "refund", "charge", "charge"]
    assert held[0]["source"]["id"] == made["id"]
    assert sum(one["net"] for one in held[1:]) == made["amount"]
    assert sum(one["net"] for one in held) == 0
    api.world.clock.advance(DAY)
    shown = api.get(f"/v1/payouts/{made['id']}")
    assert (shown["status"], shown["trace_id"]["status"]) == ("paid", "supported")
    assert [t for t in builders.event_types(api) if t.startswith("payout.")] == [
        "payout.created",
        "payout.updated",
        "payout.reconciliation_completed",
        "payout.updated",
        "payout.updated",
        "payout.paid",
    ]


def test_nothing_is_paid_out_twice(api: Direct) -> None:
    builders.paid(api, 10000)
    first = payout(api)
    assert payout(api) is None
    builders.paid(api, 5000)
    second = payout(api)
    assert second["amount"] < 5000 < first["amount"]


def test_a_failed_payout_comes_back_and_goes_with_the_next(api: Direct) -> None:
    builders.paid(api, 10000)
    made = payout(api)
    api.steer(f"/_sim/payouts/{made['id']}/arrive", {})
    failed = api.steer(f"/_sim/payouts/{made['id']}/fail", {"code": "account_closed"})
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    back = api.get(f"/v1/balance_transactions/{failed['failure_balance_transaction']}")
    assert (back["type"], back["reporting_category"]) == (
        "payout_failure",
        "payout_reversal",
    )
    assert back["net"] == made["amount"]
    again = payout(api)
    assert again["amount"] == made["amount"]
    api.steer(f"/_sim/payouts/{again['id']}/arrive", {})
    own, returned = sorted(rows(api, payout=again["id"]), key=lambda one: one["net"])
    assert (own["source"], returned["id"]) == (again["id"], back["id"])


def test_weekly_payouts_come_on_their_day(api: Direct) -> None:
    schedule = {"interval": "weekly", "weekly_payout_days": ["thursday"]}
    api.account.settings["payout_schedule"] = schedule
    builders.paid(api, 10000)
    # The clock jumps at once: what happens on the way still has its own time.
    api.world.clock.advance(21 * DAY)
    (made,) = api.get("/v1/payouts")["data"]
    # 1 October 2026 is a Thursday, eleven days after the payment on 21 September.
    assert made["created"] // DAY == 20727
    assert (made["status"], available(api)) == ("paid", {"eur": 0})


def test_the_schedule_of_payouts_is_told_and_changed(api: Direct) -> None:
    path = "/v1/balance_settings"
    shown = api.get(path)["payments"]
    assert shown["payouts"]["schedule"] == {"interval": "manual"}
    assert shown["settlement_timing"]["delay_days"] == 7
    builders.paid(api, 10000, card="pm_card_bypassPending")
    bare = {"payments": {"payouts": {"schedule": {"interval": "weekly"}}}}
    assert api.refused(400, "POST", path, bare)["code"] == "parameter_missing"
    schedule = {"interval": "monthly", "monthly_payout_days": [1]}
    wish = {"payments": {"payouts": {"schedule": schedule}}}
    assert api.post(path, wish)["payments"]["payouts"]["schedule"] == schedule
    api.world.clock.advance(30 * DAY)
    (made,) = api.get("/v1/payouts")["data"]
    # The first of October.
    assert made["created"] // DAY == 20727


def test_other_movements_have_their_category(api: Direct) -> None:
    path = f"/_sim/accounts/{api.account.id}/balance_transaction"
    fee = api.steer(path, {"type": "stripe_fee", "amount": -300})
    assert (fee["reporting_category"], fee["net"], fee["source"]) == ("fee", -300, None)
    strange = {"type": "adjustment", "amount": -5, "category": "brand_new", "fee": 2}
    assert api.steer(path, strange)["net"] == -7
    topup = api.steer(path, {"type": "topup", "amount": 5000, "days": 1})
    assert available(api) == {"eur": -307}
    found = rows(api, expand=["data.source"], type="topup")
    assert [one["source"]["id"] for one in found] == [topup["source"]]
    (shown,) = api.get("/v1/topups")["data"]
    assert api.get(f"/v1/topups/{shown['id']}") == shown
    api.world.clock.advance(2 * DAY)
    assert available(api) == {"eur": 4693}


def test_a_manual_payout_takes_what_there_is_and_no_more(api: Direct) -> None:
    builders.paid(api, 10000, card="pm_card_bypassPending")
    params = {"amount": 10000, "currency": "eur"}
    error = api.refused(400, "POST", "/v1/payouts", params)
    assert error["code"] == "balance_insufficient"
    made = api.post("/v1/payouts", {**params, "amount": 4000})
    assert (made["automatic"], made["reconciliation_status"]) == (
        False,
        "not_applicable",
    )
    params = {"payout": made["id"]}
    error = api.refused(400, "GET", "/v1/balance_transactions", params)
    assert "only be filtered on automatic" in error["message"]
    (entry,) = rows(api, source=made["id"])
    assert (entry["net"], entry["type"]) == (-4000, "payout")
    canceled = api.post(f"/v1/payouts/{made['id']}/cancel")
    assert canceled["status"] == "canceled"
    back = canceled["failure_balance_transaction"]
    assert [one["id"] for one in rows(api, source=made["id"])] == [back, entry["id"]]
    assert builders.event_types(api)[-1] == "payout.canceled"
    api.refused(400, "POST", f"/v1/payouts/{made['id']}/cancel")


def test_an_instant_payout_costs_a_fee(api: Direct) -> None:
    builders.paid(api, 20000, card="pm_card_bypassPending")
    before = available(api)["eur"]
    params = {"amount": 10000, "currency": "eur", "method": "instant"}
    made = api.post("/v1/payouts", params)
    (entry,) = rows(api, source=made["id"])
    assert (entry["amount"], entry["fee"], entry["net"]) == (-10000, 100, -10100)
    assert available(api)["eur"] == before - 10100
    rest = payout(api)
    assert rest["amount"] == before - 10100


def test_a_paid_payout_can_be_fetched_back_once(api: Direct) -> None:
    builders.paid(api, 10000)
    made = payout(api)
    api.steer(f"/_sim/payouts/{made['id']}/arrive", {})
    path = f"/v1/payouts/{made['id']}/reverse"
    reversal = api.post(path)
    assert (reversal["amount"], reversal["original_payout"]) == (
        -made["amount"],
        made["id"],
    )
    original = api.get(f"/v1/payouts/{made['id']}", {"expand": ["reversed_by"]})
    assert original["reversed_by"]["id"] == reversal["id"]
    assert available(api)["eur"] == made["amount"]
    api.refused(400, "POST", path)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 150, "currency": "huf"}, "amount"),
        ({"currency": "xyz"}, "currency"),
        ({"method": "slow"}, "method"),
        ({"statement_descriptor": "x" * 23}, "statement_descriptor"),
        ({"destination": "ba_other"}, "destination"),
    ],
)
def test_payouts_that_cannot_be(
    api: Direct, change: dict[str, Any], param: str
) -> None:
    given = {"amount": 1000, "currency": "eur", **change}
    assert api.refused(400, "POST", "/v1/payouts", given)["param"] == param
