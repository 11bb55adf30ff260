"""When an invoice was issued and when it is due, as instants."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import fields
from odoo.tools import format_date

# Stripe wants a due date in the future; this much leaves time for the requests.
DUE_MARGIN = timedelta(hours=1)


def issued(move, zone):
    """Return the day of issue as epoch seconds.

    :param str zone: IANA name of the time zone of the books
    """
    return _epoch(move.invoice_date, time(12), zone)


def due(move, zone):
    """Return when the invoice is due, and what to say if that is over already."""
    day = move.invoice_date_due or move.invoice_date
    soon = datetime.now(timezone.utc) + DUE_MARGIN
    for hour in (time(12), time(23, 59, 59)):
        epoch = _epoch(day, hour, zone)
        if epoch > soon.timestamp():
            return epoch, ""
    note = move.env._("Payment was due on %s.", format_date(move.env, day))
    return int(soon.timestamp()) + int(DUE_MARGIN.total_seconds()), note


def _epoch(day, hour, zone):
    """Return an hour of a day in a time zone, as epoch seconds.

    Noon keeps the calendar day wherever between Auckland and Honolulu it is read.
    """
    moment = datetime.combine(fields.Date.to_date(day), hour, ZoneInfo(zone))
    return int(moment.timestamp())
