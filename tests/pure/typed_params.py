"""Compare parameters with the SDK's own typed ones: names, required fields, values."""

import functools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, Union, get_args, get_origin

import typing_extensions
from stripe._request_options import RequestOptions

# Names that the SDK uses in annotations and imports for type checkers only.
_UNSEEN = {"StripeContext": object, "Mapping": Mapping}
_SCALARS: dict[Any, Any] = {
    str: str,
    int: int,
    bool: bool,
    float: (int, float),
    Decimal: int,
}
_UNIONS = (Union, type(int | str))


def complaints(params: Any, hint: Any, path: str = "") -> list[str]:
    """Return what in ``params`` does not fit ``hint``, one text per fault.

    :param hint: a TypedDict of ``stripe.params``, or any type within one
    """
    if typing_extensions.is_typeddict(hint):
        return _record(params, hint, path)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in _UNIONS:
        found = [complaints(params, option, path) for option in arguments]
        return [] if [] in found else max(found, key=len)
    if origin is Literal:
        return [] if params in arguments else [f"{path}: {params!r}"]
    if origin is list:
        return [
            fault
            for index, item in enumerate(params if isinstance(params, list) else [None])
            for fault in complaints(item, arguments[0], f"{path}[{index}]")
        ]
    if origin in (dict, Mapping):
        pairs = params.items() if isinstance(params, dict) else [(None, None)]
        fits = all(isinstance(text, str) for pair in pairs for text in pair)
        return [] if fits else [f"{path}: {params!r}"]
    return [] if _is_scalar(params, hint) else [f"{path}: {params!r} is no {hint}"]


def _is_scalar(value: Any, hint: Any) -> bool:
    if hint is float and isinstance(value, str):
        # On the wire every number is a text; this keeps it exact until then.
        return value.replace(".", "", 1).isdecimal()
    expected = _SCALARS.get(hint, ())
    return isinstance(value, expected) and isinstance(value, bool) == (hint is bool)


@functools.cache
def _hints(record: Any) -> dict[str, Any]:
    return typing_extensions.get_type_hints(record, localns=_UNSEEN)


def _record(params: Any, hint: Any, path: str) -> list[str]:
    if not isinstance(params, dict):
        return [f"{path}: {params!r} is no object"]
    hints = _hints(hint)
    known = set(hints) - set(RequestOptions.__annotations__)
    faults = [f"{path}.{name} is unknown" for name in sorted(set(params) - known)]
    missing = (hint.__required_keys__ & known) - set(params)
    faults += [f"{path}.{name} is missing" for name in sorted(missing)]
    for name in sorted(known & set(params)):
        faults += complaints(params[name], hints[name], f"{path}.{name}")
    return faults
