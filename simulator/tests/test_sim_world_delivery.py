"""Signed delivery: signatures, retries on the moved clock, faults of the webhooks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import stripe

from simulator import endpoints, events
from simulator.clock import Clock
from simulator.delivery import Dispatcher
from simulator.faults import Faults
from simulator.resources import webhook_endpoint
from simulator.tests.receiver import Receiver
from simulator.world import Account, World

TYPES = ["invoice.paid", "invoice.updated"]


@pytest.fixture
def world() -> Iterator[World]:
    world = World(1, Clock(), "http://127.0.0.1:1")
    world.clock.freeze()
    world.accounts["acct_test"] = Account("acct_test", livemode=False)
    world.accounts["acct_live"] = Account("acct_live", livemode=True)
    world.faults = Faults()
    world.delivery = Dispatcher(world)
    world.delivery.start()
    yield world
    world.delivery.stop()


def listen(world: World, url: str, account: str = "acct_test") -> dict[str, str]:
    params = {"url": url, "enabled_events": TYPES, "api_version": "2026-10-28.endive"}
    return webhook_endpoint.create(world, world.accounts[account], params)


def happen(world: World, number: int = 1, type: str = "invoice.paid") -> list[str]:
    account = world.accounts["acct_test"]
    with world.lock:
        return [
            events.emit(world, account, type, {"id": f"in_{i}", "object": "invoice"})[
                "id"
            ]
            for i in range(number)
        ]


def states(world: World) -> list[str]:
    return [row["state"] for row in world.delivery.rows()]


def test_the_sdk_accepts_the_signature(world: World, receiver: Receiver) -> None:
    endpoint = listen(world, receiver.url)
    (event_id,) = happen(world)
    assert world.delivery.settle()
    (call,) = receiver.calls
    event = stripe.Webhook.construct_event(
        call.body, call.signature, endpoint["secret"]
    )
    assert (event.id, event.type) == (event_id, "invoice.paid")
    assert event.api_version == "2026-10-28.endive"
    assert event.pending_webhooks == 1
    stored = world.accounts["acct_test"].table("event")[event_id]
    assert stored["pending_webhooks"] == 0
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(call.body + b" ", call.signature, "whsec_x")


def test_only_wanted_types_of_enabled_endpoints_are_sent(
    world: World, receiver: Receiver
) -> None:
    endpoint = listen(world, receiver.url)
    happen(world, type="customer.created")
    account = world.accounts["acct_test"]
    webhook_endpoint.update(world, account, endpoint["id"], {"disabled": True})
    happen(world)
    assert world.delivery.settle()
    assert receiver.calls == []
    assert len(account.table("event")) == 2


def test_failures_are_retried_on_the_clock_and_given_up(
    world: World, receiver: Receiver
) -> None:
    listen(world, receiver.url)
    receiver.statuses = [500, 302, 404]
    happen(world)
    for expected in (1, 2, 3):
        assert world.delivery.settle()
        assert len(receiver.calls) == expected
        world.clock.advance(4 * 3600)
    assert world.delivery.settle()
    (row,) = world.delivery.rows()
    assert row["state"] == "failed"
    assert [attempt["status"] for attempt in row["attempts"]] == [500, 302, 404]
    signatures = {call.signature for call in receiver.calls}
    assert len(receiver.calls) == 3 and len(signatures) >= 1


def test_a_retry_that_succeeds_ends_the_retries(
    world: World, receiver: Receiver
) -> None:
    listen(world, receiver.url)
    receiver.statuses = [503]
    (event_id,) = happen(world)
    assert world.delivery.settle()
    event = world.accounts["acct_test"].table("event")[event_id]
    assert event["pending_webhooks"] == 1
    world.clock.advance(3600)
    assert world.delivery.settle()
    assert states(world) == ["succeeded"]
    assert event["pending_webhooks"] == 0


def test_a_deleted_endpoint_gets_no_retry(world: World, receiver: Receiver) -> None:
    endpoint = listen(world, receiver.url)
    receiver.statuses = [500]
    happen(world)
    assert world.delivery.settle()
    account = world.accounts["acct_test"]
    webhook_endpoint.delete(world, account, endpoint["id"], {})
    world.clock.advance(3600)
    assert world.delivery.settle()
    assert states(world) == ["cancelled"]
    assert len(receiver.calls) == 1


def test_nobody_listening_at_the_address_is_a_failure(world: World) -> None:
    with Receiver() as gone:
        url = gone.url
    listen(world, url)
    happen(world)
    assert world.delivery.settle()
    (row,) = world.delivery.rows()
    assert row["attempts"][0]["status"] is None
    assert "refused" in row["attempts"][0]["error"]
    assert row["next_at"] == world.clock.now() + 3600


def test_live_mode_goes_on_for_three_days(world: World) -> None:
    account = world.accounts["acct_live"]
    listen(world, "https://shop.example.com/hook", "acct_live")
    with world.lock:
        events.emit(world, account, "invoice.paid", {"id": "in_1"})
    start = world.clock.now()
    while world.delivery.settle() and (at := world.delivery.rows()[0]["next_at"]):
        world.clock.set(at)
    (row,) = world.delivery.rows()
    assert row["state"] == "failed"
    assert len(row["attempts"]) > 5
    assert 2 * 86400 < world.clock.now() - start <= 3 * 86400
    assert "loopback" in row["attempts"][0]["error"]


def test_a_route_leads_a_public_address_to_loopback(
    world: World, receiver: Receiver
) -> None:
    account = world.accounts["acct_live"]
    endpoint = listen(world, "https://shop.example.com/hook", "acct_live")
    world.delivery.routes = {"https://shop.example.com": receiver.base}
    with world.lock:
        events.emit(world, account, "invoice.paid", {"id": "in_1"})
    assert world.delivery.settle()
    (call,) = receiver.calls
    assert call.path == "/hook"
    assert "v0=" not in call.signature
    event = stripe.Webhook.construct_event(
        call.body, call.signature, endpoint["secret"]
    )
    assert event.livemode is True


def test_a_rolled_secret_signs_along_until_it_expires(
    world: World, receiver: Receiver
) -> None:
    endpoint = listen(world, receiver.url)
    account = world.accounts["acct_test"]
    new = endpoints.roll(world, account, endpoint["id"], overlap=3600)
    happen(world)
    assert world.delivery.settle()
    call = receiver.calls[-1]
    assert call.signature.count("v1=") == 2
    for secret in (endpoint["secret"], new):
        stripe.Webhook.construct_event(call.body, call.signature, secret)
    world.clock.advance(3601)
    happen(world)
    assert world.delivery.settle()
    call = receiver.calls[-1]
    assert call.signature.count("v1=") == 1
    stripe.Webhook.construct_event(call.body, call.signature, new)


def test_held_events_come_in_the_order_asked_for(
    world: World, receiver: Receiver
) -> None:
    listen(world, receiver.url)
    world.delivery.holding = True
    made = happen(world, 6)
    assert world.delivery.settle()
    assert receiver.calls == [] and set(states(world)) == {"held"}
    assert world.delivery.release("reversed") == 6
    assert world.delivery.settle()
    assert receiver.event_ids() == made[::-1]
    receiver.calls.clear()
    world.delivery.holding = True
    made = happen(world, 6)
    world.delivery.release("shuffled", seed=3)
    assert world.delivery.settle()
    got = receiver.event_ids()
    assert sorted(got) == sorted(made) and got != made


def test_copies_are_the_same_event_again(world: World, receiver: Receiver) -> None:
    listen(world, receiver.url)
    world.delivery.copies = 3
    (event_id,) = happen(world)
    assert world.delivery.settle()
    assert receiver.event_ids() == [event_id] * 3
    event = world.accounts["acct_test"].table("event")[event_id]
    assert event["pending_webhooks"] == 0


def test_dropped_events_can_be_sent_later(world: World, receiver: Receiver) -> None:
    listen(world, receiver.url)
    world.delivery.dropping = True
    (event_id,) = happen(world)
    assert world.delivery.settle()
    assert receiver.calls == []
    account = world.accounts["acct_test"]
    event = account.table("event")[event_id]
    assert event["pending_webhooks"] == 1
    assert world.delivery.resend(account, event, 2) == 2
    assert world.delivery.settle()
    assert receiver.event_ids() == [event_id] * 2


def test_lost_events_do_not_exist(world: World, receiver: Receiver) -> None:
    listen(world, receiver.url)
    world.delivery.losing = True
    happen(world)
    assert world.delivery.settle()
    assert world.accounts["acct_test"].table("event") == {}


def test_a_slow_receiver_times_out(world: World, receiver: Receiver) -> None:
    listen(world, receiver.url)
    world.delivery.timeout = 0.2
    receiver.delay = 0.5
    happen(world)
    assert world.delivery.settle()
    (row,) = world.delivery.rows()
    assert "timed out" in row["attempts"][0]["error"]


def test_several_are_sent_at_once_when_asked(world: World, receiver: Receiver) -> None:
    listen(world, receiver.url)
    receiver.delay = 0.1
    world.delivery.concurrency = 4
    happen(world, 8)
    assert world.delivery.settle()
    assert receiver.most_at_once > 1
    assert len(receiver.calls) == 8


def test_a_skewed_signature_is_too_old(world: World, receiver: Receiver) -> None:
    endpoint = listen(world, receiver.url)
    world.delivery.skew = -400
    happen(world)
    assert world.delivery.settle()
    (call,) = receiver.calls
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        stripe.Webhook.construct_event(call.body, call.signature, endpoint["secret"])


def test_the_payload_is_in_the_version_of_the_endpoint(
    world: World, receiver: Receiver
) -> None:
    params = {
        "url": receiver.url,
        "enabled_events": ["*"],
        "api_version": "2025-09-30.clover",
    }
    webhook_endpoint.create(world, world.accounts["acct_test"], params)
    happen(world)
    assert world.delivery.settle()
    assert json.loads(receiver.calls[0].body)["api_version"] == "2025-09-30.clover"
