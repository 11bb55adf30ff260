"""Bank transfers: what they pay, what waits, what is too much."""

from __future__ import annotations

from typing import Any

from simulator.tests import builders
from simulator.tests.direct import Direct


def transfer(api: Direct, customer: str, amount: int, **params: Any) -> dict[str, Any]:
    path = f"/v1/test_helpers/customers/{customer}/fund_cash_balance"
    return api.post(path, {"amount": amount, "currency": "eur", **params})


def cash(api: Direct, customer: str) -> int:
    found = api.get(f"/v1/customers/{customer}/cash_balance")["available"]
    return int((found or {}).get("eur", 0))


def states(api: Direct, *invoices: dict[str, Any]) -> list[str]:
    return [api.get(f"/v1/invoices/{one['id']}")["status"] for one in invoices]


def test_one_transfer_pays_several_invoices_each_with_its_payment(api: Direct) -> None:
    buyer = builders.customer(api)
    invoices = [
        builders.opened(api, amount, customer_id=buyer) for amount in (5000, 3000, 900)
    ]
    funded = transfer(api, buyer, 8500)
    assert (funded["type"], funded["net_amount"]) == ("funded", 8500)
    assert states(api, *invoices) == ["paid", "paid", "open"]
    assert cash(api, buyer) == 500
    api.world.clock.advance(5)
    charges = api.get("/v1/charges")["data"]
    assert [one["amount"] for one in charges] == [3000, 5000]
    assert {one["payment_method_details"]["type"] for one in charges} == {
        "customer_balance"
    }
    rows = api.get("/v1/balance_transactions")["data"]
    assert sum(row["amount"] for row in rows) == 8000
    path = f"/v1/customers/{buyer}/cash_balance_transactions"
    entries = api.get(path)["data"]
    assert [one["net_amount"] for one in entries] == [-3000, -5000, 8500]
    assert [one["ending_balance"] for one in entries] == [500, 3500, 8500]
    assert api.get(f"{path}/{entries[0]['id']}") == entries[0]
    assert builders.event_types(api).count("invoice_payment.paid") == 2
    types = builders.event_types(api)
    assert types.count("customer_cash_balance_transaction.created") == 3
    assert types.count("payment_intent.partially_funded") == 1


def test_the_invoice_named_is_paid_before_older_ones(api: Direct) -> None:
    buyer = builders.customer(api)
    old = builders.opened(api, 5000, customer_id=buyer)
    new = builders.opened(api, 4000, customer_id=buyer)
    transfer(api, buyer, 6000, reference=new["number"])
    assert states(api, old, new) == ["open", "paid"]
    assert cash(api, buyer) == 2000


def test_an_invoice_of_the_exact_amount_comes_before_older_ones(api: Direct) -> None:
    buyer = builders.customer(api)
    old = builders.opened(api, 5000, customer_id=buyer)
    new = builders.opened(api, 6000, customer_id=buyer)
    transfer(api, buyer, 6000)
    assert states(api, old, new) == ["open", "paid"]


def test_too_little_waits_for_the_rest(api: Direct) -> None:
    invoice = builders.opened(api, 5000)
    buyer = invoice["customer"]
    wish = {"method": "customer_balance", "amount": 2000}
    answer = api.steer(f"/_sim/invoices/{invoice['id']}/pay", wish)
    assert (answer["status"], answer["error"]) == ("open", None)
    assert api.get("/v1/balance_transactions")["data"] == []
    assert builders.event_types(api)[-1] == "payment_intent.partially_funded"
    done = api.steer(f"/_sim/customers/{buyer}/transfer", {"amount": 3000})
    assert done["available"] == {"eur": 0}
    assert states(api, invoice) == ["paid"]


def test_what_is_left_pays_the_next_invoice_when_it_is_finalized(api: Direct) -> None:
    buyer = builders.customer(api)
    transfer(api, buyer, 5000)
    invoice = builders.opened(api, 4000, customer_id=buyer)
    assert states(api, invoice) == ["paid"]
    assert cash(api, buyer) == 1000
    api.refused(400, "DELETE", f"/v1/customers/{buyer}")


