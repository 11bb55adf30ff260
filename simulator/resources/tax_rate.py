"""Tax rates: those that users keep, and the archived ones of manual tax amounts."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from simulator import listing
from simulator.errors import invalid
from simulator.resources import common
from simulator.routing import Route
from simulator.world import Account, JSONObject, World

KEY = (
    "percentage", "inclusive", "display_name", "jurisdiction", "country", "state",
    "tax_type",
)  # fmt: skip
EDITABLE = (
    "active",
    "country",
    "description",
    "display_name",
    "jurisdiction",
    "state",
    "tax_type",
)


def build(world: World, account: Account, params: common.Params) -> JSONObject:
    """Return a new TaxRate object; raises a 400 for an impossible percentage."""
    percentage: Decimal = params["percentage"]
    check_percentage(percentage, "percentage")
    rate: JSONObject = {
        "id": world.new_id("txr"),
        "object": "tax_rate",
        "active": params.get("active", True),
        "country": None,
        "created": world.clock.now(),
        "description": None,
        "display_name": None,
        "effective_percentage": None,
        "flat_amount": None,
        "inclusive": params["inclusive"],
        "jurisdiction": None,
        "jurisdiction_level": None,
        "livemode": account.livemode,
        "metadata": common.merge_metadata({}, params.get("metadata")),
        "percentage": float(percentage),
        "rate_type": "percentage",
        "state": None,
        "tax_type": None,
    }
    common.assign(
        rate,
        params,
        (
            "country",
            "description",
            "display_name",
            "jurisdiction",
            "jurisdiction_level",
            "state",
            "tax_type",
        ),
    )
    return rate


def check_percentage(percentage: Decimal, param: str) -> None:
    """Raise a 400 unless 0 to 100 with at most 4 decimal places."""
    if not 0 <= percentage <= 100:
        raise invalid("Percentage must be between 0 and 100.", param)
    if percentage != round(percentage, 4):
        raise invalid(
            f"Invalid decimal: {percentage}; must contain at maximum 4 decimal places.",
            param,
        )


def check_country(country: str | None, param: str) -> None:
    """Raise Stripe's 400 for what is no code of a country."""
    if country and not re.fullmatch("[A-Za-z]{2}", country):
        raise invalid(
            f"Country '{country}' is unknown. Try using a 2-character alphanumeric "
            "country code instead, such as 'US', 'EG', or 'GB'.",
            param.replace("percentage", "country"),
            "country_code_invalid",
        )


def create(world: World, account: Account, params: common.Params) -> JSONObject:
    """POST /v1/tax_rates."""
    check_country(params.get("country"), "country")
    return common.create(
        world, account, build(world, account, params), "tax_rate.created"
    )


def for_manual_amount(
    world: World, account: Account, data: dict[str, Any]
) -> JSONObject:
    """Return the archived rate of a line's ``tax_rate_data``, made once per key."""
    values = [data.get(name) for name in KEY]
    values[0] = float(data["percentage"])
    key = repr(values)
    known = account.private("manual_tax_rates")
    if key not in known:
        rate = build(world, account, {**data, "active": False})
        common.create(world, account, rate, "tax_rate.created")
        account.private(rate["id"])["manual"] = True
        known[key] = rate["id"]
    return account.table("tax_rate")[known[key]]


def usable(account: Account, rate_id: str, param: str) -> JSONObject:
    """Return a rate that a request may name; raises a 400 for the automatic ones."""
    rate = common.refer(account, "tax_rate", rate_id, param)
    if account.private(rate_id).get("manual"):
        raise invalid(
            f"The tax rate '{rate_id}' was created automatically for a tax amount and "
            "cannot be used here.",
            param,
        )
    if not rate["active"]:
        raise invalid(f"The tax rate {rate_id} is archived and cannot be used.", param)
    return rate


def retrieve(
    world: World, account: Account, rate_id: str, params: common.Params
) -> JSONObject:
    """GET /v1/tax_rates/:id."""
    return common.find(account, "tax_rate", rate_id, "tax_rate")


def update(
    world: World, account: Account, rate_id: str, params: common.Params
) -> JSONObject:
    """POST /v1/tax_rates/:id."""
    rate = common.find(account, "tax_rate", rate_id, "tax_rate")
    metadata = common.merge_metadata(rate["metadata"], params.get("metadata"))
    with common.changing(world, account, rate, "tax_rate.updated"):
        common.assign(rate, params, EDITABLE)
        rate["metadata"] = metadata
    return rate


def list_rates(world: World, account: Account, params: common.Params) -> JSONObject:
    """GET /v1/tax_rates."""
    rows = [
        rate
        for rate in listing.newest_first(account.table("tax_rate"))
        if listing.matches(rate, params, "active", "inclusive")
        and listing.in_range(rate["created"], params.get("created"))
    ]
    return listing.paginate(rows, params, "/v1/tax_rates")


ROUTES = [
    Route("POST", "/tax_rates", create, "TaxRateCreateParams", "tax_rates:write"),
    Route("GET", "/tax_rates", list_rates, "TaxRateListParams", "tax_rates:read"),
    Route("GET", "/tax_rates/:id", retrieve, "TaxRateRetrieveParams", "tax_rates:read"),
    Route("POST", "/tax_rates/:id", update, "TaxRateUpdateParams", "tax_rates:write"),
]
