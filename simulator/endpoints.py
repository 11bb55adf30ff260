"""Which endpoints listen to an event, and which secrets sign for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.world import Account, World


# Seconds for which a rolled secret may go on signing: 24 hours at most
# (https://docs.stripe.com/webhooks, "Roll endpoint signing secrets").
ROLL_OVERLAP = 24 * 3600


def listeners(account: Account, event_type: str) -> list[dict[str, Any]]:
    """Return the enabled endpoints of the account that want this type of event."""
    return [
        endpoint
        for endpoint in account.table("webhook_endpoint").values()
        if endpoint["status"] == "enabled"
        and ({"*", event_type} & set(endpoint["enabled_events"]))
    ]


def new_secret(world: World) -> str:
    """Return a new signing secret."""
    return "whsec_" + world.token("whsec", 32)


def add_secret(account: Account, endpoint_id: str, secret: str) -> None:
    """Give the endpoint a signing secret; those it has stay as they are."""
    secrets = account.private(endpoint_id).setdefault("secrets", [])
    secrets.append({"secret": secret, "expires_at": None})


def expire_secrets(account: Account, endpoint_id: str, at: int) -> None:
    """Let the endpoint's present secrets end at that instant (epoch seconds)."""
    for entry in account.private(endpoint_id)["secrets"]:
        if entry["expires_at"] is None or entry["expires_at"] > at:
            entry["expires_at"] = at


def roll(world: World, account: Account, endpoint_id: str, overlap: int) -> str:
    """Return a new secret; those before it still sign for ``overlap`` seconds."""
    expire_secrets(account, endpoint_id, world.clock.now() + overlap)
    secret = new_secret(world)
    add_secret(account, endpoint_id, secret)
    return secret


def active_secrets(account: Account, endpoint_id: str, clock: Clock) -> list[str]:
    """Return the secrets that sign now, the newest first as Stripe does."""
    now = clock.now()
    return [
        entry["secret"]
        for entry in reversed(account.private(endpoint_id)["secrets"])
        if entry["expires_at"] is None or entry["expires_at"] > now
    ]
