"""What happens to a refund: made, booked, failed, cancelled, succeeded at last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulator import cards, events, mails, schedule
from simulator.errors import invalid
from simulator.resources import aftermath, balance_entry, common
from simulator.resources import charge as charges
from simulator.world import Account, JSONObject, World

DAY = balance_entry.DAY
# Days until a refund that is under way has succeeded or failed.
REFUND_DAYS = 3
# Days that a customer has to name an account for the return of a bank transfer.
ACTION_DAYS = 45
FAILURES = (
    "charge_for_pending_refund_disputed", "declined", "expired_or_canceled_card",
    "insufficient_funds", "lost_or_stolen_card", "merchant_request", "unknown",
)  # fmt: skip
UNDER_WAY = ("pending", "requires_action")


def start(
    world: World,
    account: Account,
    charge: JSONObject,
    amount: int,
    params: common.Params,
) -> JSONObject:
    """Make a refund of ``amount`` minor units, which the charge still has."""
    charges.settle(world, account, charge["id"])
    refund = blank(world, account, charge, amount, params)
    status, reason = first_status(account, charge, refund)
    refund["status"] = status
    if reason:
        refund["pending_reason"] = reason
    if reason != "insufficient_funds":
        book(world, account, refund)
    if status == "requires_action":
        ask_for_account(world, account, refund, charge, params)
    count(charge, amount)
    common.create(world, account, refund, "refund.created")
    events.emit(world, account, "charge.refunded", charge)
    plan(world, account, refund, charge)
    return refund


def blank(
    world: World,
    account: Account,
    charge: JSONObject,
    amount: int,
    params: common.Params,
) -> JSONObject:
    """Return a refund that has moved nothing yet."""
    by_card = charge["id"].startswith("ch")
    return {
        "id": world.new_id("re" if by_card else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": world.clock.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": destination(world, charge),
        "metadata": common.merge_metadata({}, params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": None,
        "transfer_reversal": None,
    }


def destination(world: World, charge: JSONObject) -> JSONObject:
    """Return where the money goes, as far as the simulated methods tell."""
    kind = charge["payment_method_details"]["type"]
    if kind == "card":
        card = {"reference_status": "pending", "type": "refund"}
        card["reference_type"] = "acquirer_reference_number"
        return {"card": card, "type": "card"}
    if kind == "customer_balance":
        transfer = {"reference": None, "reference_status": "pending"}
        return {"eu_bank_transfer": transfer, "type": "eu_bank_transfer"}
    return {"type": kind}


def first_status(
    account: Account, charge: JSONObject, refund: JSONObject
) -> tuple[str, str | None]:
    """Return the status of a new refund, and why it is pending where it is.

    The account's setting ``refunds_need_balance`` lets refunds wait for money, which
    Stripe does where nothing can be taken from the account's bank.
    """
    if account.settings.get("refunds_need_balance"):
        moved = balance_entry.settled(account, refund["amount"], refund["currency"])
        available = balance_entry.sums(account, "available")
        if moved.amount > available.get(moved.currency, 0):
            return "pending", "insufficient_funds"
    kind = charge["payment_method_details"]["type"]
    if kind == "customer_balance":
        return "requires_action", None
    if kind == "sepa_debit":
        return "pending", "processing"
    if aftermath.of_charge(account, charge) == cards.REFUND_PENDING:
        return "pending", "processing"
    return "succeeded", None


def book(world: World, account: Account, refund: JSONObject) -> None:
    """Take the money from the balance, at the rate of today; no fee is returned."""
    moved = balance_entry.settled(account, -refund["amount"], refund["currency"])
    by_card = refund["charge"].startswith("ch")
    entry = balance_entry.book(
        world,
        account,
        moved,
        kind="refund" if by_card else "payment_refund",
        category="refund",
        source=refund["id"],
        description="REFUND FOR CHARGE",
    )
    refund["balance_transaction"] = entry["id"]


def ask_for_account(
    world: World,
    account: Account,
    refund: JSONObject,
    charge: JSONObject,
    params: common.Params,
) -> None:
    """Ask the customer by mail for the account that shall be paid."""
    address = params.get("instructions_email") or charge["billing_details"]["email"]
    now = world.clock.now()
    sent = {"email_sent_at": now, "email_sent_to": address or "customer@example.com"}
    details = {"email_sent": sent, "expires_at": now + ACTION_DAYS * DAY}
    refund["instructions_email"] = sent["email_sent_to"]
    kind = "refund_instructions"
    mails.note(world, account, kind, refund["instructions_email"], refund)
    refund["next_action"] = {"type": "display_details", "display_details": details}


def count(charge: JSONObject, amount: int) -> None:
    """Add to what the charge shows as refunded; negative takes back."""
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def plan(
    world: World, account: Account, refund: JSONObject, charge: JSONObject
) -> None:
    """Schedule what comes of the refund without anybody's doing."""
    when = world.clock.now() + REFUND_DAYS * DAY
    if aftermath.of_charge(account, charge) == cards.REFUND_FAILS:
        schedule.at(world, when, "refund_fails", account, refund["id"])
    elif refund.get("pending_reason") == "processing":
        schedule.at(world, when, "refund_succeeds", account, refund["id"])


