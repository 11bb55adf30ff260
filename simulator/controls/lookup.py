"""Finds the account that an object belongs to."""

from __future__ import annotations

from simulator.world import Account, World


def owner(world: World, kind: str, object_id: str) -> Account:
    """Return the account that has the object; raises KeyError if none has."""
    for account in world.accounts.values():
        if account.get(kind, object_id):
            return account
    raise KeyError(object_id)
