"""Invoice lines and the invoice items behind them: checked first, then made."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulator import money
from simulator.errors import invalid
from simulator.params import join
from simulator.resources import common, invoice_amounts, price, tax_rate
from simulator.world import Account, JSONObject, World

MOST_TAX_AMOUNTS = 20
MOST_TAX_RATES = 5
AMOUNT_SOURCES = ("amount", "price_data", "pricing", "unit_amount_decimal")
MANUAL_WITH_RATES = (
    "You cannot set tax amounts if any line item has tax_rates or if the invoice has "
    "default_tax_rates or uses automatic tax."
)


def check(account: Account, given: common.Params, path: str) -> None:
    """Raise a 400 for what can be seen to be wrong in one line's parameters."""
    common.refuse_unsimulated(given, ("discounts",))
    common.merge_metadata({}, given.get("metadata"))
    check_source(given, path)
    if int(given.get("quantity", 0)) < 0 or given.get("quantity_decimal", 0) < 0:
        raise invalid(
            "This value must be greater than or equal to 0.",
            join(path, "quantity"),
            "parameter_invalid_integer",
        )
    if pricing := given.get("pricing"):
        wanted = pricing.get("price", "")
        common.refer(account, "price", wanted, join(path, "pricing") + "[price]")
    check_period(given.get("period"), path)
    check_taxes(account, given, path)


def check_source(given: common.Params, path: str) -> None:
    """An amount stands alone; otherwise there is one unit amount and a quantity."""
    sources = [name for name in AMOUNT_SOURCES if name in given]
    quantities: list[str] = [n for n in ("quantity", "quantity_decimal") if n in given]
    if len(quantities) == 2:
        sources = quantities
    elif "amount" in given:
        sources += quantities
    if len(sources) > 1:
        listed = ", ".join(join(path, name) for name in sources)
        raise invalid(f"You may only specify one of these parameters: {listed}.")


def check_period(period: dict[str, int] | None, path: str) -> None:
    """Raise a 400 for a period that ends before it starts."""
    if period and period["end"] < period["start"]:
        raise invalid(
            "The period end must be greater than or equal to the period start.",
            join(path, "period"),
        )


def check_taxes(account: Account, given: common.Params, path: str) -> None:
    """Raise a 400 for impossible tax rates or tax amounts."""
    rates = given.get("tax_rates") or []
    amounts = given.get("tax_amounts") or []
    if rates and amounts:
        raise invalid(MANUAL_WITH_RATES, join(path, "tax_amounts"))
    if len(rates) > MOST_TAX_RATES:
        raise invalid(
            f"You can set up to {MOST_TAX_RATES} tax rates.", join(path, "tax_rates")
        )
    if len(amounts) > MOST_TAX_AMOUNTS:
        raise invalid(
            f"You can set up to {MOST_TAX_AMOUNTS} tax amounts per line item.",
            join(path, "tax_amounts"),
        )
    for rate_id in rates:
        tax_rate.usable(account, rate_id, join(path, "tax_rates"))
    for index, entry in enumerate(amounts):
        param = join(path, f"tax_amounts][{index}][tax_rate_data][percentage")
        tax_rate.check_percentage(entry["tax_rate_data"]["percentage"], param)
        tax_rate.check_country(entry["tax_rate_data"].get("country"), param)
        # Stripe documents no tax that lowers its line, so nobody may rely on one.
        if given.get("amount", 0) * entry["amount"] < 0:
            raise invalid(
                "The tax amount must have the sign of the amount of its line.",
                join(path, f"tax_amounts][{index}][amount"),
            )


def new_item(
    world: World,
    account: Account,
    customer_id: str,
    currency: str,
    given: common.Params,
) -> JSONObject:
    """Make and store the invoice item that the checked parameters describe."""
    now = world.clock.now()
    item: JSONObject = {
        "id": world.new_id("ii"),
        "object": "invoiceitem",
        "amount": 0,
        "currency": currency,
        "customer": customer_id,
        "customer_account": None,
        "date": now,
        "description": given.get("description") or None,
        "discountable": True,
        "discounts": [],
        "frozen_fields": [],
        "invoice": None,
        "invoicing_rules": [],
        "livemode": account.livemode,
        "metadata": {},
        "parent": None,
        "period": {"end": now, "start": now},
        "pricing": None,
        "proration": False,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
        "test_clock": None,
    }
    set_item(world, account, item, given)
    return common.create(world, account, item, "invoiceitem.created")


def set_item(
    world: World, account: Account, item: JSONObject, given: common.Params
) -> None:
    """Apply checked parameters to an invoice item."""
    common.assign(item, given, ("description",))
    item["metadata"] = common.merge_metadata(item["metadata"], given.get("metadata"))
    if "period" in given:
        item["period"] = {k: given["period"][k] for k in ("end", "start")}
    if set(given) & {*AMOUNT_SOURCES, "quantity", "quantity_decimal"}:
        set_amount(world, account, item, given)
    if "tax_rates" in given:
        table = account.table("tax_rate")
        item["tax_rates"] = [table[rate_id] for rate_id in given["tax_rates"] or []]
    if "discountable" in given:
        item["discountable"] = given["discountable"]
    elif "amount" in given and item["amount"] < 0:
        item["discountable"] = False


