"""When the last day of payment is over, on the calendar of the books."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ...postings.overdue import is_overdue

PARIS = "Europe/Paris"


def at(text: str, zone: str = PARIS) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


@pytest.mark.parametrize(
    ("now", "overdue"),
    [
        ("2026-11-30 11:29", False),
        ("2026-11-30 11:31", False),
        ("2026-11-30 23:59", False),
        ("2026-12-01 00:01", True),
        # The night in which clocks are set back has an hour more.
        ("2027-10-31 02:30", True),
    ],
)
def test_the_last_day_counts_as_a_whole(now: str, overdue: bool) -> None:
    invoice = {"status": "open", "due_date": at("2026-11-30 11:30")}
    assert is_overdue(invoice, PARIS, at(now)) is overdue


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "UTC"])
def test_it_is_the_day_of_the_books(zone: str) -> None:
    invoice = {"status": "open", "due_date": at("2026-11-30 12:00", zone)}
    assert not is_overdue(invoice, zone, at("2026-11-30 23:59", zone))
    assert is_overdue(invoice, zone, at("2026-12-01 00:00", zone))


@pytest.mark.parametrize("status", ["draft", "paid", "void", "uncollectible"])
def test_only_what_is_open_is_overdue(status: str) -> None:
    invoice = {"status": status, "due_date": at("2026-11-30 12:00")}
    assert not is_overdue(invoice, PARIS, at("2026-12-24 12:00"))


def test_without_a_due_date_nothing_is_overdue() -> None:
    invoice = {"status": "open", "due_date": None}
    assert not is_overdue(invoice, PARIS, at("2026-12-24 12:00"))
