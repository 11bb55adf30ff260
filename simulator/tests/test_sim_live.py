"""Replays exchanges recorded with Stripe's test mode: the simulator answers alike.

The recordings are not part of the repository, so the test is skipped without them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from simulator.server import new_world
from simulator.tests.direct import Answer, Direct
from simulator.world import World

ROOT = Path(__file__).resolve().parents[2]
RECORDING = ROOT.parent / "shared" / "contract" / "live_exchanges.jsonl"

pytestmark = pytest.mark.skipif(
    not RECORDING.exists(), reason="the recorded exchanges are not here"
)

IDENTIFIER = re.compile(r"^(cus|pm|ii|il|in|price|prod|pi|ch)_\w{8,}$")
# Seconds by which the recorded clock may have run on between two instants.
TOLERANCE = 3
# Not the same at every run: addresses, secrets, what a bank says.
VARIABLE = frozenset(
    (
        "request_log_url", "hosted_invoice_url", "invoice_pdf", "client_secret",
        "receipt_url", "fingerprint", "exp_month", "exp_year", "authorization_code",
        "network_transaction_id", "electronic_commerce_indicator",
    )
)  # fmt: skip
# Members that the pinned version has and the recorded one had not, or the reverse.
CHANGED_SINCE = frozenset(
    (
        "status_details", "dispute", "destination", "order",
        "shared_payment_granted_token",
    )
)  # fmt: skip
# The pinned version takes no ``payment_method_types`` on a PaymentIntent.
REMOVED_PARAMETER = "payment_method_types"

Params = dict[str, Any]


class Replay:
    """Sends the recorded requests, with the simulator's own identifiers in them."""

    def __init__(self) -> None:
        self.world: World = new_world()
        self.world.clock.freeze()
        self.api = Direct(self.world)
        self.api.account.settings.update(
            business_name="Seahaven Sandbox",
            country="CA",
            default_currency="cad",
            statement_descriptor="Stripe",
        )
        self.ours: dict[str, str] = {}
        self.differences: list[str] = []

    def known(self, value: Any) -> Any:
        """Replace recorded identifiers by the simulator's."""
        if isinstance(value, dict):
            return {k: self.known(v) for k, v in value.items()}
        if isinstance(value, list):
            return [self.known(v) for v in value]
        return self.ours.get(value, value) if isinstance(value, str) else value

    def send(self, recorded: dict[str, Any]) -> Answer:
        path = re.sub(r"\w+", lambda m: self.ours.get(m[0], m[0]), recorded["path"])
        return self.api.call(recorded["method"], path, self.known(recorded["params"]))

    def compare(self, wanted: Any, got: Any, where: str) -> None:
        """Note every difference that is not one of identity, time or address."""
        name = where.rpartition(".")[2]
        if name in VARIABLE:
            self.expect((wanted is None) == (got is None), where, wanted, got)
        elif isinstance(wanted, dict) and isinstance(got, dict):
            names = (set(wanted) | set(got)) - CHANGED_SINCE
            for key in sorted(names, key=lambda name: (name != "id", name)):
                self.expect(key in wanted, f"{where}.{key}", "absent", got.get(key))
                self.expect(key in got, f"{where}.{key}", wanted.get(key), "absent")
                if key in wanted and key in got:
                    self.compare(wanted[key], got[key], f"{where}.{key}")
        elif isinstance(wanted, list) and isinstance(got, list):
            self.expect(len(wanted) == len(got), where, wanted, got)
            for index, (one, other) in enumerate(zip(wanted, got, strict=False)):
                self.compare(one, other, f"{where}[{index}]")
        elif isinstance(wanted, str) and IDENTIFIER.match(wanted):
            known = self.ours.setdefault(wanted, got)
            self.expect(known == got, where, known, got)
        else:
            self.compare_plain(wanted, got, where)

    def compare_plain(self, wanted: Any, got: Any, where: str) -> None:
        if isinstance(wanted, int) and wanted > 1_700_000_000:
            near = isinstance(got, int) and abs(wanted - got) <= TOLERANCE
            self.expect(near, where, wanted, got)
        elif isinstance(wanted, str):
            self.expect(self.translated(wanted) == got, where, wanted, got)
        else:
            self.expect(wanted == got, where, wanted, got)

    def translated(self, text: str) -> str:
        """Replace identifiers inside a text; the number's prefix is drawn anew."""
        return re.sub(r"\w+", lambda m: self.ours.get(m[0], m[0]), text)

    def expect(self, alike: bool, where: str, wanted: Any, got: Any) -> None:
        if not alike:
            self.differences.append(f"{where}: Stripe {wanted!r}, simulator {got!r}")

    # What happened between the recorded exchanges

    def item(self, amount: int, description: str) -> str:
        params = {
            "customer": self.ours[CUSTOMER],
            "amount": amount,
            "currency": "usd",
            "description": description,
        }
        return str(self.api.post("/v1/invoiceitems", params)["id"])

    def revise_item(self) -> None:
        path = f"/v1/invoiceitems/{self.ours[REVISED_ITEM]}"
        self.api.post(path, {"description": "Usage add-on (revised)"})

    def late_fee(self) -> None:
        self.ours[LATE_FEE] = self.item(800, "Late fee")

    def paid_elsewhere(self) -> None:
        self.item(4400, "Sent flow item")
        params = {
            "customer": self.ours[CUSTOMER],
            "pending_invoice_items_behavior": "include",
            "collection_method": "send_invoice",
            "days_until_due": 7,
        }
        invoice = self.api.post("/v1/invoices", params)
        self.ours[PAID_ELSEWHERE] = invoice["id"]
        self.api.post(f"/v1/invoices/{invoice['id']}/finalize")

    def other_customer(self) -> None:
        customer = self.api.post("/v1/customers")
        card = {"type": "card", "card": {"token": "tok_visa"}}
        method = self.api.post("/v1/payment_methods", card)
        path = f"/v1/payment_methods/{method['id']}/attach"
        self.api.post(path, {"customer": customer["id"]})
        self.ours[OTHER_CUSTOMER] = customer["id"]
        self.ours[OTHER_METHOD] = method["id"]


