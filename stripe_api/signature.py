"""Who signed a webhook: the SDK's verifier, with the gaps that it leaves closed."""

import json
import re
import time
from collections.abc import Iterable
from typing import Any

import stripe

from ..const import WEBHOOK_TOLERANCE

# An ID or a type as Stripe writes them; nothing else can be stored or asked for.
_WORD = re.compile(r"[\w.:-]{1,255}", re.ASCII)


class InvalidSignatureError(ValueError):
    """The request was not signed by Stripe for us, or not now."""


def verify(body: bytes, header: str | None, secrets: Iterable[str]) -> dict[str, Any]:
    """Return the event in ``body`` if one of ``secrets`` signed it, and did so now.

    Every ``v1`` of the header is tried by the SDK, every secret by us, so that a rolled
    secret works on both sides. The SDK refuses old timestamps only; those from the
    future are refused here.

    :param body: the raw bytes as they came
    :param header: value of ``Stripe-Signature``
    :param secrets: signing secrets (``whsec_...``); none means nothing is accepted
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
        _check_not_ahead(header or "")
        return _event(body)
    raise InvalidSignatureError("No valid signature")


def is_word(value: object) -> bool:
    """Tell whether ``value``, from an event, is a text like Stripe's IDs and types."""
    return isinstance(value, str) and bool(_WORD.fullmatch(value))


def _check_not_ahead(header: str) -> None:
    # Of several timestamps, the first is the one that the SDK has verified.
    stamp = re.search(r"(?:^|,)t=([^,]*)", header)
    digits = stamp[1] if stamp else ""
    if not digits.isdecimal() or int(digits) > time.time() + WEBHOOK_TOLERANCE:
        raise InvalidSignatureError("The timestamp is in the future")


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    # Brackets without end are valid bytes to sign, too.
    except (ValueError, RecursionError) as error:
        raise InvalidSignatureError("The body is not JSON") from error
    if not isinstance(event, dict) or event.get("object") != "event":
        raise InvalidSignatureError("The body is not an event")
    if not is_word(event.get("id")):
        raise InvalidSignatureError("The event has no ID")
    return event
