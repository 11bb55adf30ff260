"""A payment that fails although it had succeeded: the bank has changed its mind."""

from __future__ import annotations

from simulator import cards, events
from simulator.errors import invalid
from simulator.resources import balance_entry, payment
from simulator.resources import charge as charges
from simulator.world import Account, JSONObject, World


def fail(world: World, account: Account, charge: JSONObject, code: str) -> JSONObject:
    """Take the money back without a dispute; the invoice stays paid at Stripe.

    Stripe reverses the balance with ``failure_balance_transaction`` and tells of it as
    of every failed charge; no transition leads from a paid invoice back to an open one.
    """
    if charge["status"] != "succeeded" or charge["disputed"] or charge["refunded"]:
        raise invalid("Only a charge that still stands can fail.")
    charges.settle(world, account, charge["id"])
    entry = balance_entry.reverse(
        world,
        account,
        charge["balance_transaction"],
        kind="payment_failure_refund",
        category="charge_failure",
        description="Payment failure refund",
    )
    charge["failure_balance_transaction"] = entry["id"]
    message = cards.MESSAGES.get(code, cards.DECLINE_MESSAGE)
    charges.fail(world, account, charge, code, message)
    intent = account.table("payment_intent")[charge["payment_intent"]]
    error = cards.decline(code, None, charge=charge["id"])
    payment.change(intent, "requires_payment_method", payment_method=None)
    intent["amount_received"] = 0
    intent["last_payment_error"] = payment.shown_error(error)
    events.emit(world, account, "payment_intent.payment_failed", intent)
    return charge
