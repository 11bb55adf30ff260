"""What a customer does on the page of a Checkout Session, and what follows."""

from __future__ import annotations

from simulator import cards, events
from simulator.errors import StripeError, invalid
from simulator.resources import (
    checkout_invoice,
    common,
    intent,
    payment,
    setup_intent,
)
from simulator.world import Account, JSONObject, World


def submit(
    world: World, account: Account, session: JSONObject, method: JSONObject
) -> StripeError | None:
    """Pay with a payment method, or store it; returns the bank's refusal if any.

    Raises Stripe's 400 for a session that is not open any more.
    """
    check_open(session)
    if session["mode"] == "setup":
        setup = account.table("setup_intent")[session["setup_intent"]]
        error = setup_intent.confirm(world, account, setup, method)
        if setup["status"] == "succeeded":
            complete(world, account, session, "no_payment_required")
        return error
    asked = intent_of(world, account, session)
    error = payment.attempt(world, account, asked, method)
    conclude(world, account, session, asked)
    return error


def conclude(
    world: World, account: Account, session: JSONObject, asked: JSONObject
) -> None:
    """Complete the session where the money has come or is on its way."""
    if asked["status"] == "succeeded":
        complete(world, account, session, "paid")
    elif asked["status"] == "processing":
        complete(world, account, session, "unpaid")


def check_open(session: JSONObject) -> None:
    """Raise a 400 for a session that was completed or has expired."""
    if session["status"] != "open":
        raise invalid(f"This Checkout Session is {session['status']}.")


def intent_of(world: World, account: Account, session: JSONObject) -> JSONObject:
    """Return the session's PaymentIntent, which the first attempt makes."""
    if session["payment_intent"]:
        return account.table("payment_intent")[session["payment_intent"]]
    data = account.private(session["id"])["payment"]
    made = intent.build(
        world,
        account,
        session["amount_total"],
        session["currency"],
        session["customer"],
        data.get("description"),
    )
    made["metadata"] = common.merge_metadata({}, data.get("metadata"))
    made["payment_method_types"] = list(session["payment_method_types"])
    names = ("receipt_email", "setup_future_usage", "statement_descriptor")
    common.assign(made, data, names)
    session["payment_intent"] = made["id"]
    account.private(made["id"])["checkout_session"] = session["id"]
    return common.create(world, account, made, "payment_intent.created")


def complete(
    world: World, account: Account, session: JSONObject, payment_status: str
) -> None:
    """Close the session; a paid one gets its invoice, and keeps the method if told."""
    session.update(status="complete", url=None, payment_status=payment_status)
    if payment_status == "paid":
        paid(world, account, session)
    events.emit(world, account, "checkout.session.completed", session)


def paid(world: World, account: Account, session: JSONObject) -> None:
    """Do what follows when the money has come."""
    asked = account.table("payment_intent")[session["payment_intent"]]
    if asked["setup_future_usage"]:
        method = account.table("payment_method")[asked["payment_method"]]
        setup_intent.keep(world, account, method, session["customer"])
    checkout_invoice.due(world, account, session)


def of_intent(account: Account, intent_id: str) -> JSONObject | None:
    """Return the session that a PaymentIntent belongs to, if it belongs to one."""
    session_id = account.private(intent_id).get("checkout_session", "")
    return account.get("checkout.session", session_id)


def settled(world: World, account: Account, intent_id: str) -> None:
    """A slow payment has come: its session is paid after all."""
    if session := of_intent(account, intent_id):
        session["payment_status"] = "paid"
        paid(world, account, session)
        name = "checkout.session.async_payment_succeeded"
        events.emit(world, account, name, session)


def returned(world: World, account: Account, intent_id: str) -> None:
    """A slow payment has failed: its session stays complete and unpaid."""
    if session := of_intent(account, intent_id):
        name = "checkout.session.async_payment_failed"
        events.emit(world, account, name, session)


def authenticate(
    world: World, account: Account, session: JSONObject, success: bool
) -> StripeError | None:
    """The customer proves to the bank who he is, or fails to; returns the refusal."""
    check_open(session)
    if session["mode"] == "setup":
        setup = account.table("setup_intent")[session["setup_intent"]]
        check_waiting(setup)
        if not success:
            error = cards.decline("setup_intent_authentication_failure", None)
            return setup_intent.fail(world, account, setup, error)
        setup_intent.succeed(world, account, setup)
        complete(world, account, session, "no_payment_required")
        return None
    asked = intent_of(world, account, session)
    check_waiting(asked)
    if not success:
        code = "payment_intent_authentication_failure"
        return payment.fail(world, account, asked["id"], code, None)
    payment.succeed(world, account, asked["id"])
    complete(world, account, session, "paid")
    return None


def check_waiting(asked: JSONObject) -> None:
    """Raise a 400 where no bank has asked who pays."""
    if asked["status"] != "requires_action":
        raise invalid("This payment does not wait for authentication.")
