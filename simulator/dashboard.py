"""A person at work in Stripe's dashboard: API operations that no request caused."""

from __future__ import annotations

from typing import Any

from simulator import forms, params
from simulator.errors import missing
from simulator.resources import registry
from simulator.world import Account, World


def do(
    world: World, account: Account, method: str, path: str, given: dict[str, Any]
) -> dict[str, Any]:
    """Carry out an operation of the API; its events have no request.

    :param path: such as ``/v1/invoices/in_.../void``
    :param given: the operation's parameters as JSON; they are checked as a client's
    :raises StripeError: what the API would answer
    """
    found = registry.match(method, path)
    if found is None:
        raise missing("operation", f"{method} {path}", "path")
    route, ids = found
    checked = params.check(route.params, tree(given))
    request, world.request = world.request, None
    try:
        return route.handler(world, account, *ids, checked)
    finally:
        world.request = request


def tree(given: dict[str, Any]) -> forms.Tree:
    """Return JSON as the nested texts that a form would have held; nulls are left."""
    return {name: branch(value) for name, value in given.items() if value is not None}


def branch(value: Any) -> str | forms.Tree:
    """Return one JSON value as text, or as a hash of texts."""
    if isinstance(value, dict):
        return tree(value)
    if isinstance(value, list):
        return tree({str(index): item for index, item in enumerate(value)})
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
