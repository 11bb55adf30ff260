"""The shape of a PaymentRecord: money that was paid outside Stripe."""

from __future__ import annotations

from simulator.resources import common
from simulator.world import Account, JSONObject, World

AMOUNTS = ("authorized", "canceled", "failed", "guaranteed", "refunded")


def money(currency: str, value: int) -> JSONObject:
    """Return an amount as PaymentRecords hold it; value in minor units."""
    return {"currency": currency, "value": value}


def blank(
    world: World, account: Account, record_id: str, currency: str, value: int
) -> JSONObject:
    """Return a record of one attempt whose outcome nobody has reported yet."""
    return {
        "id": record_id,
        "object": "payment_record",
        "amount": money(currency, value),
        **{f"amount_{name}": money(currency, 0) for name in AMOUNTS},
        "amount_requested": money(currency, value),
        "application": None,
        "created": world.clock.now(),
        "customer_details": None,
        "customer_presence": None,
        "description": None,
        "latest_payment_attempt_record": world.new_id("par"),
        "livemode": account.livemode,
        "metadata": {},
        "payment_method_details": None,
        "processor_details": {"type": "custom", "custom": {"payment_reference": None}},
        "reported_by": "self",
        "shipping_details": None,
    }


def describe(record: JSONObject, params: common.Params) -> None:
    """Give a record what its report says of customer, method and processor."""
    common.assign(record, params, ("customer_presence", "description"))
    record["metadata"] = common.merge_metadata({}, params.get("metadata"))
    record["payment_method_details"] = method(params["payment_method_details"])
    if given := params.get("processor_details"):
        reference = (given.get("custom") or {}).get("payment_reference")
        custom = {"payment_reference": reference}
        record["processor_details"] = {"type": given["type"], "custom": custom}
    if given := params.get("customer_details"):
        names = ("customer", "email", "name", "phone")
        record["customer_details"] = {name: given.get(name) for name in names}
    if given := params.get("shipping_details"):
        record["shipping_details"] = contact(given, ("name", "phone"))


def method(given: common.Params) -> JSONObject:
    """Return how it was paid, as the record shows it."""
    billing = given.get("billing_details")
    return {
        "billing_details": contact(billing, ("email", "name", "phone"))
        if billing
        else None,
        "custom": {"display_name": given["custom"]["display_name"], "type": None},
        "payment_method": None,
        "type": "custom",
    }


def contact(given: common.Params, names: tuple[str, ...]) -> JSONObject:
    """Return an address with the named members, null where nothing was given."""
    place = common.address(given.get("address") or {"city": ""})
    return {"address": place, **{name: given.get(name) or None for name in names}}


def outcome(record: JSONObject) -> str | None:
    """Return what was reported of the payment, None while it is under way."""
    for name in ("guaranteed", "failed", "canceled"):
        if record[f"amount_{name}"]["value"]:
            return name
    return None


def conclude(record: JSONObject, name: str) -> None:
    """Note that the whole amount was guaranteed, has failed or was canceled."""
    record[f"amount_{name}"] = dict(record["amount_requested"])
