"""The HTTP side: from a request to /v1 to Stripe's answer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from simulator import (
    control,
    expansion,
    forms,
    idempotency,
    pages,
    params,
    permissions,
    schedule,
    wire,
)
from simulator.errors import StripeError
from simulator.rate_limit import RateLimiter
from simulator.resources import registry
from simulator.routing import Route
from simulator.world import API_VERSION, Account, RequestContext, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)


@dataclass
class Exchange:
    """One request to /v1 while it is being served."""

    id: str
    method: str
    path: str
    key: str
    tree: forms.Tree = field(default_factory=dict)
    idempotency_key: str | None = None
    account: Account | None = None
    attempt: idempotency.Attempt | None = None
    replayed: bool = False


class Application:
    """The WSGI application around one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._limiter = RateLimiter()
        self._lock = threading.Lock()
        self._keys_in_use: set[tuple[str, str] | None] = set()

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Serve one request as WSGI wants it."""
        try:
            response = self.respond(Request(environ))
        except ConnectionError:
            wire.close_socket(environ)
            raise
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        """Answer a request; raises ConnectionError where no answer shall be sent."""
        if request.path.startswith("/v1/"):
            return self.api(request)
        if request.path == "/_sim" or request.path.startswith("/_sim/"):
            return control.dispatch(self.world, request)
        return pages.dispatch(self.world, request) or Response("Not found", 404)

    def api(self, request: Request) -> Response:
        """Serve a request to /v1, faults included, and log it."""
        exchange = self.begin(request)
        status: int | None = None
        try:
            response = self.guarded(exchange, request)
            status = response.status_code
        finally:
            self.log(exchange, status)
        response.headers["Request-Id"] = exchange.id
        response.headers["Stripe-Version"] = API_VERSION
        if exchange.idempotency_key and exchange.method == "POST":
            response.headers["Idempotency-Key"] = exchange.idempotency_key
        return response

    def begin(self, request: Request) -> Exchange:
        """Give the request its id and read its key."""
        key = wire.api_key(request)
        with self.world.lock:
            request_id = self.world.new_id("req")
            account = self.world.account_by_key(key)
        exchange = Exchange(request_id, request.method, request.path, key)
        exchange.account = account
        exchange.idempotency_key = request.headers.get("Idempotency-Key")
        return exchange

    def guarded(self, exchange: Exchange, request: Request) -> Response:
        """Serve the request between its faults, alone with its idempotency key."""
        try:
            exchange.tree = wire.read_tree(request)
            slot = self.occupy(exchange)
        except StripeError as error:
            return refusal(exchange, error)
        try:
            faults = self.world.faults
            asked = (exchange.method, exchange.path, exchange.id)
            response = faults.before(*asked)
            if response is None:
                response = self.serve(exchange, request)
                replaced = faults.after(*asked)
                response = self.replace(exchange, response, replaced)
            return response
        finally:
            with self._lock:
                self._keys_in_use.discard(slot)

    def replace(
        self, exchange: Exchange, response: Response, replaced: Response | None
    ) -> Response:
        """Return the answer of a fault after the effect, which a key remembers too."""
        if replaced is None:
            return response
        if exchange.attempt and exchange.account and not exchange.replayed:
            with self.world.lock:
                idempotency.keep(
                    self.world,
                    exchange.account,
                    exchange.attempt,
                    replaced.status_code,
                    replaced.get_data(as_text=True),
                    exchange.id,
                )
        return replaced

    def serve(self, exchange: Exchange, request: Request) -> Response:
        """Return Stripe's answer or refusal."""
        try:
            with self.world.lock:
                schedule.run_due(self.world)
                return self.answer(exchange, request)
        except StripeError as error:
            return refusal(exchange, error)
        except Exception:
            log.exception("%s %s", exchange.method, exchange.path)
            return refusal(exchange, mistake())

    def occupy(self, exchange: Exchange) -> tuple[str, str] | None:
        """Claim the idempotency key; raises a 409 while another request has it."""
        if exchange.method != "POST" or not exchange.idempotency_key:
            return None
        slot = (exchange.key, exchange.idempotency_key)
        with self._lock:
            if slot in self._keys_in_use:
                raise idempotency.in_use(exchange.idempotency_key)
            self._keys_in_use.add(slot)
        return slot

    def answer(self, exchange: Exchange, request: Request) -> Response:
        """Check the request in Stripe's order, run it, and keep the answer."""
        account = authenticated(exchange)
        self._limiter.check(account)
        wire.check_version(request)
        wire.check_account(request, account)
        route, ids = find_route(exchange)
        permissions.check(account, exchange.key, route.permission)
        if exchange.method == "POST" and exchange.idempotency_key:
            text = idempotency.canonical(exchange.tree)
            exchange.attempt = idempotency.attempt_of(
                exchange.idempotency_key, exchange.method, exchange.path, text
            )
            kept = idempotency.recall(self.world, account, exchange.attempt)
            if kept:
                return replay(exchange, kept)
        checked = params.check(route.params, exchange.tree)
        return self.execute(exchange, account, route, ids, checked)

    def execute(
        self,
        exchange: Exchange,
        account: Account,
        route: Route,
        ids: list[str],
        checked: dict[str, Any],
    ) -> Response:
        """Run the operation and render its result, or the refusal it raised."""
        paths = checked.pop("expand", [])
        expansion.check(paths, route)
        world = self.world
        world.request = RequestContext(exchange.id, exchange.idempotency_key)
        try:
            result = route.handler(world, account, *ids, params=checked)
            response = wire.rendered(expansion.expand(account, result, paths))
        except StripeError as error:
            response = refusal(exchange, error)
        finally:
            world.request = None
        if exchange.attempt and not wire.is_validation(response):
            idempotency.keep(
                world,
                account,
                exchange.attempt,
                response.status_code,
                response.get_data(as_text=True),
                exchange.id,
            )
        return response

    def log(self, exchange: Exchange, status: int | None) -> None:
        """Note the request for the tests that count what was really sent."""
        with self.world.lock:
            self.world.requests.add(
                request_id=exchange.id,
                account=exchange.account.id if exchange.account else None,
                method=exchange.method,
                path=exchange.path,
                params=dict(exchange.tree),
                status=status,
                idempotency_key=exchange.idempotency_key,
                replayed=exchange.replayed,
                at=self.world.clock.now(),
            )


