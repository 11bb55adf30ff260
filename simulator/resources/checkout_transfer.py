"""Bank transfers for a Checkout Session: chosen on its page, then waited for.

The session is complete and unpaid from the choice on. Nothing ends the waiting but the
money: such a session does not expire, and its PaymentIntent cannot be cancelled.

Source: docs.stripe.com/payments/bank-transfers/accept-a-payment?payment-ui=checkout
"""

from __future__ import annotations

from simulator import events, method_types, schedule
from simulator.errors import invalid, param_missing
from simulator.params import join
from simulator.resources import cash_balance, cash_balance_api, checkout_flow, common
from simulator.resources.checkout_checks import TYPES
from simulator.world import Account, JSONObject, World

METHOD = "customer_balance"
ACTION = cash_balance.TRANSFER_ACTION
OPTIONS = "payment_method_options"


def check(mode: str, currency: str, types: list[str], options: common.Params) -> None:
    """Raise a 400 for options of a session that lead no transfer anywhere.

    :param types: what the session allows by name, may be empty
    :param options: its ``payment_method_options``
    """
    path = join(OPTIONS, METHOD)
    common.refuse_unsimulated(options, [name for name in options if name != METHOD])
    if METHOD in types and mode != "payment":
        raise invalid(
            f"The payment method type {METHOD} cannot be used in `{mode}` mode.",
            TYPES,
        )
    if METHOD not in types:
        return
    given = options.get(METHOD) or {}
    if given.get("funding_type") != "bank_transfer":
        raise param_missing(join(path, "funding_type"))
    transfer = given.get("bank_transfer") or {}
    path = join(path, "bank_transfer")
    if not transfer.get("type"):
        raise param_missing(join(path, "type"))
    if transfer["type"] != "eu_bank_transfer" or currency != "eur":
        raise invalid("The simulator has bank transfers in euros only.", path)
    path = join(path, "eu_bank_transfer")
    country = (transfer.get("eu_bank_transfer") or {}).get("country")
    if not country:
        raise param_missing(join(path, "country"))
    if country not in method_types.EU_TRANSFER_COUNTRIES:
        listed = ", ".join(method_types.EU_TRANSFER_COUNTRIES)
        raise invalid(
            f"Invalid country: must be one of {listed}", join(path, "country")
        )


def choose(world: World, account: Account, session: JSONObject) -> None:
    """The customer chooses to transfer the money; raises a 400 where he cannot.

    What he has at Stripe already pays at once, if it is enough.
    """
    checkout_flow.check_open(session)
    if METHOD not in session["payment_method_types"]:
        raise invalid(f"This Checkout Session does not take {METHOD}.")
    asked = checkout_flow.intent_of(world, account, session)
    asked["status"] = "requires_action"
    asked["next_action"] = {
        "type": ACTION,
        ACTION: instructions(world, account, session),
    }
    events.emit(world, account, "payment_intent.requires_action", asked)
    checkout_flow.complete(world, account, session, "unpaid")
    cash_balance.reconcile(world, account, session["customer"], session["currency"])


def instructions(world: World, account: Account, session: JSONObject) -> JSONObject:
    """Return where to transfer what the session asks for."""
    transfer = session[OPTIONS][METHOD]["bank_transfer"]
    country = transfer["eu_bank_transfer"]["country"]
    customer = session["customer"]
    return {
        "amount_remaining": session["amount_total"],
        "currency": session["currency"],
        "financial_addresses": [
            cash_balance_api.address(world, account, customer, country)
        ],
        "hosted_instructions_url": (
            f"{world.base_url}/checkout/{account.id}/{session['id']}"
        ),
        "reference": world.token("reference", 12).upper(),
        "type": transfer["type"],
    }


@schedule.job("transfer_arrives")
def arrives(world: World, account: Account, intent_id: str) -> None:
    """The money that was waited for has paid: the session is paid, too."""
    checkout_flow.settled(world, account, intent_id)
