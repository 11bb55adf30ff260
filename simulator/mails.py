"""The mails that Stripe would have sent: nothing leaves, each is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.world import Account, World

TABLE = "mail"


def note(
    world: World,
    account: Account,
    kind: str,
    address: str | None,
    obj: dict[str, Any],
) -> None:
    """Note one mail about an object; ``GET /_sim/objects/mail`` lists them.

    :param kind: invoice, credit_note or refund_instructions
    :param address: where it goes; nothing is sent where there is none
    """
    if not address:
        return
    mail_id = world.new_id("mail")
    account.table(TABLE)[mail_id] = {
        "id": mail_id,
        "object": TABLE,
        "about": obj["id"],
        "created": world.clock.now(),
        "kind": kind,
        "number": obj.get("number"),
        "to": address,
    }
