"""The same events in any order and number, to several servers at once."""

import json
import random
import time
from typing import Any

import pytest

from tests.stories.inbox import (
    addresses,
    events_of,
    secret_of,
    send,
    send_all,
    signature,
)
from tests.stories.shop import Shop


def _open(shop: Shop, count: int) -> list[int]:
    moves = [shop.posted(100.0 + number, 49.9) for number in range(count)]
    shop.wait_open(*moves)
    return moves


def _references(shop: Shop, moves: list[int]) -> list[str]:
    return [row["stripe_ref"] for row in shop.moves(moves)]


def _check_settled(shop: Shop, events: list[dict[str, Any]]) -> None:
    """Check that each event has one row, and that nothing is left to do."""

    def rows() -> list[dict[str, Any]]:
        domain = [["stripe_id", "in", [event["id"] for event in events]]]
        names = ["stripe_id", "state", "reason"]
        found: list[dict[str, Any]] = shop.rpc(
            "stripe.event", "search_read", domain, names
        )
        return found

    def settled() -> bool:
        found = rows()
        waiting = any(row["state"] == "received" for row in found)
        return len(found) >= len(events) and not waiting

    shop.wait_for("The inbox has all events and is settled", settled)
    assert sorted(row["stripe_id"] for row in rows()) == sorted(
        event["id"] for event in events
    )
    assert {row["state"] for row in rows()} == {"done"}, rows()


@pytest.mark.parametrize(("copies", "seed"), [(20, 1), (5, 2)])
def test_each_event_many_times_in_random_order_through_two_servers(
    shop: Shop, copies: int, seed: int
) -> None:
    shop.simulator.control("deliveries/drop", {"on": True})
    moves = _open(shop, 3)
    for move, method in zip(moves, ("card", "sepa_debit", "card"), strict=True):
        shop.pay(move, method=method)
    events = events_of(shop, *_references(shop, moves))
    assert {e["type"] for e in events} >= {"invoice.finalized", "invoice_payment.paid"}
    many = events * copies
    random.Random(seed).shuffle(many)
    assert set(send_all(shop, many)) == {200}
    shop.wait_paid(*moves)
    _check_settled(shop, events)
    for move in moves:
        shop.check_one_payment(move)


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_withheld_and_duplicated_deliveries_come_in_another_order(
    shop: Shop, order: str
) -> None:
    shop.simulator.control("deliveries/hold", {})
    shop.simulator.control("deliveries/settings", {"concurrency": 4})
    shop.simulator.control("deliveries/duplicate", {"n": 3})
    moves = _open(shop, 2)
    for move in moves:
        shop.pay_on_page(move)
    time.sleep(1)
    assert [row["payment_state"] for row in shop.moves(moves)] == ["not_paid"] * 2
    shop.simulator.control("deliveries/release", {"order": order, "seed": 7})
    shop.wait_paid(*moves)
    events = events_of(shop, *_references(shop, moves))
    _check_settled(shop, events)
    for move in moves:
        shop.check_one_payment(move)


def test_two_parts_are_two_payments_however_often_they_are_told(shop: Shop) -> None:
    [move] = _open(shop, 1)
    total = shop.move(move)["amount_total"]
    shop.pay(move, amount=5000)
    shop.wait_for(
        "The first part arrives",
        lambda: shop.move(move)["amount_residual"] == pytest.approx(total - 50),
    )
    assert shop.move(move)["payment_state"] == "partial"
    assert shop.move(move)["stripe_status"] == "open"
    shop.pay_on_page(move)
    shop.wait_paid(move)
    events = events_of(shop, *_references(shop, [move]))
    assert set(send_all(shop, list(reversed(events)) * 3)) == {200}
    _check_settled(shop, events)
    payments = sorted(shop.payments(move), key=lambda payment: payment["amount"])
    assert [p["amount"] for p in payments] == [50, pytest.approx(total - 50)]
    assert shop.move(move)["payment_state"] in ("paid", "in_payment")


def test_what_stripe_did_not_sign_for_us_just_now_changes_nothing(shop: Shop) -> None:
    shop.simulator.control("deliveries/drop", {"on": True})
    [move] = _open(shop, 1)
    shop.pay_on_page(move)
    [reference] = _references(shop, [move])
    [event] = [e for e in events_of(shop, reference) if e["type"] == "invoice.paid"]
    body = json.dumps(event).encode()
    secret, [url, _second] = secret_of(shop), addresses(shop)
    other = json.dumps({**event, "id": "evt_other"}).encode()
    for header in (
        None,
        "",
        "t=1,v1=0",
        signature(body, "whsec_of_somebody_else"),
        signature(other, secret),
        signature(body, secret, time.time() - 400),
        signature(body, secret, time.time() + 400),
    ):
        assert send(url, body, header) == 400, header
    assert send(url + "x", body, signature(body, secret)) == 404
    time.sleep(1)
    found = shop.rpc("stripe.event", "search", [["stripe_id", "=", event["id"]]])
    assert found == []
    assert shop.move(move)["payment_state"] == "not_paid"


def test_a_signed_event_that_is_not_ours_is_taken_and_explained(shop: Shop) -> None:
    [move] = _open(shop, 1)
    [event, *_rest] = events_of(shop, *_references(shop, [move]))
    stranger = {**event["data"]["object"], "id": "in_stranger", "metadata": {}}
    events = [
        {**event, "id": "evt_type", "type": "balance.available"},
        {**event, "id": "evt_object", "data": {"object": stranger}},
        {**event, "id": "evt_mode", "livemode": True},
    ]
    assert send_all(shop, events) == [200] * 3

    def rows() -> list[dict[str, Any]]:
        domain = [["stripe_id", "in", [one["id"] for one in events]]]
        found: list[dict[str, Any]] = shop.rpc(
            "stripe.event", "search_read", domain, ["state", "reason"]
        )
        return [row for row in found if row["state"] == "ignored" and row["reason"]]

    shop.wait_for("All are ignored with a reason", lambda: len(rows()) == 3)
    assert shop.move(move)["stripe_status"] == "open"


def test_an_event_that_failed_is_tried_again_and_not_forgotten(shop: Shop) -> None:
    [move] = _open(shop, 1)
    [reference] = _references(shop, [move])
    shop.wait_settled(reference)
    down = shop.fault(kind="status", status=500, method="GET")
    shop.simulator.control("deliveries/duplicate", {"n": 3})
    shop.pay_on_page(move)

    def failed() -> list[dict[str, Any]]:
        domain = [["invoice_ref", "=", reference], ["state", "=", "failed"]]
        names = ["reason", "next_attempt_at"]
        found: list[dict[str, Any]] = shop.rpc(
            "stripe.event", "search_read", domain, names
        )
        return found

    shop.wait_for("The event fails", failed)
    assert all(row["reason"] and row["next_attempt_at"] for row in failed())
    assert shop.payments(move) == []
    assert shop.hits(down)
    shop.calm()
    shop.hurry()
    shop.wait_paid(move)
    shop.check_one_payment(move)
    # Those that came after the first were read by themselves.
    shop.wait_for("Every event is done", lambda: not failed(), hurry=True)
