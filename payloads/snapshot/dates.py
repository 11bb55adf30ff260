"""When an invoice was issued and when it is due, as instants."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields

# Stripe wants a due date in the future; this much leaves time for the requests.
DUE_MARGIN = timedelta(minutes=10)
# What is asked for instead of a day that is over.
DUE_SOON = timedelta(hours=2)


def issue_day(move):
    """Return the day of issue; a draft without one gets today's when it is posted."""
    return move.invoice_date or fields.Date.context_today(move)


def due_day(move):
    """Return the last day of payment; without payment terms it is the day of issue."""
    return move.invoice_date_due or issue_day(move)


def issued(move, zone):
    """Return the day of issue as epoch seconds.

    :param str zone: IANA name of the time zone of the books
    """
    return _epoch(issue_day(move), time(12), zone)


def due(move, zone):
    """Return when the invoice is due as epoch seconds, and whether that is over.

    Stripe refuses a due date in the past, so one that is over becomes the next moment
    that Stripe takes; the memo tells the day.

    :param str zone: IANA name of the time zone of the books
    :rtype: tuple[int, bool]
    """
    soon = datetime.now(timezone.utc) + DUE_MARGIN
    for hour in (time(12), time(23, 59, 59)):
        epoch = _epoch(due_day(move), hour, zone)
        if epoch > soon.timestamp():
            return epoch, False
    return int((soon + DUE_SOON).timestamp()), True


def _epoch(day, hour, zone):
    """Return an hour of a day in a time zone, as epoch seconds.

    Noon keeps the calendar day wherever between Auckland and Honolulu it is read.
    """
    moment = datetime.combine(fields.Date.to_date(day), hour, ZoneInfo(zone))
    return int(moment.timestamp())
