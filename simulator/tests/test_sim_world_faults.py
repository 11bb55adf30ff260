"""Every fault of the API, through a real StripeClient."""

from __future__ import annotations

import time

import pytest
import stripe

from simulator.tests.running import Running
from simulator.world import TEST_KEY

CREATE = {"method": "POST", "path": "/v1/customers$"}


def create(sim: Running, key: str | None = None) -> str:
    options = {"idempotency_key": key} if key else {}
    return sim.client.v1.customers.create({"name": "Azure"}, options).id  # type: ignore[arg-type]


def customers(sim: Running) -> int:
    return len(sim.control("objects/customer")["data"])


def test_drop_before_does_nothing(sim: Running) -> None:
    sim.control("faults", {"kind": "drop_before", "times": 1, **CREATE})
    with pytest.raises(stripe.APIConnectionError):
        create(sim)
    assert customers(sim) == 0
    create(sim)
    assert customers(sim) == 1


def test_drop_after_acts_and_the_key_replays(sim: Running) -> None:
    sim.control("faults", {"kind": "drop_after", "times": 1, **CREATE})
    with pytest.raises(stripe.APIConnectionError):
        create(sim, "key-1")
    assert customers(sim) == 1
    made = sim.control("objects/customer")["data"][0]["id"]
    assert create(sim, "key-1") == made
    assert customers(sim) == 1
    log = sim.control("requests")["data"]
    assert [(row["status"], row["replayed"]) for row in log] == [
        (None, False),
        (200, True),
    ]
    assert {row["idempotency_key"] for row in log} == {"key-1"}


def test_a_finalization_whose_answer_is_lost_happens_once(sim: Running) -> None:
    draft = sim.draft()
    sim.control("faults", {"kind": "drop_after", "path": "/finalize", "times": 1})
    for _attempt in range(2):
        try:
            sim.client.v1.invoices.finalize_invoice(
                draft, {}, {"idempotency_key": "finalize-1"}
            )
        except stripe.APIConnectionError:
            continue
    assert sim.status(draft) == "open"
    assert sim.event_types().count("invoice.finalized") == 1
    assert len(sim.control("objects/payment_intent")["data"]) == 1


def test_a_timeout_of_the_client_leaves_the_outcome_open(sim: Running) -> None:
    sim.control("faults", {"kind": "latency", "ms": 60_000, "times": 1, **CREATE})
    impatient = sim.client_for(TEST_KEY, timeout=0.1)
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.customers.create({"name": "Azure"}, {"idempotency_key": "k"})
    assert customers(sim) == 0
    sim.control("faults/clear", {})
    deadline = time.monotonic() + 30
    while not sim.control("requests")["data"] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert customers(sim) == 1


def test_too_many_requests_say_when_to_come_back(sim: Running) -> None:
    sim.control("faults", {"kind": "status", "status": 429, "times": 1, **CREATE})
    with pytest.raises(stripe.RateLimitError) as caught:
        create(sim)
    assert caught.value.http_status == 429
    assert (caught.value.headers or {})["Retry-After"] == "1"
    assert customers(sim) == 0


def test_a_lock_timeout_is_a_conflict(sim: Running) -> None:
    sim.control("faults", {"kind": "status", "status": 409, "times": 1, **CREATE})
    with pytest.raises(stripe.StripeError) as caught:
        create(sim)
    assert caught.value.http_status == 409
    assert caught.value.error is not None
    assert caught.value.error.code == "lock_timeout"


def test_a_500_before_the_effect_leaves_nothing(sim: Running) -> None:
    sim.control("faults", {"kind": "status", "status": 500, "times": 1, **CREATE})
    with pytest.raises(stripe.APIError):
        create(sim, "key-2")
    assert customers(sim) == 0
    create(sim, "key-2")
    assert customers(sim) == 1


def test_a_500_after_the_effect_is_replayed_under_its_key(sim: Running) -> None:
    rule = {"kind": "status", "status": 500, "after": True, "times": 1, **CREATE}
    sim.control("faults", rule)
    for _attempt in range(2):
        with pytest.raises(stripe.APIError):
            create(sim, "key-3")
    assert customers(sim) == 1


def test_down_refuses_everything_until_it_is_removed(sim: Running) -> None:
    sim.control("faults", {"kind": "down"})
    for _attempt in range(2):
        with pytest.raises(stripe.APIConnectionError):
            sim.client.v1.customers.list()
    assert sim.control("faults")["data"][0]["hits"] == 2
    sim.control("faults/clear", {})
    assert list(sim.client.v1.customers.list().data) == []


def test_only_the_nth_matching_request_is_hit(sim: Running) -> None:
    sim.control("faults", {"kind": "status", "status": 500, "nth": 2, **CREATE})
    create(sim)
    sim.client.v1.customers.list()
    with pytest.raises(stripe.APIError):
        create(sim)
    create(sim)
    assert customers(sim) == 2


def test_every_third_request_is_hit_so_often(sim: Running) -> None:
    rule = {"kind": "drop_before", "every": 3, "times": 2, **CREATE}
    sim.control("faults", rule)
    outcomes = []
    for _request in range(9):
        try:
            create(sim)
            outcomes.append(True)
        except stripe.APIConnectionError:
            outcomes.append(False)
    assert outcomes == [True, True, False, True, True, False, True, True, True]


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "earthquake"},
        {"kind": "down", "path": "("},
        {"kind": "down", "every": 0},
        {"kind": "down", "colour": "red"},
    ],
)
def test_a_wrong_rule_is_refused(sim: Running, rule: dict[str, object]) -> None:
    with pytest.raises(OSError, match="400"):
        sim.control("faults", rule)
    assert sim.control("faults")["data"] == []
