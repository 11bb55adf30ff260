"""Charges, and the balance transactions that follow them a little later."""

from __future__ import annotations

from simulator import cards, events, fees, listing, schedule
from simulator.plain import copied
from simulator.resources import aftermath, balance_entry, common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

# Seconds until the fee of a new charge is known (asynchronous capture).
SETTLEMENT_DELAY = 2
NO_BILLING_DETAILS: JSONObject = {
    "address": {
        "city": None,
        "country": None,
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    },
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


# What every new charge has.
BLANK: JSONObject = {
    "amount_refunded": 0,
    "application": None,
    "application_fee": None,
    "application_fee_amount": None,
    "balance_transaction": None,
    "disputed": False,
    "failure_balance_transaction": None,
    "failure_code": None,
    "failure_message": None,
    "fraud_details": {},
    "on_behalf_of": None,
    "radar_options": {},
    "receipt_number": None,
    "receipt_url": None,
    "refunded": False,
    "review": None,
    "shipping": None,
    "source": None,
    "source_transfer": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "transfer_data": None,
    "transfer_group": None,
}


def create(
    world: World,
    account: Account,
    intent: JSONObject,
    amount: int,
    details: JSONObject,
    status: str,
) -> JSONObject:
    """Make the charge of an attempt to pay.

    :param amount: minor units asked for
    :param details: ``payment_method_details`` of the charge
    :param status: succeeded, pending or failed
    """
    if status != "failed":
        # What cannot be settled is refused now, and not when its time has come.
        balance_entry.settled(account, amount, intent["currency"])
    charge = blank(world, account, intent, amount, details, status)
    if charge["paid"]:
        settle_later(world, account, charge)
    intent["latest_charge"] = charge["id"]
    return common.create(world, account, charge, f"charge.{status}")


def blank(
    world: World,
    account: Account,
    intent: JSONObject,
    amount: int,
    details: JSONObject,
    status: str,
) -> JSONObject:
    """Return the charge of an attempt to pay; see :func:`create`."""
    paid = status == "succeeded"
    return {
        "id": world.new_id("ch" if details["type"] == "card" else "py"),
        "object": "charge",
        **copied(BLANK),
        "amount": amount,
        "amount_captured": amount if paid else 0,
        "billing_details": NO_BILLING_DETAILS,
        "calculated_statement_descriptor": account.settings["statement_descriptor"],
        "captured": status != "failed",
        "created": world.clock.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "livemode": account.livemode,
        "metadata": dict(intent["metadata"]),
        "outcome": outcome(status),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": details,
        "receipt_email": intent["receipt_email"],
        "status": status,
    }


def outcome(status: str) -> JSONObject | None:
    """Return Stripe's assessment of the attempt."""
    declined = status == "failed"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": "generic_decline" if declined else None,
        "risk_level": "normal",
        "risk_score": 64,
        "seller_message": "The bank did not return any further details with this "
        "decline."
        if declined
        else "Payment complete.",
        "type": "issuer_declined" if declined else "authorized",
    }


def settle_later(world: World, account: Account, charge: JSONObject) -> None:
    """Give a receipt now, and the balance transaction after a moment."""
    secret = account.private(charge["id"]).setdefault(
        "secret", world.token("receipt", 32)
    )
    charge["receipt_url"] = f"{world.base_url}/receipt/{account.id}/{secret}"
    delay = int(account.settings.get("settlement_delay", SETTLEMENT_DELAY))
    when = world.clock.now() + delay
    schedule.at(world, when, "settle_charge", account, charge["id"])


def succeed(world: World, account: Account, charge: JSONObject) -> None:
    """A pending charge has been paid."""
    charge.update(status="succeeded", paid=True, amount_captured=charge["amount"])
    settle_later(world, account, charge)
    events.emit(world, account, "charge.succeeded", charge)


def fail(
    world: World, account: Account, charge: JSONObject, code: str, message: str
) -> None:
    """A pending charge has failed."""
    charge.update(status="failed", paid=False, captured=False)
    charge.update(failure_code=code, failure_message=message, outcome=outcome("failed"))
    events.emit(world, account, "charge.failed", charge)


@schedule.job("settle_charge")
def settle(world: World, account: Account, charge_id: str) -> None:
    """Book a charge on the Stripe balance; only now its fee is known."""
    charge = account.table("charge")[charge_id]
    if charge["balance_transaction"]:
        return
    moved = balance_entry.settled(account, charge["amount"], charge["currency"])
    entry = balance_entry.book(
        world,
        account,
        moved,
        kind="charge" if charge_id.startswith("ch") else "payment",
        category="charge",
        source=charge_id,
        fees=fees_of(account, charge, moved.amount),
        description=charge["description"],
        days=days_until_available(account, charge),
    )
    with common.changing(world, account, charge, "charge.updated"):
        charge["balance_transaction"] = entry["id"]
    if aftermath.of_charge(account, charge) in cards.DISPUTED:
        schedule.at(world, world.clock.now(), "dispute_opens", account, charge_id)


def days_until_available(account: Account, charge: JSONObject) -> int:
    """Return the account's delay; one of Stripe's test cards is available at once."""
    if aftermath.of_charge(account, charge) == cards.AVAILABLE:
        return 0
    return int(account.settings["payout_delay_days"])


def fees_of(
    account: Account, charge: JSONObject, gross: int
) -> list[balance_entry.Fee]:
    """Return Stripe's fee by what was paid with, and its tax; never above the gross."""
    details = charge["payment_method_details"]
    kind = details["type"]
    fee = fees.fee(gross, kind, details[kind].get("country"))
    charged = balance_entry.with_tax(account, balance_entry.Fee(fee))
    if sum(one.amount for one in charged) > gross:
        return [balance_entry.Fee(gross)]
    return charged


def retrieve(
    world: World, account: Account, charge_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/charges/:id."""
    return common.find(account, "charge", charge_id)


def update(
    world: World, account: Account, charge_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/charges/:id: description, e-mail for the receipt, metadata."""
    common.refuse_unsimulated(params, ("fraud_details", "shipping", "transfer_group"))
    charge = common.find(account, "charge", charge_id)
    metadata = common.merge_metadata(charge["metadata"], params.get("metadata"))
    with common.changing(world, account, charge, "charge.updated"):
        common.assign(charge, params, ("customer", "description", "receipt_email"))
        charge["metadata"] = metadata
    return charge


def list_charges(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/charges."""
    rows = [
        charge
        for charge in listing.newest_first(account.table("charge"))
        if listing.matches(
            charge, params, "customer", "payment_intent", "transfer_group"
        )
        and listing.in_range(charge["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/charges")


ROUTES = [
    Route("GET", "/charges", list_charges, "ChargeListParams", "charges:read"),
    Route("GET", "/charges/:id", retrieve, "ChargeRetrieveParams", "charges:read"),
    Route("POST", "/charges/:id", update, "ChargeUpdateParams", "charges:write"),
]
