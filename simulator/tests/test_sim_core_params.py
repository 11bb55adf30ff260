"""Every parameter is checked against the SDK's own types."""

from __future__ import annotations

import operator
from typing import Any

import pytest
import stripe.params

from simulator import params
from simulator.resources import registry
from simulator.tests import builders
from simulator.tests.direct import Direct

LINE = {"amount": 1000}


@pytest.mark.parametrize(
    ("given", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"shipping": {"name": "A"}}, "parameter_missing", "shipping[address]"),
        ({"balance": "much"}, "parameter_invalid_integer", "balance"),
        ({"balance": "1.5"}, "parameter_invalid_integer", "balance"),
        ({"tax_exempt": "perhaps"}, None, "tax_exempt"),
        ({"address": "Paris"}, None, "address"),
        ({"name": {"first": "A"}}, None, "name"),
        ({"address": {"planet": "Mars"}}, "parameter_unknown", "address[planet]"),
        ({"phone": "1" * 21}, None, "phone"),
        ({"name": "A" * 257}, None, "name"),
        ({"email": "nobody"}, "email_invalid", "email"),
        ({"metadata": {"k" * 41: "v"}}, None, f"metadata[{'k' * 41}]"),
        ({"metadata": {"k": "v" * 501}}, None, "metadata[k]"),
        ({"metadata": {f"k{i}": "v" for i in range(51)}}, None, "metadata"),
        ({"preferred_locales": "fr"}, None, "preferred_locales"),
        ({"tax_id_data": [{"type": "eu_vat"}]}, "parameter_missing", None),
        ({"payment_method": ""}, "parameter_invalid_empty", "payment_method"),
    ],
)
def test_customer_refusals(
    api: Direct, given: dict[str, Any], code: str | None, param: str | None
) -> None:
    error = api.refused(400, "POST", "/v1/customers", given)
    assert error["type"] == "invalid_request_error"
    assert error.get("code") == code
    assert param is None or error["param"] == param
    assert error["request_log_url"].startswith("https://dashboard.stripe.com/acct_")
    assert api.get("/v1/customers")["data"] == []


@pytest.mark.parametrize(
    ("line", "param"),
    [
        ({"amount": 10, "unit_amount": 5}, "lines[0][unit_amount]"),
        ({"amount": "ten"}, "lines[0][amount]"),
        ({"description": "no amount"}, "lines[0]"),
        ({**LINE, "quantity": -1}, None),
        ({**LINE, "quantity": 2}, None),
        ({**LINE, "period": {"start": 5, "end": 4}}, "lines[0][period]"),
        ({**LINE, "tax_rates": ["txr_none"]}, "lines[0][tax_rates]"),
        ({**LINE, "tax_amounts": [{"amount": 1}]}, None),
        (builders.taxed(1000, 200, percentage=101), None),
        (builders.taxed(1000, 200, percentage="20.12345"), None),
        (builders.taxed(1000, 200, display_name="x" * 51), None),
        (builders.taxed(1000, 200, tax_type="tithe"), None),
        ({"pricing": {"price": "price_none"}}, "lines[0][pricing][price]"),
    ],
)
def test_a_wrong_line_adds_no_line_at_all(
    api: Direct, line: dict[str, Any], param: str | None
) -> None:
    invoice = builders.draft(api)
    path = f"/v1/invoices/{invoice['id']}"
    error = api.refused(400, "POST", path + "/add_lines", {"lines": [line]})
    assert param is None or error["param"] == param
    lines = {"lines": [LINE, line]}
    api.refused(400, "POST", path + "/add_lines", lines)
    assert api.get(path)["lines"]["data"] == []
    assert api.get("/v1/invoiceitems")["data"] == []


def test_an_empty_text_unsets(api: Direct) -> None:
    customer_id = builders.customer(
        api, phone="+33 1", address={"city": "Paris"}, metadata={"a": "1", "b": "2"}
    )
    emptied = {"phone": "", "address": "", "metadata": {"a": ""}}
    changed = api.post(f"/v1/customers/{customer_id}", emptied)
    assert changed["phone"] is None
    assert changed["address"] is None
    assert changed["metadata"] == {"b": "2"}
    assert api.post(f"/v1/customers/{customer_id}", {"metadata": ""})["metadata"] == {}


def test_every_route_has_typed_parameters() -> None:
    """Every class of parameters that a route names exists and can be read."""
    for route in registry.ROUTES:
        assert route.params is not None, route.path
        record = operator.attrgetter(route.params)(stripe.params)
        assert isinstance(params.fields(record), dict)


def test_unknown_address_and_method(api: Direct) -> None:
    error = api.refused(404, "GET", "/v1/unicorns")
    assert error["message"].startswith("Unrecognized request URL (GET: /v1/unicorns)")
    api.refused(404, "DELETE", "/v1/invoices")


def test_json_is_not_a_form(api: Direct) -> None:
    answer = api._client.post(
        "/v1/customers",
        json={"name": "A"},
        headers={"Authorization": f"Bearer {api.key}"},
    )
    assert answer.status_code == 400
