"""How a Checkout Session ends that nobody has completed."""

from __future__ import annotations

from simulator import events, schedule
from simulator.resources import intent
from simulator.world import Account, JSONObject, World


@schedule.job("expire_checkout")
def when_due(world: World, account: Account, session_id: str) -> None:
    """The session's time is over, unless it was completed."""
    session = account.get("checkout.session", session_id)
    if session and session["status"] == "open":
        expire(world, account, session)


def expire(world: World, account: Account, session: JSONObject) -> None:
    """Close an open session; a payment that was begun is cancelled with it."""
    session["status"] = "expired"
    session["url"] = None
    if session["payment_intent"]:
        intent.cancel(world, account, session["payment_intent"], "automatic")
    setup = account.get("setup_intent", session["setup_intent"] or "")
    if setup and setup["status"] in ("requires_payment_method", "requires_action"):
        setup.update(status="canceled", next_action=None)
        events.emit(world, account, "setup_intent.canceled", setup)
    events.emit(world, account, "checkout.session.expired", session)
