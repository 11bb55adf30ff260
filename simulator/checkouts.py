"""What customers type on a page of Checkout: a test card, or an IBAN."""

from __future__ import annotations

from typing import Any

from simulator import instruments
from simulator.errors import StripeError
from simulator.resources import checkout_flow, payment_method
from simulator.world import Account, World


def submit(
    world: World, account: Account, session: dict[str, Any], number: str
) -> StripeError | None:
    """Use a test card or a bank account; returns the bank's refusal where it refuses.

    Raises StripeError where no attempt could be made: a wrong number, a closed session.

    :param number: test card number or IBAN, spaces ignored
    """
    checkout_flow.check_open(session)
    method = typed(world, account, session["customer"], number)
    return checkout_flow.submit(world, account, session, method)


def typed(
    world: World, account: Account, customer_id: str, number: str
) -> dict[str, Any]:
    """Return the payment method of what a customer typed, not attached to him yet."""
    customer = account.table("customer")[customer_id]
    names = ("email", "name", "phone")
    billing = {name: customer[name] for name in names if customer[name]}
    given = {"billing_details": billing}
    if number.strip()[:1].isalpha():
        iban = instruments.bank_account(number).iban
        details = payment_method.sepa({"sepa_debit": {"iban": iban}})
        return payment_method.add(world, account, details, given)
    card = instruments.card(number)
    details = payment_method.card_details(world, card)
    return payment_method.add(world, account, details, given, card)