CUSTOMER = "cus_VIiHj0TY6gyFLY"
REVISED_ITEM = "ii_1UI6qrHIBYZYyePr92s47mS2"
LATE_FEE = "ii_1UI6quHIBYZYyePrJ0e8Pb7G"
PAID_ELSEWHERE = "in_1UI6r9HIBYZYyePrgxDsE0Y1"
OTHER_CUSTOMER = "cus_VIU4fUGVu5bj4r"
OTHER_METHOD = "pm_1UHt6eHIBYZYyePr79f5d9IS"

# Position in the recording → what was done before it and is not recorded.
BEFORE = {
    11: Replay.revise_item,
    16: Replay.late_fee,
    50: Replay.paid_elsewhere,
    66: Replay.other_customer,
}


def instant(recorded: dict[str, Any]) -> int | None:
    """Return when the recorded exchange took place, as far as it shows."""
    body = recorded["response"]
    if recorded["method"] != "POST" or recorded["status"] != 200:
        return None
    moments = [body.get("created"), body.get("date")]
    moments += body.get("status_transitions", {}).values()
    return max((moment for moment in moments if moment), default=None)


def exchanges() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RECORDING.read_text().splitlines()]


def test_recorded_exchanges() -> None:
    replay = Replay()
    for position, recorded in enumerate(exchanges()):
        moment = instant(recorded)
        if moment:
            replay.world.clock.set(moment)
        if position in BEFORE:
            BEFORE[position](replay)
        if position == 66:
            refuse_removed_parameter(replay, recorded)
        answer = replay.send(recorded)
        where = f"{position} {recorded['method']} {recorded['path']}"
        replay.expect(
            answer.status == recorded["status"], where, recorded["status"], answer
        )
        note_prefix(replay, recorded["response"], answer.body)
        replay.compare(recorded["response"], answer.body, where + " ")
    assert not replay.differences, "\n".join(replay.differences)
    assert len(replay.ours) > 20


def refuse_removed_parameter(replay: Replay, recorded: dict[str, Any]) -> None:
    """The older version took the parameter; the pinned one knows it no more."""
    answer = replay.send(recorded)
    assert answer.status == 400
    assert answer.body["error"]["param"] == REMOVED_PARAMETER
    del recorded["params"][REMOVED_PARAMETER]


def note_prefix(replay: Replay, wanted: Params, got: Params) -> None:
    """The prefix of the customer's invoice numbers is drawn at random."""
    if wanted.get("object") == "customer" and "invoice_prefix" in got:
        replay.ours[wanted["invoice_prefix"]] = got["invoice_prefix"]