def test_by_hand_nothing_is_paid_until_it_is_asked_for(api: Direct) -> None:
    buyer = builders.customer(
        api, cash_balance={"settings": {"reconciliation_mode": "manual"}}
    )
    invoice = builders.opened(api, 4000, customer_id=buyer)
    transfer(api, buyer, 5000)
    assert states(api, invoice) == ["open"]
    (entry,) = api.get("/v1/invoice_payments", {"invoice": invoice["id"]})["data"]
    intent = entry["payment"]["payment_intent"]
    path = f"/v1/payment_intents/{intent}/apply_customer_balance"
    assert api.post(path)["status"] == "succeeded"
    assert states(api, invoice) == ["paid"]
    api.refused(400, "POST", path)
    settings = {"settings": {"reconciliation_mode": "merchant_default"}}
    shown = api.post(f"/v1/customers/{buyer}/cash_balance", settings)
    assert shown["settings"]["using_merchant_default"] is True


def test_an_invoice_for_cards_only_takes_no_transfer(api: Direct) -> None:
    settings = {"payment_method_types": ["card"]}
    invoice = builders.opened(api, 4000, payment_settings=settings)
    transfer(api, invoice["customer"], 4000)
    assert states(api, invoice) == ["open"]


def test_where_to_send_money_is_the_same_each_time(api: Direct) -> None:
    buyer = builders.customer(api)
    path = f"/v1/customers/{buyer}/funding_instructions"
    transfer_to = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": "FR"}}
    given = {"currency": "eur", "funding_type": "bank_transfer"}
    first = api.post(path, {**given, "bank_transfer": transfer_to})
    (address,) = first["bank_transfer"]["financial_addresses"]
    assert address["iban"]["iban"].startswith("FR")
    assert api.post(path, {**given, "bank_transfer": transfer_to}) == first
    elsewhere = {**transfer_to, "eu_bank_transfer": {"country": "AT"}}
    api.refused(400, "POST", path, {**given, "bank_transfer": elsewhere})
    dollars = {**given, "currency": "usd", "bank_transfer": transfer_to}
    api.refused(400, "POST", path, dollars)


def test_paid_twice_is_overpaid_and_becomes_credit(api: Direct) -> None:
    invoice = builders.opened(api, 5000)
    api.steer(f"/_sim/invoices/{invoice['id']}/pay_twice", {})
    shown = api.get(f"/v1/invoices/{invoice['id']}", {"expand": ["payments"]})
    assert (shown["status"], shown["amount_overpaid"]) == ("paid", 5000)
    assert [one["amount_paid"] for one in shown["payments"]["data"]] == [5000, 5000]
    assert api.get(f"/v1/customers/{invoice['customer']}")["balance"] == -5000
    assert "invoice.overpaid" in builders.event_types(api)
    assert len(api.get("/v1/charges")["data"]) == 2


def test_cash_is_shown_on_the_customer_when_asked_for(api: Direct) -> None:
    buyer = builders.customer(api)
    transfer(api, buyer, 700)
    params = {"expand": ["cash_balance"]}
    shown = api.get(f"/v1/customers/{buyer}", params)["cash_balance"]
    assert shown["available"] == {"eur": 700}


def test_one_payment_pays_several_invoices(api: Direct) -> None:
    buyer = builders.customer(api)
    first, second = (
        builders.opened(api, amount, customer_id=buyer) for amount in (12000, 6000)
    )
    path = f"/_sim/invoices/{first['id']}/pay_together"
    api.steer(path, {"others": [second["id"]]})
    (charge,) = api.get("/v1/charges")["data"]
    assert charge["amount"] == 18000
    wanted = {"type": "payment_intent", "payment_intent": charge["payment_intent"]}
    entries = api.get("/v1/invoice_payments", {"payment": wanted})["data"]
    assert {one["invoice"]: one["amount_paid"] for one in entries} == {
        first["id"]: 12000,
        second["id"]: 6000,
    }
    for invoice in (first, second):
        shown = api.get(f"/v1/invoices/{invoice['id']}")
        assert (shown["status"], shown["amount_remaining"]) == ("paid", 0)
