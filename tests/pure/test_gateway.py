"""What leaves for Stripe, and where to."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ...const import API_VERSION
from ...stripe_api import gateway as gateway_module
from ...stripe_api.calls.wire import Answer, told_at
from ...stripe_api.errors import RetryableError, StripeApiError, UnauthorizedError
from ...stripe_api.gateway import StripeGateway
from ...stripe_api.permissions import NOBODY, PERMISSIONS
from .gateway_calls import CALLS, DELETIONS, POSTS, READS, Act
from .loopback import Loopback, Request

TEST_KEY = "sk_test_simulator"
LIVE_KEY = "sk_live_simulator"
NOTHING = {"object": "list", "data": [], "has_more": False, "url": "/v1/nothing"}


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def gateway(server: Loopback) -> StripeGateway:
    return StripeGateway(TEST_KEY, server.base)


def only_request(server: Loopback) -> Request:
    (request,) = server.requests
    return request


@pytest.mark.parametrize(("method", "path", "act"), CALLS)
def test_every_call_goes_to_its_place_with_our_version(
    server: Loopback, gateway: StripeGateway, method: str, path: str, act: Act
) -> None:
    server.answer(NOTHING)
    act(gateway)
    request = only_request(server)
    assert (request.method, request.path) == (method, path)
    assert request.headers["stripe-version"] == API_VERSION
    assert request.headers["authorization"] == f"Bearer {TEST_KEY}"


def test_the_version_is_ours_and_not_the_sdks(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer SDK must not move us to another version of the API unasked."""
    monkeypatch.setattr(gateway_module, "API_VERSION", "2020-01-01")
    server.answer({})
    StripeGateway(TEST_KEY, server.base).retrieve_account()
    assert only_request(server).headers["stripe-version"] == "2020-01-01"


def test_no_method_of_the_gateway_is_forgotten_here() -> None:
    public = {name for name in dir(StripeGateway) if not name.startswith("_")}
    used = {name for _, _, act in CALLS for name in act.__code__.co_names}
    assert public - used == {"missing_permissions"}


@pytest.mark.parametrize(("method", "path", "act"), POSTS)
def test_every_post_carries_the_key_that_it_was_given(
    server: Loopback, gateway: StripeGateway, method: str, path: str, act: Act
) -> None:
    server.answer({})
    act(gateway)
    assert only_request(server).headers["idempotency-key"] == "k"


@pytest.mark.parametrize(("method", "path", "act"), READS + DELETIONS)
def test_what_needs_no_key_carries_none(
    server: Loopback, gateway: StripeGateway, method: str, path: str, act: Act
) -> None:
    server.answer(NOTHING)
    act(gateway)
    request = only_request(server)
    assert "idempotency-key" not in request.headers
    assert request.form == {}


@pytest.mark.parametrize(("method", "path", "act"), CALLS)
@pytest.mark.parametrize("status", [409, 500, 503])
def test_nothing_is_tried_twice(
    server: Loopback,
    gateway: StripeGateway,
    method: str,
    path: str,
    act: Act,
    status: int,
) -> None:
    server.refuse(status, {"Stripe-Should-Retry": "true"}, message="Again.")
    with pytest.raises(StripeApiError):
        act(gateway)
    assert len(server.requests) == 1


