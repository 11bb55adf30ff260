"""What an invoice says beside its lines, in the language of the customer."""

from typing import NamedTuple

from odoo.tools import format_date, formatLang

from ...const import (
    MAX_CUSTOM_FIELD_NAME,
    MAX_CUSTOM_FIELD_VALUE,
    MAX_CUSTOM_FIELDS,
    MAX_FOOTER,
    MAX_MEMO,
    MAX_NAME,
)
from ..template import fill, placeholders, statement_descriptor
from ..text import clean, cut, one_line, plain
from .dates import due_day

# What a company can print, and the fields of the invoice that it is read from.
READ_FROM = {
    "order": ("invoice_origin",),
    "customer_reference": ("ref",),
    "delivery_date": ("delivery_date",),
    "delivery_address": ("partner_shipping_id",),
    "payment_terms": ("invoice_payment_term_id",),
    "payment_reference": ("payment_reference",),
    "salesperson": ("invoice_user_id",),
    "incoterm": ("invoice_incoterm_id", "incoterm_location"),
    "narration": ("narration",),
    "tax_note": ("fiscal_position_id",),
    "number": ("name",),
}


class Words(NamedTuple):
    """The texts of the document. ``shortened`` names those that had to be cut."""

    memo: str
    footer: str
    custom_fields: tuple[tuple[str, str], ...]
    statement_descriptor: str
    shortened: tuple[str, ...] = ()


def source_labels(env):
    """Return what can be printed in a custom field: its label by its name.

    :param env: whose language the labels are in
    :rtype: dict of str, in the order in which they are offered
    """
    return {
        "order": env._("Order"),
        "customer_reference": env._("Customer reference"),
        "delivery_date": env._("Delivery date"),
        "payment_terms": env._("Payment terms"),
        "payment_reference": env._("Payment reference"),
        "salesperson": env._("Salesperson"),
        "incoterm": env._("Incoterm"),
    }


def printed_fields(account):
    """Return the fields of an invoice that the company prints by its own choice.

    :param account: the ``stripe.account``
    """
    used = set(account.custom_field_ids.mapped("source"))
    for text in (account.memo_template, account.footer_template):
        used |= placeholders(text or "")
    return {name for source in used for name in READ_FROM.get(source, ())}


def language(move):
    """Return the code of the language in which the document is written.

    :param move: one ``account.move``
    :rtype: str, such as ``fr_FR``
    """
    installed = {code for code, _name in move.env["res.lang"].get_installed()}
    contact = move.partner_id
    wanted = (
        contact.lang,
        contact.commercial_partner_id.lang,
        move.company_id.partner_id.lang,
        "en_US",
    )
    return next((code for code in wanted if code in installed), min(installed))


def freeze_words(move, account, number, overdue):
    """Return the texts of the document, none longer than Stripe takes.

    :param move: one ``account.move``
    :param account: the ``stripe.account``, whose wishes count
    :param str number: the number that is printed
    :param bool overdue: the due date that Stripe prints is not the true one
    :rtype: Words
    """
    tell = move.env._
    code = language(move)
    move, account = move.with_context(lang=code), account.with_context(lang=code)
    values = {**_values(move), "number": number}
    shortened = []

    def fitted(label, text, limit):
        if len(text) > limit:
            shortened.append(label)
        return cut(text, limit)

    said = [*_notes(move, overdue), fill(account.memo_template or "", values)]
    memo = clean("\n".join(text for text in said if text))
    footer = clean(fill(account.footer_template or "", values))
    notice = _copy_notice(move, account)
    if notice:
        footer = fitted(tell("Footer"), footer, MAX_FOOTER - len(notice) - 1)
        footer = "\n".join(filter(None, [footer, notice]))
    fields = []
    for label, text in _custom_fields(account, values):
        name = fitted(label, label, MAX_CUSTOM_FIELD_NAME)
        fields.append((name, fitted(label, text, MAX_CUSTOM_FIELD_VALUE)))
    return Words(
        memo=fitted(tell("Memo"), memo, MAX_MEMO),
        footer=fitted(tell("Footer"), footer, MAX_FOOTER),
        custom_fields=tuple(fields),
        statement_descriptor=statement_descriptor(
            account.statement_descriptor or "", number
        ),
        shortened=tuple(shortened),
    )


def _custom_fields(account, values):
    """Yield label and text of the custom fields that have something to say."""
    labels = source_labels(account.env)
    rows = [
        (row.name or labels.get(row.source, ""), row.text or values.get(row.source))
        for row in account.custom_field_ids
    ]
    filled = [(one_line(label), one_line(text or "")) for label, text in rows]
    return [(label, text) for label, text in filled if label and text][
        :MAX_CUSTOM_FIELDS
    ]


def _values(move):
    """Return the text of each placeholder; an empty one has nothing to say."""
    term = move.invoice_payment_term_id
    incoterm = (move.invoice_incoterm_id.code, move.incoterm_location)
    return {
        "order": move.invoice_origin or "",
        "customer_reference": move.ref or "",
        "delivery_date": format_date(move.env, move.delivery_date),
        "delivery_address": _delivery_address(move.partner_shipping_id),
        "payment_terms": plain(term.note or "") or term.name or "",
        "payment_reference": move.payment_reference or "",
        "salesperson": move.invoice_user_id.name or "",
        "incoterm": " ".join(part for part in incoterm if part),
        "narration": plain(move.narration or ""),
        "tax_note": _tax_note(move),
    }


def _tax_note(move):
    """Return the legal mentions of the fiscal position and of the taxes, each once."""
    taxes = move.invoice_line_ids.tax_ids
    notes = [move.fiscal_position_id.note, *taxes.mapped("invoice_legal_notes")]
    return "\n".join(dict.fromkeys(filter(None, (plain(note or "") for note in notes))))


def _delivery_address(contact):
    if not contact:
        return ""
    address = contact._display_address(without_company=True)
    lines = [contact.display_name, *address.split("\n")]
    return "\n".join(line for line in lines if line.strip())


def _notes(move, overdue):
    """Yield what Stripe has no field for, and what must not be lost.

    It comes before the company's own text, so that no cut can reach it.
    """
    if overdue:
        day = format_date(move.env, due_day(move))
        yield move.env._("Payment was due on %s.", day)
    terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
    if len(terms) > 1:
        yield move.env._("To be paid in instalments:")
        for line in terms.sorted("date_maturity"):
            day = format_date(move.env, line.date_maturity)
            yield f"- {day}: {_amount(line, line.amount_currency)}"
    if move.invoice_payment_term_id.early_discount:
        for line in terms.filtered("discount_date"):
            yield move.env._(
                "If you pay by %(day)s, you may deduct %(discount)s and pay %(rest)s.",
                day=format_date(move.env, line.discount_date),
                discount=_amount(
                    line, line.amount_currency - line.discount_amount_currency
                ),
                rest=_amount(line, line.discount_amount_currency),
            )


def _copy_notice(move, account):
    """Return that another document than Stripe's is the invoice by law, if it is."""
    if account.legal_document != "odoo":
        return ""
    return move.env._(
        "This document is for payment. The invoice by law is the one of the same "
        "number from %s.",
        cut(one_line(move.company_id.name), MAX_NAME),
    )


def _amount(line, amount):
    return formatLang(line.env, amount, currency_obj=line.currency_id)
