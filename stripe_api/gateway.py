"""The gateway to Stripe: one method per call that the addon makes, see `.calls`.

A thin layer around the official SDK. It fixes what the SDK leaves open (version, time
limit, no hidden retries, no telemetry), demands an idempotency key for every write,
hands out plain dictionaries, those of writes with the id of the request, and
raises nothing but :mod:`.errors`.

It never talks to a database and keeps nothing between calls. Retrying is the worker's
business: only it knows what has been written down.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import stripe

from ..const import API_BASE, API_TIMEOUT, API_VERSION
from .calls.account import AccountCalls
from .calls.balance import BalanceCalls
from .calls.checkout import CheckoutCalls
from .calls.credit_notes import CreditNoteCalls
from .calls.customers import CustomerCalls
from .calls.disputes import DisputeCalls
from .calls.invoices import InvoiceCalls
from .calls.payment_methods import PaymentMethodCalls
from .calls.refunds import RefundCalls
from .calls.wire import Answer, Json, Page, check_ids, told_at
from .errors import classify, redact, unreadable
from .keys import is_live
from .permissions import PERMISSIONS, Permission, attempt

# An origin without a path: what a URL may hide in its other parts is not judged here.
LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?")


def _redact_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = redact(record.getMessage()), ()
    return True


stripe.enable_telemetry = False
stripe.set_app_info("sale_stripe_invoice")
# At level DEBUG the SDK logs whole answers, and one of them holds a signing secret.
logging.getLogger("stripe").addFilter(_redact_record)


class ForbiddenBaseError(ValueError):
    """The configured address of the API is neither Stripe nor a loopback simulator."""


def check_base(base: str, key: str) -> str:
    """Return ``base`` if requests with ``key`` may go there.

    Another address than Stripe's is for simulators: loopback only, test keys only.

    :raise ForbiddenBaseError: a key would leave for somewhere it must not
    """
    base = (base or API_BASE).rstrip("/")
    if base == API_BASE:
        return base
    if not LOOPBACK.fullmatch(base) or is_live(key):
        raise ForbiddenBaseError(base)
    return base


class StripeGateway(
    AccountCalls,
    CustomerCalls,
    InvoiceCalls,
    CreditNoteCalls,
    RefundCalls,
    DisputeCalls,
    CheckoutCalls,
    PaymentMethodCalls,
    BalanceCalls,
):
    """Calls to one Stripe account in one mode; what there is to call is in its bases.

    Ids are Stripe's, and objects are its answers as plain dicts. ``params`` are as its
    reference has them, with amounts in minor units; ``since`` is in epoch seconds, and
    ``key`` is the idempotency key of a write. Whatever is called may raise:
    ``RejectedError``, Stripe said no, or ``NotFoundError``, it has no such object;
    ``UnauthorizedError``, the key is wrong or may not do this; ``RetryableError``,
    nothing has happened, and it may work later; ``UnknownOutcomeError``, of a write
    alone: nobody knows whether Stripe has acted; ``ValueError``, an id is empty.

    :param key: secret or restricted key
    :param base: address of the API, Stripe's own if empty
    :raise ForbiddenBaseError: see :func:`check_base`
    :raise InvalidKeyError: the key is none
    """

    def __init__(self, key: str, base: str = "") -> None:
        self.livemode = is_live(key)
        self._client = stripe.StripeClient(
            key,
            stripe_version=API_VERSION,
            base_addresses={"api": check_base(base, key)},
            max_network_retries=0,
            # Requests, because Odoo's test guard watches it and no other library.
            http_client=stripe.RequestsClient(timeout=API_TIMEOUT),
        )

    def missing_permissions(self) -> list[Permission]:
        """Return the permissions that the key lacks, empty when all is well."""
        return [one for one in PERMISSIONS if not self._may(one)]

    def _may(self, permission: Permission) -> bool:
        with _our_errors(write=False):
            try:
                attempt(self._client.v1, permission)
            except stripe.PermissionError:
                return False
            except stripe.InvalidRequestError:
                # Nobody was found: it was looked for, so the key may do so.
                if permission.level != "write":
                    raise
            return True

    def _read(self, method: Callable[..., Any], *args: Any) -> Json:
        check_ids(args)
        with _our_errors(write=False):
            return _plain(method(*args))

    def _write(
        self,
        method: Callable[..., Any],
        key: str | None,
        params: Json | None,
        *ids: str,
    ) -> Answer:
        """Send one write. Deletions carry no key: they are idempotent by nature."""
        check_ids(ids)
        options = {"idempotency_key": key} if key else {}
        with _our_errors(write=True):
            told = method(*ids, params or {}, options)
            answer = Answer(_plain(told))
            answer.request_id = told.last_response.request_id or ""
            return answer

    def _pages(self, service: Any, params: Json, *ids: str) -> Iterator[Page]:
        check_ids(ids)
        with _our_errors(write=False):
            page = service.list(*ids, params)
            while True:
                at = told_at(page.last_response.headers)
                yield Page(at, [_plain(item) for item in page])
                page = page.next_page()
                if page.is_empty:
                    return


@contextmanager
def _our_errors(write: bool) -> Iterator[None]:
    """Raise our errors for the SDK's, unchained: the SDK's text may quote a secret."""
    try:
        yield
    except stripe.StripeError as error:
        raise classify(error, write) from None
    except (AttributeError, KeyError, TypeError):
        # What is no object of Stripe's, say a proxy's page, fails inside the SDK.
        raise unreadable(write) from None


def _plain(answer: Any) -> Json:
    plain: Json = answer.to_dict(for_json=True)
    return plain
