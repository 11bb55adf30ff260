"""Parameters of a Stripe customer, from the customer of a snapshot."""

import re
from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from .document import AddressSnapshot, CustomerSnapshot

Json = dict[str, Any]


def create_params(customer: CustomerSnapshot, metadata: dict[str, str]) -> Json:
    """Return the parameters that create ``customer``.

    Tax ids are left out: one that Stripe refuses must not cost the whole customer.

    :param metadata: what finds the customer again, whatever was lost in between
    """
    filled = {name: value for name, value in _fields(customer).items() if value}
    return {**filled, "metadata": metadata}


def update_params(customer: CustomerSnapshot) -> Json:
    """Return the parameters that make an existing customer equal ``customer``.

    Empty fields go out as empty strings: that is how Stripe clears them. The language
    alone cannot be cleared, only changed.
    """
    return _fields(customer)


class TaxIdChanges(NamedTuple):
    """What makes Stripe's tax ids those of the snapshot.

    ``deleted`` are ids of Stripe's; ``created`` are pairs of type and value; ``kept``
    are ids of Stripe's that are right already.
    """

    deleted: list[str]
    created: list[tuple[str, str]]
    kept: list[str]


def tax_id_changes(
    wanted: Iterable[tuple[str, str]], existing: Iterable[Json], ours: Container[str]
) -> TaxIdChanges:
    """Return how to get from Stripe's tax ids to the wanted ones: one of each type.

    What somebody else has added stays, unless Odoo has a number of the same type.

    :param existing: the customer's tax ids as Stripe lists them
    :param ours: ids of those that we have made
    """
    missing = {(kind, bare(value)): (kind, value) for kind, value in wanted}
    kinds = {kind for kind, _value in missing}
    deleted, kept = [], []
    for tax_id in existing:
        key = (tax_id["type"], bare(tax_id["value"]))
        if missing.pop(key, None):
            kept.append(tax_id["id"])
        elif tax_id["type"] in kinds or tax_id["id"] in ours:
            deleted.append(tax_id["id"])
    return TaxIdChanges(deleted, list(missing.values()), kept)


def bare(number: str) -> str:
    """Return a number without what only spaces it out, to compare it with another."""
    return re.sub(r"\W", "", number).upper()


def _fields(customer: CustomerSnapshot) -> Json:
    fields: Json = {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "address": _address(customer.address) or "",
        "shipping": _shipping(customer) or "",
        "tax_exempt": customer.tax_exempt,
    }
    if customer.locale:
        fields["preferred_locales"] = [customer.locale]
    return fields


def _shipping(customer: CustomerSnapshot) -> Json:
    # Stripe wants both a name and an address, or no shipping at all.
    if not (customer.shipping_name and customer.shipping_address):
        return {}
    shipping: Json = {
        "name": customer.shipping_name,
        "address": _address(customer.shipping_address),
    }
    if customer.shipping_phone:
        shipping["phone"] = customer.shipping_phone
    return shipping


def _address(address: AddressSnapshot) -> Json:
    if not address:
        return {}
    return {
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
        "country": address.country,
    }
