"""When an invoice was issued and when it is due, as instants."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields

# Stripe wants a due date in the future; this much leaves time for the requests.
DUE_MARGIN = timedelta(minutes=10)
# What is asked for instead of a day that is over.
DUE_SOON = timedelta(hours=2)
# At this time of Greenwich it is the same calendar day from Honolulu (0:30) to Auckland
# in summer (23:30).
SAME_DAY = time(10, 30, tzinfo=timezone.utc)


def issue_day(move):
    """Return the day of issue; a draft without one gets today's when it is posted.

    :param move: one ``account.move``
    :rtype: date, in the time zone of the user
    """
    return move.invoice_date or fields.Date.context_today(move)


def due_day(move):
    """Return the last day of payment; without payment terms it is the day of issue.

    :param move: one ``account.move``
    :rtype: date
    """
    return move.invoice_date_due or issue_day(move)


def issued(move, zone):
    """Return the day of issue as epoch seconds.

    :param str zone: IANA name of the time zone of the books
    """
    return _instants(issue_day(move), zone)[0]


def due(move, zone):
    """Return when the invoice is due as epoch seconds, and whether that is over.

    Stripe refuses a due date in the past, so one that is over becomes the next moment
    that Stripe takes; the memo tells the day.

    :param str zone: IANA name of the time zone of the books
    :rtype: tuple[int, bool]
    """
    soon = datetime.now(timezone.utc) + DUE_MARGIN
    for epoch in _instants(due_day(move), zone):
        if epoch > soon.timestamp():
            return epoch, False
    return int((soon + DUE_SOON).timestamp()), True


def _instants(day, zone):
    """Return instants of a day in a time zone as epoch seconds, the best one first.

    That is the one which is on the same calendar day for all who may read it, wherever
    they are; then come noon and the end of the day.
    """
    day, zone = fields.Date.to_date(day), ZoneInfo(zone)
    moments = [
        datetime.combine(day, SAME_DAY).astimezone(zone),
        datetime.combine(day, time(12), zone),
        datetime.combine(day, time(23, 59, 59), zone),
    ]
    # Some islands lie beyond both.
    return [int(at.timestamp()) for at in moments if at.date() == day]
