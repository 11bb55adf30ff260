"""Webhook endpoints and events through the SDK."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from simulator.tests.receiver import Receiver
from simulator.tests.running import Running

VERSION = "2026-10-28.endive"
DAY = 24 * 3600


def create(sim: Running, **params: Any) -> stripe.WebhookEndpoint:
    given: Any = {
        "url": "http://127.0.0.1:9/hook",
        "enabled_events": ["invoice.paid"],
        "api_version": VERSION,
        **params,
    }
    return sim.client.v1.webhook_endpoints.create(given)


def test_only_the_creation_shows_the_secret(sim: Running) -> None:
    made = create(sim, description="Odoo", metadata={"database": "d1"})
    assert made.secret and made.secret.startswith("whsec_")
    assert (made.status, made.api_version) == ("enabled", VERSION)
    found = sim.client.v1.webhook_endpoints.retrieve(made.id)
    listed = sim.client.v1.webhook_endpoints.list().data[0]
    changed = sim.client.v1.webhook_endpoints.update(made.id, {"description": "x"})
    assert not any("secret" in one for one in (found, listed, changed))
    assert found.metadata["database"] == "d1"


def test_update_changes_all_but_the_version(sim: Running) -> None:
    made = create(sim, metadata={"a": "1", "b": "2"})
    changed = sim.client.v1.webhook_endpoints.update(
        made.id,
        {
            "url": "http://127.0.0.1:9/other",
            "enabled_events": ["invoice.voided", "invoice.voided"],
            "metadata": {"a": "", "c": "3"},
            "disabled": True,
        },
    )
    assert changed.url.endswith("/other")
    assert changed.enabled_events == ["invoice.voided"]
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert changed.status == "disabled"
    params: Any = {"api_version": "2025-09-30.clover"}
    with pytest.raises(stripe.InvalidRequestError, match="api_version"):
        sim.client.v1.webhook_endpoints.update(made.id, params)


def test_a_deleted_endpoint_is_gone(sim: Running) -> None:
    made = create(sim)
    assert sim.client.v1.webhook_endpoints.delete(made.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sim.client.v1.webhook_endpoints.retrieve(made.id)
    assert caught.value.code == "resource_missing"


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "example.com/hook"}, "url"),
        ({"enabled_events": ["invoice.exploded"]}, "enabled_events[0]"),
        ({"api_version": "2030-01-01"}, "api_version"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_parameters_are_refused(
    sim: Running, params: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        create(sim, **params)
    assert caught.value.param == param


@pytest.mark.parametrize(
    "url", ["http://shop.example.com/hook", "https://localhost/x", "https://127.0.0.1/"]
)
def test_live_mode_wants_public_https(sim: Running, url: str) -> None:
    live = sim.client_for("sk_live_simulator")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        live.v1.webhook_endpoints.create(
            {"url": url, "enabled_events": ["invoice.paid"]}
        )
    assert (caught.value.param, caught.value.code) == ("url", "url_invalid")


def test_sixteen_endpoints_are_the_limit(sim: Running) -> None:
    for _number in range(16):
        create(sim)
    with pytest.raises(stripe.InvalidRequestError, match="16 test webhook"):
        create(sim)
    assert len(sim.client.v1.webhook_endpoints.list({"limit": 100}).data) == 16


def test_events_are_listed_newest_first_and_filtered(sim: Running) -> None:
    invoice = sim.invoice()
    sim.client.v1.invoices.void_invoice(invoice.id)
    events = sim.client.v1.events
    types = [event.type for event in events.list({"limit": 100}).data]
    assert types == sim.event_types()[::-1]
    (voided,) = events.list({"type": "invoice.voided"}).data
    assert voided.data.object["id"] == invoice.id
    wild = {event.type for event in events.list({"type": "invoice.*"}).data}
    assert {"invoice.created", "invoice.finalized", "invoice.voided"} <= wild
    assert not any(one.startswith("customer") for one in wild)
    some = events.list({"types": ["invoice.created", "invoice.voided"]}).data
    assert [event.type for event in some] == ["invoice.voided", "invoice.created"]


def test_events_carry_the_request_that_caused_them(sim: Running) -> None:
    sim.client.v1.customers.create({"name": "A"}, {"idempotency_key": "odoo-1"})
    (event,) = sim.client.v1.events.list().data
    assert event.request is not None
    assert event.request.idempotency_key == "odoo-1"
    assert event.request.id == sim.control("requests")["data"][0]["id"]
    assert event.api_version == VERSION and event.livemode is False


def test_events_are_paged_in_both_directions(sim: Running) -> None:
    for number in range(7):
        sim.client.v1.customers.create({"name": str(number)})
    listed = sim.client.v1.events.list({"limit": 3})
    assert listed.has_more is True
    names = [event.data.object["name"] for event in listed.auto_paging_iter()]
    assert names == ["6", "5", "4", "3", "2", "1", "0"]
    oldest = sim.control("objects/event")["data"][0]["id"]
    later = sim.client.v1.events.list({"ending_before": oldest, "limit": 2})
    names = [event.data.object["name"] for event in later.auto_paging_iter()]
    assert names == ["1", "2", "3", "4", "5", "6"]


def test_events_are_filtered_by_time_and_kept_30_days(sim: Running) -> None:
    sim.control("clock/freeze", {})
    sim.client.v1.customers.create({"name": "old"})
    (old,) = sim.client.v1.events.list().data
    sim.control("clock/advance", {"seconds": 20 * DAY})
    now = sim.control("clock")["now"]
    sim.client.v1.customers.create({"name": "new"})
    (found,) = sim.client.v1.events.list({"created": {"gte": now}}).data
    assert found.data.object["name"] == "new"
    sim.control("clock/advance", {"seconds": 11 * DAY})
    assert [e.id for e in sim.client.v1.events.list().data] == [found.id]
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        sim.client.v1.events.retrieve(old.id)


def test_type_and_types_exclude_each_other(sim: Running) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        sim.client.v1.events.list(
            {"type": "invoice.paid", "types": ["invoice.created"]}
        )
    with pytest.raises(stripe.InvalidRequestError, match="up to 20"):
        sim.client.v1.events.list({"types": ["invoice.paid"] * 21})


def test_undelivered_events_can_be_asked_for(sim: Running, receiver: Receiver) -> None:
    create(sim, url=receiver.url, enabled_events=["customer.created"])
    receiver.statuses = [200, 500]
    sim.client.v1.customers.create({"name": "taken"})
    assert sim.control("deliveries/settle", {})["settled"]
    sim.client.v1.customers.create({"name": "refused"})
    assert sim.control("deliveries/settle", {})["settled"]
    (event,) = sim.client.v1.events.list({"delivery_success": False}).data
    assert event.data.object["name"] == "refused"
    assert event.pending_webhooks == 1
    sim.control("deliveries/resend", {"event": event.id})
    assert sim.control("deliveries/settle", {})["settled"]
    assert sim.client.v1.events.list({"delivery_success": False}).data == []
    assert len(receiver.event_ids()) == 3


def test_accounts_do_not_see_each_other(sim: Running, receiver: Receiver) -> None:
    create(sim, url=receiver.url, enabled_events=["*"])
    sim.client_for("sk_live_simulator").v1.customers.create({"name": "live"})
    assert sim.control("deliveries/settle", {})["settled"]
    assert receiver.calls == []
    assert sim.client.v1.events.list().data == []
