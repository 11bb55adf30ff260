"""Which instrument a customer must use for an outcome that a test asks for."""

from __future__ import annotations

from typing import Any

from simulator import instruments, scenarios, schedule
from simulator.errors import StripeError
from simulator.world import Account, World

CARDS = {
    "success": instruments.ACCEPTED_CARD,
    "decline": instruments.DECLINED_CARD,
    "requires_action": instruments.AUTHENTICATED_CARD,
}
METHODS = ("card", "sepa_debit", "customer_balance")


def pay(
    world: World, account: Account, invoice: dict[str, Any], wish: dict[str, Any]
) -> StripeError | None:
    """Let the customer pay the invoice; returns the refusal where there is one.

    :param wish: ``method`` card (default), sepa_debit or customer_balance (a bank
        transfer); ``outcome`` success (default), decline, requires_action (card only)
        or processing (debit only: the outcome comes by the clock); ``amount`` in minor
        units, for a part by card or a surplus by transfer; ``number`` of a test card
        or account instead of an outcome
    :raises ValueError: for a wish that the method cannot fulfil
    """
    method, outcome = wish.get("method", "card"), wish.get("outcome", "success")
    if method == "card":
        return by_card(world, account, invoice, outcome, wish)
    if method == "sepa_debit":
        return by_debit(world, account, invoice, outcome, wish.get("number"))
    if method == "customer_balance" and outcome == "success":
        amount = int(wish.get("amount", invoice["amount_remaining"]))
        scenarios.pay_by_transfer(world, account, invoice, amount)
        return None
    raise ValueError(f"{method} cannot {outcome}; methods: {', '.join(METHODS)}.")


def by_card(
    world: World,
    account: Account,
    invoice: dict[str, Any],
    outcome: str,
    wish: dict[str, Any],
) -> StripeError | None:
    """Pay by card, all of it or a part."""
    if outcome not in CARDS:
        raise ValueError(f"A card cannot {outcome}; outcomes: {', '.join(CARDS)}.")
    number = wish.get("number", CARDS[outcome])
    if "amount" in wish:
        amount = int(wish["amount"])
        return scenarios.pay_part(world, account, invoice, amount, number)
    return scenarios.pay_by_card(world, account, invoice, number)


def by_debit(
    world: World,
    account: Account,
    invoice: dict[str, Any],
    outcome: str,
    number: str | None,
) -> StripeError | None:
    """Pay by SEPA debit; success and decline do not wait for the clock."""
    if outcome not in ("success", "decline", "processing"):
        raise ValueError(f"A debit cannot {outcome}.")
    bounces = outcome == "decline"
    account_number = number or (
        instruments.BOUNCING_ACCOUNT if bounces else instruments.ACCEPTED_ACCOUNT
    )
    intent = scenarios.payable(account, invoice)
    error = scenarios.pay_by_debit(world, account, invoice, account_number)
    if outcome != "processing":
        job = "debit_bounces" if bounces else "debit_arrives"
        schedule.JOBS[job](world, account, intent["latest_charge"])
    return error
