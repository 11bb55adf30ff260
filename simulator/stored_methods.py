"""Payment methods that a customer keeps with the merchant, for later charges."""

from __future__ import annotations

from typing import Any

from simulator import checkouts, events
from simulator.resources import customer as customers
from simulator.world import Account, World


def store(
    world: World, account: Account, customer_id: str, number: str
) -> dict[str, Any]:
    """Keep a test card, or an account for SEPA debits, as the customer's default.

    Cards that Stripe would not keep are kept too: a card that worked when it was
    stored may have no funds when it is charged.

    :param number: test card number or IBAN, spaces ignored
    :returns: the payment method; raises StripeError for a number that is none
    """
    customers.living(account, customer_id, "customer")
    method = checkouts.typed(world, account, customer_id, number)
    if method["type"] == "card":
        method["card"]["checks"]["cvc_check"] = "pass"
    method["customer"] = customer_id
    events.emit(world, account, "payment_method.attached", method)
    settings = {"invoice_settings": {"default_payment_method": method["id"]}}
    customers.update(world, account, customer_id, settings)
    return method