@schedule.job("refund_succeeds")
def arrives(world: World, account: Account, refund_id: str) -> None:
    """The money of a pending refund has arrived, unless its outcome is known."""
    refund = account.table("refund")[refund_id]
    if refund["status"] in UNDER_WAY:
        succeed(world, account, refund)


@schedule.job("refund_fails")
def bounces(world: World, account: Account, refund_id: str) -> None:
    """The bank has returned a refund, unless it has failed already."""
    refund = account.table("refund")[refund_id]
    if refund["status"] not in ("failed", "canceled"):
        fail(world, account, refund, "expired_or_canceled_card")


@contextmanager
def changing(world: World, account: Account, refund: JSONObject) -> Iterator[None]:
    """Tell about a change of a refund, twice where it was not paid by card.

    ``charge.refund.updated`` is told for some payment methods only; ``refund.updated``
    for all (changelog of 2024-10-28).
    """
    with common.changing(world, account, refund, "refund.updated"):
        yield
    if refund["id"].startswith("pyr"):
        events.emit(world, account, "charge.refund.updated", refund)


def succeed(world: World, account: Account, refund: JSONObject) -> JSONObject:
    """The customer has the money; raises a 400 for a refund whose outcome is known."""
    if refund["status"] not in UNDER_WAY:
        raise invalid(f"This refund has {refund['status']} already.")
    with changing(world, account, refund):
        if refund["balance_transaction"] is None:
            book(world, account, refund)
        refund["status"] = "succeeded"
        refund.pop("pending_reason", None)
        refund.pop("next_action", None)
    return refund


def fail(
    world: World, account: Account, refund: JSONObject, reason: str = "unknown"
) -> JSONObject:
    """The money comes back, also from a refund that had succeeded."""
    if refund["status"] in ("failed", "canceled"):
        raise invalid(f"This refund has {refund['status']} already.")
    if reason not in FAILURES:
        raise invalid(f"The reason must be one of {', '.join(FAILURES)}.", "reason")
    with changing(world, account, refund):
        refund["status"] = "failed"
        refund["failure_reason"] = reason
        give_back(world, account, refund)
    events.emit(world, account, "refund.failed", refund)
    return refund


def cancel(world: World, account: Account, refund: JSONObject) -> JSONObject:
    """Take a refund back that waits for the customer; raises a 400 for others."""
    if refund["status"] != "requires_action":
        raise invalid(
            "You can only cancel refunds with a status of requires_action. This refund "
            f"has a status of {refund['status']}."
        )
    with changing(world, account, refund):
        refund["status"] = "canceled"
        give_back(world, account, refund)
    return refund


def give_back(world: World, account: Account, refund: JSONObject) -> None:
    """Return the money of a refund to the balance, and to what can be refunded."""
    refund.pop("pending_reason", None)
    refund.pop("next_action", None)
    count(account.table("charge")[refund["charge"]], -refund["amount"])
    if refund["balance_transaction"]:
        entry = balance_entry.reverse(
            world,
            account,
            refund["balance_transaction"],
            kind="refund_failure",
            category="refund_failure",
            description="REFUND FAILURE",
        )
        refund["failure_balance_transaction"] = entry["id"]
