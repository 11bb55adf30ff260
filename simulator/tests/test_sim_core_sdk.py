"""Stripe's own SDK against the simulator over HTTP: types, errors, restarts, speed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import stripe

from simulator.tests import builders
from simulator.tests.direct import Direct
from simulator.tests.running import Running

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    one = Running()
    yield one
    one.simulator.stop()


def test_errors_become_the_sdks_exceptions(running: Running) -> None:
    v1 = running.client.v1
    wrong: Any = {"colour": "red"}
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        v1.customers.create(wrong)
    assert (unknown.value.code, unknown.value.param) == ("parameter_unknown", "colour")
    with pytest.raises(stripe.InvalidRequestError) as missing:
        v1.invoices.retrieve("in_none")
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.AuthenticationError):
        running.client_for("sk_test_unknown").v1.customers.list()
    customer = v1.customers.create({"name": "A"}, {"idempotency_key": "sdk-1"})
    with pytest.raises(stripe.IdempotencyError):
        v1.customers.create({"name": "B"}, {"idempotency_key": "sdk-1"})
    again = v1.customers.create({"name": "A"}, {"idempotency_key": "sdk-1"})
    assert again.id == customer.id


def test_a_declined_card_is_a_card_error(running: Running) -> None:
    v1 = running.client.v1
    buyer = v1.customers.create({"name": "A", "email": "a@example.com"})
    invoice = v1.invoices.create({"customer": buyer.id, "currency": "eur"})
    v1.invoices.add_lines(invoice.id, {"lines": [{"amount": 5000}]})
    v1.invoices.finalize_invoice(invoice.id)
    with pytest.raises(stripe.CardError) as declined:
        v1.invoices.pay(invoice.id, {"payment_method": "pm_card_chargeDeclined"})
    assert declined.value.code == "card_declined"
    shown = v1.invoices.retrieve(invoice.id)
    assert shown.lines.data[0].quantity_decimal == Decimal(1)
    assert shown.status == "open"


def test_automatic_paging(running: Running) -> None:
    v1 = running.client.v1
    buyer = v1.customers.create({"name": "A", "email": "a@example.com"})
    invoice = v1.invoices.create({"customer": buyer.id, "currency": "eur"})
    lines: Any = [{"amount": number} for number in range(1, 31)]
    v1.invoices.add_lines(invoice.id, {"lines": lines})
    pages = v1.invoices.line_items.list(invoice.id, {"limit": 7})
    amounts = [line.amount for line in pages.auto_paging_iter()]
    assert amounts == list(range(1, 31))


def start(*options: str) -> tuple[subprocess.Popen[str], str]:
    """Start the program and return it with its address."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "simulator", "--port", "0", *options]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    )
    assert process.stdout
    line = process.stdout.readline()
    address = re.fullmatch(r"Stripe simulator on (http://127\.0\.0\.1:\d+)\n", line)
    assert address, line
    return process, address[1]


def test_the_program_keeps_its_state(tmp_path: Path) -> None:
    state, port = tmp_path / "state.json", tmp_path / "port"
    process, url = start("--state", str(state), "--port-file", str(port), "--seed", "7")
    assert url.endswith(":" + port.read_text().strip())
    client = stripe.StripeClient("sk_test_simulator", base_addresses={"api": url})
    made = client.v1.customers.create({"name": "Kept"})
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    process, url = start("--state", str(state))
    client = stripe.StripeClient("sk_test_simulator", base_addresses={"api": url})
    assert client.v1.customers.retrieve(made.id).name == "Kept"
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_two_hundred_requests_in_a_second_of_processor_time(api: Direct) -> None:
    buyer = builders.customer(api)
    begin = time.process_time()
    for _ in range(50):
        invoice = builders.draft(api, buyer)
        builders.add(api, invoice["id"], *[builders.taxed(1000, 200)] * 5)
        path = f"/v1/invoices/{invoice['id']}"
        api.get(path)
        api.post(path + "/finalize")
    assert time.process_time() - begin < 1
