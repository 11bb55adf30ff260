"""The world as a whole: accounts, objects, the requests that came, reset."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator import seeding
from simulator.controls.lookup import account_of, filters, given

if TYPE_CHECKING:
    from simulator.world import Account, World

JSON = dict[str, Any]
FILTERS = "id account method path status idempotency_key replayed"


def reset(world: World, body: JSON) -> JSON:
    """Return to the beginning: seeded accounts, no faults, real time."""
    world.accounts.clear()
    world.scheduled.clear()
    world.requests.clear()
    world.faults.clear()
    world.delivery.reset()
    world.counter = 0
    world.clock.reset()
    seeding.seed_accounts(world)
    return accounts_list(world, {})


def accounts_list(world: World, body: JSON) -> JSON:
    """List the accounts, without their keys."""
    return {"data": [shown(account) for account in world.accounts.values()]}


def accounts_add(world: World, body: JSON) -> JSON:
    """Add an account: {livemode, keys: {key: null | [permissions]}, settings}."""
    keys = {
        key: None if granted is None else set(granted)
        for key, granted in given(body, "keys").items()
    }
    for key in keys:
        if world.account_by_key(key):
            raise ValueError("An account has this key already.")
    livemode = bool(body.get("livemode", False))
    return shown(seeding.add_account(world, livemode, keys, body.get("settings")))


def accounts_change(world: World, body: JSON, account_id: str) -> JSON:
    """Change an account: {keys, settings}; keys are added."""
    account = account_of(world, account_id)
    for key, granted in body.get("keys", {}).items():
        account.keys[key] = None if granted is None else set(granted)
    for name, value in body.get("settings", {}).items():
        account.settings[name] = value
    return shown(account)


def keys_remove(world: World, body: JSON, account_id: str) -> JSON:
    """Take a key away, as someone who rolls it: {key}."""
    account = account_of(world, account_id)
    key = given(body, "key")
    if key not in account.keys:
        raise ValueError("The account has no such key.")
    del account.keys[key]
    return shown(account)


def shown(account: Account) -> JSON:
    """Return an account; its keys stay hidden."""
    return {
        "id": account.id,
        "livemode": account.livemode,
        "keys": len(account.keys),
        "settings": account.settings,
    }


def requests_list(world: World, body: JSON) -> JSON:
    """List the requests that came to /v1: {method, path, status, account, ...}."""
    return {"data": world.requests.rows(**filters(body, FILTERS))}


def requests_clear(world: World, body: JSON) -> JSON:
    """Forget the requests that came to /v1."""
    world.requests.clear()
    return requests_list(world, {})


def objects_list(world: World, body: JSON, name: str) -> JSON:
    """List all objects of a type, such as invoice, with their account: {account}."""
    return {
        "data": [
            {"account": account.id, **one}
            for account in world.accounts.values()
            for one in account.table(name).values()
            if body.get("account", account.id) == account.id
        ]
    }


TABLE: list[tuple[str, str, Callable[..., Any]]] = [
    ("POST", "/_sim/reset", reset),
    ("GET", "/_sim/accounts", accounts_list),
    ("POST", "/_sim/accounts", accounts_add),
    ("POST", "/_sim/accounts/<account_id>", accounts_change),
    ("POST", "/_sim/accounts/<account_id>/remove_key", keys_remove),
    ("GET", "/_sim/requests", requests_list),
    ("DELETE", "/_sim/requests", requests_clear),
    ("POST", "/_sim/requests/clear", requests_clear),
    ("GET", "/_sim/objects/<name>", objects_list),
]
