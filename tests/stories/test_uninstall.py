"""Another addon is uninstalled: what Stripe finalized stays as it was."""

from dev.rpc import RpcError
from dev.stack import Stack
from tests.stories.shop import Shop

FIELDS = [
    f"stripe_customer_{name}"
    for name in ("name", "email", "phone", "address", "shipping", "tax_exempt")
] + ["stripe_customer_tax_ids", "stripe_status", "stripe_ref"]
# It adds to invoices, contacts and their print, and nothing else needs it.
OTHER = "snailmail_account"


def test_the_frozen_customer_survives_the_end_of_another_addon() -> None:
    with Stack() as stack:
        shop = Shop(stack)
        shop.connect()
        move = shop.french_draft()
        shop.post(move)
        shop.wait_open(move)
        [before] = shop.rpc("account.move", "read", [move], FIELDS)
        assert before["stripe_customer_tax_ids"]
        assert _state(shop) == "installed"
        shop.wait_for("Odoo uninstalls", lambda: _uninstall(shop))
        assert _state(shop) == "uninstalled"
        [after] = shop.rpc("account.move", "read", [move], FIELDS)
        assert after == before


def _state(shop: Shop) -> str:
    domain = [["name", "=", OTHER]]
    [row] = shop.rpc("ir.module.module", "search_read", domain, ["state"])
    return str(row["state"])


def _uninstall(shop: Shop) -> bool:
    """Uninstall the other addon, unless a job runs: Odoo refuses it then."""
    other = shop.rpc("ir.module.module", "search", [["name", "=", OTHER]])
    try:
        shop.rpc("ir.module.module", "button_immediate_uninstall", other)
    except RpcError as error:
        if "scheduled action" not in str(error):
            raise
        return False
    return True