def authenticated(exchange: Exchange) -> Account:
    """Return the account that the key opens; raises Stripe's 401."""
    if not exchange.key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY').",
            status=401,
        )
    if exchange.account is None:
        masked = wire.masked(exchange.key)
        raise StripeError(f"Invalid API Key provided: {masked}", status=401)
    return exchange.account


def find_route(exchange: Exchange) -> tuple[Route, list[str]]:
    """Return the operation; raises Stripe's 404 for an unknown address."""
    found = registry.match(exchange.method, exchange.path)
    if found is None:
        raise StripeError(
            f"Unrecognized request URL ({exchange.method}: {exchange.path}). Please "
            "see https://stripe.com/docs or we can help at "
            "https://support.stripe.com/.",
            status=404,
        )
    return found


def refusal(exchange: Exchange, error: StripeError) -> Response:
    """Return Stripe's error response."""
    url = None
    if exchange.account:
        mode = "" if exchange.account.livemode else "test/"
        url = (
            f"https://dashboard.stripe.com/{exchange.account.id}/{mode}logs/"
            f"{exchange.id}"
        )
    response = wire.rendered(error.body(url), error.status)
    if error.status == 429:
        response.headers["Retry-After"] = "1"
        response.headers["Stripe-Rate-Limited-Reason"] = "global-rate"
    return response


def mistake() -> StripeError:
    """Return the 500 of a mistake in the simulator itself, which its log explains."""
    return StripeError("An unknown error occurred", status=500, type="api_error")


def replay(exchange: Exchange, kept: dict[str, Any]) -> Response:
    """Return the kept answer again."""
    exchange.replayed = True
    response = Response(kept["body"], kept["status"], content_type="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    response.headers["Original-Request"] = kept["request"]
    return response
