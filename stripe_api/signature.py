"""Who signed a webhook: the SDK's verifier, with the gaps that it leaves closed."""

import json
import re
import time
from collections.abc import Iterable
from typing import Any

import stripe

from ..const import WEBHOOK_TOLERANCE


class InvalidSignatureError(ValueError):
    """The request was not signed by Stripe for us, or not now."""


def verify(
    body: bytes, header: str | None, secrets: Iterable[str], now: float | None = None
) -> dict[str, Any]:
    """Return the event in ``body`` if one of ``secrets`` signed it within the tolerance.

    Every ``v1`` of the header is tried by the SDK, every secret by us, so that a rolled
    secret works on both sides. The SDK refuses old timestamps only; ones from the future
    are refused here.

    :param body: the raw bytes as they came
    :param header: value of ``Stripe-Signature``
    :param secrets: signing secrets (``whsec_...``); none means nothing is accepted
    :param now: epoch seconds, the clock if left out
    :raise InvalidSignatureError: for every reason alike
    """
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(
                body, header, secret, tolerance=WEBHOOK_TOLERANCE
            )
        # A header with other than ASCII characters breaks the SDK's comparison.
        except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
            continue
        _check_not_ahead(header or "", time.time() if now is None else now)
        return _event(body)
    raise InvalidSignatureError("No valid signature")


def _check_not_ahead(header: str, now: float) -> None:
    stamp = re.search(r"(?:^|,)\s*t=(\d+)", header)
    if not stamp or int(stamp[1]) > now + WEBHOOK_TOLERANCE:
        raise InvalidSignatureError("The timestamp is in the future")


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise InvalidSignatureError("The body is not JSON") from error
    if not isinstance(event, dict) or event.get("object") != "event":
        raise InvalidSignatureError("The body is not an event")
    return event
