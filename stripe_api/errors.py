"""What can go wrong on the wire, in five kinds, and the one place that decides which.

The worker needs no more than this: may it try again, did Stripe say no, does nobody
know, is the whole connection at fault.
"""

import re
from typing import Any

import stripe

# Anything that looks like a key or a signing secret, so that no text carries one; also
# in the middle of a word, as in a quoted URL.
SECRET = re.compile(r"((?:sk|rk|pk)_(?:test|live)|whsec)_[A-Za-z0-9_*.]+")


def redact(text: str) -> str:
    """Return ``text`` with every Stripe key and signing secret blanked."""
    return SECRET.sub(r"\1_…", text)


class StripeApiError(Exception):
    """Base of all errors of the gateway.

    ``code``, ``param`` and ``request_id`` are Stripe's, empty when it sent none;
    ``str(error)`` is Stripe's English message without any secret.
    """

    def __init__(
        self,
        message: str,
        code: str = "",
        param: str = "",
        http_status: int = 0,
        request_id: str = "",
    ) -> None:
        super().__init__(redact(message))
        self.code = code
        self.param = param
        self.http_status = http_status
        self.request_id = request_id


class RetryableError(StripeApiError):
    """Nothing happened at Stripe; the same request may succeed later.

    ``retry_after`` is the number of seconds that Stripe asked for, 0 if none.
    ``http_status`` is 0 when Stripe did not answer at all.
    """

    retry_after: int = 0


class UnknownOutcomeError(StripeApiError):
    """A write was sent and nobody knows whether Stripe acted on it.

    ``key_spent`` is true when the idempotency key would only replay the failure.
    """

    key_spent: bool = False


class RejectedError(StripeApiError):
    """Stripe understood and refused; the same request will be refused again."""


class NotFoundError(RejectedError):
    """The object does not exist for this account and mode."""


class UnauthorizedError(StripeApiError):
    """The key is wrong, revoked, or lacks a permission: nothing works until mended."""


def classify(error: stripe.StripeError, write: bool) -> StripeApiError:
    """Translate an SDK exception into one of ours.

    :param error: what the SDK raised
    :param write: whether the request could have changed something at Stripe
    """
    details = _details(error)
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        return UnauthorizedError(**details)
    if isinstance(error, stripe.IdempotencyError):
        return _unknown(details, key_spent=True)
    status = error.http_status or 0
    if isinstance(error, stripe.RateLimitError) or status == 409:
        return _retryable(details, error)
    # No answer, a failure, or a success that cannot be read: Stripe may have acted.
    if not 400 <= status < 500:
        if write:
            return _unknown(details, key_spent=status >= 500)
        return _retryable(details, error)
    if status == 404:
        return NotFoundError(**details)
    return RejectedError(**details)


def unreadable(write: bool) -> StripeApiError:
    """Return the error for an answer that is not Stripe's.

    :param write: whether the request could have changed something at Stripe
    """
    message = "The answer could not be read"
    if write:
        return _unknown({"message": message}, key_spent=True)
    return RetryableError(message)


def _unknown(details: dict[str, Any], key_spent: bool) -> UnknownOutcomeError:
    outcome = UnknownOutcomeError(**details)
    outcome.key_spent = key_spent
    return outcome


def _retryable(details: dict[str, Any], error: stripe.StripeError) -> RetryableError:
    retryable = RetryableError(**details)
    headers = {k.lower(): v for k, v in (error.headers or {}).items()}
    after = str(headers.get("retry-after", ""))
    retryable.retry_after = int(after) if after.isdecimal() else 0
    return retryable


def _details(error: stripe.StripeError) -> dict[str, Any]:
    # ``error.code`` is empty on most SDK classes; the body has it.
    body = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
    return {
        "message": body.get("message") or error.user_message or str(error),
        "code": body.get("decline_code") or body.get("code") or "",
        "param": body.get("param") or "",
        "http_status": error.http_status or 0,
        "request_id": error.request_id or "",
    }
