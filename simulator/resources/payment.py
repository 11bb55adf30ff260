"""What happens to a PaymentIntent: success, failure, processing, authentication."""

from __future__ import annotations

from typing import Any

from simulator import cards, events, instruments, schedule
from simulator.errors import StripeError, invalid
from simulator.resources import (
    charge,
    common,
    invoice_payment,
    invoice_state,
    payment_method,
)
from simulator.world import Account, JSONObject, World

DAY = 24 * 3600
# Days until a SEPA debit succeeds or fails; Stripe says up to 14 business days, and
# about 5 as a rule (docs.stripe.com/payments/sepa-debit).
DEBIT_DAYS = 5
PAYABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
NETWORK_DETAILS: JSONObject = {
    "electronic_commerce_indicator": "07",
    "extended_authorization": {"status": "disabled"},
    "incremental_authorization": {"status": "unavailable"},
    "installments": None,
    "mandate": None,
    "multicapture": {"status": "unavailable"},
    "network_token": {"used": False},
    "three_d_secure": None,
    "transaction_link_id": None,
}
UNKNOWN_BANK: JSONObject = {
    "bank_code": "37040044",
    "branch_code": "",
    "country": "DE",
    "last4": "3000",
    "mandate": None,
}
CARD_SHOWN = (
    "brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4",
    "regulated_status", "wallet",
)  # fmt: skip


def succeed(
    world: World,
    account: Account,
    intent_id: str,
    amount: int | None = None,
    method: str = "card",
) -> JSONObject:
    """The money arrives: charge, PaymentIntent and invoices follow.

    :param amount: minor units that arrive, the amount asked for unless told
    :param method: payment method type of the charge, where none was chosen before
    :returns: the PaymentIntent; raises a 400 if it cannot be paid any more
    """
    intent = waiting(account, intent_id, (*PAYABLE, "processing"))
    arrived = intent["amount"] if amount is None else amount
    if intent["status"] == "processing":
        pending = account.table("charge")[intent["latest_charge"]]
        charge.succeed(world, account, pending)
    else:
        details = method_details(world, account, intent, method)
        charge.create(world, account, intent, arrived, details, "succeeded")
    change(intent, "succeeded", amount_received=arrived, processing=None)
    events.emit(world, account, "payment_intent.succeeded", intent)
    credit(world, account, intent_id, arrived)
    return intent


def credit(world: World, account: Account, intent_id: str, arrived: int) -> None:
    """Credit what has arrived to the invoices that the PaymentIntent is attached to.

    Each gets what is asked for of it, as far as it goes; the last one a surplus, too.
    """
    entries = invoice_payment.of_intent(account, intent_id)
    waiting = [entry for entry in entries if entry["status"] == "open"]
    for entry in waiting:
        is_last = entry is waiting[-1]
        part = arrived if is_last else min(arrived, entry["amount_requested"])
        arrived -= part
        invoice_state.credit(world, account, entry, part)


def fail(
    world: World,
    account: Account,
    intent_id: str,
    code: str = "card_declined",
    decline_code: str | None = "generic_decline",
    method: str = "card",
) -> StripeError:
    """The attempt fails; the PaymentIntent waits for another payment method.

    :returns: the error that the API would raise for it
    """
    intent = waiting(account, intent_id, (*PAYABLE, "processing"))
    message = cards.MESSAGES.get(decline_code or code, cards.DECLINE_MESSAGE)
    if intent["status"] == "processing":
        pending = account.table("charge")[intent["latest_charge"]]
        charge.fail(world, account, pending, code, message)
    else:
        details = method_details(world, account, intent, method)
        failed = charge.create(
            world, account, intent, intent["amount"], details, "failed"
        )
        failed.update(failure_code=code, failure_message=message)
    error = cards.decline(code, decline_code, charge=intent["latest_charge"])
    change(intent, "requires_payment_method", payment_method=None, processing=None)
    intent["last_payment_error"] = shown_error(error)
    events.emit(world, account, "payment_intent.payment_failed", intent)
    note_attempt(world, account, intent_id, "invoice.payment_failed")
    return error


def process(
    world: World, account: Account, intent_id: str, method: str = "sepa_debit"
) -> JSONObject:
    """A delayed method has been used: the outcome comes days later."""
    intent = waiting(account, intent_id, PAYABLE)
    details = method_details(world, account, intent, method)
    charge.create(world, account, intent, intent["amount"], details, "pending")
    change(intent, "processing")
    events.emit(world, account, "payment_intent.processing", intent)
    return intent


