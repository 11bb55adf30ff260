"""Stripe cannot be reached for a while, then Odoo cannot."""

import re
import statistics
import time

from tests.stories.shop import Shop

INVOICES = 20
STALL_MS = 60_000
"""Each request hangs so long, or until it is let go: nobody may wait for it."""

FEW = 4
"""Requests that are sent in vain while 20 invoices wait."""


def test_posting_and_selling_go_on_while_stripe_is_down(shop: Shop) -> None:
    moves = [shop.draft(shop.customer(), 20.0 + n, 0.99) for n in range(INVOICES)]
    plain = [
        shop.draft(shop.customer(), 20.0, stripe_invoice=False) for _n in moves[::2]
    ]
    stall = shop.fault(kind="latency", ms=STALL_MS)
    shop.fault(kind="down")

    seconds, without = [], []
    # In turn, because other work on the machine comes and goes.
    for first, second, other in zip(moves[::2], moves[1::2], plain, strict=True):
        seconds += [_seconds_to_post(shop, first), _seconds_to_post(shop, second)]
        without.append(_seconds_to_post(shop, other))
    assert statistics.median(seconds) < 2.5 * statistics.median(without) + 0.1
    assert max(seconds) < STALL_MS / 1000
    _sell(shop)
    assert [row["state"] for row in shop.moves(moves)] == ["posted"] * INVOICES

    shop.end_fault(stall)
    shop.wait_for("The outage is noticed", shop.requests)
    shop.wait_for("All show that they wait", lambda: _all_wait(shop, moves))
    assert len(shop.requests()) <= FEW, shop.requests()

    shop.calm()
    shop.rpc("account.move", "action_stripe_retry", moves)
    shop.wait_open(*moves)
    for move in moves:
        shop.check_one_open(move)
    rows = shop.moves([*moves, *plain])
    numbers = sorted(int(re.findall(r"\d+", row["name"])[-1]) for row in rows)
    assert numbers == list(range(numbers[0], numbers[0] + len(rows))), "no gap"


def _seconds_to_post(shop: Shop, move: int) -> float:
    start = time.monotonic()
    shop.post(move)
    return time.monotonic() - start


def _sell(shop: Shop) -> None:
    [product] = shop.rpc(
        "product.product", "search", [["default_code", "=", "FURN_0789"]], limit=1
    )
    line = {"product_id": product, "product_uom_qty": 1}
    values = {"partner_id": shop.customer(), "order_line": [(0, 0, line)]}
    order = shop.rpc("sale.order", "create", values)
    shop.rpc("sale.order", "action_confirm", [order])
    [found] = shop.rpc("sale.order", "read", [order], ["state"])
    assert found["state"] == "sale"


def _all_wait(shop: Shop, moves: list[int]) -> bool:
    """Tell whether each form warns, names the next try, and offers another one."""
    rows = shop.rpc("account.move", "read", moves, ["alerts", "stripe_pending"])
    warnings = [row["alerts"].get("stripe_waiting") for row in rows]
    return all(
        row["stripe_pending"]
        and warning
        and re.search(r"Next try: .*\d", warning["message"])
        and warning["action_call"][1] == "action_stripe_retry"
        for row, warning in zip(rows, warnings, strict=True)
    )


def test_what_is_paid_while_odoo_is_down_arrives_with_stripes_next_try(
    shop: Shop,
) -> None:
    moves = [shop.posted(30.0 + n) for n in range(2)]
    rows = shop.wait_open(*moves)
    for row in rows:
        shop.wait_settled(row["stripe_ref"])
    shop.stack.stop()
    for row in rows:
        shop.simulator.control(f"invoices/{row['stripe_ref']}/pay", {})
    shop.simulator.control("deliveries/settle", {"timeout": 30})
    failed = shop.simulator.control("deliveries?state=pending")["data"]
    assert {"invoice.paid", "invoice_payment.paid"} <= {one["type"] for one in failed}
    shop.stack.start()
    assert [row["payment_state"] for row in shop.moves(moves)] == ["not_paid"] * 2
    shop.simulator.control("clock/advance", {"seconds": 3700})
    shop.wait_paid(*moves)
    for move in moves:
        shop.check_one_payment(move)
    for row in rows:
        events = shop.wait_settled(row["stripe_ref"])
        assert {event["state"] for event in events} == {"done"}
