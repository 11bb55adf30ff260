"""What a bookkeeper reads: from Stripe's code or our reason to a sentence.

Sentences say what happened and what to do next. They are translated when shown, in the
reader's language, so the tables hold functions of the environment.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from .declines import DECLINES
from .lifecycle import Reason
from .stripe_api.errors import StripeApiError

if TYPE_CHECKING:
    from odoo.api import Environment

REASONS: dict[str, Callable[["Environment"], str]] = {
    Reason.FINAL_PAID: lambda env: env._(
        "Stripe has this invoice as paid, and a paid invoice stays paid. "
        "Correct it with a credit note."
    ),
    Reason.FINAL_VOID: lambda env: env._(
        "Stripe has this invoice as void, and a void invoice stays void. "
        "Duplicate it in Odoo and confirm the copy."
    ),
    Reason.FINALIZED: lambda env: env._(
        "Stripe has finalized this invoice, so it can no longer be deleted. "
        "Request its cancellation instead: it is then voided at Stripe."
    ),
    Reason.PART_UNTOLD: lambda env: env._(
        "A part of this invoice was paid outside of Stripe, and this Stripe account "
        "takes no reports of such payments. Stripe would ask for the whole amount, so "
        "it neither charges nor mails. Collect the rest by other means; Stripe is told "
        "when everything is paid."
    ),
}

CODES: dict[str, Callable[["Environment"], str]] = {
    **DECLINES,
    "amount_too_small": lambda env: env._(
        "The total is below the smallest amount that Stripe accepts."
    ),
    "amount_too_large": lambda env: env._(
        "The total is above the largest amount that Stripe accepts."
    ),
    "email_invalid": lambda env: env._(
        "Stripe does not accept the customer's e-mail address. "
        "Correct it on the contact and try again."
    ),
    "tax_id_invalid": lambda env: env._(
        "Stripe does not accept the customer's tax ID. "
        "Correct it on the contact and try again."
    ),
    "customer_tax_location_invalid": lambda env: env._(
        "Stripe cannot place the customer's address. "
        "Complete it on the contact and try again."
    ),
    "invoice_not_editable": lambda env: env._(
        "Stripe has finalized this invoice already, so it cannot be changed."
    ),
    "invoice_no_customer_line_items": lambda env: env._(
        "The invoice has no lines that Stripe could print."
    ),
    "invoice_no_payment_method_types": lambda env: env._(
        "The Stripe account offers no payment method for this currency and amount. "
        "Switch one on in Stripe's settings and try again."
    ),
    "resource_missing": lambda env: env._(
        "Stripe no longer knows what this invoice refers to. "
        "It may have been deleted in Stripe, or it belongs to another account."
    ),
    "charge_disputed": lambda env: env._(
        "The payment is disputed, so Stripe refunds nothing of it. Wait until the "
        "dispute is over, or credit without a refund."
    ),
    "charge_already_refunded": lambda env: env._(
        "The payment has been refunded in full already."
    ),
    "status_transition_invalid": lambda env: env._(
        "The invoice is in another state at Stripe by now. Refresh it and look again."
    ),
    "invalid_characters": lambda env: env._(
        "A text of the invoice or of the contact has characters that Stripe does not "
        "take. Remove them and try again."
    ),
    "tax_id_prohibited": lambda env: env._(
        "Stripe takes no tax ID of this kind. Remove it from the contact, or send the "
        "invoice without it."
    ),
    "payment_method_configuration_failures": lambda env: env._(
        "Stripe's settings of the payment methods do not fit this invoice. Look at "
        "them in its dashboard and try again."
    ),
    "country_unsupported": lambda env: env._(
        "Stripe does not take the country of the customer's address. Correct it on the "
        "contact and try again."
    ),
    "state_unsupported": lambda env: env._(
        "Stripe does not take the state of the customer's address. Correct it on the "
        "contact and try again."
    ),
    "livemode_mismatch": lambda env: env._(
        "What the invoice refers to is of the other mode at Stripe (test or live). "
        "Connect the right account, or make it anew there."
    ),
    "balance_insufficient": lambda env: env._(
        "The balance at Stripe does not hold enough for it. Wait for payments, or add "
        "money in Stripe's dashboard, and try again."
    ),
    "lock_timeout": lambda env: env._(
        "Stripe is busy with this invoice. It is tried again in a moment."
    ),
}


# What a refused parameter means, where Stripe has no code for it.
PARAMS: dict[str, Callable[["Environment"], str]] = {
    "number": lambda env: env._(
        "Another invoice at Stripe has this number, so this one was not sent. Look for "
        "it in Stripe's dashboard: a draft that was made by hand can be deleted or "
        "renumbered there; then try again. If it is right, reset this invoice to "
        "draft, give it another number and confirm it."
    ),
    "payment_settings": lambda env: env._(
        "Stripe does not take the chosen payment methods. Switch them on in Stripe's "
        "settings, or choose others on the invoice, and try again."
    ),
    "rendering": lambda env: env._(
        "Stripe does not take the chosen template; it may be archived. Load the "
        "templates again on the Stripe account, choose one, and try again."
    ),
    "account_tax_ids": lambda env: env._(
        "Stripe does not know one of your own tax IDs any more. Load them again on the "
        "Stripe account, choose, and try again."
    ),
    "statement_descriptor": lambda env: env._(
        "Stripe does not take the text for card statements. Correct it on the Stripe "
        "account and try again."
    ),
}


# Why a bank took a payment back, in Stripe's words.
DISPUTE_REASONS: dict[str, Callable[["Environment"], str]] = {
    "bank_cannot_process": lambda env: env._("the bank could not process it"),
    "check_returned": lambda env: env._("the check was returned"),
    "credit_not_processed": lambda env: env._("a promised credit did not arrive"),
    "customer_initiated": lambda env: env._("the customer had his bank take it back"),
    "debit_not_authorized": lambda env: env._("the debit was not authorized"),
    "duplicate": lambda env: env._("it was paid twice"),
    "fraudulent": lambda env: env._("the customer says it is fraud"),
    "general": lambda env: env._("no particular reason was given"),
    "incorrect_account_details": lambda env: env._("the account details are wrong"),
    "insufficient_funds": lambda env: env._("the account had not enough money"),
    "product_not_received": lambda env: env._("the goods did not arrive"),
    "product_unacceptable": lambda env: env._("the goods are not as described"),
    "subscription_canceled": lambda env: env._("the subscription had been cancelled"),
    "unrecognized": lambda env: env._("the customer does not recognize it"),
}


def dispute_reason(env: "Environment", reason: str) -> str:
    """Return why a payment was taken back, in Stripe's word if it has no other."""
    known = DISPUTE_REASONS.get(reason)
    return known(env) if known else reason or env._("no reason given")


def charge_sentence(env: "Environment", error: StripeApiError) -> str:
    """Return why a stored payment method was not charged, in the user's language."""
    # The invoice itself would not be found with 404.
    if error.code == "resource_missing" and error.http_status == 400:
        return env._("The customer has no payment method stored at Stripe.")
    return sentence(env, error)


def sentence(env: "Environment", error: StripeApiError) -> str:
    """Return what to tell the user about ``error``, in the user's language.

    A code without a sentence of its own is told in Stripe's words, so that nothing is
    hidden.
    """
    param = error.param.partition("[")[0]
    # Errors of cards name parameters, too.
    about_invoice = error.code in ("", "resource_missing")
    if about_invoice and param in PARAMS:
        return f"{PARAMS[param](env)} ({error})"
    known = CODES.get(error.code)
    if known:
        return known(env)
    return env._("Refused. Stripe says: %(message)s", message=str(error))
