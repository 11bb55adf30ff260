"""Computes what an invoice adds up to: taxes, totals, the amount due."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from simulator import money
from simulator.resources import invoice_object
from simulator.world import Account, JSONObject

EXEMPTIONS = {"exempt": "customer_exempt", "reverse": "reverse_charge"}


@dataclass(frozen=True)
class Due:
    """What is to be paid, and the customer's balance afterwards, in minor units."""

    amount: int
    ending_balance: int


def recompute(account: Account, invoice: JSONObject) -> None:
    """Bring a draft's taxes, totals and shown lines up to date with its lines."""
    rows = invoice_object.lines(account, invoice)
    for line in rows:
        rates = rates_of(account, invoice, line)
        if rates is not None:
            line["taxes"] = computed_taxes(
                line["amount"], rates, invoice["customer_tax_exempt"]
            )
    invoice["total_taxes"] = summed_taxes(rows)
    exclusive = tax_sum(invoice, "exclusive")
    inclusive = tax_sum(invoice, "inclusive")
    invoice["subtotal"] = sum(line["amount"] for line in rows)
    invoice["subtotal_excluding_tax"] = invoice["subtotal"] - inclusive
    invoice["total_discount_amounts"] = discounted(account, invoice)
    off = sum(discount["amount"] for discount in invoice["total_discount_amounts"])
    invoice["total"] = invoice["subtotal"] - off + exclusive
    invoice["total_excluding_tax"] = invoice["total"] - exclusive - inclusive
    due = due_after_balance(invoice["total"], invoice["starting_balance"])
    invoice["amount_due"] = due.amount
    invoice["amount_remaining"] = due.amount - invoice["amount_paid"]
    invoice_object.show_lines(account, invoice)


def discounted(account: Account, invoice: JSONObject) -> list[JSONObject]:
    """Return what a coupon of the whole invoice takes off, at most all of it."""
    off = account.private(invoice["id"]).get("amount_off", 0)
    amount = min(off, max(invoice["subtotal"], 0))
    return [{"amount": amount, "discount": one} for one in invoice["discounts"]]


def due_after_balance(total: int, balance: int) -> Due:
    """Apply the customer's balance: credit is negative, debt is positive."""
    if total <= 0:
        return Due(0, balance + total)
    if balance < 0:
        used = min(-balance, total)
        return Due(total - used, balance + used)
    return Due(total + balance, 0)


def rates_of(
    account: Account, invoice: JSONObject, line: JSONObject
) -> list[JSONObject] | None:
    """Return the tax rates that apply to a line, or None where its taxes are given."""
    private = account.private(line["id"])
    if private.get("manual_taxes"):
        return None
    table = account.table("tax_rate")
    if private.get("tax_rates"):
        return [table[rate_id] for rate_id in private["tax_rates"]]
    return [table[rate["id"]] for rate in invoice["default_tax_rates"]]


def computed_taxes(
    amount: int, rates: list[JSONObject], exemption: str | None
) -> list[JSONObject]:
    """Return the taxes of a line, each rounded half up on the line itself."""
    included = sum(Decimal(str(r["percentage"])) for r in rates if r["inclusive"])
    net = Decimal(amount) * 100 / (100 + included)
    reason = EXEMPTIONS.get(exemption or "none")
    taxes = []
    for rate in rates:
        tax = net * Decimal(str(rate["percentage"])) / 100
        taxes.append(
            tax_entry(
                0 if reason else money.round_half_up(tax),
                "inclusive" if rate["inclusive"] else "exclusive",
                rate["id"],
                0 if reason else money.round_half_up(net),
                reason or "not_available",
            )
        )
    return taxes


def tax_entry(
    amount: int, behavior: str, rate_id: str, taxable_amount: int, reason: str
) -> JSONObject:
    """Return one member of ``taxes`` or ``total_taxes``; amounts in minor units."""
    return {
        "amount": amount,
        "tax_behavior": behavior,
        "tax_rate_details": {"tax_rate": rate_id},
        "taxability_reason": reason,
        "taxable_amount": taxable_amount,
        "type": "tax_rate_details",
    }


def summed_taxes(rows: list[JSONObject]) -> list[JSONObject]:
    """Add up the taxes of all lines by rate and reason."""
    sums: dict[tuple[str, str, str], JSONObject] = {}
    for tax in (tax for line in rows for tax in line["taxes"]):
        rate_id = tax["tax_rate_details"]["tax_rate"]
        key = (rate_id, tax["tax_behavior"], tax["taxability_reason"])
        entry = sums.setdefault(key, tax_entry(0, key[1], rate_id, 0, key[2]))
        entry["amount"] += tax["amount"]
        entry["taxable_amount"] += tax["taxable_amount"]
    return list(sums.values())


def tax_sum(invoice: JSONObject, behavior: str) -> int:
    """Return the sum of the invoice's inclusive or exclusive taxes."""
    return sum(
        tax["amount"]
        for tax in invoice["total_taxes"]
        if tax["tax_behavior"] == behavior
    )