def require_action(world: World, account: Account, intent_id: str) -> StripeError:
    """The bank wants the customer to authenticate.

    :returns: the error that paying through the API would raise
    """
    intent = waiting(account, intent_id, PAYABLE)
    secret = world.token("action", 24)
    url = f"{world.base_url}/authenticate/{account.id}/{secret}"
    action = {"redirect_to_url": {"return_url": None, "url": url}}
    change(intent, "requires_action")
    intent["next_action"] = {"type": "redirect_to_url", **action}
    events.emit(world, account, "payment_intent.requires_action", intent)
    note_attempt(world, account, intent_id, "invoice.payment_action_required")
    return StripeError(
        cards.MESSAGES["authentication_required"],
        status=402,
        type="card_error",
        code="invoice_payment_intent_requires_action",
    )


def waiting(account: Account, intent_id: str, states: tuple[str, ...]) -> JSONObject:
    """Return a PaymentIntent in one of the states; raises Stripe's 400."""
    intent = common.find(account, "payment_intent", intent_id, "intent")
    if intent["status"] not in states:
        raise invalid(
            "This PaymentIntent's status is "
            f"{intent['status']}, so that it cannot be paid.",
            code="payment_intent_unexpected_state",
        )
    return intent


def change(intent: JSONObject, status: str, **values: Any) -> None:
    """Give a PaymentIntent its new status; an old action or error is over."""
    intent.update(status=status, next_action=None, **values)
    if status == "succeeded":
        intent["last_payment_error"] = None


def shown_error(error: StripeError) -> JSONObject:
    """Return ``last_payment_error`` for an error of the API."""
    shown: JSONObject = error.body(None)["error"]
    return shown


def note_attempt(world: World, account: Account, intent_id: str, event: str) -> None:
    """Count a failed attempt on the invoices and tell about it."""
    for entry in invoice_payment.of_intent(account, intent_id):
        if entry["status"] == "open":
            invoice = account.table("invoice")[entry["invoice"]]
            with common.changing(world, account, invoice, "invoice.updated"):
                count_attempt(invoice)
            events.emit(world, account, event, invoice)


def count_attempt(invoice: JSONObject) -> None:
    """Note that a payment has been tried."""
    invoice["attempt_count"] += 1
    invoice["attempted"] = True


def method_details(
    world: World, account: Account, intent: JSONObject, kind: str
) -> JSONObject:
    """Return ``payment_method_details`` of a charge for the chosen method."""
    method = account.get("payment_method", intent["payment_method"] or "")
    if method is None:
        return {"type": kind, kind: anonymous(world, kind, intent["amount"])}
    if method["type"] != "card":
        bank = dict(method[method["type"]])
        bank.pop("generated_from", None)
        return {"type": method["type"], method["type"]: {**bank, "mandate": None}}
    shown = {name: method["card"][name] for name in CARD_SHOWN}
    return {"type": "card", "card": card_details(world, shown, intent["amount"])}


def anonymous(world: World, kind: str, amount: int) -> JSONObject:
    """Return the details of a method that a customer used on the hosted page."""
    if kind == "sepa_debit":
        return {**UNKNOWN_BANK, "fingerprint": world.token("fingerprint", 16)}
    if kind != "card":
        return {}
    shown = dict.fromkeys(CARD_SHOWN)
    shown.update(brand="visa", country="US", exp_month=12, exp_year=2034)
    shown.update(funding="credit", last4="4242", regulated_status="unregulated")
    return card_details(world, shown, amount)


def card_details(world: World, shown: JSONObject, amount: int) -> JSONObject:
    """Complete the card of a charge with what its network said."""
    return {
        **NETWORK_DETAILS,
        **shown,
        "amount_authorized": amount,
        "authorization_code": digits(world, 6),
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "network": shown["brand"],
        "network_transaction_id": digits(world, 15),
        "overcapture": {
            "maximum_amount_capturable": amount,
            "status": "unavailable",
        },
    }


def digits(world: World, length: int) -> str:
    """Return a number of that many digits, as a card network gives one."""
    letters = world.token("network", length)
    return "".join(str(ord(letter) % 10) for letter in letters)


def attempt(
    world: World, account: Account, intent: JSONObject, method: JSONObject
) -> StripeError | None:
    """Charge a payment method; returns the error to raise where that fails."""
    intent["payment_method"] = method["id"]
    intent["payment_method_types"] = [method["type"]]
    card = payment_method.card_of(account, method)
    if method["type"] != "card":
        process(world, account, intent["id"], method["type"])
        job = "debit_bounces" if instruments.bounces(method) else "debit_arrives"
        when = world.clock.now() + DEBIT_DAYS * DAY
        schedule.at(world, when, job, account, intent["latest_charge"])
        return None
    if card is None or card.error is None:
        succeed(world, account, intent["id"])
        return None
    if card.error == "authentication_required":
        return require_action(world, account, intent["id"])
    return fail(world, account, intent["id"], card.error, card.decline_code)
