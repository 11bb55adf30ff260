"""The accounts that a new world starts with."""

from __future__ import annotations

from typing import Any

from simulator.world import LIVE_KEY, TEST_KEY, Account, World

SETTINGS: dict[str, Any] = {
    "business_name": "Simulated Company",
    "country": "FR",
    "default_currency": "eur",
    "timezone": "Europe/Paris",
    "statement_descriptor": "SIMULATED",
    "payout_delay_days": 7,
    "payout_arrival_days": 2,
    "payout_schedule": {"interval": "manual"},
    "settlement_currencies": [],
    "fee_tax_percent": 0,
    "dispute_fee": 2000,
    "dispute_fee_returned": False,
    "dispute_at_todays_rate": False,
    "exchange_rates": {
        "usd": 0.92,
        "gbp": 1.17,
        "chf": 1.04,
        "cad": 0.67,
        "jpy": 0.6,
    },
    "search_delay": 10,
    "settlement_delay": 2,
    "rate_limit": False,
    "payment_records": True,
    "out_of_band_records": False,
    "void_uncollectible": True,
    "overdue_events": False,
    "customer_portal": True,
    "checkout_invoice_delay": 0,
    "checkout_mails": True,
}


def add_account(
    world: World,
    livemode: bool,
    keys: dict[str, set[str] | None],
    settings: dict[str, Any] | None = None,
) -> Account:
    """Add an account to the world; settings override the usual ones."""
    account = Account(
        id=f"acct_1Sim{world.token('acct', 12)}",
        livemode=livemode,
        keys=keys,
        settings={**SETTINGS, **(settings or {})},
    )
    world.accounts[account.id] = account
    return account


def seed_accounts(world: World) -> None:
    """Add one test account and one live account with the well-known keys."""
    add_account(world, False, {TEST_KEY: None})
    add_account(world, True, {LIVE_KEY: None})
