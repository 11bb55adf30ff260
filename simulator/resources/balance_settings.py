"""When and how an account is paid out: Stripe's BalanceSettings."""

from __future__ import annotations

from simulator.errors import param_missing
from simulator.resources import balance_entry, common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

DAYS_OF = {"monthly": "monthly_payout_days", "weekly": "weekly_payout_days"}


def shown(account: Account) -> JSONObject:
    """Return the BalanceSettings object."""
    schedule = account.settings.get("payout_schedule") or {}
    interval = schedule.get("interval", "manual")
    days = DAYS_OF.get(interval)
    return {
        "object": "balance_settings",
        "payments": {
            "debit_negative_balances": False,
            "payouts": {
                "automatic_transfer_rules_by_currency": None,
                "minimum_balance_by_currency": None,
                "schedule": {
                    "interval": interval,
                    **({days: schedule.get(days, [])} if days else {}),
                },
                "statement_descriptor": None,
                "status": "enabled",
            },
            "settlement_timing": {
                "delay_days": int(account.settings["payout_delay_days"]),
                "start_of_day": None,
            },
        },
    }


def retrieve(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/balance_settings."""
    return shown(account)


def update(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/balance_settings: the schedule of payouts."""
    payments = params.get("payments") or {}
    common.refuse_unsimulated(
        payments, ("debit_negative_balances", "settlement_timing")
    )
    payouts = payments.get("payouts") or {}
    common.refuse_unsimulated(
        payouts,
        (
            "automatic_transfer_rules_by_currency",
            "minimum_balance_by_currency",
            "statement_descriptor",
        ),
    )
    if schedule := payouts.get("schedule"):
        days = DAYS_OF.get(schedule.get("interval", ""))
        if days and not schedule.get(days):
            param = f"payments[payouts][schedule][{days}]"
            raise param_missing(param)
        account.settings["payout_schedule"] = dict(schedule)
        for currency in balance_entry.sums(account, "available"):
            balance_entry.plan_payout(world, account, currency)
    return shown(account)


PATH = "/balance_settings"
ROUTES = [
    Route("GET", PATH, retrieve, "BalanceSettingsRetrieveParams", "balance:read"),
    Route("POST", PATH, update, "BalanceSettingsUpdateParams", "balance:write"),
]
