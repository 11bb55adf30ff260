"""What happens to a payout: made, under way, arrived, failed, cancelled, reversed."""

from __future__ import annotations

from decimal import Decimal

from simulator import events, money, schedule
from simulator.errors import StripeError, invalid
from simulator.resources import balance_entry, common
from simulator.world import Account, JSONObject, World

DAY = balance_entry.DAY
# Seconds until a payout is with the bank, and until an automatic one is reconciled.
IN_TRANSIT_AFTER = 3600
RECONCILED_AFTER = 600
# Stripe's price of an instant payout: percent, at least so much (stripe.com/payouts).
INSTANT_PERCENT, INSTANT_LEAST = Decimal(1), 50
# What Stripe says of a payout that the bank refuses; docs.stripe.com/api/payouts.
FAILURES = {
    "account_closed": "The bank account has been closed",
    "could_not_process": "The bank could not process this transfer",
    "debit_not_authorized": "Debit transactions are not approved on your bank account",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the "
    "payout",
    "invalid_account_number": "The bank account details on file are probably incorrect",
    "no_account": "The bank account details on file are probably incorrect",
}


def automatic(
    world: World, account: Account, currency: str, arrival: int | None = None
) -> JSONObject | None:
    """Pay out what is available and was not paid out yet; None where that is nothing.

    :param arrival: days until it is in the bank, the account's usual ones unless told
    """
    entries = list(balance_entry.not_paid_out(account, currency))
    amount = sum(entry["net"] for entry in entries)
    if amount <= 0:
        return None
    payout = blank(world, account, amount, currency, arrival)
    payout["automatic"] = True
    payout["reconciliation_status"] = "in_progress"
    started = start(world, account, payout, [], "STRIPE PAYOUT")
    own = account.table(balance_entry.TABLE)[started["balance_transaction"]]
    held = [*entries, own]
    for entry in held:
        account.private(entry["id"])["payout"] = payout["id"]
    account.private(payout["id"])["entries"] = [entry["id"] for entry in held]
    when = world.clock.now() + RECONCILED_AFTER
    schedule.at(world, when, "payout_reconciled", account, payout["id"])
    return started


def manual(
    world: World, account: Account, amount: int, currency: str, params: common.Params
) -> JSONObject:
    """Pay out an amount of minor units, at once to a debit card where it is instant."""
    instant = params.get("method") == "instant"
    fees = instant_fees(account, amount) if instant else []
    cost = amount + sum(fee.amount for fee in fees)
    if cost > balance_entry.sums(account, "available").get(currency, 0):
        raise invalid(
            "You have insufficient funds in your Stripe account for this transfer. "
            "Your available balance is too low.",
            code="balance_insufficient",
        )
    payout = blank(world, account, amount, currency, 0 if instant else None)
    common.assign(payout, params, ("description", "statement_descriptor"))
    payout["metadata"] = common.merge_metadata({}, params.get("metadata"))
    if instant:
        payout.update(method="instant", type="card")
    return start(world, account, payout, fees, "STRIPE PAYOUT")


def instant_fees(account: Account, amount: int) -> list[balance_entry.Fee]:
    """Return what an instant payout costs, with its tax."""
    share = money.round_half_up(amount * INSTANT_PERCENT / 100)
    fee = max(share, INSTANT_LEAST)
    described = balance_entry.Fee(fee, description="Instant Payout Fee")
    return balance_entry.with_tax(account, described)


