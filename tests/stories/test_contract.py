"""What Odoo and the simulator say to each other, held against Stripe's contract.

The contract is not part of the repository, so the test is skipped without it.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dev.paths import CHECKOUT
from dev.processes import die_with_parent
from tests.stories.shop import Shop

CONTRACT = CHECKOUT.parent / "shared" / "contract"
CHECKER = CONTRACT / "stripe_contract.py"
PROXY = CONTRACT / "recording_proxy.py"
API_BASE = "sale_stripe_invoice.api_base"

EXPLAINED = (
    # Documented as given on request only (changelog of 2026-05-27); the checker knows
    # objects that can be expanded, and this is a number.
    r"error (expand\.invalid|server\.too-lenient) amount_paid_off_stripe",
    # The recorded lines of the real API have no ``subscription``.
    r"warning resp\.missing (.*\.)?subscription",
    # An empty part of an address clears what was there before.
    r"warning param\.empty address\[\w+\]",
)
"""What the checker finds and why it is right as it is: level, code, where."""

pytestmark = pytest.mark.skipif(not CHECKER.exists(), reason="the contract is not here")


def test_both_directions_keep_to_the_contract(shop: Shop, tmp_path: Path) -> None:
    calls, hooks = tmp_path / "api.jsonl", tmp_path / "hooks.jsonl"
    with (
        _recorded(shop.simulator.url, calls, "api") as api,
        _recorded(shop.stack.base_url, hooks, "webhook") as webhook,
        _led_through(shop, api, webhook),
    ):
        shop.connect()
        _play(shop)
        secrets = json.loads(
            shop.stack.sql(
                "SELECT webhook_secrets FROM stripe_account "
                f"WHERE company_id = {shop.stack.company_id}"
            )[0][0]
        )
    assert len(calls.read_text().splitlines()) > 50
    assert len(hooks.read_text().splitlines()) > 20
    findings = _check(calls, hooks, secrets)
    unexplained = {
        f"{_short(one)}: {one['message']}" for one in findings if not _is_explained(one)
    }
    assert not unexplained, "\n".join(sorted(unexplained))


def _play(shop: Shop) -> None:
    """Make each kind of call: pushes, a lost answer, payments, a void, a withdrawal."""
    fault = {"method": "POST", "path": "/add_lines$", "kind": "status", "status": 500}
    lost = shop.fault(times=1, after=True, **fault)
    paid, parted, void = (shop.french_draft() for _n in range(3))
    shop.post(paid)
    # What the worker wrote down of it may have collided with an event, and be gone.
    shop.wait_for("An answer is lost", lambda: shop.hits(lost))
    shop.hurry()
    shop.post(parted, void)
    shop.wait_open(paid, parted, void)
    shop.pay_on_page(paid)
    shop.pay(parted, amount=5000)
    shop.pay(parted, method="sepa_debit")
    shop.rpc("account.move", "button_request_cancel", [void])
    shop.wait_paid(paid, parted)
    partner = shop.move(paid)["partner_id"][0]
    shop.rpc("res.partner", "write", [partner], {"phone": "+33 1 23 45 67 89"})
    again = shop.draft(partner, 5.0)
    shop.post(again)
    shop.wait_open(again)
    shop.wait_for(
        "The invoice is cancelled", lambda: shop.move(void)["stripe_status"] == "void"
    )
    for row in shop.moves([paid, parted, void, again]):
        shop.wait_settled(row["stripe_ref"])


@contextmanager
def _recorded(upstream: str, out: Path, kind: str) -> Iterator[str]:
    """Have a recorder in front of `upstream`; give its address."""
    where = ["--listen", "0", "--upstream", upstream]
    command = [sys.executable, str(PROXY), *where, "--out", str(out), "--kind", kind]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent()
    )
    try:
        assert process.stdout
        found = re.search(r"127\.0\.0\.1:\d+", process.stdout.readline())
        assert found
        yield f"http://{found[0]}"
    finally:
        process.terminate()
        process.communicate(timeout=10)


@contextmanager
def _led_through(shop: Shop, api: str, webhook: str) -> Iterator[None]:
    """Lead both directions through the recorders for a while."""
    parameters = "ir.config_parameter", "set_param", API_BASE
    shop.rpc(*parameters, api)
    routes = {shop.stack.base_url: webhook}
    shop.simulator.control("deliveries/settings", {"routes": routes})
    try:
        yield
    finally:
        shop.simulator.control("deliveries/settle", {"timeout": 30})
        shop.simulator.control("deliveries/settings", {"routes": {}})
        shop.rpc(*parameters, shop.simulator.url)


def _check(calls: Path, hooks: Path, secrets: list[str]) -> list[dict[str, Any]]:
    command = [sys.executable, str(CHECKER), "--warnings", "--json"]
    for secret in secrets:
        command += ["--webhook-secret", secret]
    command += [str(calls), str(hooks)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]


def _short(finding: dict[str, Any]) -> str:
    return f"{finding['level']} {finding['code']} {finding['at']}"


def _is_explained(finding: dict[str, Any]) -> bool:
    return any(re.fullmatch(pattern, _short(finding)) for pattern in EXPLAINED)
