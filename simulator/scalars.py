"""Single values of request parameters: numbers, booleans, choices and lengths."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from simulator.errors import StripeError, invalid

# The recorded refusals name the values in this order, not in the SDK's.
ORDER = (
    ("draft", "open", "void", "paid", "uncollectible"),
    ("include", "exclude"),
)
# Parameters that name another object cannot be unset with an empty text.
REFERENCES = frozenset(
    "customer customer_account invoice payment_method payment_intent payment_record "
    "price product invoice_item charge source currency id number".split()
)
# Longest texts in characters, by the parameter's name without its indexes. From the
# API reference and Stripe's OpenAPI document.
LENGTHS = {
    "phone": 20,
    "email": 512,
    "business_name": 150,
    "individual_name": 150,
    "statement_descriptor": 22,
    "footer": 5000,
    "custom_fields.name": 40,
    "custom_fields.value": 140,
    "display_name": 50,
    "custom.display_name": 5000,
    "jurisdiction": 50,
    "lines.description": 500,
    "lookup_key": 200,
    "unit_label": 12,
}
LONGEST = 5000
# The same by operation, for names that mean different things: class of parameters (how
# it begins), name, characters.
OPERATION_LENGTHS = (
    ("CustomerBalanceTransaction", "description", 350),
    ("CustomerCreate", "name", 256),
    ("InvoiceItem", "description", 500),
    ("InvoiceLineItemUpdate", "description", 500),
    ("CustomerUpdate", "name", 256),
    ("InvoiceCreateParams", "description", 1500),
    ("InvoiceCreateParams", "number", 26),
    ("InvoiceUpdateParams", "description", 1500),
    ("InvoiceUpdateParams", "number", 26),
    ("PaymentIntent", "description", 1000),
)


def is_reference(param: str) -> bool:
    """Whether the parameter names an object, so that it cannot be emptied."""
    return re.split(r"[\[\]]+", param.rstrip("]"))[-1] in REFERENCES


def not_one_of(value: str, values: tuple[str, ...], param: str) -> StripeError:
    """Return the refusal of a value that is not among the allowed ones."""
    ordered = next((o for o in ORDER if set(o) == set(values)), values)
    if len(ordered) == 1:
        listed = ordered[0]
    elif len(ordered) == 2:
        listed = " or ".join(ordered)
    else:
        listed = ", ".join(ordered[:-1]) + ", or " + ordered[-1]
    name = re.split(r"[\[\]]+", param.rstrip("]"))[-1]
    if name.isdecimal():
        name = param
    return invalid(f"Invalid {name}: must be one of {listed}", param)


def integer(value: str, param: str) -> int:
    """Return a whole number; raises Stripe's 400."""
    if not re.fullmatch(r"[+-]?\d{1,18}", value):
        raise invalid(f"Invalid integer: {value}", param, "parameter_invalid_integer")
    return int(value)


def decimal(value: str, param: str) -> Decimal:
    """Return a number with at most 12 decimal places; raises Stripe's 400."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise invalid(f"Invalid decimal: {value}", param) from None
    if not number.is_finite():
        raise invalid(f"Invalid decimal: {value}", param)
    places = -int(number.normalize().as_tuple().exponent)
    if places > 12:
        raise invalid(
            f"Invalid decimal: {value}; must contain at maximum 12 decimal places.",
            param,
        )
    return number


def boolean(value: str, param: str) -> bool:
    """Return true or false, written so; raises Stripe's 400."""
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param)
    return value == "true"


def string(value: str, param: str) -> str:
    """Return a text that is not too long; raises Stripe's 400."""
    check_length(value, length_limit(param), param)
    return value


def check_length(value: str, longest: int, param: str) -> None:
    """Raise Stripe's 400 for a text that is too long."""
    if len(value) > longest:
        raise invalid(
            f"Invalid string: {value[:10]}...{value[-5:]}; must be at most {longest} "
            "characters",
            param,
        )


def check_operation(class_name: str, given: dict[str, Any]) -> None:
    """Check the lengths that only this operation sets, on checked parameters."""
    for beginning, name, longest in OPERATION_LENGTHS:
        if class_name.startswith(beginning) and name in given:
            check_length(given[name], longest, name)


def length_limit(param: str) -> int:
    """Return how many characters the parameter may have."""
    names = [name for name in re.findall(r"[^\[\]]+", param) if not name.isdecimal()]
    last_two = ".".join(names[-2:])
    return LENGTHS.get(last_two) or LENGTHS.get(names[-1]) or LONGEST


CONVERTERS: dict[str, Callable[[str, str], Any]] = {
    "string": string,
    "integer": integer,
    "number": decimal,
    "decimal": decimal,
    "boolean": boolean,
}


def convert(kind: str, value: str, param: str) -> Any:
    """Return the text as the Python value of its kind; raises Stripe's 400."""
    return CONVERTERS[kind](value, param)