def test_a_dropped_connection_is_not_tried_twice(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.hang_up()
    with pytest.raises(StripeApiError):
        gateway.create_invoice({}, "k")
    assert len(server.requests) == 1


@pytest.mark.parametrize("empty", ["", False, None])
@pytest.mark.parametrize(
    "act",
    [
        lambda g, empty: g.retrieve_invoice(empty),
        lambda g, empty: g.list_lines(empty),
        lambda g, empty: g.list_invoice_payments(empty),
        lambda g, empty: g.list_tax_ids(empty),
        lambda g, empty: g.update_customer(empty, {}, "k"),
        lambda g, empty: g.create_tax_id(empty, {}, "k"),
        lambda g, empty: g.delete_tax_id("cus_1", empty),
        lambda g, empty: g.delete_invoice(empty),
        lambda g, empty: g.delete_webhook_endpoint(empty),
        lambda g, empty: g.add_lines(empty, [], "k"),
        lambda g, empty: g.update_invoice(empty, {}, "k"),
        lambda g, empty: g.finalize_invoice(empty, {}, "k"),
        lambda g, empty: g.void_invoice(empty, "k"),
        lambda g, empty: g.retrieve_tax_rate(empty),
        lambda g, empty: g.retrieve_credit_note(empty),
        lambda g, empty: g.list_credit_notes(empty),
        lambda g, empty: g.void_credit_note(empty, "k"),
        lambda g, empty: g.mark_uncollectible(empty, "k"),
        lambda g, empty: g.list_payout_items(empty),
        lambda g, empty: g.retrieve_payout(empty),
        lambda g, empty: g.pay_invoice(empty, {}, "k"),
    ],
)
def test_an_empty_id_never_leaves(
    server: Loopback,
    gateway: StripeGateway,
    act: Callable[[StripeGateway, Any], Any],
    empty: Any,
) -> None:
    """It would address all objects instead of one."""
    server.answer(NOTHING)
    with pytest.raises(ValueError, match="id is missing"):
        act(gateway, empty)
    assert server.requests == []


def test_an_id_cannot_leave_its_place(server: Loopback, gateway: StripeGateway) -> None:
    server.answer({})
    gateway.retrieve_invoice("in_1/../../customers?x=1")
    assert (
        only_request(server).path == "/v1/invoices/in_1%2F..%2F..%2Fcustomers%3Fx%3D1"
    )


def test_answers_are_plain_data(server: Loopback, gateway: StripeGateway) -> None:
    invoice = {
        "id": "in_1",
        "object": "invoice",
        "number": None,
        "total": 12000,
        "metadata": {"odoo_document": "7"},
        "lines": {"object": "list", "data": [{"id": "il_1", "object": "line_item"}]},
        "a_field_of_next_year": [1, {"a": "b"}],
    }
    server.answer(invoice)
    found = gateway.retrieve_invoice("in_1")
    assert found == invoice
    assert type(found) is type(found["lines"]["data"][0]) is dict
    assert only_request(server).query == {"expand[0]": ["amount_paid_off_stripe"]}


def test_parameters_go_out_as_stripe_reads_them(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.answer({})
    line = {
        "amount": -5,
        "description": "Remise à 5 % & more",
        "tax_amounts": [{"amount": -1, "tax_rate_data": {"percentage": "20"}}],
    }
    gateway.add_lines("in_1", [line], "k")
    assert only_request(server).form == {
        "lines[0][amount]": ["-5"],
        "lines[0][description]": ["Remise à 5 % & more"],
        "lines[0][tax_amounts][0][amount]": ["-1"],
        "lines[0][tax_amounts][0][tax_rate_data][percentage]": ["20"],
    }


def test_switches_and_clearing_go_out(server: Loopback, gateway: StripeGateway) -> None:
    server.answer({})
    gateway.create_invoice({"auto_advance": False, "discounts": "", "due_date": 0}, "k")
    form = only_request(server).form
    assert form == {"auto_advance": ["false"], "discounts": [""], "due_date": ["0"]}


# === Lists === #


def page(*ids: str, more: bool = False, metadata: Any = None) -> dict[str, Any]:
    data = [{"id": id_, "object": "invoice", "metadata": metadata} for id_ in ids]
    return {"object": "list", "data": data, "has_more": more, "url": "/v1/invoices"}


def test_all_pages_are_read(server: Loopback, gateway: StripeGateway) -> None:
    server.answer(page("il_1", "il_2", more=True))
    server.answer(page("il_3", more=True))
    server.answer(page("il_4"))
    assert [line["id"] for line in gateway.list_lines("in_1")] == [
        "il_1",
        "il_2",
        "il_3",
        "il_4",
    ]
    after = [request.query.get("starting_after") for request in server.requests]
    assert after == [None, ["il_2"], ["il_3"]]
    assert {request.query["limit"][0] for request in server.requests} == {"100"}


def test_a_list_that_breaks_off_is_an_error(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.answer(page("il_1", more=True))
    server.refuse(500, message="Sorry")
    with pytest.raises(RetryableError):
        gateway.list_lines("in_1")


def test_an_invoice_is_found_by_its_metadata(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.answer(page("in_9", more=True, metadata={"odoo_db": "other", "n": "7"}))
    server.answer(page("in_8", more=True, metadata=None))
    server.answer(page("in_7", metadata={"odoo_db": "mine", "n": "7", "x": "y"}))
    found = gateway.find_invoice({"odoo_db": "mine", "n": "7"}, since=1_800_000_000)
    assert found is not None
    assert found["id"] == "in_7"
    assert server.requests[0].query["created[gte]"] == ["1800000000"]


def test_looking_ends_with_the_first_match(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.answer(page("in_9", more=True, metadata={"n": "7"}))
    assert gateway.find_invoice({"n": "7"}, since=1)
    assert len(server.requests) == 1


def test_what_is_not_there_is_not_found(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.answer(page("cus_1", metadata={"n": "70"}))
    assert gateway.find_customer({"n": "7"}, since=1) is None


def test_missing_permissions_are_named(
    server: Loopback, gateway: StripeGateway
) -> None:
    lacking = ("Invoices", "Events")
    for permission in PERMISSIONS:
        if permission.name in lacking:
            server.refuse(403, message="The key lacks rak_something")
        elif permission.level == "write":
            server.refuse(404, message="No such object", code="resource_missing")
        else:
            server.answer(NOTHING)
    missing = gateway.missing_permissions()
    assert tuple(permission.name for permission in missing) == lacking


def test_asking_for_permissions_changes_nothing(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.refuse(404, message="No such object", code="resource_missing")
    for permission in PERMISSIONS:
        if permission.level != "write":
            continue
        server.requests.clear()
        attempt_one(gateway, permission.name)
        (request,) = server.requests
        assert request.method == "POST"
        assert NOBODY in request.path.split("/")
        assert not request.form


def attempt_one(gateway: StripeGateway, name: str) -> None:
    (permission,) = [one for one in PERMISSIONS if one.name == name]
    assert gateway._may(permission)


def test_a_question_that_is_wrong_is_no_permission(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.refuse(400, message="Unknown parameter")
    with pytest.raises(StripeApiError):
        gateway._may(PERMISSIONS[3])


def test_a_wrong_key_is_no_missing_permission(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.refuse(401, message="Invalid API Key")
    with pytest.raises(UnauthorizedError):
        gateway.missing_permissions()


# === What is left behind === #


def test_no_telemetry(
    server: Loopback,
    gateway: StripeGateway,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    server.answer({}, headers={"Request-Id": "req_1"})
    gateway.create_invoice({}, "k")
    gateway.create_invoice({}, "k")
    assert list(tmp_path.rglob("*")) == []
    for request in server.requests:
        assert "x-stripe-client-telemetry" not in request.headers
        assert "telemetry_id" not in request.headers["x-stripe-client-user-agent"]


def test_debug_logs_hold_no_secret(
    server: Loopback, gateway: StripeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "whsec_AbCdEfGhIjKl0123"
    server.answer({"id": "we_1", "object": "webhook_endpoint", "secret": secret})
    server.refuse(401, message="Invalid API Key: sk_live_51AbCdEfGhIjKl")
    endpoint = gateway.create_webhook_endpoint({"url": "https://example.org"}, "k")
    with pytest.raises(UnauthorizedError):
        gateway.retrieve_account()
    assert endpoint["secret"] == secret
    assert "we_1" in caplog.text, "the SDK is expected to log its answers"
    assert "Invalid API Key" in caplog.text
    for hidden in (TEST_KEY, secret, "AbCdEfGhIjKl", "simulator"):
        assert hidden not in caplog.text


def test_two_gateways_do_not_share_a_key(server: Loopback) -> None:
    first = StripeGateway("sk_test_simulator_1", server.base)
    second = StripeGateway("sk_test_simulator_2", server.base)
    server.answer({})
    for gateway in (first, second, first):
        gateway.retrieve_account()
    keys = [request.headers["authorization"][-1] for request in server.requests]
    assert keys == ["1", "2", "1"]


def test_answer_of_a_write_names_its_request(
    server: Loopback, gateway: StripeGateway
) -> None:
    server.answer({"id": "in_1"}, headers={"Request-Id": "req_1"})
    answer = gateway.create_invoice({}, "k")
    assert isinstance(answer, Answer)
    assert (answer, answer.request_id) == ({"id": "in_1"}, "req_1")


@pytest.mark.parametrize(
    ("date", "at"),
    [("Tue, 01 Dec 2026 12:00:00 GMT", 1796126400), ("soon", 0), ("", 0)],
)
def test_page_tells_the_time_of_stripe(date: str, at: int) -> None:
    assert told_at({"Date": date}) == at
