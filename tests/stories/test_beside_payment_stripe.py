"""Odoo's own Stripe provider on the same Stripe account: neither books the other's."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dev import databases, templates
from dev.odoo import Odoo
from dev.processes import run
from dev.stack import Stack
from dev.stripe_side import TEST_KEY
from tests.stories.shop import Shop


@contextmanager
def _with_payment_stripe(odoo: Odoo) -> Iterator[str]:
    template = templates.ensure_template(odoo, templates.DEMO)
    with databases.clone(odoo.cluster, template, "beside") as name:
        options = ("-d", name, "-i", "payment_stripe", "--stop-after-init", "--no-http")
        run(odoo.command(*options), "install-beside", env=odoo.environment())
        yield name


def test_both_work_and_neither_books_what_is_the_others() -> None:
    with Stack(_with_payment_stripe) as stack:
        shop = Shop(stack)
        shop.connect()
        _enable_provider(shop)
        move = shop.posted(100.0)
        shop.wait_open(move)
        shop.pay_on_page(move)
        shop.wait_paid(move)
        shop.check_one_payment(move)

        # Odoo's provider hears of our charge, too: its endpoint is on the same account.
        for event in _events(shop, "charge.", "payment_intent."):
            assert _tell_provider(shop, event) < 500
        shop.rest()
        shop.check_one_payment(move)

        # A payment of the provider's, and its refund, are none of ours.
        ours = _count(shop)
        charge = _pay_elsewhere(shop)
        _post(shop, "refunds", charge=charge)
        shop.rest()
        assert _count(shop) == ours
        foreign = [
            row
            for row in shop.rpc("stripe.event", "search_read", [], ["type", "state"])
            if row["state"] not in ("done", "ignored")
        ]
        assert foreign == []


def _enable_provider(shop: Shop) -> None:
    """Set the provider up in test mode, as the payment settings do."""
    domain = [["code", "=", "stripe"], ["company_id", "=", shop.stack.company_id]]
    found = shop.rpc("payment.provider", "search", domain)
    if not found:
        domain = [["code", "=", "stripe"]]
        found = shop.rpc("payment.provider", "search", domain, limit=1)
    values = {
        "stripe_publishable_key": "pk_test_provider",
        "stripe_secret_key": TEST_KEY,
        "state": "test",
    }
    shop.rpc("payment.provider", "write", found, values)


def _events(shop: Shop, *kinds: str) -> list[dict[str, Any]]:
    rows = shop.simulator.api("events", limit="100")["data"]
    found = [row for row in rows if row["type"].startswith(kinds)]
    assert found
    return found


def _tell_provider(shop: Shop, event: dict[str, Any]) -> int:
    """Call the webhook of Odoo's own provider; return its answer's status."""
    request = urllib.request.Request(
        shop.stack.base_url + "/payment/stripe/webhook",
        json.dumps(event).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _post(shop: Shop, path: str, **parameters: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{shop.simulator.url}/v1/{path}",
        urllib.parse.urlencode(parameters).encode(),
        {"Authorization": f"Bearer {TEST_KEY}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _pay_elsewhere(shop: Shop) -> str:
    """Make a payment without an invoice, as a web shop does; return its charge."""
    intent = _post(
        shop,
        "payment_intents",
        amount="5000",
        currency="eur",
        confirm="true",
        payment_method="pm_card_visa",
        return_url="https://shop.example.com",
    )
    return str(intent["latest_charge"])


def _count(shop: Shop) -> tuple[int, ...]:
    """Return how many payments, refunds and credit notes Odoo has."""
    models = ("account.payment", "stripe.refund", "stripe.credit.note")
    return tuple(int(shop.rpc(model, "search_count", [])) for model in models)