def set_amount(
    world: World, account: Account, item: JSONObject, given: common.Params
) -> None:
    """Set quantity, price and amount of an item from the given source."""
    quantity = Decimal(1)
    if "amount" not in given:
        kept = given.get("quantity", item["quantity_decimal"])
        quantity = Decimal(str(given.get("quantity_decimal", kept)))
    unit_price = price_of(world, account, item, given)
    unit = Decimal(unit_price["unit_amount_decimal"])
    item["quantity"] = int(quantity)
    item["quantity_decimal"] = money.plain(quantity)
    item["amount"] = money.round_half_up(unit * quantity)
    item["pricing"] = {
        "price_details": {
            "price": unit_price["id"],
            "product": unit_price["product"],
        },
        "type": "price_details",
        "unit_amount_decimal": money.plain(unit),
    }
    if not item["description"] and "amount" not in given:
        product = account.table("product")[unit_price["product"]]
        item["description"] = product["name"]


def price_of(
    world: World, account: Account, item: JSONObject, given: common.Params
) -> JSONObject:
    """Return the price that the parameters name, or the one-off price they mean."""
    currency = item["currency"]
    if pricing := given.get("pricing"):
        return account.table("price")[pricing["price"]]
    if data := given.get("price_data"):
        owner = price.product_of(world, account, data, "price_data")
        unit = price.unit_amount(data, "price_data")
        made = price.build(world, account, currency, unit, owner, {"active": False})
        return common.create(world, account, made)
    for name in ("amount", "unit_amount_decimal"):
        if name in given:
            unit = Decimal(str(given[name]))
            text = item["description"] or ""
            kept = item["pricing"] and item["pricing"]["price_details"]["product"]
            return price.one_off(world, account, currency, unit, text, kept)
    if item["pricing"]:
        kept = item["pricing"]["price_details"]["price"]
        return account.table("price")[kept]
    return price.one_off(world, account, currency, Decimal(0), "")


def new_line(
    world: World, account: Account, invoice_id: str, item: JSONObject
) -> JSONObject:
    """Put an invoice item on an invoice as a new line."""
    line: JSONObject = {
        "id": world.new_id("il"),
        "object": "line_item",
        "discount_amounts": [],
        "invoice": invoice_id,
        "livemode": account.livemode,
        "parent": {
            "invoice_item_details": {
                "invoice_item": item["id"],
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": None,
            },
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "pretax_credit_amounts": [],
        "taxes": [],
    }
    item["invoice"] = invoice_id
    account.private(item["id"])["line"] = line["id"]
    follow_item(account, line, item)
    return common.create(world, account, line)


def follow_item(account: Account, line: JSONObject, item: JSONObject) -> None:
    """Copy onto the line what it shows of its invoice item."""
    for name in (
        "amount", "currency", "description", "discountable", "discounts", "period",
        "pricing", "quantity", "quantity_decimal",
    ):  # fmt: skip
        line[name] = item[name]
    line["subtotal"] = item["amount"]
    line["metadata"] = dict(item["metadata"])
    rates = [rate["id"] for rate in item["tax_rates"]]
    account.private(line["id"])["tax_rates"] = rates


def set_tax_amounts(
    world: World, account: Account, line: JSONObject, amounts: Any
) -> None:
    """Replace the line's taxes by the given amounts; an empty text removes them."""
    account.private(line["id"])["manual_taxes"] = bool(amounts)
    line["taxes"] = [
        invoice_amounts.tax_entry(
            entry["amount"],
            "inclusive" if entry["tax_rate_data"]["inclusive"] else "exclusive",
            tax_rate.for_manual_amount(world, account, entry["tax_rate_data"])["id"],
            entry["taxable_amount"],
            entry.get("taxability_reason", "not_available"),
        )
        for entry in amounts or []
    ]


def check_currency(
    account: Account, given: common.Params, currency: str, path: str
) -> None:
    """Raise a 400 for a price in another currency, or an impossible amount."""
    if "amount" in given:
        money.check_representable(given["amount"], currency, join(path, "amount"))
    for index, entry in enumerate(given.get("tax_amounts") or []):
        param = join(path, f"tax_amounts][{index}][amount")
        money.check_representable(entry["amount"], currency, param)
    named = (given.get("price_data") or {}).get("currency")
    if pricing := given.get("pricing"):
        named = account.table("price")[pricing["price"]]["currency"]
    if named and named.lower() != currency:
        raise invalid(
            f"The currency of the price ({named.lower()}) must be that of the invoice "
            f"({currency}).",
            path or "currency",
        )
    if data := given.get("price_data"):
        price.unit_amount(data, join(path, "price_data"))
        if ("product" in data) == ("product_data" in data):
            raise invalid(
                "You must specify either `product` or `product_data`.",
                join(path, "price_data"),
            )
        if "product" in data:
            common.refer(account, "product", data["product"], join(path, "price_data"))
