"""What customers do on the page of a Checkout Session."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import checkouts, instruments
from simulator.controls.lookup import owner
from simulator.errors import StripeError
from simulator.resources import checkout_flow, checkout_transfer

if TYPE_CHECKING:
    from simulator.world import World

JSON = dict[str, Any]
KIND = "checkout.session"


def session_submit(world: World, body: JSON, session_id: str) -> JSON:
    """Let the customer pay, or store a method: {number} of a card or an IBAN.

    With {method: customer_balance} he chooses to transfer the money.
    """
    account = owner(world, KIND, session_id)
    session = account.table(KIND)[session_id]
    if body.get("method") == checkout_transfer.METHOD:
        checkout_transfer.choose(world, account, session)
        return told(session, None)
    number = str(body.get("number", instruments.ACCEPTED_CARD))
    return told(session, checkouts.submit(world, account, session, number))


def session_authenticate(world: World, body: JSON, session_id: str) -> JSON:
    """Let the customer pass the bank's authentication, or fail it: {success}."""
    account = owner(world, KIND, session_id)
    session = account.table(KIND)[session_id]
    success = bool(body.get("success", True))
    error = checkout_flow.authenticate(world, account, session, success)
    return told(session, error)


def told(session: JSON, error: StripeError | None) -> JSON:
    """Return what became of the session, and the refusal where there was one."""
    refusal = error.body(None)["error"] if error else None
    return {"status": session["status"], "error": refusal, "session": session}


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/_sim/checkout/sessions/<session_id>/submit", session_submit),
    ("POST", "/_sim/checkout/sessions/<session_id>/authenticate", session_authenticate),
]
