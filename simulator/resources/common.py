"""What every resource does: find, assign, merge metadata, tell about changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from simulator import events, search
from simulator.errors import invalid, missing, no_such_reference
from simulator.plain import copied
from simulator.world import Account, JSONObject, World

Params = dict[str, Any]

# How Stripe's sentences call the types whose name is not simply the object's.
SPOKEN = {
    "payment_intent": "payment_intent",
    "payment_method": "PaymentMethod",
    "tax_rate": "tax rate",
    "invoiceitem": "Invoice Item",
    "balance_transaction": "balance transaction",
    "credit_note": "credit note",
    "checkout.session": "checkout.session",
    "setup_intent": "setupintent",
}
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500


def find(account: Account, name: str, object_id: str, param: str = "id") -> JSONObject:
    """Return the object that the path names; raises Stripe's 404."""
    found = account.get(name, object_id)
    if found is None:
        raise missing(SPOKEN.get(name, name), object_id, param)
    return found


def refer(account: Account, name: str, object_id: str, param: str) -> JSONObject:
    """Return the object that a parameter names; raises Stripe's 400."""
    found = account.get(name, object_id)
    if found is None:
        raise no_such_reference(SPOKEN.get(name, name), object_id, param)
    return found


def create(
    world: World, account: Account, obj: JSONObject, event: str | None = None
) -> JSONObject:
    """Store a new object and tell about it."""
    account.table(obj["object"])[obj["id"]] = obj
    search.record(world, account, obj)
    if event:
        events.emit(world, account, event, obj)
    return obj


@contextmanager
def changing(
    world: World, account: Account, obj: JSONObject, event: str
) -> Iterator[JSONObject]:
    """Emit ``event`` with the former values if the block changes the object."""
    before = copied(obj)
    yield obj
    previous = {k: before.get(k) for k, v in obj.items() if before.get(k) != v}
    if previous:
        search.record(world, account, obj)
        events.emit(world, account, event, obj, previous)


def assign(obj: JSONObject, params: Params, names: Iterable[str]) -> None:
    """Copy the given parameters; an empty text unsets."""
    for name in names:
        if name in params:
            obj[name] = None if params[name] == "" else params[name]


def merge_metadata(metadata: dict[str, str], given: Any) -> dict[str, str]:
    """Return the metadata after a request: given keys replace, empty ones delete."""
    if given is None:
        return metadata
    if given == "":
        return {}
    merged = {**metadata, **given}
    for key, value in given.items():
        check_metadata(key, value)
        if value == "":
            del merged[key]
    if len(merged) > METADATA_KEYS:
        raise invalid(
            f"You can only have up to {METADATA_KEYS} metadata keys.", "metadata"
        )
    return merged


def check_metadata(key: str, value: str) -> None:
    """Raise a 400 for a key or a value that is too long."""
    if len(key) > METADATA_KEY_LENGTH:
        raise invalid(
            "Metadata keys can have up to 40 characters, but you passed in a key that "
            f"is {len(key)} characters. Invalid key: {key}",
            f"metadata[{key}]",
        )
    if len(value) > METADATA_VALUE_LENGTH:
        raise invalid(
            "Metadata values can have up to 500 characters, but you passed in a value "
            f"that is {len(value)} characters. Invalid value: {value}",
            f"metadata[{key}]",
        )


def address(given: Any) -> JSONObject | None:
    """Return a full address as Stripe shows it, or None where it was unset."""
    if not given:
        return None
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return {name: given.get(name) or None for name in names}


def deleted(obj: JSONObject) -> JSONObject:
    """Return what Stripe answers when the object has been deleted."""
    return {"id": obj["id"], "object": obj["object"], "deleted": True}


def refuse_unsimulated(params: Params, names: Iterable[str]) -> None:
    """Refuse honestly what Stripe could do and this simulator cannot."""
    for name in names:
        if params.get(name) not in (None, "", False, [], {}):
            raise invalid(f"The simulator does not support '{name}'.", name)
