"""Stripe's refusals, raised as exceptions and rendered in Stripe's error body."""

from __future__ import annotations

from typing import Any

DOC_URL = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """A refusal that becomes ``{"error": {...}}`` with an HTTP status.

    :param message: Stripe's sentence
    :param status: HTTP status of the answer
    :param type: ``invalid_request_error``, ``card_error``, ``api_error``, ...
    :param code: Stripe's error code, where Stripe gives one
    :param param: name of the parameter at fault, as the client wrote it
    :param extra: further members of the error body (``decline_code``, ...)
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.extra = extra

    def body(self, request_log_url: str | None) -> dict[str, Any]:
        """Return Stripe's error body; absent members are left out as Stripe does."""
        error: dict[str, Any] = {"message": self.message, "type": self.type}
        if request_log_url:
            error["request_log_url"] = request_log_url
        if self.code:
            error["code"] = self.code
            error["doc_url"] = DOC_URL + self.code.replace("_", "-")
        if self.param:
            error["param"] = self.param
        error.update(self.extra)
        return {"error": error}


def invalid(
    message: str, param: str | None = None, code: str | None = None
) -> StripeError:
    """Return a 400 ``invalid_request_error``."""
    return StripeError(message, param=param, code=code)


def param_missing(param: str) -> StripeError:
    """Return Stripe's 400 for a parameter that has to be there."""
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def missing(kind: str, object_id: str, param: str = "id") -> StripeError:
    """Return Stripe's 404 for an object that does not exist in this account."""
    return StripeError(
        f"No such {kind}: '{object_id}'",
        status=404,
        code="resource_missing",
        param=param,
    )


def no_such_reference(kind: str, object_id: str, param: str) -> StripeError:
    """Return Stripe's 400 for a parameter that names a missing object."""
    return StripeError(
        f"No such {kind}: '{object_id}'", code="resource_missing", param=param
    )


def card_declined(
    code: str, decline_code: str | None, message: str, **extra: Any
) -> StripeError:
    """Return the 402 ``card_error`` of a declined card."""
    if decline_code:
        extra["decline_code"] = decline_code
    return StripeError(message, status=402, type="card_error", code=code, **extra)
