"""The lines of a credit note: checked, with their amounts and taxes computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from simulator import money
from simulator.errors import invalid, no_such_reference, param_missing
from simulator.params import join
from simulator.resources import common, invoice_amounts, invoice_object, tax_rate
from simulator.world import Account, JSONObject, World

TABLE = "credit_note_line_item"
MOST_TAX_AMOUNTS = 20
# What belongs to the other type of line.
CUSTOM_ONLY = ("description", "tax_rates", "unit_amount", "unit_amount_decimal")
INVOICE_ONLY = ("amount", "invoice_line_item")


@dataclass
class Credited:
    """What other credit notes have taken off a line, and what it was counted in."""

    amount: int = 0
    quantity: int = 0
    ways: set[str] = field(default_factory=set)


def build(
    world: World,
    account: Account,
    invoice: JSONObject,
    given: common.Params,
    path: str,
) -> JSONObject:
    """Return the line that the parameters describe, not stored; raises a 400."""
    custom = given["type"] == "custom_line_item"
    for name in INVOICE_ONLY if custom else CUSTOM_ONLY:
        if name in given:
            raise invalid(
                f"You can't set `{name}` when the type is {given['type']}.",
                join(path, name),
            )
    metadata = common.merge_metadata({}, given.get("metadata"))
    shown = (
        custom_line(account, given, invoice, path)
        if custom
        else invoice_line(account, given, invoice, path)
    )
    check_exact(shown["amount"], invoice["currency"], path)
    return {
        "id": world.new_id("cnli"),
        "object": TABLE,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": account.livemode,
        "metadata": metadata,
        "pretax_credit_amounts": [],
        "tax_rates": [],
        "type": given["type"],
        **shown,
    }


def check_exact(amount: int, currency: str, path: str) -> None:
    """Raise a 400 for what the currency cannot express."""
    money.check_representable(amount, currency, join(path, "amount"))


def of_amount(
    world: World, account: Account, invoice: JSONObject, amount: int
) -> JSONObject:
    """Return the one line of a credit note that names nothing but an amount."""
    wish = {"type": "custom_line_item", "description": "Credit", "unit_amount": amount}
    return build(world, account, invoice, wish, "amount")


def custom_line(
    account: Account, given: common.Params, invoice: JSONObject, path: str
) -> JSONObject:
    """Return what a line of the merchant's own shows."""
    if not given.get("description"):
        raise param_missing(join(path, "description"))
    units = [n for n in ("unit_amount", "unit_amount_decimal") if n in given]
    if not units:
        raise param_missing(join(path, "unit_amount"))
    if len(units) == 2:
        raise invalid(
            "You may only specify one of these parameters: unit_amount, "
            "unit_amount_decimal."
        )
    unit = Decimal(str(given[units[0]]))
    quantity: int = given.get("quantity", 1)
    if unit < 0 or quantity < 0:
        name = units[0] if unit < 0 else "quantity"
        raise invalid(
            "This value must be greater than or equal to 0.",
            join(path, name),
            "parameter_invalid_integer",
        )
    amount = money.round_half_up(unit * quantity)
    rates = [
        tax_rate.usable(account, rate_id, join(path, "tax_rates"))
        for rate_id in given.get("tax_rates") or []
    ]
    exemption = invoice["customer_tax_exempt"]
    taxes = given_taxes(account, given, path)
    if taxes is None:
        taxes = invoice_amounts.computed_taxes(amount, rates, exemption)
    elif rates:
        raise invalid(
            "You may only specify one of these parameters: tax_amounts, tax_rates."
        )
    return {
        "amount": amount,
        "description": given["description"],
        "quantity": quantity,
        "tax_rates": [dict(rate) for rate in rates],
        "taxes": taxes,
        "unit_amount": int(unit) if unit == int(unit) else None,
        "unit_amount_decimal": money.plain(unit),
    }


def invoice_line(
    account: Account, given: common.Params, invoice: JSONObject, path: str
) -> JSONObject:
    """Return what a line shows that takes an invoice's line back, or a part of it."""
    name = join(path, "invoice_line_item")
    line_id = given.get("invoice_line_item")
    if not line_id:
        raise param_missing(name)
    if line_id not in invoice_object.line_ids(account, invoice):
        raise no_such_reference("invoice line item", line_id, name)
    line = account.table("line_item")[line_id]
    amount, quantity = taken(account, line, given, path)
    taxes = given_taxes(account, given, path)
    if taxes is None:
        taxes = line_taxes(account, invoice, line, amount)
    unit = Decimal(line["pricing"]["unit_amount_decimal"])
    return {
        "amount": amount,
        "description": line["description"],
        "invoice_line_item": line_id,
        "quantity": quantity,
        "taxes": taxes,
        "unit_amount": int(unit) if quantity is not None else None,
        "unit_amount_decimal": money.plain(unit) if quantity is not None else None,
    }


