"""The lines of an invoice with their taxes.

Amounts come from Odoo's rounded base lines, because those alone add up to the totals of
the invoice (``_get_rounded_base_and_tax_lines`` in account/models/account_move.py).
"""

from ...const import MAX_DESCRIPTION, MAX_LINES
from ...stripe_api.money import STEP
from ..document import LineSnapshot
from ..lines import ReadLine, shape_lines
from ..text import cut, one_line, pieces
from .error import Objection, SnapshotError
from .minor import minor
from .taxes import freeze_taxes, reverse_charge_lines
from .texts import group_text, line_texts


def freeze_lines(move, may_group=False):
    """Return the lines of an invoice, as ``LineSnapshot`` in minor units.

    :param move: one ``account.move``, in the language of its document
    :param bool may_group: whether lines are summed up when there are too many of them
    :raise SnapshotError: there are too many
    :raise InexactAmountError, UnsupportedCurrencyError: see ``money.to_minor``
    """

    def name(group):
        return cut(group_text(move, group), MAX_DESCRIPTION)

    step = STEP.get(move.currency_id.name, 1)
    lines = shape_lines(_read_lines(move), MAX_LINES, may_group, name, step)
    if len(lines) > MAX_LINES:
        raise SnapshotError(_too_many(move, len(lines), may_group))
    return lines


def _read_lines(move):
    """Return the lines as they are printed, as ``ReadLine``, then those that are not.

    The latter are cash roundings and the two halves of early-payment discounts.
    """
    base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
    by_record = {base_line["record"]: base_line for base_line in base_lines}
    read = []
    for text in line_texts(move):
        base_line = by_record.pop(text.line, None)
        if base_line:
            read += _printed(move, base_line, text)
    for record, base_line in by_record.items():
        line = freeze_line(move, base_line, one_line(record.name or ""))
        early = base_line["special_type"] == "early_payment"
        read.append(ReadLine(line, early=early))
    return read + [ReadLine(line) for line in reverse_charge_lines(move, base_lines)]


def _printed(move, base_line, text):
    """Yield a printed line, and what its text is too long for."""
    first, *rest = pieces(text.text, text.ending, MAX_DESCRIPTION)
    place = {"order": text.order, "section": text.section}
    if text.together:
        section, name = text.together
        place["together"] = (section, cut(name, MAX_DESCRIPTION))
    yield ReadLine(freeze_line(move, base_line, first), **place)
    for piece in () if text.together else rest:
        yield ReadLine(LineSnapshot(piece, 0), continues=True, **place)


def freeze_line(move, base_line, description):
    """Return one line with its taxes, as ``LineSnapshot``.

    :param move: the ``account.move`` or ``sale.order``, in the customer's language
    :param dict base_line: rounded, see ``account.tax``
    :param str description: its text, which is cut to what Stripe takes
    """
    details = base_line["tax_details"]
    net = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
    taxes = freeze_taxes(move, details["taxes_data"])
    return LineSnapshot(
        description=cut(description, MAX_DESCRIPTION) or "-",
        amount=minor(net, move.currency_id)
        + sum(tax.amount for tax in taxes if tax.inclusive),
        taxes=taxes,
    )


def _too_many(move, count, may_group):
    values = {"count": count, "limit": MAX_LINES}
    if may_group:
        text = move.env._(
            "The invoice needs %(count)s lines at Stripe even when they are grouped; "
            "Stripe accepts %(limit)s. Split the invoice.",
            **values,
        )
    else:
        text = move.env._(
            "The invoice has %(count)s lines; Stripe accepts %(limit)s. Split the "
            "invoice, or let long invoices be grouped in the settings.",
            **values,
        )
    return Objection("too_many_lines", text, move)
