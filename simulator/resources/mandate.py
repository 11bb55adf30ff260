"""Mandates: a customer's leave to debit a bank account more than once."""

from __future__ import annotations

from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def create(world: World, account: Account, method: JSONObject) -> JSONObject:
    """Make the active mandate of a stored bank account."""
    reference = world.token("mandate", 16).upper()
    shown: JSONObject = {
        "id": world.new_id("mandate"),
        "object": "mandate",
        "customer_acceptance": {
            "accepted_at": world.clock.now(),
            "online": {"ip_address": "127.0.0.1", "user_agent": None},
            "type": "online",
        },
        "livemode": account.livemode,
        "multi_use": {},
        "payment_method": method["id"],
        "payment_method_details": {
            "sepa_debit": {
                "reference": reference,
                "url": f"{world.base_url}/mandate/{account.id}/{reference}",
            },
            "type": "sepa_debit",
        },
        "status": "active",
        "type": "multi_use",
    }
    return common.create(world, account, shown)


def retrieve(
    world: World, account: Account, mandate_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/mandates/:id."""
    return common.find(account, "mandate", mandate_id, "mandate")


ROUTES = [
    Route(
        "GET",
        "/mandates/:id",
        retrieve,
        "MandateRetrieveParams",
        "setup_intents:read",
    ),
]
