"""Which of our errors follows from what went wrong on the wire.

The SDK builds its exceptions itself, from what a server on loopback answers.
"""

import socket
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import stripe

from ...stripe_api.errors import (
    NotFoundError,
    RejectedError,
    RetryableError,
    StripeApiError,
    UnauthorizedError,
    UnknownOutcomeError,
    classify,
    redact,
)
from ...stripe_api.gateway import StripeGateway
from .loopback import Loopback

KEY = "sk_test_simulator"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


class Case(NamedTuple):
    """An answer, what the SDK makes of it, and what we do, for a read and a write."""

    what: str
    answer: Callable[[Loopback], None]
    sdk: type[stripe.StripeError]
    read: type[StripeApiError]
    write: type[StripeApiError]


def refuse(status: int, **error: Any) -> Callable[[Loopback], None]:
    """Return an answer in Stripe's shape of an error."""
    return lambda server: server.refuse(status, **{"message": "No.", **error})


def garble(status: int) -> Callable[[Loopback], None]:
    """Return an answer that is no JSON, as a proxy in between gives it."""
    return lambda server: server.answer(b"<html>Sorry</html>", status)


CASES = [
    Case(
        "a parameter is wrong",
        refuse(400, type="invalid_request_error", param="due_date"),
        stripe.InvalidRequestError,
        RejectedError,
        RejectedError,
    ),
    Case(
        "the key is wrong",
        refuse(401, type="invalid_request_error"),
        stripe.AuthenticationError,
        UnauthorizedError,
        UnauthorizedError,
    ),
    Case(
        "the card is declined",
        refuse(402, type="card_error", code="card_declined"),
        stripe.CardError,
        RejectedError,
        RejectedError,
    ),
    Case(
        "the key lacks a permission",
        refuse(403, type="invalid_request_error"),
        stripe.PermissionError,
        UnauthorizedError,
        UnauthorizedError,
    ),
    Case(
        "the object is unknown",
        refuse(404, type="invalid_request_error", code="resource_missing"),
        stripe.InvalidRequestError,
        NotFoundError,
        NotFoundError,
    ),
    Case(
        "an object that a parameter names is unknown",
        refuse(
            400,
            type="invalid_request_error",
            code="resource_missing",
            param="customer",
        ),
        stripe.InvalidRequestError,
        RejectedError,
        RejectedError,
    ),
    Case(
        "the key of another request is used",
        refuse(400, type="idempotency_error"),
        stripe.IdempotencyError,
        UnknownOutcomeError,
        UnknownOutcomeError,
    ),
    Case(
        "the same request is being worked on",
        refuse(409, type="idempotency_error", code="idempotency_key_in_use"),
        stripe.APIError,
        RetryableError,
        RetryableError,
    ),
    Case(
        "too many requests",
        refuse(429, type="invalid_request_error", code="rate_limit"),
        stripe.RateLimitError,
        RetryableError,
        RetryableError,
    ),
    Case(
        "too many requests, as older answers say it",
        refuse(400, type="invalid_request_error", code="rate_limit"),
        stripe.RateLimitError,
        RetryableError,
        RetryableError,
    ),
    Case(
        "the object is locked by another request",
        refuse(429, type="invalid_request_error", code="lock_timeout"),
        stripe.RateLimitError,
        RetryableError,
        RetryableError,
    ),
    Case(
        "Stripe fails",
        refuse(500, type="api_error"),
        stripe.APIError,
        RetryableError,
        UnknownOutcomeError,
    ),
    Case(
        "Stripe is down",
        garble(503),
        stripe.APIError,
        RetryableError,
        UnknownOutcomeError,
    ),
    Case(
        "somebody in between refuses",
        garble(413),
        stripe.APIError,
        RejectedError,
        RejectedError,
    ),
    Case(
        "the answer to what succeeded is unreadable",
        garble(200),
        stripe.APIError,
        RetryableError,
        UnknownOutcomeError,
    ),
    Case(
        "the connection is closed before the answer",
        Loopback.hang_up,
        stripe.APIConnectionError,
        RetryableError,
        UnknownOutcomeError,
    ),
]


def provoke(base: str, http_client: Any = None) -> stripe.StripeError:
    """Return what the SDK raises when it talks to ``base``."""
    client = stripe.StripeClient(
        KEY,
        base_addresses={"api": base},
        max_network_retries=0,
        http_client=http_client or stripe.RequestsClient(timeout=5),
    )
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.customers.create({"name": "Azure Interior"})
    return caught.value


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_each_answer_has_its_class(server: Loopback, case: Case) -> None:
    case.answer(server)
    error = provoke(server.base)
    assert type(error) is case.sdk
    assert type(classify(error, write=False)) is case.read
    assert type(classify(error, write=True)) is case.write


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_the_gateway_raises_no_other(server: Loopback, case: Case) -> None:
    gateway = StripeGateway(KEY, server.base)
    case.answer(server)
    with pytest.raises(StripeApiError) as read:
        gateway.retrieve_invoice("in_1")
    with pytest.raises(StripeApiError) as pages:
        gateway.list_lines("in_1")
    with pytest.raises(StripeApiError) as write:
        gateway.create_customer({"name": "Azure Interior"}, "key")
    with pytest.raises(StripeApiError) as deletion:
        gateway.delete_invoice("in_1")
    found = [type(caught.value) for caught in (read, pages, write, deletion)]
    assert found == [case.read, case.read, case.write, case.write]


