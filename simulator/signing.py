"""The Stripe-Signature header of a webhook."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def signature_header(
    body: bytes, secrets: Iterable[str], timestamp: int, livemode: bool
) -> str:
    """Return ``t=..,v1=..`` for the raw body, with one v1 for each active secret.

    In test mode a v0 is added: Stripe's fake scheme, which receivers must ignore.
    Source: https://docs.stripe.com/webhooks (verify manually).
    """
    signed = b"%d." % timestamp + body
    parts = [f"t={timestamp}"]
    parts += [f"v1={hmac_hex(secret, signed)}" for secret in secrets]
    if not livemode:
        parts.append(f"v0={hmac_hex('fake', signed)}")
    return ",".join(parts)


def hmac_hex(key: str, message: bytes) -> str:
    """Return the HMAC-SHA256 of ``message`` in hexadecimal."""
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
