"""The account that a key opens."""

from __future__ import annotations

from simulator import wire
from simulator.routing import Route
from simulator.world import Account, JSONObject, World


def shown(account: Account) -> JSONObject:
    """Return the Account object as its owner sees it."""
    settings = account.settings
    return {
        "id": account.id,
        "object": "account",
        "business_profile": business_profile(settings),
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": settings["country"],
        "default_currency": settings["default_currency"],
        "details_submitted": True,
        "email": settings.get("email"),
        "payouts_enabled": True,
        "settings": settings_shown(settings),
        "type": "standard",
    }


def business_profile(settings: JSONObject) -> JSONObject:
    """Return what the account says of the business."""
    return {
        "annual_revenue": None,
        "estimated_worker_count": None,
        "mcc": None,
        "minority_owned_business_designation": None,
        "product_description": None,
        "specified_commercial_transactions_act_url": None,
        "support_address": None,
        "support_phone": None,
        "support_url": None,
        "name": settings["business_name"],
        "support_email": settings.get("support_email"),
        "url": settings.get("url"),
    }


def settings_shown(settings: JSONObject) -> JSONObject:
    """Return the part of the settings that the API shows."""
    return {
        "branding": {
            "icon": None,
            "logo": settings.get("logo"),
            "primary_color": None,
            "secondary_color": None,
        },
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {
            "display_name": settings["business_name"],
            "timezone": settings["timezone"],
        },
        "invoices": {
            "default_account_tax_ids": None,
            "hosted_payment_method_save": "offer",
        },
        "payments": {
            "statement_descriptor": settings["statement_descriptor"],
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
    }


def current(world: World, account: Account, params: dict[str, object]) -> JSONObject:
    """GET /v1/account."""
    return shown(account)


def retrieve(
    world: World, account: Account, account_id: str, params: dict[str, object]
) -> JSONObject:
    """GET /v1/accounts/:id; only the key's own account is accessible."""
    if account_id != account.id:
        raise wire.no_access(account_id)
    return shown(account)


ROUTES = [
    Route("GET", "/account", current, "AccountRetrieveCurrentParams", "account:read"),
    Route("GET", "/accounts/:id", retrieve, "AccountRetrieveParams", "account:read"),
]
