"""The addon is uninstalled with real data, and installed again."""

from typing import Any

from dev.rpc import RpcError
from dev.stack import Stack
from tests.stories.shop import Shop

ADDON = "sale_stripe_invoice"
FIELDS = ["name", "state", "payment_state", "amount_total", "amount_residual"]


def test_the_books_survive_and_what_is_open_is_linked_again() -> None:
    with Stack() as stack:
        shop = Shop(stack)
        shop.connect()
        paid, still_open = shop.posted(100.0), shop.posted(250.0)
        shop.wait_open(paid, still_open)
        shop.pay_on_page(paid)
        shop.wait_paid(paid)
        shop.rest()
        references = [shop.move(move)["stripe_ref"] for move in (paid, still_open)]
        books = _books(shop, paid, still_open)

        shop.wait_for("Odoo uninstalls", lambda: _turn(shop, "uninstall"))
        assert _books(shop, paid, still_open) == books
        assert shop.simulator.api("webhook_endpoints")["data"] == []
        assert _leftovers(shop) == []

        shop.wait_for("Odoo installs", lambda: _turn(shop, "install"))
        assert _books(shop, paid, still_open) == books
        shop.connect()
        # Their documents would have the ids of the former ones.
        other = shop.posted(70.0)
        shop.wait_open(other)
        result = shop.rpc("account.move", "action_stripe_link", [paid, still_open])
        assert shop.move(paid)["name"] in result["params"]["message"]
        [row] = shop.wait_open(still_open)
        assert row["stripe_ref"] == references[1]
        shop.wait_for("What Stripe says is taken over", lambda: _page(shop, still_open))
        shop.pay_on_page(still_open)
        shop.wait_paid(still_open)
        shop.check_one_payment(still_open)
        # Events of the time before are asked for, too, and mean nothing any more.
        _catch_up(shop)
        assert shop.move(other)["payment_state"] == "not_paid"
        assert not shop.payments(other)
        assert _books(shop, paid) == books[:1]
        made = shop.simulator.control("objects/invoice")["data"]
        assert len(made) == 3, "An invoice was made a second time"


def _page(shop: Shop, move: int) -> str:
    return str(shop.move(move)["stripe_hosted_invoice_url"] or "")


def _books(shop: Shop, *moves: int) -> list[dict[str, Any]]:
    """Return invoices with their payments as the accounting has them."""
    rows: list[dict[str, Any]] = shop.rpc("account.move", "read", list(moves), FIELDS)
    for row in rows:
        domain = [["invoice_ids", "in", [row["id"]]]]
        names = ["name", "amount", "state", "date", "journal_id", "is_reconciled"]
        row["payments"] = shop.rpc("account.payment", "search_read", domain, names)
    return rows


def _turn(shop: Shop, act: str) -> bool:
    """Install or uninstall the addon, unless a job runs: Odoo refuses it then."""
    [module] = shop.rpc("ir.module.module", "search", [["name", "=", ADDON]])
    try:
        shop.rpc("ir.module.module", f"button_immediate_{act}", [module])
    except RpcError as error:
        if "scheduled action" not in str(error):
            raise
        return False
    return True


def _leftovers(shop: Shop) -> list[list[str]]:
    """Return the tables and columns of the addon that are still there."""
    return shop.stack.sql(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' "
        "AND (table_name LIKE 'stripe\\_%' OR column_name LIKE 'stripe\\_%')"
    )


def _catch_up(shop: Shop) -> None:
    """Let the hourly look at Stripe happen now, and what follows from it."""
    shop.stack.sql(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' "
        "WHERE id = (SELECT res_id FROM ir_model_data "
        f"WHERE module = '{ADDON}' AND name = 'ir_cron_catch_up')"
    )
    shop.stack.wake_jobs()
    done = "SELECT count(*) FROM stripe_account WHERE last_catch_up > 0"
    shop.wait_for("Odoo has asked Stripe", lambda: shop.stack.sql(done) == [["1"]])
    shop.rest()
