"""Payment method types: which currencies each can be used with.

Source: docs.stripe.com/payments/payment-methods/payment-method-support. Types that are
not here take every currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.errors import invalid

EURO = frozenset(("eur",))
CURRENCIES = {
    "ach_credit_transfer": frozenset(("usd",)),
    "ach_debit": frozenset(("usd",)),
    "acss_debit": frozenset(("cad", "usd")),
    "affirm": frozenset(("cad", "usd")),
    "au_becs_debit": frozenset(("aud",)),
    "bacs_debit": frozenset(("gbp",)),
    "bancontact": EURO,
    "billie": frozenset(("eur", "gbp")),
    "blik": frozenset(("pln",)),
    "boleto": frozenset(("brl",)),
    "cashapp": frozenset(("usd",)),
    "customer_balance": frozenset(("eur", "gbp", "jpy", "mxn", "usd")),
    "eps": EURO,
    "fpx": frozenset(("myr",)),
    "giropay": EURO,
    "grabpay": frozenset(("myr", "sgd")),
    "ideal": EURO,
    "jp_credit_transfer": frozenset(("jpy",)),
    "kakao_pay": frozenset(("krw",)),
    "konbini": frozenset(("jpy",)),
    "kr_card": frozenset(("krw",)),
    "mb_way": EURO,
    "multibanco": EURO,
    "naver_pay": frozenset(("krw",)),
    "nz_bank_account": frozenset(("nzd",)),
    "p24": frozenset(("eur", "pln")),
    "pay_by_bank": frozenset(("eur", "gbp")),
    "payco": frozenset(("krw",)),
    "paynow": frozenset(("sgd",)),
    "payto": frozenset(("aud",)),
    "pix": frozenset(("brl",)),
    "promptpay": frozenset(("thb",)),
    "satispay": EURO,
    "sepa_credit_transfer": EURO,
    "sepa_debit": EURO,
    "sofort": EURO,
    "swish": frozenset(("sek",)),
    "twint": frozenset(("chf",)),
    "upi": frozenset(("inr",)),
    "us_bank_account": frozenset(("usd",)),
}
# The members of ``payment_method_options``, null where nothing was chosen.
OPTIONS = (
    "acss_debit", "bancontact", "card", "customer_balance", "konbini", "payto", "pix",
    "sepa_debit", "upi", "us_bank_account",
)  # fmt: skip
EU_TRANSFER_COUNTRIES = ("BE", "DE", "ES", "FR", "IE", "NL")
TYPES = "payment_settings[payment_method_types]"
TRANSFER = (
    "payment_settings[payment_method_options][customer_balance][bank_transfer]"
    "[eu_bank_transfer][country]"
)


def check(activated: list[str] | None, currency: str, settings: Any) -> None:
    """Raise a 400 for payment settings that the account or the currency excludes.

    :param activated: types that the account has switched on; None for all of them
    :param settings: the ``payment_settings`` of a request
    """
    given = settings.get("payment_method_types") or ()
    check_types(activated, currency, given, TYPES)
    options = settings.get("payment_method_options") or {}
    transfer = (options.get("customer_balance") or {}).get("bank_transfer") or {}
    country = (transfer.get("eu_bank_transfer") or {}).get("country")
    if country and country not in EU_TRANSFER_COUNTRIES:
        listed = ", ".join(EU_TRANSFER_COUNTRIES)
        raise invalid(f"Invalid country: must be one of {listed}", TRANSFER)


def check_types(
    activated: list[str] | None, currency: str, given: Iterable[str], param: str
) -> None:
    """Raise a 400 for types that the account or the currency excludes.

    :param activated: as for ``check``
    :param param: name of the parameter that holds the types
    """
    for kind in given:
        if activated is not None and kind not in activated:
            raise invalid(
                f'The payment method type "{kind}" is invalid. Please ensure the '
                "provided type is activated in your dashboard "
                "(https://dashboard.stripe.com/settings/billing/invoice).",
                param,
            )
        if currency not in CURRENCIES.get(kind, (currency,)):
            raise invalid(
                f"The currency provided ({currency}) is invalid for one or more "
                f"payment method types on this invoice: {kind}.",
                param,
            )


def shown_options(given: Any) -> dict[str, Any] | None:
    """Return the options as an invoice shows them; None where none are left."""
    if not given:
        return None
    return {**dict.fromkeys(OPTIONS), **{k: v or None for k, v in given.items()}}
