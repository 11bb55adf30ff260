"""Movements of the balance that no payment, refund, dispute or payout explains."""

from __future__ import annotations

from simulator import money
from simulator.errors import invalid
from simulator.resources import balance_entry, topup
from simulator.world import Account, JSONObject, World

# Stripe's ``type`` → the ``reporting_category`` that it usually has
# (docs.stripe.com/reports/reporting-categories).
CATEGORIES = {
    "adjustment": "other_adjustment",
    "contribution": "contribution",
    "payout_minimum_balance_hold": "payout_minimum_balance_hold",
    "payout_minimum_balance_release": "payout_minimum_balance_release",
    "reserve_hold": "risk_reserved_funds",
    "reserve_release": "risk_reserved_funds",
    "reserve_transaction": "risk_reserved_funds",
    "reserved_funds": "risk_reserved_funds",
    "stripe_fee": "fee",
    "stripe_fx_fee": "conversion",
    "tax_fee": "tax",
    "topup": "topup",
    "topup_reversal": "topup_reversal",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
}


def book(
    world: World,
    account: Account,
    kind: str,
    amount: int,
    *,
    currency: str | None = None,
    category: str | None = None,
    description: str | None = None,
    fee: int = 0,
    days: int = 0,
) -> JSONObject:
    """Move the balance by ``amount`` minor units, negative where money leaves.

    :param currency: one that the account is paid in, its own unless told
    :param category: needed for a type that is not in ``CATEGORIES``
    :param days: until the money is available
    """
    chosen = category or CATEGORIES.get(kind)
    if chosen is None:
        raise invalid(f"Give the reporting category of {kind}.", "category")
    wanted = currency or account.settings["default_currency"]
    if balance_entry.settlement_currency(account, money.check_currency(wanted)) != (
        wanted
    ):
        raise invalid(f"The account is not paid in {wanted}.", "currency")
    made = topup.make(world, account, amount, wanted) if kind == "topup" else None
    entry = balance_entry.book(
        world,
        account,
        balance_entry.Settled(amount, wanted),
        kind=kind,
        category=chosen,
        source=made["id"] if made else None,
        fees=[balance_entry.Fee(fee)],
        description=description,
        days=days,
    )
    if made:
        made["balance_transaction"] = entry["id"]
    return entry
