"""What an invoice adds up to, and whether Stripe can ask for that much."""

import math

from odoo.tools import formatLang

from ...stripe_api.money import (
    InexactAmountError,
    UnsupportedCurrencyError,
    exponent,
    from_minor,
    maximum_charge,
    minimum_charge,
)
from .error import Objection, SnapshotError
from .lines import freeze_lines
from .minor import minor
from .words import language


def freeze_amounts(move, may_group=False):
    """Return the lines of the snapshot and its sums, which they make up exactly.

    :param move: one ``account.move``
    :param bool may_group: whether lines beyond Stripe's limit are summed up
    :return: fields of ``InvoiceSnapshot``
    :rtype: dict
    :raise SnapshotError: they do not, or Stripe cannot write or charge them
    """
    found = list(_check_total(move))
    if found:
        raise SnapshotError(*found)
    printed = move.with_context(lang=language(move))
    try:
        lines = freeze_lines(printed, may_group)
    except InexactAmountError as error:
        raise SnapshotError(_inexact(move, error)) from error
    total = minor(move.amount_total, move.currency_id)
    sums = {
        "lines": lines,
        "subtotal": sum(line.amount for line in lines),
        "tax": sum(tax.amount for line in lines for tax in line.taxes),
        "total": total,
        "tax_included_display": move.company_price_include == "tax_included",
    }
    _check_sums(move, lines, total)
    return sums


def _check_total(move):
    """Yield what speaks against the total, as ``Objection``."""
    currency = move.currency_id
    try:
        total = minor(move.amount_total, currency)
    except UnsupportedCurrencyError as error:
        text = move.env._(
            "Stripe does not support the currency %s. Invoice in another one, or "
            "switch the Stripe invoice off for this document.",
            error.currency,
        )
        yield Objection("currency", text, currency)
        return
    except InexactAmountError as error:
        yield _inexact(move, error)
        return
    if total < 0:
        text = move.env._(
            "The total %s is below zero: that is a credit note, not an invoice. "
            "Use Odoo's credit note.",
            _figure(move, total),
        )
        yield Objection("negative_total", text, move)
    yield from _check_bounds(move, total)


def _check_bounds(move, total):
    least, most = _least(move), maximum_charge(move.currency_id.name)
    if 0 < total < least:
        text = move.env._(
            "The total %(total)s is below %(limit)s, the least that Stripe charges. "
            "Put it on the next invoice, or switch the Stripe invoice off for this "
            "one.",
            total=_figure(move, total),
            limit=_figure(move, least),
        )
        yield Objection("below_minimum", text, move)
    if total > most:
        text = move.env._(
            "The total %(total)s is above %(limit)s, the most that Stripe charges. "
            "Split the invoice, or switch the Stripe invoice off for this one.",
            total=_figure(move, total),
            limit=_figure(move, most),
        )
        yield Objection("above_maximum", text, move)


def _least(move):
    """Return the least that Stripe charges in the currency of an invoice.

    Where Stripe names nothing, the company's currency stands for the one that Stripe
    pays out. Without its rate, 50 minor units hold, as for most currencies.
    """
    currency, company = move.currency_id, move.company_id
    named = minimum_charge(currency.name)
    if named is not None:
        return named
    own = minimum_charge(company.currency_id.name)
    if own is None:
        return 50
    amount = float(from_minor(own, company.currency_id.name))
    day = move.invoice_date or move.date
    equal = company.currency_id._convert(amount, currency, company, day, round=False)
    return max(50, math.ceil(equal * 10 ** exponent(currency.name)))


def _check_sums(move, lines, total):
    """Make sure that what is sent adds up to what Odoo asks for.

    :param tuple lines: ``LineSnapshot`` of the invoice
    :param int total: minor units
    :raise SnapshotError: it does not; both figures are named
    """
    exclusive = sum(
        tax.amount for line in lines for tax in line.taxes if not tax.inclusive
    )
    found = sum(line.amount for line in lines) + exclusive
    if found != total:
        text = move.env._(
            "The lines of the invoice add up to %(lines)s, but its total is %(total)s. "
            "An amount of tax was probably changed by hand, or a tax or the currency "
            "since it was confirmed: reset the invoice to draft, check the taxes and "
            "confirm it again.",
            lines=_figure(move, found),
            total=_figure(move, total),
        )
        raise SnapshotError(Objection("sums", text, move))


def _inexact(move, error):
    text = move.env._(
        "The amount %(amount)s cannot be written in %(currency)s at Stripe without "
        "rounding it. Check the rounding of the currency.",
        amount=error.amount,
        currency=error.currency,
    )
    return Objection("inexact", text, move.currency_id)


def _figure(move, amount):
    """Return an amount in minor units as a person writes it."""
    major = float(from_minor(amount, move.currency_id.name))
    return formatLang(move.env, major, currency_obj=move.currency_id)