def taken(
    account: Account, line: JSONObject, given: common.Params, path: str
) -> tuple[int, int | None]:
    """Return amount and quantity to credit; raises a 400 for more than is left.

    A line that was credited by quantity can only be credited so again, and the same is
    true of amounts (docs.stripe.com/invoicing/integration/programmatic-credit-notes).
    """
    ways = [name for name in ("amount", "quantity") if name in given]
    if len(ways) != 1:
        raise invalid(
            "You must specify exactly one of these parameters: amount, quantity.", path
        )
    before = credited(account, line["id"])
    if before.ways - set(ways):
        raise invalid(
            f"This invoice line item has been credited by {before.ways.pop()} before, "
            f"so that it cannot be credited by {ways[0]}.",
            join(path, ways[0]),
        )
    left = line["amount"] - before.amount
    if ways == ["amount"]:
        check_within(given["amount"], left, join(path, "amount"))
        return given["amount"], None
    quantity = given["quantity"]
    check_within(quantity, line["quantity"] - before.quantity, join(path, "quantity"))
    if quantity == line["quantity"] - before.quantity:
        return left, quantity
    unit = Decimal(line["pricing"]["unit_amount_decimal"])
    return money.round_half_up(unit * quantity), quantity


def check_within(value: int, left: int, param: str) -> None:
    """Raise a 400 for nothing, the other sign, or more than is left."""
    if value == 0 or value * left <= 0 or abs(value) > abs(left):
        raise invalid(
            f"You can credit up to {left} of this invoice line item, not {value}.",
            param,
        )


def credited(account: Account, line_id: str) -> Credited:
    """Return what issued credit notes have taken off an invoice's line."""
    found = Credited()
    for entry_id in account.private(line_id).get("credited", []):
        entry = account.table(TABLE)[entry_id]
        note = account.table("credit_note")[account.private(entry_id)["credit_note"]]
        if note["status"] == "issued":
            found.amount += entry["amount"]
            found.quantity += entry["quantity"] or 0
            found.ways.add("amount" if entry["quantity"] is None else "quantity")
    return found


def given_taxes(
    account: Account, given: common.Params, path: str
) -> list[JSONObject] | None:
    """Return the taxes that the request sets, None where it leaves them to Stripe."""
    if "tax_amounts" not in given:
        return None
    amounts = given["tax_amounts"] or []
    if len(amounts) > MOST_TAX_AMOUNTS:
        raise invalid(
            f"You can set up to {MOST_TAX_AMOUNTS} tax amounts per line item.",
            join(path, "tax_amounts"),
        )
    found = []
    for index, entry in enumerate(amounts):
        param = join(path, f"tax_amounts][{index}][tax_rate")
        rate = common.refer(account, "tax_rate", entry["tax_rate"], param)
        if not account.private(rate["id"]).get("manual"):
            raise invalid(
                "The tax rate of a tax amount must be one that Stripe has created "
                f"automatically; {rate['id']} is not.",
                param,
            )
        behavior = "inclusive" if rate["inclusive"] else "exclusive"
        found.append(
            invoice_amounts.tax_entry(
                entry["amount"],
                behavior,
                rate["id"],
                entry["taxable_amount"],
                "not_available",
            )
        )
    return found


def line_taxes(
    account: Account, invoice: JSONObject, line: JSONObject, amount: int
) -> list[JSONObject]:
    """Return the taxes of a part of an invoice's line: by its rates, or its share."""
    rates = invoice_amounts.rates_of(account, invoice, line)
    if rates is not None:
        exemption = invoice["customer_tax_exempt"]
        return invoice_amounts.computed_taxes(amount, rates, exemption)
    share = Decimal(amount) / line["amount"] if line["amount"] else Decimal(0)
    return [
        {
            **tax,
            "amount": money.round_half_up(tax["amount"] * share),
            "taxable_amount": money.round_half_up(tax["taxable_amount"] * share),
        }
        for tax in line["taxes"]
    ]