def blank(
    world: World,
    account: Account,
    amount: int,
    currency: str,
    arrival: int | None,
) -> JSONObject:
    """Return a payout that is not booked yet."""
    now = world.clock.now()
    days = account.settings["payout_arrival_days"] if arrival is None else arrival
    return {
        "id": world.new_id("po"),
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": (now // DAY + int(days)) * DAY if days else now,
        "automatic": False,
        "balance_transaction": None,
        "created": now,
        "currency": currency,
        "description": None,
        "destination": bank_account(world, account, currency),
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": account.livemode,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }


def bank_account(world: World, account: Account, currency: str) -> str:
    """Return the id of the account's bank account of that currency."""
    known = account.private("bank_accounts")
    if currency not in known:
        known[currency] = world.new_id("ba")
    return str(known[currency])


def start(
    world: World,
    account: Account,
    payout: JSONObject,
    fees: list[balance_entry.Fee],
    description: str,
    category: str = "payout",
) -> JSONObject:
    """Take the money from the balance and send it on its way."""
    moved = balance_entry.Settled(-payout["amount"], payout["currency"])
    entry = balance_entry.book(
        world,
        account,
        moved,
        kind="payout",
        category=category,
        source=payout["id"],
        fees=fees,
        description=payout["description"] or description,
    )
    payout["balance_transaction"] = entry["id"]
    common.create(world, account, payout, "payout.created")
    now, arrival = world.clock.now(), payout["arrival_date"]
    under_way = min(now + IN_TRANSIT_AFTER, arrival)
    schedule.at(world, under_way, "payout_under_way", account, payout["id"])
    schedule.at(world, arrival, "payout_arrives", account, payout["id"])
    return payout


@schedule.job("payout_under_way")
def leave(world: World, account: Account, payout_id: str) -> None:
    """The bank has the payout."""
    payout = account.table("payout")[payout_id]
    if payout["status"] == "pending":
        with common.changing(world, account, payout, "payout.updated"):
            payout["status"] = "in_transit"


@schedule.job("payout_reconciled")
def reconcile(world: World, account: Account, payout_id: str) -> None:
    """Stripe can now tell what the payout holds."""
    payout = account.table("payout")[payout_id]
    if payout["reconciliation_status"] == "in_progress":
        with common.changing(world, account, payout, "payout.updated"):
            payout["reconciliation_status"] = "completed"
        events.emit(world, account, "payout.reconciliation_completed", payout)


@schedule.job("payout_arrives")
def arrive(world: World, account: Account, payout_id: str) -> None:
    """Stripe expects the money to be in the bank, unless it has failed before."""
    payout = account.table("payout")[payout_id]
    if payout["status"] in ("pending", "in_transit"):
        with common.changing(world, account, payout, "payout.updated"):
            payout["status"] = "paid"
            value = f"SIM{payout_id[-12:].upper()}"
            payout["trace_id"] = {"status": "supported", "value": value}
        events.emit(world, account, "payout.paid", payout)


def fail(world: World, account: Account, payout: JSONObject, code: str) -> JSONObject:
    """The bank sends the money back, even after ``payout.paid``."""
    if code not in FAILURES:
        raise invalid(f"The code must be one of {', '.join(FAILURES)}.", "code")
    if payout["status"] not in ("pending", "in_transit", "paid"):
        raise invalid(f"This payout is {payout['status']} already.")
    with common.changing(world, account, payout, "payout.updated"):
        payout.update(status="failed", failure_code=code)
        payout["failure_message"] = FAILURES[code]
        give_back(world, account, payout, "payout_failure")
    events.emit(world, account, "payout.failed", payout)
    return payout


def cancel(world: World, account: Account, payout: JSONObject) -> JSONObject:
    """Take back a payout that the bank does not have yet; raises a 400 for others."""
    if payout["status"] != "pending" or payout["automatic"]:
        raise StripeError(
            "Payouts can only be canceled if they are manual and still pending. This "
            f"payout's status is {payout['status']}."
        )
    with common.changing(world, account, payout, "payout.updated"):
        payout["status"] = "canceled"
        give_back(world, account, payout, "payout_cancel")
    events.emit(world, account, "payout.canceled", payout)
    return payout


def give_back(world: World, account: Account, payout: JSONObject, kind: str) -> None:
    """Return the money to the balance; the next automatic payout takes it again."""
    entry = balance_entry.reverse(
        world,
        account,
        payout["balance_transaction"],
        kind=kind,
        category="payout_reversal",
        description="STRIPE PAYOUT FAILURE",
    )
    payout["failure_balance_transaction"] = entry["id"]


def reverse(
    world: World, account: Account, original: JSONObject, params: common.Params
) -> JSONObject:
    """Fetch a paid payout back from the bank by a payout of the opposite amount."""
    if original["status"] != "paid" or original["reversed_by"]:
        raise invalid("Only a paid payout that was not reversed yet can be reversed.")
    amount, currency = -original["amount"], original["currency"]
    payout = blank(world, account, amount, currency, None)
    payout["original_payout"] = original["id"]
    payout["metadata"] = common.merge_metadata({}, params.get("metadata"))
    start(world, account, payout, [], "STRIPE PAYOUT REVERSAL", "payout_reversal")
    with common.changing(world, account, original, "payout.updated"):
        original["reversed_by"] = payout["id"]
    return payout


@schedule.job("automatic_payout")
def pay_out(world: World, account: Account, currency: str) -> None:
    """The account's payout day has come."""
    schedule_of = account.settings.get("payout_schedule") or {}
    if schedule_of.get("interval", "manual") != "manual":
        automatic(world, account, currency)
