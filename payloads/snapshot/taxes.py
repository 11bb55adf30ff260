"""The taxes of one line, as the customer is to see them."""

from odoo.tools import float_repr

from ...const import MAX_TAX_LABEL
from ..document import LineSnapshot, TaxSnapshot
from ..text import cut, one_line, plain
from .minor import minor
from .tax_kind import tax_type, taxability_reason

# Amount types of Odoo whose ``amount`` is a percentage.
RATED = ("percent", "division")


def freeze_taxes(move, taxes_data):
    """Return the taxes of a line, as ``TaxSnapshot``.

    :param move: the ``account.move``, in the language of its document
    :param list taxes_data: from ``tax_details`` of a base line
    """
    # A reverse charge comes as two entries of one tax that cancel each other.
    by_tax = {}
    for entry in taxes_data:
        by_tax.setdefault(entry["tax"], []).append(entry)
    return tuple(_tax(move, tax, entries) for tax, entries in by_tax.items())


def _tax(move, tax, entries):
    reverse = any(entry["is_reverse_charge"] for entry in entries)
    amount = sum(entry["tax_amount_currency"] for entry in entries)
    country = tax.country_id.code or ""
    state = _state(move, tax)
    return TaxSnapshot(
        label=tax_label(tax),
        percentage="0" if reverse else _percentage(tax),
        amount=minor(amount, move.currency_id),
        taxable_amount=minor(entries[0]["base_amount_currency"], move.currency_id),
        country=country,
        # Odoo takes no reverse charge for included, whatever the tax says.
        inclusive=tax.price_include and not reverse,
        state=state,
        jurisdiction=state or country,
        tax_type=tax_type(tax) if tax.amount_type in RATED else "",
        reason=taxability_reason(move, tax, reverse),
    )


def reverse_charge_lines(move, base_lines):
    """Yield what is booked on reverse charges although they ask for nothing.

    A cash rounding or a user's edit of the tax can do that, and Odoo's total holds it.

    :param move: the ``account.move``, in the language of its document
    :param list base_lines: from ``_get_rounded_base_and_tax_lines``
    :return: lines of their own, as ``LineSnapshot``
    """
    entries = [
        entry for line in base_lines for entry in line["tax_details"]["taxes_data"]
    ]
    reverse = {entry["tax"]: 0.0 for entry in entries if entry["is_reverse_charge"]}
    for entry in entries:
        if entry["tax"] in reverse:
            reverse[entry["tax"]] -= entry["tax_amount_currency"]
    for line in move.line_ids:
        if line.tax_line_id in reverse:
            reverse[line.tax_line_id] += move.direction_sign * line.amount_currency
    for tax, amount in reverse.items():
        if not move.currency_id.is_zero(amount):
            yield LineSnapshot(tax_label(tax), minor(amount, move.currency_id))


def tax_label(tax):
    """Return the words for a tax: the customer's, unless those are only a number.

    :param tax: one ``account.tax``, in the language of the document
    """
    label = one_line(plain(tax.tax_label or ""))
    if not any(sign.isalpha() for sign in label):
        label = one_line(tax.tax_group_id.name or "") or label
    if tax.amount_type in RATED and tax.amount > 100 and not _has_digit(label):
        label += f" {_rate(tax.amount)} %"
    return cut(label, MAX_TAX_LABEL) or "-"


def _has_digit(text):
    return any(sign.isdigit() for sign in text)


def _percentage(tax):
    """Return the rate for Stripe, which knows 0 to 100; a withheld tax is below.

    A fixed tax has none: "To accommodate fixed-amount taxes, set the percentage to
    zero", says Stripe of ``tax_rate_data.percentage``. A rate above 100 is in the
    label.
    """
    return _rate(tax.amount) if tax.amount_type in RATED and tax.amount <= 100 else "0"


def _rate(amount):
    """Return a percentage as text, without the noise of a float and without zeros."""
    text = float_repr(amount, 4)
    return text.rstrip("0").rstrip(".")


def _state(move, tax):
    """Return the state that taxes, where the fiscal position tells it."""
    states = move.fiscal_position_id.state_ids
    of_tax = states.filtered(lambda state: state.country_id == tax.country_id)
    return of_tax.code if len(of_tax) == 1 else ""
