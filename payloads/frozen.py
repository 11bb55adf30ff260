"""The customer of an invoice as Stripe froze it, beside what it was meant to be.

Finalization freezes seven fields of the customer on the invoice. Source:
https://docs.stripe.com/invoicing/integration/workflow-transitions
"""

import json
import re
from typing import Any

from .customer import update_params
from .document import CustomerSnapshot

Json = dict[str, Any]

# Stripe's names; on the invoice each begins with ``customer_``.
FIELDS = ("name", "email", "phone", "address", "shipping", "tax_exempt", "tax_ids")
ADDRESS_LINES = (
    ("line1",),
    ("line2",),
    ("postal_code", "city"),
    ("state",),
    ("country",),
)


def reported(invoice: Json) -> Json:
    """Return the seven fields as Stripe reports them on a finalized invoice.

    What is empty is left out, at any depth; tax ids are lists of type and value.

    :param invoice: Stripe's invoice
    """
    found = {name: invoice.get(f"customer_{name}") for name in FIELDS}
    found["tax_ids"] = [[tax["type"], tax["value"]] for tax in found["tax_ids"] or ()]
    return _filled(found)


def sent(customer: CustomerSnapshot) -> Json:
    """Return the seven fields as they were sent, in the form of :func:`reported`."""
    params = update_params(customer)
    found = {name: params.get(name) for name in FIELDS}
    return _filled({**found, "tax_ids": [list(pair) for pair in customer.tax_ids]})


def unlike(one: Json, other: Json) -> list[str]:
    """Return the names of the fields in which two customers differ.

    How a tax number is spaced, and in which order the numbers come, is no difference.
    """
    return [name for name in FIELDS if _key(one, name) != _key(other, name)]


def mistaken(meant: Json, found: Json) -> list[str]:
    """Return the names of the fields that would be printed wrongly.

    Beside :func:`unlike`, case, spaces and punctuation do not count, because Stripe may
    write them its way; nor does a tax number that somebody has added at Stripe.

    :param meant: as it was sent, from :func:`sent`
    :param found: as it is on the invoice, from :func:`reported`
    """
    numbers = _key(found, "tax_ids")
    known = [pair for pair in _key(meant, "tax_ids") if pair in numbers]
    found = {**found, "tax_ids": known}
    meant = {**meant, "tax_ids": _key(meant, "tax_ids")}
    return [name for name in FIELDS if _letters(meant, name) != _letters(found, name)]


def text(name: str, customer: Json) -> str:
    """Return one of the seven fields as a person reads it, empty if there is none."""
    value = customer.get(name)
    if not value:
        return ""
    if name == "address":
        return "\n".join(address_lines(value))
    if name == "shipping":
        head = [value.get("name", ""), value.get("phone", "")]
        lines = address_lines(value.get("address", {}))
        return "\n".join(filter(None, [*head, *lines]))
    if name == "tax_ids":
        return ", ".join(number for _kind, number in value)
    return str(value)


def changed(name: str, before: Json, after: Json) -> tuple[str, str]:
    """Return what one customer has in a field and another has not, and the reverse.

    Of what has several parts, such as the lines of an address, only those that differ.
    """
    one, other = _parts(name, before), _parts(name, after)
    return (
        ", ".join(part for part in one if part not in other),
        ", ".join(part for part in other if part not in one),
    )


def _parts(name: str, customer: Json) -> list[str]:
    separator = ", " if name == "tax_ids" else "\n"
    return [part for part in text(name, customer).split(separator) if part]


def address_lines(address: Json) -> list[str]:
    """Return an address line by line, with the codes of state and country."""
    lines = [
        " ".join(filter(None, (address.get(part, "") for part in parts)))
        for parts in ADDRESS_LINES
    ]
    return [line for line in lines if line]


def _filled(value: Json) -> Json:
    inner = {
        name: _filled(found) if isinstance(found, dict) else found
        for name, found in value.items()
    }
    return {name: found for name, found in inner.items() if found}


def _letters(customer: Json, name: str) -> str:
    written = json.dumps(customer.get(name), ensure_ascii=False, sort_keys=True)
    return re.sub(r"[\W_]", "", written).casefold()


def _key(customer: Json, name: str) -> Any:
    value = customer.get(name)
    if name == "tax_ids":
        pairs = value or ()
        return sorted(
            (kind, re.sub(r"\W", "", number).upper()) for kind, number in pairs
        )
    return value
