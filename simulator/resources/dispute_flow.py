"""What happens to a dispute: opened, funds withdrawn, answered, won, lost, closed."""

from __future__ import annotations

from typing import Any

from simulator import cards, events, schedule
from simulator.errors import invalid
from simulator.plain import copied
from simulator.resources import aftermath, balance_entry, common
from simulator.resources import charge as charges
from simulator.world import Account, JSONObject, World

DAY = balance_entry.DAY
# Days until evidence is due; Stripe says 7 to 21 (docs.stripe.com/disputes/responding).
DUE_DAYS = 14
# Seconds until the bank has judged the evidence that Stripe's documentation names.
JUDGED_AFTER = 60
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}
REASONS = (
    "bank_cannot_process", "check_returned", "credit_not_processed",
    "customer_initiated", "debit_not_authorized", "duplicate", "fraudulent", "general",
    "incorrect_account_details", "insufficient_funds", "noncompliant",
    "product_not_received", "product_unacceptable", "subscription_canceled",
    "unrecognized",
)  # fmt: skip
OPEN = ("needs_response", "under_review")
INQUIRY = ("warning_needs_response", "warning_under_review")
EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy",
    "cancellation_policy_disclosure", "cancellation_rebuttal",
    "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation",
    "duplicate_charge_explanation", "duplicate_charge_id", "product_description",
    "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation",
    "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation",
    "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip
CREATED = "charge.dispute.created"
UPDATED = "charge.dispute.updated"
WITHDRAWN = "charge.dispute.funds_withdrawn"
REINSTATED = "charge.dispute.funds_reinstated"
CLOSED = "charge.dispute.closed"


def start(
    world: World,
    account: Account,
    charge: JSONObject,
    *,
    reason: str = "fraudulent",
    amount: int | None = None,
    inquiry: bool = False,
    final: bool = False,
) -> JSONObject:
    """The customer's bank takes a payment back, or asks about it first.

    :param amount: minor units, the whole charge unless told
    :param inquiry: whether the bank only asks: no money moves yet
    :param final: whether nothing can be said against it, as with a returned debit
    """
    check(account, charge, reason, amount)
    charges.settle(world, account, charge["id"])
    wanted = charge["amount"] if amount is None else amount
    dispute = blank(world, account, charge, reason, wanted)
    if inquiry:
        dispute.update(status="warning_needs_response", is_charge_refundable=True)
        if "payment_method_details" in dispute:
            dispute["payment_method_details"]["card"]["case_type"] = "inquiry"
    charge["disputed"] = True
    common.create(world, account, dispute, CREATED)
    if not inquiry:
        withdraw(world, account, dispute)
    if final:
        close(world, account, dispute, "lost")
    else:
        due = dispute["evidence_details"]["due_by"]
        schedule.at(world, due, "dispute_due", account, dispute["id"])
    return dispute


def check(
    account: Account, charge: JSONObject, reason: str, amount: int | None
) -> None:
    """Raise a 400 for what no bank would dispute."""
    if reason not in REASONS:
        raise invalid(f"The reason must be one of {', '.join(REASONS)}.", "reason")
    if charge["status"] != "succeeded":
        raise invalid("Only a charge that has succeeded can be disputed.")
    if any(one["status"] in (*OPEN, *INQUIRY) for one in of_charge(account, charge)):
        raise invalid("This charge is being disputed already.")
    if amount is not None and not 0 < amount <= charge["amount"]:
        raise invalid("The amount must be a part of the charge.", "amount")


def of_charge(account: Account, charge: JSONObject) -> list[JSONObject]:
    """Return the disputes of a charge, the oldest first."""
    rows = account.table("dispute").values()
    return [dispute for dispute in rows if dispute["charge"] == charge["id"]]


