"""Keys, idempotency, expansion, pages, versions, limits, search, persistence."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from simulator import store
from simulator.server import new_world
from simulator.tests import builders
from simulator.tests.direct import Direct
from simulator.world import World


def test_keys(api: Direct, live_api: Direct, frozen: World) -> None:
    assert (
        Direct(frozen, "sk_test_wrongwrongwrong").call("GET", "/v1/account").status
        == 401
    )
    assert Direct(frozen, "").call("GET", "/v1/account").status == 401
    mine = builders.customer(api)
    assert api.get("/v1/account")["id"] == api.account.id
    foreign = live_api.refused(404, "GET", f"/v1/customers/{mine}")
    assert foreign["code"] == "resource_missing"
    assert live_api.get(f"/v1/customers/{builders.customer(live_api)}")["livemode"]


def test_an_answer_shows_no_whole_key(frozen: World) -> None:
    answer = Direct(frozen, "sk_test_abcdefghijklmnop").call("GET", "/v1/account")
    assert "abcdefghijkl" not in str(answer.body)


def test_restricted_keys(api: Direct, frozen: World) -> None:
    api.account.keys["rk_test_reader"] = {"customers:read", "invoices:write"}
    reader = Direct(frozen, "rk_test_reader")
    assert reader.get("/v1/customers")["data"] == []
    assert reader.get("/v1/invoices")["data"] == []
    error = reader.refused(403, "POST", "/v1/customers", {"name": "A"})
    assert "rak_customer_write" in error["message"]
    assert reader.refused(403, "GET", "/v1/events")["message"].count("rak_event_read")


def test_another_version_is_refused(api: Direct) -> None:
    headers = {"Stripe-Version": "2020-08-27"}
    assert api.call("GET", "/v1/account", headers=headers).status == 400
    answer = api.call("GET", "/v1/account")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert answer.headers["Request-Id"].startswith("req_")


def test_a_key_gives_the_first_answer_again(frozen: World) -> None:
    api = Direct(frozen, record=False)
    key = {"Idempotency-Key": "k1"}
    first = api.call("POST", "/v1/customers", {"name": "A", "email": "a@b.c"}, key)
    again = api.call("POST", "/v1/customers", {"email": "a@b.c", "name": "A"}, key)
    assert first.body == again.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(api.get("/v1/customers")["data"]) == 1
    other = api.call("POST", "/v1/customers", {"name": "B"}, key)
    assert other.status == 400
    assert other.body["error"]["type"] == "idempotency_error"
    api.world.clock.advance(25 * 3600)
    assert api.call("POST", "/v1/customers", {"name": "B"}, key).status == 200


def test_validation_is_not_kept_and_a_decline_is(api: Direct) -> None:
    key = {"Idempotency-Key": "k3"}
    assert api.call("POST", "/v1/customers", {"nane": "A"}, key).status == 400
    assert api.call("POST", "/v1/customers", {"name": "A"}, key).status == 200
    invoice = builders.opened(api)
    path, card = f"/v1/invoices/{invoice['id']}/pay", "pm_card_chargeDeclined"
    key = {"Idempotency-Key": "k2"}
    for _ in range(2):
        assert api.call("POST", path, {"payment_method": card}, key).status == 402
    assert api.get(f"/v1/invoices/{invoice['id']}")["attempt_count"] == 1


def test_parallel_use_of_a_key(api: Direct, frozen: World) -> None:
    frozen.faults.add(kind="latency", ms=400, nth=1)
    key = {"Idempotency-Key": "k-parallel"}
    answers = []

    def create() -> None:
        answers.append(api.call("POST", "/v1/customers", {"name": "A"}, key))

    first = threading.Thread(target=create)
    first.start()
    while not frozen.faults.rows()[0]["hits"]:
        time.sleep(0.01)
    create()
    first.join()
    refused, made = answers
    assert refused.body["error"]["code"] == "idempotency_key_in_use"
    assert (refused.status, made.status) == (409, 200)
    assert len(api.get("/v1/customers")["data"]) == 1


def test_a_foreign_account_is_out_of_reach(api: Direct, live_api: Direct) -> None:
    foreign = live_api.account.id
    headers = {"Stripe-Account": foreign}
    assert api.call("GET", "/v1/account", headers=headers).status == 403
    api.refused(403, "GET", f"/v1/accounts/{foreign}")
    assert api.get(f"/v1/accounts/{api.account.id}")["country"] == "FR"


def test_key_of_256_characters(api: Direct) -> None:
    answer = api.call("POST", "/v1/customers", {}, {"Idempotency-Key": "k" * 256})
    assert answer.status == 400
    assert "255" in answer.body["error"]["message"]


def test_expansion(api: Direct) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    api.post(path + "/pay", {"payment_method": "pm_card_visa"})
    deep = "payments.data.payment.payment_intent"
    shown = api.get(path, {"expand": ["customer", deep]})
    assert shown["customer"]["object"] == "customer"
    intent = shown["payments"]["data"][0]["payment"]["payment_intent"]
    assert intent["status"] == "succeeded"
    assert isinstance(api.get(path)["customer"], str)
    error = api.refused(400, "GET", path, {"expand": [deep + ".latest_charge"]})
    assert "more than 4 levels" in error["message"]
    for wrong in ("status", "wishes", "customer.wishes", "data.customer"):
        error = api.refused(400, "GET", path, {"expand": [wrong]})
        assert "cannot be expanded" in error["message"]
    listed = api.get("/v1/invoices", {"expand": ["data.customer"]})
    assert listed["data"][0]["customer"]["object"] == "customer"
    nested = "data.payment.payment_intent.latest_charge"
    rows = api.get("/v1/invoice_payments", {"expand": [nested]})["data"]
    assert rows[0]["payment"]["payment_intent"]["latest_charge"]["paid"]
    buyer = f"/v1/customers/{invoice['customer']}"
    assert api.get(buyer, {"expand": ["tax_ids"]})["tax_ids"]["data"] == []
    assert "tax_ids" not in api.get(buyer)


def test_an_unexpandable_path_changes_nothing(api: Direct) -> None:
    given = {"name": "A", "expand": ["wishes"]}
    api.refused(400, "POST", "/v1/customers", given)
    assert api.get("/v1/customers")["data"] == []
    made = api.post("/v1/customers", {"name": "A", "expand": ["tax_ids"]})
    assert made["tax_ids"]["data"] == []
    given = {"customer": made["id"], "expand": ["customer"]}
    invoice = api.post("/v1/invoices", given)
    assert invoice["customer"]["name"] == "A"


def test_pages(api: Direct) -> None:
    ids = [builders.customer(api) for _ in range(5)][::-1]

    def page(**given: Any) -> dict[str, Any]:
        return api.get("/v1/customers", given)

    first = page(limit=2)
    assert [row["id"] for row in first["data"]] == ids[:2]
    assert first["has_more"]
    second = page(limit=2, starting_after=ids[1])
    assert [row["id"] for row in second["data"]] == ids[2:4]
    back = page(limit=2, ending_before=ids[4])
    assert [row["id"] for row in back["data"]] == ids[2:4]
    assert back["has_more"]
    assert not page(limit=2, ending_before=ids[2])["has_more"]
    for given in (
        {"limit": 0},
        {"limit": 101},
        {"starting_after": "cus_none"},
        {"starting_after": ids[0], "ending_before": ids[1]},
    ):
        api.refused(400, "GET", "/v1/customers", given)


def test_search_lags_behind(api: Direct) -> None:
    invoice = builders.draft(api, metadata={"odoo_id": "5", "odd key": "it's"})

    def find(query: str) -> list[str]:
        rows = api.get("/v1/invoices/search", {"query": query})["data"]
        return [row["id"] for row in rows]

    query = "metadata['odoo_id']:'5'"
    assert find(query) == []
    api.world.clock.advance(10)
    assert find(query) == [invoice["id"]]
    api.post(f"/v1/invoices/{invoice['id']}", {"metadata": {"odoo_id": "6"}})
    assert find(query) == [invoice["id"]]
    api.world.clock.advance(10)
    assert find(query) == []
    assert find('metadata["odoo_id"]:"6" AND status:"draft"') == [invoice["id"]]
    assert find("metadata['odd key']:'it\\'s'") == [invoice["id"]]
    assert find("-status:'draft'") == []
    assert find("status:'open' OR total<1") == [invoice["id"]]
    assert find("metadata['other']:null") == [invoice["id"]]
    for wrong in ("", "colour:'red'", "status='draft'", "status:'a' AND", "number>'5'"):
        api.refused(400, "GET", "/v1/invoices/search", {"query": wrong})


def test_search_pages(api: Direct) -> None:
    for _ in range(3):
        builders.customer(api, metadata={"k": "v"})
    api.world.clock.advance(10)
    given = {"query": "metadata['k']:'v'", "limit": 2}
    first = api.get("/v1/customers/search", given)
    assert (len(first["data"]), first["has_more"]) == (2, True)
    rest = api.get("/v1/customers/search", {**given, "page": first["next_page"]})
    assert (len(rest["data"]), rest["next_page"]) == (1, None)


def test_rate_limit(api: Direct) -> None:
    api.account.settings["rate_limit"] = 3
    answers = [api.call("GET", "/v1/account") for _ in range(4)]
    assert [a.status for a in answers] == [200, 200, 200, 429]
    assert answers[3].headers["Retry-After"]
    assert answers[3].body["error"]["code"] == "rate_limit"


def story(world: World) -> dict[str, Any]:
    api = Direct(world, record=False)
    invoice = builders.opened(api, number="INV/1")
    path = f"/v1/invoices/{invoice['id']}"
    return api.post(path + "/pay", {"payment_method": "pm_card_visa"})


def test_same_seed_same_ids(frozen: World) -> None:
    other = new_world(frozen.seed)
    other.clock.set(frozen.clock.now())
    other.clock.freeze()
    assert story(frozen) == story(other)
    assert story(new_world(seed=2))["id"] != story(new_world(seed=3))["id"]


def test_state_survives_a_restart(frozen: World, tmp_path: Path) -> None:
    paid = story(frozen)
    path = tmp_path / "state.json"
    store.save(frozen, path)
    again = new_world(seed=9)
    store.load(again, path)
    again.clock.set(frozen.clock.now())
    again.clock.freeze()
    api = Direct(again)
    assert api.get(f"/v1/invoices/{paid['id']}") == paid
    fresh = builders.customer(api)
    assert fresh not in frozen.accounts[api.account.id].table("customer")
    again.clock.advance(5)
    charges = api.get("/v1/charges")["data"]
    assert charges[0]["balance_transaction"]
    assert list(tmp_path.iterdir()) == [path]


def test_requests_from_many_threads(api: Direct) -> None:
    buyer = builders.customer(api)
    invoice = builders.draft(api, buyer)
    threads = [
        threading.Thread(target=builders.add, args=(api, invoice["id"], {"amount": 1}))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert api.get(f"/v1/invoices/{invoice['id']}")["total"] == 20
