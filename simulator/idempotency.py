"""Idempotency keys: the first answer of a POST is kept and given again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from simulator.errors import StripeError, invalid
from simulator.world import Account, JSONObject, World

# docs.stripe.com/api/idempotent_requests: kept at least 24 hours, 255 characters.
KEPT_SECONDS = 24 * 3600
LONGEST_KEY = 255
# Answers that come before execution began are not kept.
NOT_KEPT = frozenset((401, 403, 409, 429))
TABLE = "idempotency"


@dataclass(frozen=True)
class Attempt:
    """One keyed POST: the key, and what it asked for."""

    key: str
    fingerprint: str


def attempt_of(key: str, method: str, path: str, body: str) -> Attempt:
    """Return the keyed request; raises a 400 for a key that is too long."""
    if len(key) > LONGEST_KEY:
        raise invalid(
            f"Idempotency keys can be up to {LONGEST_KEY} characters long, but the one "
            f"given has {len(key)}."
        )
    text = f"{method} {path}\n{body}"
    return Attempt(key, hashlib.sha256(text.encode()).hexdigest())


def recall(world: World, account: Account, attempt: Attempt) -> JSONObject | None:
    """Return the kept ``{status, body, request}``; raises a 400 if misused."""
    kept: JSONObject | None = account.private(TABLE).get(attempt.key)
    if kept is None or kept["at"] + KEPT_SECONDS < world.clock.now():
        return None
    if kept["fingerprint"] != attempt.fingerprint:
        raise StripeError(
            "Keys for idempotent requests can only be used with the same parameters "
            f"they were first used with. Try using a key other than '{attempt.key}' if "
            "you meant to execute a different request.",
            type="idempotency_error",
        )
    return kept


def keep(
    world: World,
    account: Account,
    attempt: Attempt,
    status: int,
    body: str,
    request_id: str,
) -> None:
    """Keep the answer of a request whose execution had begun."""
    if status in NOT_KEPT:
        return
    account.private(TABLE)[attempt.key] = {
        "at": world.clock.now(),
        "fingerprint": attempt.fingerprint,
        "status": status,
        "body": body,
        "request": request_id,
    }


def in_use(key: str) -> StripeError:
    """Return the 409 for a key whose first request is still being served."""
    return StripeError(
        "There is currently another in-progress request using this Stripe Account and "
        f"idempotency key '{key}'. Please try again later.",
        status=409,
        code="idempotency_key_in_use",
    )


def canonical(tree: object) -> str:
    """Write parameters so that equal ones are equal text, whatever their order."""
    return json.dumps(tree, sort_keys=True)
