"""Drafts that cannot be finalized, because a test or a person wants it so."""

from __future__ import annotations

from simulator import events
from simulator.errors import StripeError
from simulator.resources import common
from simulator.world import Account, JSONObject, World

SETTING = "finalization_error"
# What is missing where nothing else is told; docs.stripe.com/tax/customer-locations.
USUAL = {
    "code": "customer_tax_location_invalid",
    "message": "The customer's location isn't recognized. Set a valid customer address "
    "in order to automatically calculate tax.",
}


def told(account: Account, invoice: JSONObject) -> StripeError | None:
    """Return the error that somebody has set for the invoice, None to go on.

    It may be set for the invoice, for its customer or for the whole account, as
    ``{code, message, param}``; ``{}`` stands for the usual one.
    """
    places = (
        account.private(invoice["id"]),
        account.private(invoice["customer"]),
        account.settings,
    )
    for place in places:
        if place.get(SETTING) is not None:
            given = {**USUAL, **place[SETTING]}
            return StripeError(
                given["message"], code=given["code"], param=given.get("param")
            )
    return None


def fail(
    world: World, account: Account, invoice: JSONObject, error: StripeError
) -> None:
    """Note on the draft why it was not finalized, and tell about it."""
    with common.changing(world, account, invoice, "invoice.updated"):
        invoice["last_finalization_error"] = error.body(None)["error"]
    events.emit(world, account, "invoice.finalization_failed", invoice)
