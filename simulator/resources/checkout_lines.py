"""The lines of a Checkout Session: priced and taxed when the session is made."""

from __future__ import annotations

from decimal import Decimal

from simulator import money
from simulator.plain import copied
from simulator.resources import common, invoice_amounts, price
from simulator.world import Account, JSONObject, World

TABLE = "item"


def make(
    world: World, account: Account, session: JSONObject, given: list[common.Params]
) -> list[JSONObject]:
    """Make and store the lines that checked parameters describe."""
    customer = account.table("customer")[session["customer"]]
    items = [
        make_one(world, account, session["currency"], customer["tax_exempt"], line)
        for line in given
    ]
    account.private(session["id"])["lines"] = [item["id"] for item in items]
    return items


def make_one(
    world: World,
    account: Account,
    currency: str,
    exemption: str,
    given: common.Params,
) -> JSONObject:
    """Make one line: quantity times price, and the tax of each of its rates."""
    sold = price_of(world, account, currency, given)
    unit = Decimal(sold["unit_amount_decimal"])
    amount = money.round_half_up(unit * given["quantity"])
    table = account.table("tax_rate")
    rates = [table[rate_id] for rate_id in given.get("tax_rates") or []]
    taxes = invoice_amounts.computed_taxes(amount, rates, exemption)
    added = sum(t["amount"] for t in taxes if t["tax_behavior"] == "exclusive")
    item: JSONObject = {
        "id": world.new_id("li"),
        "object": TABLE,
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": sum(tax["amount"] for tax in taxes),
        "amount_total": amount + added,
        "currency": currency,
        "description": account.table("product")[sold["product"]]["name"],
        "metadata": common.merge_metadata({}, given.get("metadata")),
        "price": copied(sold),
        "quantity": given["quantity"],
    }
    account.private(item["id"])["tax_rates"] = [rate["id"] for rate in rates]
    return common.create(world, account, item)


def price_of(
    world: World, account: Account, currency: str, given: common.Params
) -> JSONObject:
    """Return the named price, or the one-off price that the data describe."""
    if "price" in given:
        return account.table("price")[given["price"]]
    data = given["price_data"]
    owner = price.product_of(world, account, data, "price_data")
    unit = price.unit_amount(data, "price_data")
    options = {"active": False}
    if "tax_behavior" in data:
        options["tax_behavior"] = data["tax_behavior"]
    made = price.build(world, account, currency, unit, owner, options)
    return common.create(world, account, made)


def of_session(account: Account, session: JSONObject) -> list[JSONObject]:
    """Return the session's lines in their order."""
    table = account.table(TABLE)
    return [table[item_id] for item_id in account.private(session["id"])["lines"]]
