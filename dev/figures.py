"""What an invoice says in Odoo and at Stripe, in one form that can be compared."""

from collections.abc import Iterable
from typing import Any

from dev.rpc import Session
from dev.stripe_side import Simulator


def of_odoo(rpc: Session, move: dict[str, Any]) -> dict[str, Any]:
    """Return number, lines, taxes and total of an Odoo invoice, amounts in cents."""
    of_move = ["move_id", "=", move["id"]]
    lines = rpc(
        "account.move.line",
        "search_read",
        [of_move, ["display_type", "=", "product"]],
        ["price_subtotal"],
    )
    taxes = rpc(
        "account.move.line",
        "search_read",
        [of_move, ["display_type", "=", "tax"]],
        ["balance", "tax_line_id"],
    )
    ids = [tax["tax_line_id"][0] for tax in taxes]
    rates = rpc("account.tax", "read", ids, ["amount"])
    percent = {rate["id"]: rate["amount"] for rate in rates}
    return {
        "number": move["name"],
        "lines": sorted(round(line["price_subtotal"] * 100) for line in lines),
        "taxes": _by_rate(
            (percent[tax["tax_line_id"][0]], round(-tax["balance"] * 100))
            for tax in taxes
        ),
        "total": round(move["amount_total"] * 100),
    }


def of_stripe(simulator: Simulator, invoice: dict[str, Any]) -> dict[str, Any]:
    """Return number, lines, taxes and total of a Stripe invoice, amounts in cents."""

    def percent(tax: dict[str, Any]) -> float:
        rate = simulator.api(f"tax_rates/{tax['tax_rate_details']['tax_rate']}")
        return float(rate["percentage"])

    taxes = invoice["total_taxes"] or []
    return {
        "number": invoice["number"],
        "lines": sorted(line["amount"] for line in invoice["lines"]["data"]),
        "taxes": _by_rate((percent(tax), tax["amount"]) for tax in taxes),
        "total": invoice["total"],
    }


def shown(figures: dict[str, Any]) -> str:
    """Return the figures of an invoice in euros, as a person reads them."""
    lines = " + ".join(f"{amount / 100:.2f}" for amount in figures["lines"])
    taxes = " + ".join(
        f"{amount / 100:.2f} ({percent:g} %)"
        for percent, amount in figures["taxes"].items()
    )
    total = f"{figures['total'] / 100:.2f}"
    return f"{figures['number']}: lines {lines}, taxes {taxes}, total {total} €"


def _by_rate(taxes: Iterable[tuple[float, int]]) -> dict[float, int]:
    """Add the amounts of each rate up: both sides group taxes in their own way."""
    totals: dict[float, int] = {}
    for percent, amount in sorted(taxes):
        totals[percent] = totals.get(percent, 0) + amount
    return totals