def test_nobody_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        error = provoke(f"http://127.0.0.1:{held.getsockname()[1]}")
    assert type(error) is stripe.APIConnectionError
    read, write = classify(error, write=False), classify(error, write=True)
    assert type(read) is RetryableError
    assert read.http_status == 0
    assert type(write) is UnknownOutcomeError
    assert not write.key_spent


def test_the_answer_does_not_come_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = provoke(
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            stripe.RequestsClient(timeout=0.2),
        )
    assert type(classify(error, write=False)) is RetryableError
    assert type(classify(error, write=True)) is UnknownOutcomeError


@pytest.mark.parametrize(
    ("answer", "spent"),
    [
        # Stripe keeps a failure under the key and would repeat it.
        (refuse(500, type="api_error"), True),
        (garble(502), True),
        (refuse(400, type="idempotency_error"), True),
        # Stripe may hold a success under the key, which a repetition brings.
        (garble(200), False),
        (Loopback.hang_up, False),
    ],
)
def test_whether_the_key_has_lost_its_worth(
    server: Loopback, answer: Callable[[Loopback], None], spent: bool
) -> None:
    answer(server)
    outcome = classify(provoke(server.base), write=True)
    assert isinstance(outcome, UnknownOutcomeError)
    assert outcome.key_spent is spent


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "120"}, 120),
        ({}, 0),
        ({"Retry-After": "Fri, 20 Nov 2026 12:00:00 GMT"}, 0),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "soon"}, 0),
    ],
)
@pytest.mark.parametrize("status", [409, 429])
def test_how_long_stripe_wants_us_to_wait(
    server: Loopback, status: int, headers: dict[str, str], seconds: int
) -> None:
    server.refuse(status, headers, type="invalid_request_error", message="Wait.")
    error = classify(provoke(server.base), write=True)
    assert isinstance(error, RetryableError)
    assert error.retry_after == seconds


def test_what_stripe_said_is_kept(server: Loopback) -> None:
    server.refuse(
        400,
        {"Request-Id": "req_1"},
        type="invalid_request_error",
        code="email_invalid",
        param="email",
        message="Invalid email address: nobody",
    )
    error = classify(provoke(server.base), write=True)
    assert str(error) == "Invalid email address: nobody"
    assert (error.code, error.param) == ("email_invalid", "email")
    assert (error.http_status, error.request_id) == (400, "req_1")


def test_a_decline_is_told_by_its_own_code(server: Loopback) -> None:
    server.refuse(
        402,
        type="card_error",
        code="card_declined",
        decline_code="insufficient_funds",
        message="Your card has insufficient funds.",
    )
    assert classify(provoke(server.base), write=True).code == "insufficient_funds"


def test_an_answer_without_details_still_says_something(server: Loopback) -> None:
    server.refuse(500)
    error = classify(provoke(server.base), write=False)
    assert str(error)
    assert (error.code, error.param, error.request_id) == ("", "", "")


SECRETS = (
    "sk_live_51AbCdEfGhIjKl",
    "rk_test_51AbCdEfGhIjKl",
    "rk_live_51AbCd_EfGhIjKl",
    "sk_test_********************KLMN",
    "pk_live_51AbCdEfGhIjKl",
    "whsec_AbCdEfGhIjKl0123",
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "place", ["{}", "Key: {}.", '"{}"', "key={}&x=1", "%3D{}", "({})", "a\n{}\nb"]
)
def test_no_text_carries_a_secret(secret: str, place: str) -> None:
    text = redact(place.format(secret))
    assert secret not in text
    assert secret.rpartition("_")[2] not in text
    # Which kind of key it was may be known, and helps.
    assert secret.partition("_")[0] in text


def test_ordinary_text_stays() -> None:
    text = "Invoice in_1AbC of cus_9: task_force, whsec, sk_ and desk_test, are words."
    assert redact(text) == text


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 429, 500])
def test_no_error_tells_a_secret(server: Loopback, secret: str, status: int) -> None:
    """Neither its text nor its traceback, which the log would show."""
    server.refuse(
        status, type="invalid_request_error", message=f"Invalid API Key: {secret}"
    )
    with pytest.raises(StripeApiError) as caught:
        StripeGateway(KEY, server.base).retrieve_account()
    error = caught.value
    assert "Invalid API Key" in str(error)
    told = [str(error), repr(error), *traceback.format_exception(error)]
    assert secret.rpartition("_")[2] not in "".join(told)


def test_an_unreadable_answer_tells_no_secret_either(server: Loopback) -> None:
    server.answer(b'{"secret": "whsec_AbCdEfGhIjKl0123", ')
    error = classify(provoke(server.base), write=True)
    assert "AbCdEfGhIjKl0123" not in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"[]"), (200, b'"ok"'), (200, b"null"), (400, b'{"error": "text"}')],
)
def test_what_is_not_stripes_answer_is_an_error_of_ours(
    server: Loopback, status: int, body: bytes
) -> None:
    """A proxy's page, say: the read may be repeated, the write has to be looked up."""
    gateway = StripeGateway(KEY, server.base)
    server.answer(body, status)
    with pytest.raises(StripeApiError):
        gateway.retrieve_account()
    server.answer(body, status)
    with pytest.raises(StripeApiError):
        gateway.create_customer({"name": "Anna"}, "key")
