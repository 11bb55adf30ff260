"""Movements of the Stripe balance: in which currency, with which fees, when available.

Every movement is one BalanceTransaction, made by ``book`` alone, so that the balance
is always their sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from simulator import money, payout_days, schedule
from simulator.errors import invalid
from simulator.resources import common
from simulator.world import Account, JSONObject, World

DAY = 24 * 3600
TABLE = "balance_transaction"
PROCESSING = "Stripe processing fees"


@dataclass(frozen=True)
class Settled:
    """An amount as it moves the balance: minor units, their currency, the rate used.

    ``rate`` times the original minor units gives ``amount``; None where none was used.
    """

    amount: int
    currency: str
    rate: float | None = None


@dataclass(frozen=True)
class Fee:
    """One part of a fee, in minor units of the movement's currency."""

    amount: int
    kind: str = "stripe_fee"
    description: str = PROCESSING


def settlement_currency(account: Account, currency: str) -> str:
    """Return the currency in which the account is given money of that currency."""
    kept = account.settings.get("settlement_currencies") or ()
    default: str = account.settings["default_currency"]
    return currency if currency in kept else default


def settled(account: Account, amount: int, currency: str) -> Settled:
    """Return an amount as it reaches the balance, converted where it must be.

    Raises a 400 where the account's settings hold no rate for the currency.
    """
    target = settlement_currency(account, currency)
    if currency == target:
        return Settled(amount, target)
    rates = account.settings["exchange_rates"]
    if currency not in rates:
        raise invalid(f"The simulator has no exchange rate for {currency}.", "currency")
    rate = Decimal(str(rates[currency]))
    step = money.smallest_step(target)
    converted = money.round_half_up(amount * rate / step) * step
    return Settled(converted, target, float(rate))


def with_tax(account: Account, fee: Fee) -> list[Fee]:
    """Return a fee of Stripe and the tax on it, where the account pays one.

    The account's setting ``fee_tax_percent`` is the rate; none where it is 0.
    """
    percent = Decimal(str(account.settings.get("fee_tax_percent") or 0))
    tax = money.round_half_up(fee.amount * percent / 100)
    return [fee, Fee(tax, "tax", "VAT")] if tax else [fee]


def book(
    world: World,
    account: Account,
    moved: Settled,
    *,
    kind: str,
    category: str,
    source: str | None,
    fees: list[Fee] | None = None,
    description: str | None = None,
    days: int = 0,
) -> JSONObject:
    """Record a movement of the balance.

    :param moved: gross, negative where money leaves
    :param kind: Stripe's ``type``
    :param category: Stripe's ``reporting_category``
    :param source: id of the object that caused it
    :param days: until the money can be paid out, counted in whole days of UTC
    """
    now = world.clock.now()
    available_on = (now // DAY + days) * DAY if days else now
    charged = [fee for fee in fees or [] if fee.amount]
    total = sum(fee.amount for fee in charged)
    entry: JSONObject = {
        "id": world.new_id("txn"),
        "object": TABLE,
        "amount": moved.amount,
        "available_on": available_on,
        "balance_type": "payments",
        "created": now,
        "currency": moved.currency,
        "description": description,
        "exchange_rate": moved.rate,
        "fee": total,
        "fee_details": [fee_detail(fee, moved.currency) for fee in charged],
        "net": moved.amount - total,
        "reporting_category": category,
        "source": source,
        "status": "pending" if days else "available",
        "type": kind,
    }
    common.create(world, account, entry)
    if days:
        schedule.at(world, available_on, "make_available", account, entry["id"])
    else:
        plan_payout(world, account, entry["currency"])
    return entry


def fee_detail(fee: Fee, currency: str) -> JSONObject:
    """Return one member of ``fee_details``."""
    return {
        "amount": fee.amount,
        "application": None,
        "currency": currency,
        "description": fee.description,
        "type": fee.kind,
    }


@schedule.job("make_available")
def make_available(world: World, account: Account, entry_id: str) -> None:
    """The money may now be paid out."""
    entry = account.table(TABLE)[entry_id]
    entry["status"] = "available"
    plan_payout(world, account, entry["currency"])


def plan_payout(world: World, account: Account, currency: str) -> None:
    """Schedule the next automatic payout, where the account has them."""
    days = account.settings.get("payout_schedule") or {}
    when = payout_days.following(days, world.clock.now())
    planned = account.private("payout_plans")
    if when and planned.get(currency, 0) < when:
        planned[currency] = when
        schedule.at(world, when, "automatic_payout", account, currency)


def reverse(
    world: World,
    account: Account,
    entry_id: str,
    *,
    kind: str,
    category: str,
    description: str,
) -> JSONObject:
    """Take a movement back to the last minor unit, at its own rate; fees stay."""
    entry = account.table(TABLE)[entry_id]
    moved = Settled(-entry["amount"], entry["currency"], entry["exchange_rate"])
    return book(
        world,
        account,
        moved,
        kind=kind,
        category=category,
        source=entry["source"],
        description=description,
    )


def not_paid_out(account: Account, currency: str) -> Iterator[JSONObject]:
    """Yield the available movements that no automatic payout has paid out yet."""
    for entry in account.table(TABLE).values():
        waits = entry["currency"] == currency and entry["status"] == "available"
        if waits and "payout" not in account.hidden.get(entry["id"], {}):
            yield entry


def sums(account: Account, status: str) -> dict[str, int]:
    """Return the pending or available balance by currency, in minor units."""
    found = {account.settings["default_currency"]: 0}
    for entry in account.table(TABLE).values():
        if entry["status"] == status:
            before = found.get(entry["currency"], 0)
            found[entry["currency"]] = before + entry["net"]
    return found
