"""The payment method that a customer has stored at Stripe, as far as Odoo shows it."""

from typing import Any, NamedTuple

Json = dict[str, Any]

# Where the words of a kind of bank account are that people know it by.
_BANK = ("bank_name", "bank_code", "country", "sort_code", "institution_number")


class StoredMethod(NamedTuple):
    """``ref`` is Stripe's id and ``type`` its word, both empty if nothing is stored.

    ``brand`` is the card's brand or what tells the bank, ``last4`` the last four
    characters of its number, ``expiry`` month and year such as ``12/2034``.
    """

    ref: str = ""
    type: str = ""
    brand: str = ""
    last4: str = ""
    expiry: str = ""


def stored_method(method: Json | None) -> StoredMethod:
    """Return what is shown of a PaymentMethod; no secret, and no whole number.

    :param method: Stripe's PaymentMethod, None if there is none
    """
    if not method:
        return StoredMethod()
    kind = method["type"]
    details = method.get(kind) or {}
    expiry = ""
    if details.get("exp_month"):
        expiry = f"{details['exp_month']:02d}/{details['exp_year']}"
    return StoredMethod(
        ref=method["id"],
        type=kind,
        brand=_brand(details),
        last4=details.get("last4") or "",
        expiry=expiry,
    )


def _brand(details: Json) -> str:
    if brand := details.get("display_brand") or details.get("brand"):
        return str(brand).replace("_", " ").title()
    return next((str(details[name]) for name in _BANK if details.get(name)), "")


def default_method(customer: Json) -> Json | None:
    """Return the PaymentMethod that pays the invoices of a customer, None if none does.

    :param customer: Stripe's customer, with its default payment method expanded
    """
    if customer.get("deleted"):
        return None
    found: Json | None = customer["invoice_settings"]["default_payment_method"]
    return found
