"""Checks request parameters against the SDK's own typed parameters.

``stripe.params`` holds one TypedDict per operation of the pinned API version, so the
names, types, required fields and allowed values need no list of our own.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

import stripe.params
import stripe.params.test_helpers
import typing_extensions
from stripe._request_options import RequestOptions

from simulator import forms, scalars
from simulator.errors import StripeError, invalid, param_missing

# The SDK names these two in annotations that it does not need at run time.
LOCAL_NAMES = {"StripeContext": object, "Mapping": Mapping}
OPTIONS = frozenset(RequestOptions.__annotations__)
NOT_REQUIRED = typing_extensions.NotRequired


@dataclass(frozen=True)
class Shape:
    """What one parameter may hold. A parameter may have several alternatives."""

    scalar: str | None = None
    values: tuple[str, ...] = ()
    item: Shape | None = None
    member: Shape | None = None
    record: type | None = None
    emptyable: bool = False
    required: bool = False


@functools.cache
def fields(record: type) -> dict[str, Shape]:
    """Return the parameters that a TypedDict of the SDK allows, without options."""
    hints = typing_extensions.get_type_hints(
        record, localns=LOCAL_NAMES, include_extras=True
    )
    return {name: field(hint) for name, hint in hints.items() if name not in OPTIONS}


def field(hint: Any) -> Shape:
    """Return the shape of one field of a TypedDict."""
    if get_origin(hint) is NOT_REQUIRED:
        return shape(get_args(hint)[0])
    return shape(hint, required=True)


def shape(hint: Any, required: bool = False) -> Shape:
    """Translate a type hint; a union becomes one shape with several alternatives."""
    is_union = get_origin(hint) is Union or "UnionType" in type(hint).__name__
    options = get_args(hint) if is_union else (hint,)
    found: dict[str, Any] = {"required": required}
    for option in options:
        found.update(alternative(option, found))
    return Shape(**found)


def alternative(hint: Any, found: dict[str, Any]) -> dict[str, Any]:
    """Return what one member of a union adds to the shape."""
    origin = get_origin(hint)
    if origin is Literal:
        values = tuple(value for value in get_args(hint) if value != "")
        emptyable = found.get("emptyable", False) or "" in get_args(hint)
        return {"values": found.get("values", ()) + values, "emptyable": emptyable}
    if origin is list:
        return {"item": shape(get_args(hint)[0])}
    if origin is dict:
        return {"member": shape(get_args(hint)[1])}
    if origin is not None:
        return {}
    if typing_extensions.is_typeddict(hint):
        return {"record": hint}
    return {"scalar": scalar(hint, found.get("scalar"))}


def scalar(hint: Any, other: str | None) -> str | None:
    """Name the kind of a plain value; in a union, text gives way to the other kind."""
    names = {int: "integer", bool: "boolean", float: "number", Decimal: "decimal"}
    return names.get(hint) or other or ("string" if hint is str else None)


def check(class_name: str | None, tree: forms.Tree) -> dict[str, Any]:
    """Return the parameters as Python values; raises Stripe's 400.

    :param class_name: name in ``stripe.params``; None for an operation without any
    :param tree: what ``forms.parse`` returned
    :returns: strings, integers, booleans, Decimals, lists and dictionaries. An empty
        string that unsets a parameter stays an empty string.
    """
    if class_name is None:
        return check_record({}, tree, "")
    record = operator.attrgetter(class_name)(stripe.params)
    checked = check_record(fields(record), tree, "")
    scalars.check_operation(class_name, checked)
    return checked


def check_record(
    allowed: dict[str, Shape], tree: forms.Tree, path: str
) -> dict[str, Any]:
    """Check a hash: no unknown member, no missing one, each of its type."""
    for name in tree:
        if name not in allowed:
            raise unknown(join(path, name))
    for name, wanted in allowed.items():
        if wanted.required and name not in tree:
            param = join(path, name)
            raise param_missing(param)
    return {
        name: check_value(allowed[name], value, join(path, name))
        for name, value in tree.items()
    }


def unknown(param: str) -> StripeError:
    """Return the refusal of a parameter that the operation does not have."""
    return invalid(f"Received unknown parameter: {param}", param, "parameter_unknown")


def join(path: str, name: str) -> str:
    """Return the parameter's name as the client wrote it."""
    return f"{path}[{name}]" if path else name


def check_value(wanted: Shape, value: str | forms.Tree, param: str) -> Any:
    """Check one parameter and return it as a Python value."""
    if isinstance(value, str):
        return check_text(wanted, value, param)
    if wanted.record is not None:
        return check_record(fields(wanted.record), value, param)
    if wanted.member is not None:
        return {
            key: check_value(wanted.member, item, join(param, key))
            for key, item in value.items()
        }
    if wanted.item is None:
        raise invalid(f"Invalid {wanted.scalar or 'string'}: {value}", param)
    if not forms.is_list(value):
        raise invalid("Invalid array", param)
    return [
        check_value(wanted.item, item, join(param, str(index)))
        for index, item in enumerate(forms.items(value))
    ]


def check_text(wanted: Shape, value: str, param: str) -> Any:
    """Check a parameter that came as text."""
    if value == "":
        return check_empty(wanted, param)
    if wanted.values:
        if value in wanted.values:
            return value
        if wanted.scalar in (None, "string"):
            raise scalars.not_one_of(value, wanted.values, param)
    if wanted.scalar is None:
        kind = "array" if wanted.item else "object"
        raise invalid(f"Invalid {kind}", param)
    return scalars.convert(wanted.scalar, value, param)


def check_empty(wanted: Shape, param: str) -> str:
    """An empty text unsets what can be unset, and is refused elsewhere."""
    plain_text = wanted.scalar == "string" and not wanted.values
    if wanted.emptyable or (
        plain_text and not wanted.required and not scalars.is_reference(param)
    ):
        return ""
    raise invalid(
        f"You passed an empty string for '{param}'. We assume empty values are an "
        f"attempt to unset a parameter; however '{param}' cannot be unset. You should "
        f"remove '{param}' from your request or supply a non-empty value.",
        param,
        "parameter_invalid_empty",
    )
