"""Parameters of a Stripe customer, from the customer of a snapshot."""

from typing import Any

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
