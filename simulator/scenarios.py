"""What customers do to invoices: pay, are declined, authenticate, pay a part."""

from __future__ import annotations

from typing import Any

from simulator import instruments, schedule
from simulator.errors import StripeError, invalid
from simulator.resources import (
    cash_balance,
    checkout_flow,
    common,
    intent,
    invoice_attach,
    invoice_payment,
    payment,
    payment_method,
)
from simulator.world import Account, World

Invoice = dict[str, Any]
Intent = dict[str, Any]


def methods_offered(invoice: Invoice) -> list[str]:
    """Return the payment method types of the hosted page that are simulated."""
    wanted = invoice["payment_settings"]["payment_method_types"]
    offered = ["card"] + ["sepa_debit"] * (invoice["currency"] == "eur")
    if wanted and invoice["currency"] == "eur":
        offered.append("customer_balance")
    return [one for one in offered if not wanted or one in wanted] or ["card"]


def intent_of(account: Account, invoice: Invoice) -> Intent | None:
    """Return the PaymentIntent of the invoice's own open payment, if there is one."""
    entry = invoice_payment.default(account, invoice["id"])
    if entry is None:
        return None
    return account.get("payment_intent", entry["payment"]["payment_intent"])


def charge_of(account: Account, invoice: Invoice) -> dict[str, Any] | None:
    """Return the charge of the last payment through Stripe that succeeded."""
    for entry in reversed(invoice_payment.of_invoice(account, invoice["id"])):
        intent_id = entry["payment"].get("payment_intent")
        if entry["status"] == "paid" and intent_id:
            paid = account.table("payment_intent")[intent_id]
            return account.get("charge", paid["latest_charge"] or "")
    return None


def invoice_of(account: Account, charge: dict[str, Any]) -> Invoice | None:
    """Return the invoice that a charge paid, if it paid one."""
    for entry in invoice_payment.of_intent(account, charge["payment_intent"]):
        return account.get("invoice", entry["invoice"])
    return None


def pay_by_card(
    world: World, account: Account, invoice: Invoice, number: str
) -> StripeError | None:
    """Try a card on what is due; returns the bank's refusal where it refuses.

    Raises StripeError where no attempt could be made: a wrong number, nothing due.
    """
    card = instruments.card(number)
    wanted = payable(account, invoice)
    details = payment_method.card_details(world, card)
    method = payment_method.add(world, account, details, billing(invoice), card)
    return attempt(world, account, invoice, wanted, method)


def pay_by_debit(
    world: World, account: Account, invoice: Invoice, iban: str
) -> StripeError | None:
    """Start a SEPA debit of what is due; it succeeds or bounces some days later."""
    bank_account = instruments.bank_account(iban)
    wanted = payable(account, invoice)
    details = payment_method.sepa({"sepa_debit": {"iban": bank_account.iban}})
    method = payment_method.add(world, account, details, billing(invoice))
    return attempt(world, account, invoice, wanted, method)


@schedule.job("debit_arrives")
def debit_arrives(world: World, account: Account, charge_id: str) -> None:
    """The bank has paid a debit, unless its outcome is known already."""
    if intent_id := processing(account, charge_id):
        payment.succeed(world, account, intent_id)
        checkout_flow.settled(world, account, intent_id)


@schedule.job("debit_bounces")
def debit_bounces(world: World, account: Account, charge_id: str) -> None:
    """The bank has returned a debit, unless its outcome is known already."""
    if intent_id := processing(account, charge_id):
        payment.fail(world, account, intent_id, "debit_not_authorized", None)
        checkout_flow.returned(world, account, intent_id)


def processing(account: Account, charge_id: str) -> str | None:
    """Return the PaymentIntent of a debit that the bank still has."""
    intent_id: str = account.table("charge")[charge_id]["payment_intent"]
    debited = account.table("payment_intent")[intent_id]
    waits = debited["status"] == "processing" and debited["latest_charge"] == charge_id
    return intent_id if waits else None


def authenticate(
    world: World, account: Account, invoice: Invoice, success: bool
) -> StripeError | None:
    """The customer proves to the bank who pays, or fails to; returns the refusal."""
    wanted = payable(account, invoice)
    if wanted["status"] != "requires_action":
        raise invalid("This payment does not wait for authentication.")
    if success:
        payment.succeed(world, account, wanted["id"])
        return None
    code = "payment_intent_authentication_failure"
    return payment.fail(world, account, wanted["id"], code, None)


