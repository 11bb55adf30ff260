"""When a declined charge is tried again, as Stripe does it where it retries itself.

Sources: https://docs.stripe.com/billing/revenue-recovery/smart-retries, its custom
schedule and its non-retryable decline codes.
"""

# Days between one attempt and the next; after the last one a person is asked.
RETRY_DAYS = (3, 5, 7)

# What the bank or the customer means for good: another try is refused, or worse.
FINAL_CODES = frozenset(
    {
        "authentication_required",
        "highest_risk_level",
        "incorrect_number",
        # How Stripe says of an invoice that the customer has to authenticate.
        "invoice_payment_intent_requires_action",
        "lost_card",
        "payment_intent_authentication_failure",
        "pickup_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "transaction_not_allowed",
    }
)


def next_try(kind: str, code: str, attempts: int) -> int | None:
    """Return in how many days a declined charge is tried again, None if it is not.

    Debits are not: a bank that sent one back charges for each.

    :param kind: Stripe's type of the payment method, such as ``card``; empty if none
    :param code: Stripe's decline code, else its code
    :param attempts: how often it was tried so far, this time included
    """
    if kind != "card" or code in FINAL_CODES or attempts > len(RETRY_DAYS):
        return None
    return RETRY_DAYS[attempts - 1]
