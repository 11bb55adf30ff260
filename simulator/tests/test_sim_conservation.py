"""Whatever happens, no cent appears or disappears."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct
from simulator.world import Account, World

DAY = 86400
ACTS = 250
MOVEMENTS = (("stripe_fee", -250), ("topup", 5000), ("adjustment", -77))


class Life:
    """A merchant's life in random order; refusals are a part of it."""

    def __init__(self, world: World, seed: int) -> None:
        self.api = Direct(world)
        self.random = random.Random(seed)
        self.buyer = builders.customer(self.api)
        self.done: Counter[str] = Counter()
        self.api.account.settings["fee_tax_percent"] = 20
        if seed % 2:
            self.api.account.settings["payout_schedule"] = {"interval": "daily"}

    @property
    def account(self) -> Account:
        return self.api.account

    def live(self) -> None:
        """Do something, many times."""
        acts = (
            self.sell, self.sell, self.pay, self.pay, self.pay, self.refund,
            self.credit, self.dispute, self.transfer, self.pay_out, self.move,
            self.conclude, self.conclude, self.wait,
        )  # fmt: skip
        for _number in range(ACTS):
            act = self.random.choice(acts)
            self.done[act.__name__] += bool(act())

    def steer(self, path: str, **body: Any) -> bool:
        """Steer, and return whether the world allowed it; it never breaks down."""
        response = self.api._client.post(f"/_sim/{path}", json=body)
        assert response.status_code in (200, 400, 402), response.text
        return response.status_code == 200

    def one(self, table: str) -> str:
        """Return the id of some object, ``none`` where there is none."""
        return self.random.choice([*self.account.table(table), "none"][-6:])

    def some(self, table: str, path: str, **body: Any) -> bool:
        """Steer one of the last objects of a table."""
        found = self.one(table)
        return found != "none" and self.steer(path.format(found), **body)

    def sell(self) -> bool:
        amount = self.random.randrange(60, 20000)
        builders.opened(self.api, amount, customer_id=self.buyer)
        return True

    def pay(self) -> bool:
        wishes: list[dict[str, Any]] = [
            {"number": "4242424242424242"},
            {"number": "4000000000005126"},
            {"amount": self.random.randrange(1, 9000)},
            {"method": "sepa_debit", "outcome": "processing"},
            {"method": "sepa_debit"},
            {"outcome": "decline"},
            {"method": "customer_balance", "amount": self.random.randrange(1, 30000)},
        ]
        wish = self.random.choice(wishes)
        if self.random.random() < 0.1:
            return self.some("invoice", "invoices/{}/pay_twice")
        return self.some("invoice", "invoices/{}/pay", **wish)

    def refund(self) -> bool:
        wish = {"amount": self.random.randrange(1, 9000)}
        return self.some("charge", "charges/{}/refund", **wish)

    def credit(self) -> bool:
        found = self.one("invoice")
        if found == "none" or self.random.random() < 0.2:
            return self.some("credit_note", "credit_notes/{}/void")
        amount = self.random.randrange(1, 6000)
        remaining = self.account.table("invoice")[found]["amount_remaining"]
        means = ("credit_amount", "refund_amount", "out_of_band_amount")
        way = {self.random.choice(means): max(0, amount - remaining)}
        return self.steer(f"invoices/{found}/credit_note", amount=amount, **way)

    def dispute(self) -> bool:
        wish = {"inquiry": self.random.random() < 0.3}
        return self.some("charge", "charges/{}/dispute", **wish)

    def transfer(self) -> bool:
        amount = self.random.randrange(1, 15000)
        return self.steer(f"customers/{self.buyer}/transfer", amount=amount)

    def pay_out(self) -> bool:
        if self.random.random() < 0.5:
            return self.steer(f"accounts/{self.account.id}/payout", pending=True)
        method = self.random.choice(("instant", "standard"))
        amount = self.random.randrange(1, 9000)
        given = {"amount": amount, "currency": "eur", "method": method}
        return self.api.call("POST", "/v1/payouts", given).status == 200

    def move(self) -> bool:
        kind, amount = self.random.choice(MOVEMENTS)
        path = f"accounts/{self.account.id}/balance_transaction"
        return self.steer(path, type=kind, amount=amount)

    def conclude(self) -> bool:
        ends: list[tuple[str, str, dict[str, Any]]] = [
            ("payout", "payouts/{}/arrive", {}),
            ("payout", "payouts/{}/fail", {}),
            ("payout", "payouts/{}/cancel", {}),
            ("payout", "payouts/{}/reverse", {}),
            ("refund", "refunds/{}/fail", {}),
            ("refund", "refunds/{}/cancel", {}),
            ("refund", "refunds/{}/succeed", {}),
            ("dispute", "disputes/{}/close", {"outcome": "won"}),
            ("dispute", "disputes/{}/close", {"outcome": "lost"}),
            ("dispute", "disputes/{}/escalate", {}),
            ("charge", "charges/{}/fail", {}),
            ("invoice", "invoices/{}/return", {}),
            ("invoice", "invoices/{}/void", {}),
        ]
        table, path, body = self.random.choice(ends)
        return self.some(table, path, **body)

    def wait(self) -> bool:
        self.api.world.clock.advance(self.random.choice((3, DAY, 4 * DAY)))
        self.api.get("/v1/balance")
        return True


