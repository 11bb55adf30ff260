"""How an order is paid up front on a page of Stripe: the next step, from facts.

Pure and total, like :mod:`.lifecycle`.

    progress(session)          -> what Stripe says of the page
    next_step(progress, facts) -> what comes next

Nothing is remembered between two steps, so what was interrupted anywhere goes on from
what it finds. An order never has two pages on which it can be paid: the next one is
made when Stripe has closed the one before. But for one on which the customer has chosen
to transfer the money: nobody can call that off, only let it go.

Source: https://docs.stripe.com/payments/checkout/fulfillment,
https://docs.stripe.com/payments/bank-transfers/accept-a-payment?payment-ui=checkout,
https://docs.stripe.com/api/payment_intents/cancel
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple


class Progress(str, Enum):
    """What Stripe last reported of the page. ``NONE``: there is none at Stripe."""

    NONE = ""
    OPEN = "open"
    # Somebody has paid by a slow method, and a bank has it.
    PROCESSING = "processing"
    # Somebody has chosen to transfer the money, and may do so or not. Stripe waits for
    # it without an end: neither the page nor its payment can be called off any more.
    TRANSFER = "transfer"
    PAID = "paid"
    # The slow payment has failed: this page is over, and another one may follow.
    FAILED = "failed"
    EXPIRED = "expired"


class Step(str, Enum):
    """What comes next."""

    CREATE = "create_checkout"
    EXPIRE = "expire_checkout"
    # Confirm the order, make its invoice, and book the payment, all at once.
    BOOK = "book"
    # Tell Stripe's invoice which number Odoo's has.
    TELL = "tell_checkout"
    # Put Stripe's PDF beside Odoo's invoice.
    ATTACH = "attach"
    # Look again in a moment.
    WAIT = "wait"
    REST = "rest"


class Facts(NamedTuple):
    """What is so now.

    ``wanted``: the order is to be paid on a page of Stripe.
    ``current``: it asks for what the page asks for.
    ``another``: an earlier page of the order can still bring its payment.
    ``invoiced``: Stripe has made the invoice that follows the payment.
    ``booked``: what was paid is in the books.
    ``told``: Stripe's invoice carries Odoo's number.
    ``attached``: Stripe's PDF is beside Odoo's invoice.
    """

    wanted: bool = False
    current: bool = True
    another: bool = False
    invoiced: bool = False
    booked: bool = False
    told: bool = False
    attached: bool = False


# What a PaymentIntent asks of a customer who has chosen to transfer the money.
TRANSFER_ACTION = "display_bank_transfer_instructions"
# The order can still be paid by such a page, or is being paid.
PENDING = frozenset({Progress.OPEN, Progress.PROCESSING, Progress.TRANSFER})
# Such a page has to be over before there is another one. A transfer may never come.
HOLDING = frozenset({Progress.OPEN, Progress.PROCESSING})


def progress(session: Mapping[str, Any]) -> Progress:
    """Return what a Checkout Session of Stripe's is now.

    :param session: with its PaymentIntent expanded, which tells a slow payment that
        failed from one that is under way
    :raise KeyError, ValueError: Stripe says something that this version does not know
    """
    if session["status"] == "open":
        return Progress.OPEN
    if session["status"] == "expired":
        return Progress.EXPIRED
    if session["status"] != "complete":
        raise ValueError(session["status"])
    if session["payment_status"] != "unpaid":
        return Progress.PAID
    intent = session["payment_intent"] or {}
    if (intent.get("next_action") or {}).get("type") == TRANSFER_ACTION:
        return Progress.TRANSFER
    failed = intent.get("status") in ("requires_payment_method", "canceled")
    return Progress.FAILED if failed else Progress.PROCESSING


def transfer_instructions(session: Mapping[str, Any]) -> str:
    """Return the address of Stripe's page that says where to transfer the money.

    :param session: as for :func:`progress`
    :return: empty if nobody has chosen to transfer it, or Stripe has no such page
    """
    action = (session.get("payment_intent") or {}).get("next_action") or {}
    transfer = action.get(TRANSFER_ACTION) or {}
    return str(transfer.get("hosted_instructions_url") or "")


def next_step(now: Progress, facts: Facts) -> Step:
    """Return what comes next for a page on which an order is paid."""
    if now is Progress.PAID:
        return _after_payment(facts)
    if now is Progress.OPEN:
        keeps = facts.wanted and facts.current
        return Step.REST if keeps else Step.EXPIRE
    if now is Progress.NONE and facts.wanted:
        return Step.WAIT if facts.another else Step.CREATE
    return Step.REST


def _after_payment(facts: Facts) -> Step:
    if not facts.booked:
        return Step.BOOK if facts.invoiced else Step.WAIT
    if not facts.told:
        return Step.TELL
    return Step.REST if facts.attached else Step.ATTACH
