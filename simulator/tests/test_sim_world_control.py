"""What is steered under /_sim: the dashboard, customers, accounts, the log."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import stripe

from simulator import store
from simulator.server import new_world
from simulator.tests.receiver import Receiver
from simulator.tests.running import Running

DAY = 24 * 3600


def pay(sim: Running, invoice_id: str, **wish: Any) -> dict[str, Any]:
    answer: dict[str, Any] = sim.control(f"invoices/{invoice_id}/pay", wish)
    return answer


def test_the_index_names_every_route(sim: Running) -> None:
    index = sim.control("")
    assert index["POST /_sim/reset"].startswith("Return to the beginning")
    assert len(index) > 30 and all(index.values())


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({}, "paid"),
        ({"outcome": "decline"}, "open"),
        ({"outcome": "requires_action"}, "open"),
        ({"number": "4000000000009995"}, "open"),
        ({"method": "sepa_debit"}, "paid"),
        ({"method": "sepa_debit", "outcome": "decline"}, "open"),
        ({"method": "sepa_debit", "outcome": "processing"}, "open"),
        ({"method": "customer_balance"}, "paid"),
        ({"amount": 5000}, "open"),
        ({"amount": 12000}, "paid"),
    ],
)
def test_a_customer_pays(sim: Running, wish: dict[str, Any], status: str) -> None:
    invoice = sim.invoice()
    assert pay(sim, invoice.id, **wish)["status"] == status
    assert sim.status(invoice.id) == status


def test_a_refusal_is_told(sim: Running) -> None:
    invoice = sim.invoice()
    error = pay(sim, invoice.id, outcome="decline")["error"]
    assert (error["type"], error["code"]) == ("card_error", "card_declined")
    error = pay(sim, invoice.id, number="4000000000009995")["error"]
    assert error["decline_code"] == "insufficient_funds"


def test_two_parts_make_two_payments(sim: Running) -> None:
    invoice = sim.invoice()
    pay(sim, invoice.id, amount=5000)
    found = sim.client.v1.invoices.retrieve(invoice.id)
    assert (found.amount_paid, found.amount_remaining) == (5000, 7000)
    pay(sim, invoice.id)
    listed = sim.client.v1.invoice_payments.list({"invoice": invoice.id}).data
    amounts = sorted(one.amount_paid or 0 for one in listed if one.status == "paid")
    assert amounts == [5000, 7000]
    assert sim.event_types().count("invoice_payment.paid") == 2
    assert sim.event_types().count("invoice.paid") == 1


def test_a_surplus_becomes_credit(sim: Running) -> None:
    customer = sim.customer()
    invoice = sim.invoice(customer)
    pay(sim, invoice.id, method="customer_balance", amount=15000)
    found = sim.client.v1.invoices.retrieve(invoice.id)
    assert (found.status, found.amount_overpaid) == ("paid", 3000)
    assert sim.client.v1.customers.retrieve(customer).balance == -3000
    assert "invoice.overpaid" in sim.event_types()


def test_the_fee_is_known_a_moment_later(sim: Running) -> None:
    sim.control("clock/freeze", {})
    invoices = [sim.invoice(), sim.invoice()]
    pay(sim, invoices[0].id, number="4000002500000003")
    pay(sim, invoices[1].id, method="sepa_debit")
    charges = sim.client.v1.charges.list().data
    assert [charge.balance_transaction for charge in charges] == [None, None]
    sim.control("clock/advance", {"seconds": 10})
    entries = sim.client.v1.balance_transactions.list().data
    assert sorted((one.amount, one.fee, one.net) for one in entries) == [
        (12000, 35, 11965),
        (12000, 205, 11795),
    ]
    charges = sim.client.v1.charges.list().data
    assert all(charge.balance_transaction for charge in charges)
    assert sim.event_types().count("charge.updated") == 2


def test_a_debit_arrives_when_its_days_are_over(sim: Running) -> None:
    invoice = sim.invoice()
    pay(sim, invoice.id, method="sepa_debit", outcome="processing")
    with pytest.raises(requests.HTTPError, match="400"):
        sim.control(f"invoices/{invoice.id}/void", {})
    sim.control("clock/advance", {"seconds": 4 * DAY})
    assert sim.status(invoice.id) == "open"
    sim.control("clock/advance", {"seconds": 2 * DAY})
    assert sim.status(invoice.id) == "paid"
    assert "charge.succeeded" in sim.event_types()


def test_authentication_is_passed_or_failed(sim: Running) -> None:
    first, second = sim.invoice(), sim.invoice()
    for invoice in (first, second):
        pay(sim, invoice.id, outcome="requires_action")
    sim.control(f"invoices/{first.id}/authenticate", {})
    told = sim.control(f"invoices/{second.id}/authenticate", {"success": False})
    assert told["error"]["code"] == "payment_intent_authentication_failure"
    assert (sim.status(first.id), sim.status(second.id)) == ("paid", "open")


@pytest.mark.parametrize(
    ("action", "status", "event"),
    [
        ("void", "void", "invoice.voided"),
        ("mark_uncollectible", "uncollectible", "invoice.marked_uncollectible"),
        ("mark_paid", "paid", "invoice.paid"),
    ],
)
def test_a_person_acts_in_the_dashboard(
    sim: Running, action: str, status: str, event: str
) -> None:
    invoice = sim.invoice()
    sim.control(f"invoices/{invoice.id}/{action}", {})
    assert sim.status(invoice.id) == status
    (found,) = sim.client.v1.events.list({"type": event}).data
    assert found.request is not None and found.request.id is None
    assert "invoice.payment_succeeded" not in sim.event_types()


def test_a_person_edits_a_draft(sim: Running) -> None:
    draft = sim.draft()
    line = sim.client.v1.invoices.line_items.list(draft).data[0].id
    added = [{"amount": 700, "description": "Added by hand"}]
    body = {"description": "Changed", "add": added, "remove": [line]}
    sim.control(f"invoices/{draft}/edit", body)
    found = sim.client.v1.invoices.retrieve(draft)
    assert (found.description, found.total) == ("Changed", 700)
    updated = sim.client.v1.events.list({"type": "invoice.updated"}).data
    assert updated[0].request is not None and updated[0].request.id is None
    sim.control(f"invoices/{draft}/finalize", {})
    assert sim.status(draft) == "open"


def test_a_person_deletes_a_draft(sim: Running) -> None:
    draft = sim.draft()
    sim.control(f"invoices/{draft}/delete", {})
    with pytest.raises(stripe.InvalidRequestError):
        sim.status(draft)
    assert "invoice.deleted" in sim.event_types()


def test_anything_else_can_be_done_in_the_dashboard(sim: Running) -> None:
    (account, _live) = sim.control("accounts")["data"]
    customer = sim.customer()
    path = f"/v1/customers/{customer}"
    params = {"name": "Renamed", "address": {"city": "Lyon", "country": "FR"}}
    body = {"account": account["id"], "method": "POST", "path": path, "params": params}
    sim.control("dashboard", body)
    found = sim.client.v1.customers.retrieve(customer)
    assert found.name == "Renamed" and found.address and found.address.city == "Lyon"
    with pytest.raises(requests.HTTPError, match="400"):
        sim.control("dashboard", {**body, "params": {"nonsense": 1}})


def test_the_dashboard_refuses_what_stripe_refuses(sim: Running) -> None:
    invoice = sim.invoice()
    pay(sim, invoice.id)
    answer = requests.post(f"{sim.url}/_sim/invoices/{invoice.id}/void", json={})
    assert answer.status_code == 400
    assert "cannot be voided" in answer.json()["error"]


def test_accounts_have_their_own_keys_and_permissions(sim: Running) -> None:
    body = {
        "keys": {"sk_test_other": None, "rk_test_other": ["customers:read"]},
        "settings": {"business_name": "Other Company"},
    }
    account = sim.control("accounts", body)
    assert (account["livemode"], account["keys"]) == (False, 2)
    assert "sk_test_other" not in str(sim.control("accounts"))
    other = sim.client_for("sk_test_other")
    assert other.v1.accounts.retrieve_current().id == account["id"]
    customer = sim.customer()
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        other.v1.customers.retrieve(customer)
    restricted = sim.client_for("rk_test_other")
    assert restricted.v1.customers.list().data == []
    with pytest.raises(stripe.PermissionError):
        restricted.v1.customers.create({"name": "x"})
    path = f"accounts/{account['id']}"
    sim.control(path, {"keys": {"rk_test_other": ["customers:write"]}})
    restricted.v1.customers.create({"name": "x"})
    sim.control(path + "/remove_key", {"key": "rk_test_other"})
    with pytest.raises(stripe.AuthenticationError):
        restricted.v1.customers.list()


def test_the_log_shows_what_was_sent_but_no_key(sim: Running) -> None:
    sim.client.v1.customers.create({"name": "A"}, {"idempotency_key": "k1"})
    with pytest.raises(stripe.AuthenticationError):
        sim.client_for("sk_test_wrong").v1.customers.list()
    first, second = sim.control("requests")["data"]
    assert (first["method"], first["path"]) == ("POST", "/v1/customers")
    assert first["params"] == {"name": "A"} and first["idempotency_key"] == "k1"
    assert (second["status"], second["account"]) == (401, None)
    answer = requests.get(f"{sim.url}/_sim/requests", params={"method": "POST"})
    assert [row["id"] for row in answer.json()["data"]] == [first["id"]]
    assert "sk_test" not in answer.text
    sim.control("requests/clear", {})
    assert sim.control("requests")["data"] == []


def test_the_clock_is_moved_and_frozen(sim: Running) -> None:
    sim.control("clock/set", {"epoch": 1_800_000_000})
    sim.control("clock/freeze", {})
    at = sim.control("clock/advance", {"seconds": 60})["now"]
    assert 1_800_000_060 <= at <= 1_800_000_062
    assert sim.client.v1.customers.create({"name": "A"}).created == at
    assert sim.control("clock/freeze", {"frozen": False})["frozen"] is False
    with pytest.raises(requests.HTTPError, match="400"):
        sim.control("clock/advance", {"seconds": -1})


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("nonsense", None, 404),
        ("clock", {}, 405),
        ("clock/advance", {}, 400),
        ("invoices/in_nope/pay", {}, 404),
        ("deliveries/resend", {"event": "evt_nope"}, 404),
        ("deliveries/settings", {"colour": 1}, 400),
        ("deliveries/release", {"order": "random"}, 400),
        ("deliveries/delivery_0/retry", {}, 404),
        ("webhook_endpoints/we_nope/roll", {}, 404),
    ],
)
def test_mistakes_are_named(
    sim: Running, path: str, body: dict[str, Any] | None, status: int
) -> None:
    url = f"{sim.url}/_sim/{path}"
    answer = requests.get(url) if body is None else requests.post(url, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_whole_loop(sim: Running, receiver: Receiver) -> None:
    """Held, duplicated and shuffled, every event of a payment arrives signed."""
    endpoint = sim.client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["*"]}
    )
    invoice = sim.invoice()
    assert sim.control("deliveries/settle", {})["settled"]
    receiver.calls.clear()
    sim.control("deliveries/hold", {})
    sim.control("deliveries/duplicate", {"n": 2})
    pay(sim, invoice.id)
    assert receiver.calls == []
    held = sim.control("deliveries/release", {"order": "shuffled", "seed": 7})
    assert sim.control("deliveries/settle", {})["settled"]
    assert held["released"] == len(receiver.calls) > 10
    events = [
        stripe.Webhook.construct_event(call.body, call.signature, endpoint.secret or "")
        for call in receiver.calls
    ]
    assert sum(event.type == "invoice_payment.paid" for event in events) == 2
    rolled = sim.control(f"webhook_endpoints/{endpoint.id}/roll", {})["secret"]
    sim.control("deliveries/duplicate", {"n": 1})
    sim.customer()
    assert sim.control("deliveries/settle", {})["settled"]
    call = receiver.calls[-1]
    for secret in (endpoint.secret or "", rolled):
        stripe.Webhook.construct_event(call.body, call.signature, secret)


def test_deliveries_outlive_a_restart(
    sim: Running, receiver: Receiver, tmp_path: Any
) -> None:
    sim.client.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["customer.created"]}
    )
    receiver.statuses = [500]
    sim.customer()
    assert sim.control("deliveries/settle", {})["settled"]
    store.save(sim.simulator.world, tmp_path / "state.json")
    sim.control("reset", {})
    world = new_world()
    store.load(world, tmp_path / "state.json")
    world.delivery.start()
    world.clock.advance(3600)
    assert world.delivery.settle()
    assert len(receiver.calls) == 2
    assert [row["state"] for row in world.delivery.rows()] == ["succeeded"]
    world.delivery.stop()
