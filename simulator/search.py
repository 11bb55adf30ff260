"""Stripe's search: a small query language over an index that lags behind."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from simulator import listing
from simulator.errors import invalid
from simulator.plain import copied
from simulator.world import Account, JSONObject, World

# docs.stripe.com/search, "Query fields for invoices" and "... for customers".
FIELDS: dict[str, tuple[str, ...]] = {
    "invoice": (
        "created", "currency", "customer", "last_finalization_error_code",
        "last_finalization_error_type", "metadata", "number", "receipt_number",
        "subscription", "status", "total",
    ),
    "customer": ("created", "email", "metadata", "name", "phone"),
}  # fmt: skip
NUMERIC = frozenset(("created", "total"))
# docs.stripe.com/search: "data is searchable in less than 1 minute".
DEFAULT_DELAY = 10

CLAUSE = re.compile(
    r"""\s*(?P<not>-)?
    (?P<field>[a-z_]+)(?:\[(?P<kq>["'])(?P<key>(?:\\.|(?!(?P=kq)).)*)(?P=kq)\])?
    \s*(?P<op>:|~|>=|<=|>|<)\s*
    (?:(?P<q>["'])(?P<text>(?:\\.|(?!(?P=q)).)*)(?P=q)|(?P<bare>null|-?\d+))""",
    re.VERBOSE,
)
JOINER = re.compile(r"\s+(?:(AND|OR)\s+)?", re.IGNORECASE)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ":": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}

Test = Callable[[JSONObject], bool]


def record(world: World, account: Account, obj: JSONObject) -> None:
    """Note the object's present state; searches see it when the delay is over."""
    names = FIELDS.get(obj["object"])
    if names is None:
        return
    now = world.clock.now()
    delay = int(account.settings.get("search_delay", DEFAULT_DELAY))
    state = copied({name: obj.get(name) for name in names})
    history = account.private(obj["id"]).setdefault("indexed", [])
    while len(history) > 1 and history[1]["from"] <= now:
        history.pop(0)
    history.append({"from": now + delay, "state": state})


def run(world: World, account: Account, kind: str, params: JSONObject) -> JSONObject:
    """Answer a search request with Stripe's search_result object."""
    test = parse(kind, params["query"])
    rows = [
        obj
        for obj in listing.newest_first(account.table(kind))
        if (state := visible(world, account, obj["id"])) is not None and test(state)
    ]
    limit = listing.check_limit(params)
    start = page_start(params.get("page"))
    more = len(rows) > start + limit
    return {
        "object": "search_result",
        "data": rows[start : start + limit],
        "has_more": more,
        "next_page": f"page_{start + limit}" if more else None,
        "url": f"/v1/{kind}s/search",
    }


def page_start(page: str | None) -> int:
    """Return how many results the earlier pages held."""
    if page is None:
        return 0
    if not re.fullmatch(r"page_\d+", page):
        raise invalid(f"Invalid page: {page}", "page")
    return int(page.removeprefix("page_"))


def visible(world: World, account: Account, object_id: str) -> JSONObject | None:
    """Return the object's state as the index knows it now, or None."""
    now = world.clock.now()
    state = None
    for entry in account.private(object_id).get("indexed", []):
        if entry["from"] <= now:
            state = entry["state"]
    return state


def parse(kind: str, query: str) -> Test:
    """Return a test over indexed states; raises a 400 for a query that is none."""
    tests: list[Test] = []
    joiners: set[str] = set()
    rest = query
    while rest.strip():
        match = CLAUSE.match(rest)
        if not match:
            raise bad_query(query)
        tests.append(clause(kind, match, query))
        rest = rest[match.end() :]
        joiner = JOINER.match(rest)
        if rest.strip() and not joiner:
            raise bad_query(query)
        if joiner and rest.strip():
            joiners.add((joiner[1] or "AND").upper())
            rest = rest[joiner.end() :]
    if not tests or len(joiners) > 1:
        raise bad_query(query)
    combine = any if joiners == {"OR"} else all
    return lambda state: combine(test(state) for test in tests)


def clause(kind: str, match: re.Match[str], query: str) -> Test:
    """Return the test of one clause such as ``metadata['odoo_id']:'5'``."""
    name, key, op = match["field"], match["key"], match["op"]
    if name not in FIELDS[kind] or (name == "metadata") != (key is not None):
        raise invalid(
            f"Field `{name}` is an unsupported search field for resource `{kind}s`.",
            "query",
        )
    if op not in (":", "~") and name not in NUMERIC:
        raise bad_query(query)
    test = comparison(name, key, op, match)
    return (lambda state: not test(state)) if match["not"] else test


def comparison(name: str, key: str | None, op: str, match: re.Match[str]) -> Test:
    """Return the positive test of a clause."""

    def value_of(state: JSONObject) -> Any:
        return (state[name] or {}).get(key) if key is not None else state[name]

    if match["bare"] == "null":
        return lambda state: value_of(state) is None
    text = match["bare"] if match["text"] is None else match["text"]
    wanted = re.sub(r"\\(.)", r"\1", text)
    if op == "~":
        return lambda state: wanted.lower() in str(value_of(state) or "").lower()
    if name in NUMERIC:
        number = int(wanted)
        return lambda state: COMPARE[op](value_of(state), number)
    return lambda state: str(value_of(state) or "").lower() == wanted.lower()


def bad_query(query: str) -> Exception:
    """Return the refusal of a query that cannot be read."""
    return invalid(
        f"We were unable to parse your search query `{query}`. See "
        "https://stripe.com/docs/search#search-query-language for its syntax.",
        "query",
    )
