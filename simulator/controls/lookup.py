"""Finds what a control is about; what is not there is a 404, what is not said a 400."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import NotFound

from simulator.world import Account, World


def owner(world: World, kind: str, object_id: str) -> Account:
    """Return the account that has the object; raises NotFound if none has."""
    for account in world.accounts.values():
        if account.get(kind, object_id):
            return account
    raise NotFound(f"There is no {kind} {object_id}.")


def account_of(world: World, account_id: str) -> Account:
    """Return the account; raises NotFound if there is none."""
    if account_id not in world.accounts:
        raise NotFound(f"There is no account {account_id}.")
    return world.accounts[account_id]


def given(body: dict[str, Any], name: str) -> Any:
    """Return a member of what was sent; raises ValueError if it is missing."""
    if name not in body:
        raise ValueError(f"{name} is missing.")
    return body[name]


def filters(body: dict[str, Any], names: str) -> dict[str, str]:
    """Return the filters of a list as texts; raises ValueError for an unknown one.

    :param names: the filters there are, with blanks between them
    """
    unknown = body.keys() - names.split()
    if unknown:
        raise ValueError(f"Unknown filters: {', '.join(sorted(unknown))}.")
    return {name: str(value) for name, value in body.items()}
