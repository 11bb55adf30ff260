"""PaymentIntent objects: made, changed and cancelled, without knowing of invoices."""

from __future__ import annotations

from simulator import events
from simulator.plain import copied
from simulator.resources import common
from simulator.world import Account, JSONObject, World

CANCELLABLE = (
    "requires_payment_method", "requires_capture", "requires_confirmation",
    "requires_action", "processing",
)  # fmt: skip


# What every new PaymentIntent has.
BLANK: JSONObject = {
    "allowed_payment_method_types": None,
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": None,
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "confirmation_method": "automatic",
    "customer_account": None,
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": None,
    "managed_payments": {"enabled": False},
    "metadata": {},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": None,
    "payment_method_configuration_details": None,
    "payment_method_options": {
        "card": {
            "installments": None,
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        }
    },
    "payment_method_types": ["card"],
    "payment_record": None,
    "processing": None,
    "receipt_email": None,
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_data": None,
    "transfer_group": None,
}


def build(
    world: World,
    account: Account,
    amount: int,
    currency: str,
    customer: str | None,
    description: str | None = None,
) -> JSONObject:
    """Return a new PaymentIntent that waits for a payment method."""
    intent_id = world.new_id("pi")
    return {
        "id": intent_id,
        "object": "payment_intent",
        **copied(BLANK),
        "amount": amount,
        "client_secret": f"{intent_id}_secret_{world.token('secret', 25)}",
        "created": world.clock.now(),
        "currency": currency,
        "customer": customer,
        "description": description,
        "livemode": account.livemode,
        "status": "requires_payment_method",
    }


def create(
    world: World,
    account: Account,
    amount: int,
    currency: str,
    customer: str | None,
    description: str | None = None,
) -> JSONObject:
    """Store a new PaymentIntent; amount in minor units."""
    intent = build(world, account, amount, currency, customer, description)
    return common.create(world, account, intent, "payment_intent.created")


def resize(account: Account, intent_id: str, amount: int) -> None:
    """Let an invoice's own PaymentIntent ask for what remains."""
    account.table("payment_intent")[intent_id]["amount"] = amount


def cancel(
    world: World, account: Account, intent_id: str, reason: str | None
) -> JSONObject:
    """Cancel a PaymentIntent that has not succeeded; others stay as they are."""
    intent = account.table("payment_intent")[intent_id]
    if intent["status"] not in CANCELLABLE:
        return intent
    intent["status"] = "canceled"
    intent["canceled_at"] = world.clock.now()
    intent["cancellation_reason"] = reason
    intent["next_action"] = None
    events.emit(world, account, "payment_intent.canceled", intent)
    return intent
