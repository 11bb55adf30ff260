"""On which days an account's money is paid out on its own."""

from __future__ import annotations

import datetime
from typing import Any

DAY = 24 * 3600
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def following(schedule: dict[str, Any], now: int) -> int | None:
    """Return the next payout day's midnight (UTC, epoch seconds); None if manual.

    :param schedule: ``interval`` manual, daily (on working days), weekly or monthly;
        ``weekly_payout_days`` names of days, ``monthly_payout_days`` numbers, as
        Stripe's BalanceSettings have them
    """
    interval = schedule.get("interval", "manual")
    if interval == "manual":
        return None
    day = now // DAY + 1
    while not pays(schedule, interval, day):
        day += 1
    return day * DAY


def pays(schedule: dict[str, Any], interval: str, day: int) -> bool:
    """Whether money is paid out on that day, counted since 1970."""
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
    if interval == "monthly":
        return date.day in schedule.get("monthly_payout_days", [1])
    if date.weekday() >= len(WEEKDAYS):
        return False
    if interval == "weekly":
        return WEEKDAYS[date.weekday()] in schedule.get(
            "weekly_payout_days", ["monday"]
        )
    return True