def blank(
    world: World, account: Account, charge: JSONObject, reason: str, amount: int
) -> JSONObject:
    """Return a dispute that waits for evidence."""
    now = world.clock.now()
    dispute: JSONObject = {
        "id": world.new_id("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": (now // DAY + DUE_DAYS + 1) * DAY - 1,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": False,
        "livemode": account.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    details = charge["payment_method_details"]
    if details["type"] == "card":
        brand = details["card"]["brand"]
        dispute["payment_method_details"] = {
            "card": {
                "brand": brand,
                "case_type": "chargeback",
                "network": brand,
                "network_reason_code": None,
            },
            "type": "card",
        }
    return dispute


def withdraw(world: World, account: Account, dispute: JSONObject) -> None:
    """Take the disputed money and the fee of the dispute from the balance."""
    moved = balance_entry.settled(account, -dispute["amount"], dispute["currency"])
    fee = balance_entry.Fee(
        int(account.settings.get("dispute_fee", 0)), description="Dispute fee"
    )
    entry = balance_entry.book(
        world,
        account,
        moved,
        kind="adjustment",
        category="dispute",
        source=dispute["id"],
        fees=balance_entry.with_tax(account, fee),
        description=f"Chargeback withdrawal for {dispute['charge']}",
    )
    dispute["balance_transactions"].append(copied(entry))
    events.emit(world, account, WITHDRAWN, dispute)


def reinstate(world: World, account: Account, dispute: JSONObject) -> None:
    """Give back what was withdrawn, to the last minor unit.

    The account's setting ``dispute_fee_returned`` tells whether Stripe returns the fee,
    ``dispute_at_todays_rate`` whether what was converted is converted anew.
    """
    taken = dispute["balance_transactions"][0]
    returned = account.settings.get("dispute_fee_returned", False)
    fees = [
        balance_entry.Fee(-part["amount"], part["type"], part["description"])
        for part in taken["fee_details"]
        if returned
    ]
    moved = balance_entry.Settled(
        -taken["amount"], taken["currency"], taken["exchange_rate"]
    )
    if account.settings.get("dispute_at_todays_rate"):
        moved = balance_entry.settled(account, dispute["amount"], dispute["currency"])
    entry = balance_entry.book(
        world,
        account,
        moved,
        kind="adjustment",
        category="dispute_reversal",
        source=dispute["id"],
        fees=fees,
        description=f"Chargeback reversal for {dispute['charge']}",
    )
    dispute["balance_transactions"].append(copied(entry))
    events.emit(world, account, REINSTATED, dispute)


def escalate(world: World, account: Account, dispute: JSONObject) -> JSONObject:
    """An inquiry becomes a dispute; raises a 400 for others."""
    if dispute["status"] not in INQUIRY:
        raise invalid("Only an inquiry can become a dispute.")
    with common.changing(world, account, dispute, UPDATED):
        dispute.update(status="needs_response", is_charge_refundable=False)
    withdraw(world, account, dispute)
    return dispute


def respond(
    world: World, account: Account, dispute: JSONObject, params: common.Params
) -> JSONObject:
    """Take the merchant's evidence, and submit it unless told not to."""
    if dispute["status"] not in (*OPEN, *INQUIRY):
        raise invalid("You can't update a dispute that is closed.")
    metadata = common.merge_metadata(dispute["metadata"], params.get("metadata"))
    evidence: dict[str, Any] = params.get("evidence", {})
    common.refuse_unsimulated(evidence, ("appeal", "enhanced_evidence"))
    submitted = params.get("submit", True) and bool(evidence)
    with common.changing(world, account, dispute, UPDATED):
        dispute["metadata"] = metadata
        common.assign(dispute["evidence"], evidence, EVIDENCE)
        given = any(dispute["evidence"][name] for name in EVIDENCE)
        dispute["evidence_details"]["has_evidence"] = given
        if submitted:
            submit(dispute)
    if submitted and verdict_of(dispute):
        when = world.clock.now() + JUDGED_AFTER
        schedule.at(world, when, "dispute_judged", account, dispute["id"])
    return dispute


def submit(dispute: JSONObject) -> None:
    """Hand the evidence to the bank."""
    inquiry = dispute["status"] in INQUIRY
    dispute["status"] = "warning_under_review" if inquiry else "under_review"
    dispute["evidence_details"]["submission_count"] += 1
    dispute["evidence_details"]["submission_method"] = "manual"


def verdict_of(dispute: JSONObject) -> str | None:
    """Return what Stripe's evidence for tests leads to, None for other evidence."""
    return VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")


def close(
    world: World, account: Account, dispute: JSONObject, outcome: str
) -> JSONObject:
    """The bank has decided: won, lost, or warning_closed for an inquiry."""
    inquiry = dispute["status"] in INQUIRY
    if dispute["status"] not in (*OPEN, *INQUIRY):
        raise invalid(f"This dispute is already closed as {dispute['status']}.")
    if outcome not in (("warning_closed",) if inquiry else ("won", "lost")):
        raise invalid(f"This dispute cannot be {outcome}.", "outcome")
    with common.changing(world, account, dispute, UPDATED):
        dispute["status"] = outcome
        if outcome != "lost":
            dispute["is_charge_refundable"] = True
    if outcome == "won":
        reinstate(world, account, dispute)
    events.emit(world, account, CLOSED, dispute)
    return dispute


@schedule.job("dispute_opens")
def opens(world: World, account: Account, charge_id: str) -> None:
    """The customer of one of Stripe's test cards disputes the payment."""
    charge = account.table("charge")[charge_id]
    wish = aftermath.of_charge(account, charge)
    if wish == cards.INQUIRY:
        start(world, account, charge, inquiry=True)
    else:
        start(world, account, charge, reason=str(wish))


@schedule.job("dispute_due")
def due(world: World, account: Account, dispute_id: str) -> None:
    """No evidence has come in time: the dispute is lost, an inquiry is over."""
    dispute = account.table("dispute")[dispute_id]
    if dispute["status"] == "needs_response":
        dispute["evidence_details"]["past_due"] = True
        close(world, account, dispute, "lost")
    elif dispute["status"] == "warning_needs_response":
        close(world, account, dispute, "warning_closed")


@schedule.job("dispute_judged")
def judged(world: World, account: Account, dispute_id: str) -> None:
    """The bank has read the evidence of a test."""
    dispute = account.table("dispute")[dispute_id]
    verdict = verdict_of(dispute)
    if verdict and dispute["status"] == "under_review":
        close(world, account, dispute, verdict)
    elif verdict and dispute["status"] == "warning_under_review":
        close(world, account, dispute, "warning_closed")
