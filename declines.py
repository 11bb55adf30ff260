"""Why a payment failed, for a bookkeeper: from the code of Stripe or of the bank.

Stripe's own texts are English, and written for the customer. One sentence stands for
all codes after which the same is to be done. What a bank says of theft or fraud is not
told, because it must not reach the customer.

Source: https://docs.stripe.com/declines/codes, https://docs.stripe.com/error-codes
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo.api import Environment

Sentence = Callable[["Environment"], str]

# Codes after which the same is to be done, separated by spaces.
_CODES = {
    "no_money": "insufficient_funds",
    "expired": """
        expired_card expired_payment_method invalid_expiry_month invalid_expiry_year
    """,
    "unknown": """
        incorrect_address incorrect_cvc incorrect_number incorrect_postal_code
        incorrect_zip invalid_account invalid_cvc invalid_number
        new_account_information_available payment_method_billing_details_address_missing
        postal_code_invalid
    """,
    "too_much": """
        card_decline_rate_limit_exceeded card_velocity_exceeded
        charge_exceeds_source_limit charge_exceeds_transaction_limit invalid_amount
        invalid_charge_amount withdrawal_count_limit_exceeded
    """,
    "not_this_kind": """
        card_not_supported currency_not_supported invalid_card_type not_permitted
        payment_intent_incompatible_payment_method payment_method_currency_mismatch
        payment_method_restricted payment_method_unsupported_type restricted_card
        sepa_unsupported_account service_not_allowed
        three_d_secure_authentication_not_supported transaction_not_allowed
    """,
    "to_authenticate": """
        authentication_not_handled authentication_required
        invoice_payment_intent_requires_action mobile_device_authentication_required
        offline_pin_required online_or_offline_pin_required
        payment_intent_action_required
    """,
    "not_authenticated": """
        authentication_failure payment_intent_authentication_failure
        setup_intent_authentication_failure three_d_secure_authentication_upstream_error
    """,
    "not_asked": """
        approve_with_id issuer_not_available no_action_taken
        payment_intent_rate_limit_exceeded payment_method_not_available
        payment_method_provider_timeout processing_error reenter_transaction
        try_again_later
    """,
    "declined": """
        bank_account_declined call_issuer card_declined do_not_honor do_not_try_again
        fraudulent generic_decline highest_risk_level incorrect_pin invalid_pin
        lost_card merchant_blacklist payment_intent_payment_attempt_failed
        payment_method_customer_decline payment_method_provider_decline pickup_card
        pin_try_exceeded refer_to_customer security_violation stolen_card
    """,
    "revoked": """
        billing_invalid_mandate debit_not_authorized
        india_recurring_payment_mandate_canceled payment_intent_mandate_invalid
        revocation_of_all_authorizations revocation_of_authorization stop_payment_order
    """,
    "closed": """
        account_closed account_invalid account_number_invalid
        bank_account_bad_routing_numbers bank_account_restricted bank_account_unusable
        bank_account_unverified bank_account_verification_failed no_account
        payment_method_bank_account_blocked payment_method_unactivated
        routing_number_invalid
    """,
    "too_late": "payment_intent_payment_attempt_expired",
    "twice": "duplicate_transaction",
    "mode": "test_mode_decline testmode_decline testmode_charges_only",
    "blocked": "action_blocked request_blocked",
}

_SENTENCES: dict[str, Sentence] = {
    "no_money": lambda env: env._(
        "The customer's account does not have enough money. Try again later, or "
        "ask him to pay with something else."
    ),
    "expired": lambda env: env._(
        "The card has expired. Ask the customer to store another one, or to pay on "
        "the payment page."
    ),
    "unknown": lambda env: env._(
        "The bank does not know the card or account as it was entered. Ask the "
        "customer to enter it anew."
    ),
    "too_much": lambda env: env._(
        "The bank does not allow so much, or so many payments, with this card or "
        "account. Try again on another day, or ask the customer to pay with "
        "something else."
    ),
    "not_this_kind": lambda env: env._(
        "The card or account does not allow this kind of payment. Ask the customer "
        "to pay with something else."
    ),
    "to_authenticate": lambda env: env._(
        "The customer has to authenticate the payment with his bank. Send him the "
        "payment page."
    ),
    "not_authenticated": lambda env: env._(
        "The customer did not authenticate the payment with his bank. Send him the "
        "payment page, or ask him to pay with something else."
    ),
    "not_asked": lambda env: env._("The bank could not be asked. Try again later."),
    "declined": lambda env: env._(
        "The payment was declined without a reason. Ask the customer to pay with "
        "something else, or to ask his bank."
    ),
    "revoked": lambda env: env._(
        "The customer or his bank does not allow any more that it is charged. Ask "
        "him for another payment method."
    ),
    "closed": lambda env: env._(
        "The customer's bank account is closed, blocked or unknown. Ask him for "
        "another payment method."
    ),
    "too_late": lambda env: env._(
        "The customer did not finish the payment in time. Send him the payment "
        "page once more."
    ),
    "twice": lambda env: env._(
        "The same amount was paid with this card a moment before. Look whether "
        "that was for this invoice."
    ),
    "mode": lambda env: env._(
        "Real cards do not work in test mode, nor test cards in live mode. Use one "
        "that belongs to the mode of the Stripe account."
    ),
    "blocked": lambda env: env._(
        "Stripe has blocked this. Its dashboard says why, and how it can be allowed."
    ),
}

DECLINES: dict[str, Sentence] = {
    code: _SENTENCES[kind] for kind, codes in _CODES.items() for code in codes.split()
}
