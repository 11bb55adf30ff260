"""Read an Odoo invoice into a snapshot. Alone in this package it sees records.

Amounts come from Odoo's rounded base lines, because those alone add up to the totals of
the invoice (``_get_rounded_base_and_tax_lines`` in account/models/account_move.py).
"""

from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tools import (
    email_normalize,
    float_repr,
    format_date,
    formatLang,
    html2plaintext,
)

from ..const import (
    MAX_DESCRIPTION,
    MAX_LINES,
    MAX_NAME,
    MAX_NUMBER,
    MAX_PHONE,
    MAX_TAX_LABEL,
)
from ..stripe_api.money import InexactAmountError, UnsupportedCurrencyError, to_minor
from .document import (
    AddressSnapshot,
    CustomerSnapshot,
    InvoiceSnapshot,
    LineSnapshot,
    TaxSnapshot,
)
from .tax_id import tax_ids

# Countries that print on Letter; everybody else on A4.
LETTER_COUNTRIES = frozenset("US CA MX CL CO CR DO GT PA PH PR SV VE".split())
# Stripe wants a due date in the future; this much leaves time for the requests.
DUE_MARGIN = timedelta(hours=1)


class SnapshotError(Exception):
    """The invoice cannot be sent as it is; the text is for the user, translated."""


def freeze_invoice(move, zone):
    """Return the snapshot of a posted customer invoice.

    :param move: one ``account.move``, in the environment of its company
    :param str zone: IANA name of the time zone of the books
    :rtype: InvoiceSnapshot
    :raise SnapshotError: Stripe could not take this invoice; the text says why
    """
    move.ensure_one()
    env = move.env
    _check_number(move)
    try:
        lines = _lines(move)
        subtotal = _minor(move.amount_untaxed, move.currency_id)
        total = _minor(move.amount_total, move.currency_id)
    except UnsupportedCurrencyError as error:
        raise SnapshotError(
            env._("Stripe does not support the currency %s.", error.currency)
        ) from error
    except InexactAmountError as error:
        raise SnapshotError(
            env._(
                "The amount %(amount)s cannot be written in %(currency)s at Stripe "
                "without rounding it. Check the decimals of the currency.",
                amount=error.amount,
                currency=error.currency,
            )
        ) from error
    due_at, memo = _due(move, zone)
    customer = freeze_customer(move)
    _check_email(move, customer)
    invoice = InvoiceSnapshot(
        number=move.name,
        currency=move.currency_id.name,
        customer=customer,
        lines=lines,
        subtotal=subtotal,
        tax=total - subtotal,
        total=total,
        effective_at=_epoch(move.invoice_date, time(12), zone),
        due_at=due_at,
        memo=memo,
        page_size=_page_size(move.partner_id.country_id),
    )
    _check_sums(invoice, env)
    return invoice


def freeze_customer(move):
    """Return who the invoice is for, as it will be printed.

    Name and tax number are the company's, address and e-mail the invoice contact's.

    :rtype: CustomerSnapshot
    """
    contact = move.partner_id
    company = contact.commercial_partner_id
    delivery = move.partner_shipping_id
    shipped = delivery and delivery != contact
    return CustomerSnapshot(
        name=(company.name or contact.name or "")[:MAX_NAME],
        email=_email(contact) or _email(company),
        phone=_phone(contact) or _phone(company),
        address=_address(contact),
        shipping_name=(delivery.display_name or "")[:MAX_NAME] if shipped else "",
        shipping_phone=_phone(delivery) if shipped else "",
        shipping_address=_address(delivery) if shipped else AddressSnapshot(),
        tax_ids=tax_ids(company.vat or "", company.country_id.code or ""),
        locale=(contact.lang or "").replace("_", "-").partition("@")[0],
    )


def _check_number(move):
    if len(move.name) > MAX_NUMBER:
        raise SnapshotError(
            move.env._(
                "The number %(number)s is longer than the %(limit)s characters that "
                "Stripe accepts. Shorten the sequence of the journal.",
                number=move.name,
                limit=MAX_NUMBER,
            )
        )


