"""Every request of a push fails once, in each way that a request can fail."""

import itertools
from typing import Any

import pytest

from tests.stories.shop import PUSH, VAT, Shop

FAULTS: dict[str, dict[str, Any]] = {
    "the connection breaks before it": {"kind": "drop_before"},
    "the answer is lost": {"kind": "drop_after"},
    "Stripe fails before it": {"kind": "status", "status": 500},
    "Stripe fails after it": {"kind": "status", "status": 500, "after": True},
    "the object is locked": {"kind": "status", "status": 409},
    "there are too many requests": {"kind": "status", "status": 429},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_request_of_a_push_and_of_a_payment_fails_once(
    shop: Shop, fault: str
) -> None:
    rules = [
        shop.fault(method=method, path=path, times=1, **FAULTS[fault])
        for method, path in PUSH
    ]
    move = shop.french_draft()
    shop.post(move)
    problems = _push_on(shop, move)
    assert [shop.hits(rule) for rule in rules] == [1] * len(PUSH), problems
    shop.check_one_open(move)
    [customer] = shop.customers_of(shop.move(move)["partner_id"][0])
    tax_ids = shop.simulator.api(f"customers/{customer['id']}/tax_ids")["data"]
    assert [one["value"] for one in tax_ids] == [VAT]
    [invoice] = shop.invoices_of(shop.move(move)["partner_id"][0])
    lines = shop.simulator.api(f"invoices/{invoice['id']}/lines")["data"]
    assert len(lines) == 2
    _pay(shop, move, fault)


def _push_on(shop: Shop, move: int) -> list[str]:
    """Do not wait for the next try; return the problems that were shown."""
    problems: list[str] = []

    def is_open() -> bool:
        document = shop.document(move)
        assert not document["refused"], document["error"]
        if document["status"] == "open":
            return True
        if document["next_attempt_at"]:
            assert document["pending"]
            assert document["error"], "a problem is told"
            problems.append(document["error"])
        return False

    shop.wait_for("The invoice is open", is_open, hurry=True)
    return [text for text, _same in itertools.groupby(problems)]


def _pay(shop: Shop, move: int, fault: str) -> None:
    shop.wait_settled(shop.move(move)["stripe_ref"])
    rules = [
        shop.fault(method="GET", path=path, times=1, **FAULTS[fault])
        for path in ("/v1/invoices/[^/]+$", "/v1/invoice_payments$")
    ]
    shop.pay_on_page(move)

    def is_paid() -> bool:
        return bool(shop.move(move)["amount_residual"] == 0)

    shop.wait_for("The invoice is paid", is_paid, hurry=True)
    assert [shop.hits(rule) for rule in rules] == [1, 1]
    shop.check_one_payment(move)


def test_an_invoice_that_stripe_refuses_does_not_stop_the_others(shop: Shop) -> None:
    partners = [shop.customer(), shop.customer(email="no-address"), shop.customer()]
    moves = [shop.draft(partner, 12.0) for partner in partners]
    shop.post(*moves)
    first, bad, last = moves
    shop.wait_open(first, last)
    shop.wait_for("The bad one is shown", lambda: shop.move(bad)["stripe_to_fix"])
    assert shop.document(bad)["error"]
    assert shop.invoices_of(partners[1]) == []
    shop.rpc("res.partner", "write", [partners[1]], {"email": "anna@example.com"})
    shop.rpc("account.move", "action_stripe_retry", [bad])
    shop.wait_open(bad)
    for move in moves:
        shop.check_one_open(move)
