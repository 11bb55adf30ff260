"""When an invoice is overdue: when the last day of its payment is over."""

from typing import Any

from .payment import local_date

Json = dict[str, Any]


def is_overdue(invoice: Json, zone: str, now: float) -> bool:
    """Tell whether an invoice should have been paid, by the calendar of the books.

    Stripe calls it past due at an instant of the last day, which is not over by then.

    :param invoice: Stripe's invoice
    :param zone: IANA name of the time zone of the books
    :param now: seconds since 1970 UTC
    """
    due = invoice.get("due_date")
    if invoice["status"] != "open" or not due:
        return False
    return is_day_over(due, zone, now)


def is_day_over(epoch: int, zone: str, now: float) -> bool:
    """Tell whether the calendar day of an instant is over.

    :param epoch: seconds since 1970 UTC
    :param zone: IANA name of the time zone whose calendar counts
    :param now: seconds since 1970 UTC
    """
    return local_date(epoch, zone) < local_date(int(now), zone)
