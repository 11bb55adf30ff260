"""Money that customers sent by bank transfer and that no payment has used yet.

It is the customer's: it is on the account's own balance only once it is applied.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator import events, money, schedule
from simulator.errors import invalid
from simulator.resources import common, customer_balance, invoice_payment, payment
from simulator.world import Account, JSONObject, World

TABLE = "customer_cash_balance_transaction"
CREATED = "customer_cash_balance_transaction.created"
# What a PaymentIntent asks of a customer who has chosen to transfer the money.
TRANSFER_ACTION = "display_bank_transfer_instructions"


class Waiting(NamedTuple):
    """A payment that a transfer may make; the amount is in minor units."""

    reference: str
    amount: int
    intent: JSONObject


def shown(account: Account, customer_id: str) -> JSONObject:
    """Return the customer's CashBalance object."""
    mode = account.private(customer_id).get("reconciliation_mode")
    amounts = available(account, customer_id)
    return {
        "object": "cash_balance",
        "available": amounts or None,
        "customer": customer_id,
        "customer_account": None,
        "livemode": account.livemode,
        "settings": {
            "reconciliation_mode": mode or merchant_mode(account),
            "using_merchant_default": mode is None,
        },
    }


def merchant_mode(account: Account) -> str:
    """Return how the account's transfers find their invoices where nobody decides."""
    return str(account.settings.get("reconciliation_mode", "automatic"))


def set_mode(account: Account, customer_id: str, wish: str) -> None:
    """Decide for a customer, or leave it to the account: ``merchant_default``."""
    private = account.private(customer_id)
    private["reconciliation_mode"] = None if wish == "merchant_default" else wish


def available(account: Account, customer_id: str) -> dict[str, int]:
    """Return what is left by currency, in minor units."""
    amounts: dict[str, int] = {}
    for entry in account.table(TABLE).values():
        if entry["customer"] == customer_id:
            before = amounts.get(entry["currency"], 0)
            amounts[entry["currency"]] = before + entry["net_amount"]
    return amounts


def book(
    world: World,
    account: Account,
    customer_id: str,
    amount: int,
    currency: str,
    kind: str,
    details: JSONObject,
) -> JSONObject:
    """Record what came in or was used; amount in minor units, negative where used."""
    before = available(account, customer_id).get(currency, 0)
    entry: JSONObject = {
        "id": world.new_id("ccsbtxn"),
        "object": TABLE,
        "created": world.clock.now(),
        "currency": currency,
        "customer": customer_id,
        "customer_account": None,
        "ending_balance": before + amount,
        "livemode": account.livemode,
        "net_amount": amount,
        "type": kind,
        kind: details,
    }
    return common.create(world, account, entry, CREATED)


def fund(
    world: World,
    account: Account,
    customer_id: str,
    amount: int,
    currency: str,
    reference: str | None,
) -> JSONObject:
    """A bank transfer arrives; Stripe pays open invoices with it, or keeps it."""
    customer_balance.owner(account, customer_id)
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            "amount",
            "parameter_invalid_integer",
        )
    if money.check_currency(currency) != "eur":
        raise invalid("The simulator has bank transfers in euros only.", "currency")
    transfer = {
        "eu_bank_transfer": {
            "bic": "SIMUFRPP",
            "iban_last4": "2606",
            "sender_name": account.table("customer")[customer_id]["name"],
        },
        "reference": reference,
        "type": "eu_bank_transfer",
    }
    details = {"bank_transfer": transfer}
    entry = book(world, account, customer_id, amount, currency, "funded", details)
    reconcile(world, account, customer_id, currency, reference)
    tell_shortage(world, account, customer_id, currency)
    return entry


def reconcile(
    world: World,
    account: Account,
    customer_id: str,
    currency: str,
    reference: str | None = None,
) -> None:
    """Pay what the money is for: the invoice named, one of that amount, the oldest.

    An invoice is paid whole or not at all; what is too little waits
    (docs.stripe.com/payments/customer-balance/reconciliation).
    """
    left = available(account, customer_id).get(currency, 0)
    mode = shown(account, customer_id)["settings"]["reconciliation_mode"]
    if not left or mode != "automatic":
        return
    rows = waiting(account, customer_id, currency)
    named = [one for one in rows if reference and one.reference == reference]
    exact = [one for one in rows if one.amount == left]
    for one in (*named, *exact[:1], *rows):
        left = available(account, customer_id).get(currency, 0)
        if one.intent["status"] in payment.PAYABLE and 0 < one.amount <= left:
            apply(world, account, customer_id, one.intent["id"])


def waiting(account: Account, customer_id: str, currency: str) -> list[Waiting]:
    """Return what a transfer of the customer may pay, the oldest first."""
    intents = account.table("payment_intent")
    found = []
    for intent in intents.values():
        if (intent["customer"], intent["currency"]) != (customer_id, currency):
            continue
        action = (intent["next_action"] or {}).get(TRANSFER_ACTION)
        if action:
            found.append(Waiting(action["reference"], intent["amount"], intent))
    for invoice in waiting_invoices(account, customer_id, currency):
        entry = invoice_payment.default(account, invoice["id"])
        if entry:
            intent = intents[entry["payment"]["payment_intent"]]
            amount = invoice["amount_remaining"]
            found.append(Waiting(invoice["number"], amount, intent))
    return sorted(found, key=lambda one: int(one.intent["created"]))


def waiting_invoices(
    account: Account, customer_id: str, currency: str
) -> list[JSONObject]:
    """Return the customer's open invoices that a transfer may pay, the oldest first."""
    return [
        invoice
        for invoice in account.table("invoice").values()
        if invoice["customer"] == customer_id
        and invoice["status"] == "open"
        and invoice["currency"] == currency
        and takes_transfers(account, invoice)
    ]


def takes_transfers(account: Account, invoice: JSONObject) -> bool:
    """Whether a transfer may pay the invoice, and its payment still waits for one."""
    types = invoice["payment_settings"]["payment_method_types"]
    entry = invoice_payment.default(account, invoice["id"])
    if entry is None or (types and "customer_balance" not in types):
        return False
    intent = account.table("payment_intent")[entry["payment"]["payment_intent"]]
    return intent["status"] in payment.PAYABLE


def tell_shortage(
    world: World, account: Account, customer_id: str, currency: str
) -> None:
    """Tell of the oldest payment for which the money left is too little."""
    if not available(account, customer_id).get(currency):
        return
    for one in waiting(account, customer_id, currency)[:1]:
        events.emit(world, account, "payment_intent.partially_funded", one.intent)


def apply(
    world: World, account: Account, customer_id: str, intent_id: str
) -> JSONObject:
    """Pay a PaymentIntent whole with the customer's money; or raise a 400."""
    intent = payment.waiting(account, intent_id, payment.PAYABLE)
    currency, amount = intent["currency"], intent["amount"]
    if available(account, customer_id).get(currency, 0) < amount:
        raise invalid(
            "The customer's cash balance is too low for this PaymentIntent.",
            code="customer_insufficient_balance",
        )
    details = {"payment_intent": intent_id}
    kind = "applied_to_payment"
    book(world, account, customer_id, -amount, currency, kind, details)
    intent["payment_method"] = None
    paid = payment.succeed(world, account, intent_id, amount, "customer_balance")
    if account.private(intent_id).get("checkout_session"):
        now = world.clock.now()
        schedule.at(world, now, "transfer_arrives", account, intent_id)
    return paid
