"""Payment methods that a customer keeps with the merchant, for later charges."""

from __future__ import annotations

from typing import Any

from simulator import events, instruments
from simulator.resources import customer as customers
from simulator.resources import payment_method
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
    customer = customers.living(account, customer_id, "customer")
    names = ("email", "name", "phone")
    billing = {name: customer[name] for name in names if customer[name]}
    given = {"billing_details": billing}
    if number[:1].isalpha():
        iban = instruments.bank_account(number).iban
        details = payment_method.sepa({"sepa_debit": {"iban": iban}})
        method = payment_method.add(world, account, details, given)
    else:
        card = instruments.card(number)
        details = payment_method.card_details(world, card)
        method = payment_method.add(world, account, details, given, card)
        method["card"]["checks"]["cvc_check"] = "pass"
    method["customer"] = customer_id
    events.emit(world, account, "payment_method.attached", method)
    settings = {"invoice_settings": {"default_payment_method": method["id"]}}
    customers.update(world, account, customer_id, settings)
    return method
