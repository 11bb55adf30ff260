"""List answers: cursors, limits, filters by time of creation."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from simulator.errors import invalid, no_such_reference

DEFAULT_LIMIT = 10
COMPARISONS = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def paginate(
    rows: Iterable[dict[str, Any]], params: dict[str, Any], url: str
) -> dict[str, Any]:
    """Return one page as Stripe's list object.

    :param rows: what the filters left, in the order of the list (newest first)
    :param params: ``limit``, ``starting_after``, ``ending_before``
    :param url: path of the list
    """
    found = list(rows)
    limit = check_limit(params)
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise invalid("You may only specify one of: starting_after, ending_before.")
    if after:
        found = found[position(found, after, "starting_after") + 1 :]
    elif before:
        found = found[: position(found, before, "ending_before")]
        return page(found[-limit:], len(found) > limit, url)
    return page(found[:limit], len(found) > limit, url)


def page(rows: list[dict[str, Any]], has_more: bool, url: str) -> dict[str, Any]:
    """Return Stripe's list object around the rows."""
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def check_limit(params: dict[str, Any]) -> int:
    """Return the wanted size of the page, 1 to 100, 10 unless told."""
    limit = int(params.get("limit", DEFAULT_LIMIT))
    code = "parameter_invalid_integer"
    if limit < 1:
        raise invalid("This value must be greater than or equal to 1.", "limit", code)
    if limit > 100:
        raise invalid(
            "This value must be less than or equal to 100 (it currently is "
            f"'{limit}').",
            "limit",
            code,
        )
    return limit


def position(rows: list[dict[str, Any]], cursor: str, param: str) -> int:
    """Return where the cursor's object is; raises a 400 if it is not there."""
    for index, row in enumerate(rows):
        if row["id"] == cursor:
            return index
    raise no_such_reference("object", cursor, param)


def newest_first(table: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the objects of a table in the order in which Stripe lists them."""
    return list(reversed(table.values()))


def in_range(value: int | None, wanted: Any) -> bool:
    """Whether a time satisfies a filter: an instant, or gt, gte, lt, lte."""
    if wanted is None:
        return True
    if value is None:
        return False
    if isinstance(wanted, int):
        return value == wanted
    return all(COMPARISONS[name](value, limit) for name, limit in wanted.items())


def matches(row: dict[str, Any], params: dict[str, Any], *names: str) -> bool:
    """Whether the row has the value of each named filter that was given."""
    return all(row[name] == params[name] for name in names if name in params)
