"""An invoice as a snapshot, or everything that speaks against it."""

from typing import NamedTuple

from ...const import MAX_NUMBER
from ..document import InvoiceSnapshot
from .amounts import freeze_amounts
from .customer import check_customer, freeze_customer
from .dates import due, issued
from .error import Objection, SnapshotError
from .payment import check_methods, usable_methods
from .words import freeze_words

# Countries that print on Letter; everybody else on A4.
LETTER_COUNTRIES = frozenset("US CA MX CL CO CR DO GT PA PH PR SV VE".split())


class Reading(NamedTuple):
    """An invoice, as far as it could be read.

    ``snapshot`` is None where its amounts speak against it; ``shortened`` names the
    texts that had to be cut.
    """

    snapshot: InvoiceSnapshot | None
    objections: tuple[Objection, ...] = ()
    shortened: tuple[str, ...] = ()


def freeze_invoice(move, account):
    """Return the snapshot of a posted customer invoice.

    :param move: one ``account.move``, in the environment of its company
    :param account: the ``stripe.account``, whose time zone and wishes count
    :rtype: InvoiceSnapshot
    :raise SnapshotError: Stripe could not take this invoice; all objections at once
    """
    reading = read_invoice(move, account, move.name)
    if reading.objections:
        raise SnapshotError(*reading.objections)
    return reading.snapshot


def read_invoice(move, account, number):
    """Return what can be said of a customer invoice, posted or not.

    :param move: one ``account.move``, in the environment of its company
    :param account: the ``stripe.account``, whose time zone and wishes count
    :param str number: its number, or the one that a draft is going to have
    :rtype: Reading
    """
    move.ensure_one()
    found = [
        *_check_number(move, number),
        *check_customer(move),
        *check_methods(move, account),
    ]
    try:
        amounts = freeze_amounts(move, account.group_lines)
    except SnapshotError as error:
        return Reading(None, (*found, *error.objections))
    due_at, overdue = due(move, account.tz)
    words = freeze_words(move, account, number, overdue)
    snapshot = InvoiceSnapshot(
        number=number,
        currency=move.currency_id.name,
        customer=freeze_customer(move),
        effective_at=issued(move, account.tz),
        due_at=due_at,
        overdue=overdue,
        memo=words.memo,
        footer=words.footer,
        custom_fields=words.custom_fields,
        statement_descriptor=words.statement_descriptor,
        page_size=_page_size(move.partner_id.country_id),
        payment_method_types=tuple(usable_methods(move, account).mapped("code")),
        account_country=account.country_code or "",
        template=account.rendering_template_id.stripe_id or "",
        template_version=account.rendering_template_id.version,
        account_tax_ids=tuple(account.own_tax_ids.mapped("stripe_id")),
        legal_document=account.legal_document,
        **amounts,
    )
    return Reading(snapshot, tuple(found), words.shortened)


def _check_number(move, number):
    if len(number) > MAX_NUMBER:
        text = move.env._(
            "The number %(number)s is longer than the %(limit)s characters that "
            "Stripe accepts. Shorten the sequence of the journal.",
            number=number,
            limit=MAX_NUMBER,
        )
        yield Objection("number_too_long", text, move.journal_id)


def _page_size(country):
    return "letter" if country.code in LETTER_COUNTRIES else "a4"