def _check_email(move, customer):
    """Refuse what Stripe would refuse, and say it in the user's language.

    Source: https://docs.stripe.com/api/invoices/create (collection_method).
    """
    if not customer.email:
        raise SnapshotError(
            move.env._(
                "%(customer)s has no valid e-mail address, and Stripe asks for one. "
                "Add it to the contact and try again.",
                customer=move.partner_id.display_name,
            )
        )


def _check_sums(invoice, env):
    amounts = sum(line.amount for line in invoice.lines)
    taxes = sum(tax.amount for line in invoice.lines for tax in line.taxes)
    if (amounts, taxes) != (invoice.subtotal, invoice.tax):
        raise SnapshotError(
            env._(
                "The lines of the invoice do not add up to its total: %(lines)s and "
                "%(taxes)s of tax against %(subtotal)s and %(tax)s.",
                lines=amounts,
                taxes=taxes,
                subtotal=invoice.subtotal,
                tax=invoice.tax,
            )
        )


def _lines(move):
    base_lines, _tax_lines = move._get_rounded_base_and_tax_lines()
    if len(base_lines) > MAX_LINES:
        raise SnapshotError(
            move.env._(
                "The invoice has %(count)s lines; Stripe accepts %(limit)s. "
                "Split the invoice.",
                count=len(base_lines),
                limit=MAX_LINES,
            )
        )
    return tuple(_line(move, base_line) for base_line in base_lines)


def _line(move, base_line):
    details = base_line["tax_details"]
    amount = (
        details["total_excluded_currency"] + details["delta_total_excluded_currency"]
    )
    return LineSnapshot(
        description=_description(base_line["record"]),
        amount=_minor(amount, move.currency_id),
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
        raise SnapshotError(
            move.env._(
                "The tax %s is negative. Stripe has no taxes that reduce an invoice.",
                tax.name,
            )
        )
    reverse = any(entry["is_reverse_charge"] for entry in entries)
    label = tax.invoice_label or tax.name
    return TaxSnapshot(
        label=html2plaintext(label).strip()[:MAX_TAX_LABEL],
        percentage="0" if reverse or tax.amount_type == "fixed" else _rate(tax.amount),
        amount=_minor(
            sum(entry["tax_amount_currency"] for entry in entries), move.currency_id
        ),
        taxable_amount=_minor(entries[0]["base_amount_currency"], move.currency_id),
        country=tax.country_id.code or "",
    )


def _rate(amount):
    """Return a percentage as text, without the noise of a float and without zeros."""
    text = float_repr(amount, 4)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _minor(amount, currency):
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


def _due(move, zone):
    """Return when the invoice is due, and what to say if that is over already."""
    due = move.invoice_date_due or move.invoice_date
    soon = datetime.now(timezone.utc) + DUE_MARGIN
    for hour in (time(12), time(23, 59, 59)):
        epoch = _epoch(due, hour, zone)
        if epoch > soon.timestamp():
            return epoch, ""
    note = move.env._("Payment was due on %s.", format_date(move.env, due))
    return int(soon.timestamp()) + int(DUE_MARGIN.total_seconds()), note


def _epoch(day, hour, zone):
    """Return an hour of a day in a time zone, as epoch seconds.

    Noon keeps the calendar day wherever between Auckland and Honolulu it is read.
    """
    moment = datetime.combine(fields.Date.to_date(day), hour, ZoneInfo(zone))
    return int(moment.timestamp())


def _email(partner):
    return email_normalize(partner.email or "", strict=False) or ""


def _phone(partner):
    phone = (partner.phone or "").strip()
    return phone if len(phone) <= MAX_PHONE else ""


def _address(partner):
    return AddressSnapshot(
        line1=partner.street or "",
        line2=partner.street2 or "",
        city=partner.city or "",
        state=partner.state_id.code or "",
        postal_code=partner.zip or "",
        country=partner.country_id.code or "",
    )


def _page_size(country):
    return "letter" if country.code in LETTER_COUNTRIES else "a4"
