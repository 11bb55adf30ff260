"""An order as plain data, and the parameters of the page on which it is paid up front.

Checkout knows whole quantities, prices and tax rates, and adds them up itself; it takes
no tax amounts. So the lines of the order go out where Stripe's sums are Odoo's to the
minor unit, and else one line with the total, taxes included.

Source: https://docs.stripe.com/api/checkout/sessions/create
"""

import dataclasses
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..const import MAX_CHECKOUT_LINES
from .document import (
    CustomerSnapshot,
    LineSnapshot,
    customer_from_json,
    line_from_json,
)
from .payment_method import method_options

Json = dict[str, Any]
# What tells one tax rate from another, see ``TaxSnapshot.rate``.
Rate = tuple[str, ...]

# Stripe's languages of Checkout, beside those that are a language alone.
REGIONS = ("en-GB", "fr-CA", "pt-BR", "zh-HK", "zh-TW", "es-419")
LANGUAGES = frozenset(
    "bg cs da de el en es et fi fil fr hr hu id it ja ko lt lv ms mt nb nl pl pt ro ru "
    "sk sl sv th tr vi zh".split()
)


@dataclass(frozen=True)
class OrderSnapshot:
    """A sale order as it is to be paid at Stripe.

    ``total`` is what the order comes to and ``amount`` what is asked for, which is less
    for a down payment; both in Stripe's minor units. ``currency`` is an upper-case ISO
    4217 code. ``whole`` is the text of the one line that stands for all, ``label`` that
    of the order's name on Stripe's invoice, and ``memo`` what is printed below its
    lines; all in the customer's language. ``account_country`` is where the Stripe
    account is, an ISO 3166 code.
    """

    name: str
    currency: str
    customer: CustomerSnapshot
    lines: tuple[LineSnapshot, ...]
    total: int
    amount: int
    whole: str
    label: str
    memo: str
    tax_included_display: bool = False
    payment_method_types: tuple[str, ...] = ()
    account_country: str = ""

    def to_json(self) -> Json:
        """Return the snapshot as data that JSON can hold."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Json) -> "OrderSnapshot":
        """Return the snapshot that :meth:`to_json` wrote."""
        return cls(
            **{
                **data,
                "customer": customer_from_json(data["customer"]),
                "lines": tuple(line_from_json(line) for line in data["lines"]),
                "payment_method_types": tuple(data["payment_method_types"]),
            }
        )

    def asks_for_the_same(self, other: "OrderSnapshot") -> bool:
        """Tell whether who pays one has paid the other: goods, amounts, currency."""
        names = ("name", "currency", "lines", "total", "amount")
        return all(getattr(self, name) == getattr(other, name) for name in names)


def is_itemized(order: OrderSnapshot) -> bool:
    """Tell whether Stripe's sums of the order's lines are Odoo's to the minor unit."""
    asked = sum(
        line.amount + sum(tax.amount for tax in line.taxes if not tax.inclusive)
        for line in order.lines
    )
    return (
        0 < len(order.lines) <= MAX_CHECKOUT_LINES
        and asked == order.total == order.amount
        and all(_is_exact(line) for line in order.lines)
    )


def _is_exact(line: LineSnapshot) -> bool:
    """Tell whether Stripe computes the taxes of a line as Odoo has.

    Each tax is rounded half up on its line; included ones are taken out together.
    """
    included = sum(
        (Decimal(tax.percentage) for tax in line.taxes if tax.inclusive), Decimal(0)
    )
    net = Decimal(line.amount) * 100 / (100 + included)
    return line.amount >= 0 and all(
        _rounded(net * Decimal(tax.percentage) / 100) == tax.amount
        for tax in line.taxes
    )


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def rates(order: OrderSnapshot) -> tuple[Rate, ...]:
    """Return the tax rates that the page needs at Stripe, each once, in their order."""
    if not is_itemized(order):
        return ()
    found = (tax.rate for line in order.lines for tax in line.taxes)
    return tuple(dict.fromkeys(found))


def rate_params(rate: Rate) -> Json:
    """Return the parameters of a TaxRate."""
    label, percentage, behavior, tax_type, country, state, jurisdiction = rate
    params: Json = {
        "display_name": label,
        "percentage": percentage,
        "inclusive": behavior == "inclusive",
    }
    given = {
        "tax_type": tax_type,
        "country": country,
        "state": state,
        "jurisdiction": jurisdiction,
    }
    return params | {name: value for name, value in given.items() if value}


def session_params(
    order: OrderSnapshot,
    customer_id: str,
    rate_ids: dict[Rate, str],
    metadata: dict[str, str],
    addresses: tuple[str, str],
) -> Json:
    """Return the parameters of the Checkout Session, which Stripe closes after a day.

    :param rate_ids: Stripe's id of each of :func:`rates`
    :param metadata: what finds all that follows again; Stripe hands it on to nothing,
        so it is given for the session, the payment and the invoice
    :param addresses: where the customer goes who has paid, and who has not
    """
    done, back = addresses
    return {
        "mode": "payment",
        "customer": customer_id,
        "client_reference_id": order.name,
        "line_items": _line_items(order, rate_ids),
        "invoice_creation": {
            "enabled": True,
            "invoice_data": _invoice_data(order, metadata),
        },
        # Not the order's name alone: by that, Odoo's own Stripe provider would take
        # the payment for one of its transactions.
        "payment_intent_data": {"description": order.whole, "metadata": metadata},
        "metadata": metadata,
        # The order's currency is what its invoice is in.
        "adaptive_pricing": {"enabled": False},
        "locale": checkout_locale(order.customer.locale),
        "success_url": done,
        "cancel_url": back,
        **_methods(order),
    }


def _methods(order: OrderSnapshot) -> Json:
    """Return the payment methods; none: Stripe's own settings decide."""
    types = order.payment_method_types
    if not types:
        return {}
    options = method_options(types, order.currency, order.account_country)
    return {"allowed_payment_method_types": list(types), **options}


def _line_items(order: OrderSnapshot, rate_ids: dict[Rate, str]) -> list[Json]:
    if not is_itemized(order):
        return [_item(order, LineSnapshot(order.whole, order.amount), {})]
    return [_item(order, line, rate_ids) for line in order.lines]


def _item(order: OrderSnapshot, line: LineSnapshot, rate_ids: dict[Rate, str]) -> Json:
    item: Json = {
        "quantity": 1,
        "price_data": {
            "currency": order.currency.lower(),
            "unit_amount": line.amount,
            "product_data": {"name": line.description},
        },
    }
    if line.taxes:
        item["tax_rates"] = [rate_ids[tax.rate] for tax in line.taxes]
    return item


def _invoice_data(order: OrderSnapshot, metadata: dict[str, str]) -> Json:
    display = "include_inclusive_tax" if order.tax_included_display else "exclude_tax"
    return {
        "custom_fields": [{"name": order.label, "value": order.name}],
        "description": order.memo,
        "metadata": metadata,
        "rendering_options": {"amount_tax_display": display},
    }


def checkout_locale(tag: str) -> str:
    """Return Stripe's name of the language of a page, ``auto`` if it has none.

    :param tag: a language tag such as ``fr-FR``, or empty
    """
    if tag in REGIONS:
        return tag
    language = tag.partition("-")[0]
    language = {"no": "nb", "nn": "nb", "tl": "fil"}.get(language, language)
    return language if language in LANGUAGES else "auto"
