"""The lines of an invoice with their taxes.

Amounts come from Odoo's rounded base lines, because those alone add up to the totals of
the invoice (``_get_rounded_base_and_tax_lines`` in account/models/account_move.py).
"""

from decimal import Decimal

from odoo.tools import float_repr, formatLang, html2plaintext

from ...const import MAX_DESCRIPTION, MAX_LINES, MAX_TAX_LABEL
from ...stripe_api.money import to_minor
from ..document import LineSnapshot, TaxSnapshot
from .error import Objection, SnapshotError


def freeze_lines(move):
    """Return the lines of an invoice, as ``LineSnapshot`` in minor units.

    :raise SnapshotError: Stripe could not take them
    """
    base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
    if len(base_lines) > MAX_LINES:
        text = move.env._(
            "The invoice has %(count)s lines; Stripe accepts %(limit)s. "
            "Split the invoice.",
            count=len(base_lines),
            limit=MAX_LINES,
        )
        raise SnapshotError(Objection("too_many_lines", text, move))
    return tuple(_line(move, base_line) for base_line in base_lines)


def _line(move, base_line):
    details = base_line["tax_details"]
    amount = (
        details["total_excluded_currency"] + details["delta_total_excluded_currency"]
    )
    return LineSnapshot(
        description=_description(base_line["record"]),
        amount=minor(amount, move.currency_id),
        taxes=_taxes(move, details["taxes_data"]),
    )


def _taxes(move, taxes_data):
    # A reverse charge comes as two entries of one tax that cancel each other.
    by_tax = {}
    for entry in taxes_data:
        by_tax.setdefault(entry["tax"], []).append(entry)
    return tuple(_tax(move, tax, entries) for tax, entries in by_tax.items())


def _tax(move, tax, entries):
    if tax.amount < 0:
        text = move.env._(
            "The tax %s is negative. Stripe has no taxes that reduce an invoice.",
            tax.name,
        )
        raise SnapshotError(Objection("negative_tax", text, tax))
    reverse = any(entry["is_reverse_charge"] for entry in entries)
    label = tax.invoice_label or tax.name
    return TaxSnapshot(
        label=html2plaintext(label).strip()[:MAX_TAX_LABEL],
        percentage="0" if reverse or tax.amount_type == "fixed" else _rate(tax.amount),
        amount=minor(
            sum(entry["tax_amount_currency"] for entry in entries), move.currency_id
        ),
        taxable_amount=minor(entries[0]["base_amount_currency"], move.currency_id),
        country=tax.country_id.code or "",
    )


def _rate(amount):
    """Return a percentage as text, without the noise of a float and without zeros."""
    text = float_repr(amount, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text


def minor(amount, currency):
    """Return an amount of Odoo in Stripe's minor units.

    :param float amount: rounded to ``currency``, a ``res.currency``
    :raise InexactAmountError, UnsupportedCurrencyError: see ``money.to_minor``
    """
    # The amount is rounded to Odoo's currency already; this only drops float noise.
    exact = Decimal(float_repr(currency.round(amount), max(currency.decimal_places, 0)))
    return to_minor(exact, currency.name)


def _description(line):
    """Return the text of a line, with the quantity and price that its amount hides."""
    text = " ".join((line.name or line.product_id.display_name or "").split("\n"))
    if line.display_type == "product" and line.quantity not in (0, 1):
        text += " ({quantity} {unit} × {price}{discount})".format(
            quantity=formatLang(line.env, line.quantity, digits=_digits(line.quantity)),
            unit=line.product_uom_id.name or "",
            price=formatLang(line.env, line.price_unit, currency_obj=line.currency_id),
            discount=f" − {line.discount:g} %" if line.discount else "",
        )
    return text[:MAX_DESCRIPTION] or "-"


def _digits(quantity):
    return 0 if float(quantity).is_integer() else 2