def shown_balance(api: Direct) -> int:
    found = api.get("/v1/balance")
    return sum(
        int(part["amount"]) for name in ("available", "pending") for part in found[name]
    )


def gross(account: Account) -> int:
    """Return what the objects say that the balance was moved by, fees left out."""
    charges = sum(
        charge["amount"]
        for charge in account.table("charge").values()
        if charge["balance_transaction"] and charge["status"] == "succeeded"
    )
    refunds = sum(
        refund["amount"]
        for refund in account.table("refund").values()
        if refund["status"] not in ("failed", "canceled")
    )
    disputes = sum(
        dispute["amount"]
        for dispute in account.table("dispute").values()
        if dispute["balance_transactions"] and dispute["status"] != "won"
    )
    payouts = sum(
        payout["amount"]
        for payout in account.table("payout").values()
        if payout["status"] not in ("failed", "canceled")
    )
    others = sum(
        entry["amount"]
        for entry in account.table("balance_transaction").values()
        if entry["type"] in dict(MOVEMENTS)
        and entry["reporting_category"] not in ("dispute", "dispute_reversal")
    )
    return int(charges - refunds - disputes - payouts + others)


@pytest.mark.parametrize("seed", range(3))
def test_money_is_conserved(frozen: World, seed: int) -> None:
    life = Life(frozen, seed)
    life.live()
    account, api = life.account, life.api
    assert min(life.done[act] for act in ("pay", "refund", "credit", "conclude")) > 0
    entries = list(account.table("balance_transaction").values())
    fees = sum(entry["fee"] for entry in entries)
    assert shown_balance(api) == gross(account) - fees
    for entry in entries:
        assert entry["net"] == entry["amount"] - entry["fee"]
        assert entry["fee"] == sum(part["amount"] for part in entry["fee_details"])
    check_payouts(account)
    check_charges(account)
    check_customer(account, life.buyer)
    for invoice in account.table("invoice").values():
        check_invoice(account, invoice)


def check_payouts(account: Account) -> None:
    """An automatic payout is the sum of what it holds, and nothing is in two."""
    table = account.table("balance_transaction")
    held: list[str] = []
    for payout in account.table("payout").values():
        if payout["automatic"]:
            ids = account.private(payout["id"])["entries"]
            assert sum(table[entry_id]["net"] for entry_id in ids) == 0
            held += ids
    assert len(held) == len(set(held))


def check_charges(account: Account) -> None:
    """No charge is refunded by more than was paid."""
    for charge in account.table("charge").values():
        refunds = [
            refund["amount"]
            for refund in account.table("refund").values()
            if refund["charge"] == charge["id"]
            and refund["status"] not in ("failed", "canceled")
        ]
        assert charge["amount_refunded"] == sum(refunds) <= charge["amount"]


def check_customer(account: Account, buyer: str) -> None:
    """The customer's credit is the sum of its movements, and cash is never negative."""
    customer = account.table("customer")[buyer]
    movements = account.table("customer_balance_transaction").values()
    assert customer["balance"] == sum(entry["amount"] for entry in movements)
    for entry in account.table("customer_cash_balance_transaction").values():
        assert entry["ending_balance"] >= 0


def check_invoice(account: Account, invoice: dict[str, Any]) -> None:
    """What is due was paid or remains, and each payment is counted once."""
    assert invoice["amount_due"] == invoice["amount_paid"] + invoice["amount_remaining"]
    paid = sum(
        entry["amount_paid"] or 0
        for entry in account.table("invoice_payment").values()
        if entry["invoice"] == invoice["id"]
    )
    assert paid == invoice["amount_paid"] + invoice["amount_overpaid"]
    credited = sum(
        note["pre_payment_amount"]
        for note in account.table("credit_note").values()
        if note["invoice"] == invoice["id"] and note["status"] == "issued"
    )
    assert invoice["pre_payment_credit_notes_amount"] == credited