def pay_by_transfer(
    world: World, account: Account, invoice: Invoice, amount: int
) -> None:
    """A bank transfer of ``amount`` minor units arrives that names the invoice.

    A surplus becomes the customer's credit; too little waits in his cash balance.
    """
    wanted = payable(account, invoice)
    if amount < invoice["amount_remaining"]:
        customer, currency = invoice["customer"], invoice["currency"]
        cash_balance.fund(world, account, customer, amount, currency, invoice["number"])
    else:
        payment.succeed(world, account, wanted["id"], amount, "customer_balance")


def pay_twice(
    world: World, account: Account, invoice: Invoice, number: str
) -> StripeError | None:
    """Two people pay the whole invoice by card: what comes second is too much."""
    part = own_intent(world, account, invoice, invoice["amount_remaining"])
    if error := pay_by_card(world, account, invoice, number):
        return error
    return charge_card(world, account, invoice, part, number)


def pay_together(
    world: World, account: Account, invoices: list[Invoice], number: str
) -> StripeError | None:
    """Pay all that is left of several invoices of a customer with one card payment.

    Stripe's InvoicePayments know payments that are attached to several invoices.
    """
    first = invoices[0]
    total = sum(invoice["amount_remaining"] for invoice in invoices)
    customer, currency = first["customer"], first["currency"]
    whose = {(invoice["customer"], invoice["currency"]) for invoice in invoices}
    if len(whose) > 1:
        raise invalid("The invoices must be of one customer and in one currency.")
    shared = intent.create(world, account, total, currency, customer)
    for invoice in invoices:
        amount = invoice["amount_remaining"]
        invoice_payment.create(world, account, invoice, shared["id"], amount, False)
    return charge_card(world, account, first, shared, number)


def pay_part(
    world: World, account: Account, invoice: Invoice, amount: int, number: str
) -> StripeError | None:
    """Pay ``amount`` minor units of the invoice by card.

    The hosted page always takes the whole remainder, so the merchant makes a
    PaymentIntent of that amount and attaches it, as Stripe's partial payments do
    (docs.stripe.com/invoicing/partial-payments).
    """
    part = own_intent(world, account, invoice, amount)
    return charge_card(world, account, invoice, part, number)


def own_intent(world: World, account: Account, invoice: Invoice, amount: int) -> Intent:
    """Make a PaymentIntent of the merchant's own and attach it to the invoice."""
    customer, currency = invoice["customer"], invoice["currency"]
    part = intent.create(world, account, amount, currency, customer)
    params = {"payment_intent": part["id"]}
    invoice_attach.attach_payment(world, account, invoice["id"], params)
    return part


def charge_card(
    world: World, account: Account, invoice: Invoice, wanted: Intent, number: str
) -> StripeError | None:
    """Charge a new card of that number; returns the bank's refusal."""
    card = instruments.card(number)
    details = payment_method.card_details(world, card)
    method = payment_method.add(world, account, details, billing(invoice), card)
    return payment.attempt(world, account, wanted, method)


def payable(account: Account, invoice: Invoice) -> Intent:
    """Return the PaymentIntent to pay; raises a 400 when nothing is to be paid."""
    found = intent_of(account, invoice)
    if found is None:
        raise invalid("This invoice cannot be paid.", code="invoice_not_payable")
    return found


def attempt(
    world: World,
    account: Account,
    invoice: Invoice,
    wanted: Intent,
    method: dict[str, Any],
) -> StripeError | None:
    """Charge a method for the invoice and count the attempt; returns the refusal."""
    error = payment.attempt(world, account, wanted, method)
    if error is None:
        with common.changing(world, account, invoice, "invoice.updated"):
            payment.count_attempt(invoice)
    return error


def billing(invoice: Invoice) -> dict[str, Any]:
    """Return the billing details that the page sends along."""
    details = {
        "email": invoice["customer_email"],
        "name": invoice["customer_name"],
        "phone": invoice["customer_phone"],
    }
    return {"billing_details": details}
