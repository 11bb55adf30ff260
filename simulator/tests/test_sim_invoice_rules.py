"""What an invoice may hold: methods, templates, texts, tax ids, amounts."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.tests import builders
from simulator.tests.direct import Direct

TYPES = "payment_settings[payment_method_types]"


def template(api: Direct, **body: Any) -> str:
    path = f"/_sim/accounts/{api.account.id}/templates"
    return str(api.steer(path, body)["id"])


def test_a_template_is_used_in_its_newest_version_or_another(api: Direct) -> None:
    own = template(api, nickname="French", versions=3)
    listed = api.get("/v1/invoice_rendering_templates", {"status": "active"})["data"]
    assert [(one["id"], one["nickname"]) for one in listed] == [(own, "French")]
    path = f"/v1/invoice_rendering_templates/{own}"
    assert api.get(path, {"version": 2})["version"] == 2
    shown = builders.draft(api, rendering={"template": own})["rendering"]
    assert (shown["template"], shown["template_version"]) == (own, 3)
    wish = {"template": own, "template_version": 2}
    shown = builders.draft(api, rendering=wish)["rendering"]
    assert shown["template_version"] == 2
    for wrong, param in (
        ({"template": "inrtem_none"}, "rendering[template]"),
        ({"template": own, "template_version": 4}, "rendering[template_version]"),
    ):
        assert refused(api, rendering=wrong) == param
    api.post(path + "/archive")
    assert refused(api, rendering={"template": own}) == "rendering[template]"
    assert api.post(path + "/unarchive")["status"] == "active"


def refused(api: Direct, **params: Any) -> Any:
    """Return the parameter at fault of a draft that is refused."""
    given = {
        "customer": builders.customer(api),
        "currency": "eur",
        "collection_method": "send_invoice",
        "days_until_due": 30,
        **params,
    }
    return api.refused(400, "POST", "/v1/invoices", given).get("param")


def test_payment_methods_must_fit_the_currency_and_the_account(api: Direct) -> None:
    settings = {"payment_method_types": ["card", "sepa_debit"]}
    shown = builders.draft(api, payment_settings=settings)["payment_settings"]
    assert shown["payment_method_types"] == ["card", "sepa_debit"]
    assert refused(api, payment_settings=settings, currency="usd") == TYPES
    api.account.settings["payment_method_types"] = ["card"]
    assert refused(api, payment_settings=settings) == TYPES
    assert refused(api, payment_settings={"payment_method_types": ["cash"]})


@pytest.mark.parametrize(("country", "fine"), [("FR", True), ("AT", False)])
def test_european_transfers_go_to_some_countries_only(
    api: Direct, country: str, fine: bool
) -> None:
    transfer = {"type": "eu_bank_transfer", "eu_bank_transfer": {"country": country}}
    options = {"funding_type": "bank_transfer", "bank_transfer": transfer}
    settings = {
        "payment_method_types": ["customer_balance"],
        "payment_method_options": {"customer_balance": options},
    }
    if fine:
        assert builders.draft(api, payment_settings=settings)
    else:
        assert refused(api, payment_settings=settings).endswith("[country]")


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"statement_descriptor": "A" * 23}, "statement_descriptor"),
        ({"statement_descriptor": "12345"}, "statement_descriptor"),
        ({"statement_descriptor": "ODOO * SHOP"}, "statement_descriptor"),
        ({"account_tax_ids": ["txi_none"]}, "account_tax_ids"),
        ({"footer": "x" * 5001}, "footer"),
        ({"description": "x" * 1501}, "description"),
        ({"number": "X" * 27}, "number"),
        ({"due_date": 1_000_000_000, "days_until_due": None}, "due_date"),
        ({"custom_fields": [{"name": "n", "value": "v"}] * 5}, "custom_fields"),
        ({"custom_fields": [{"name": "n" * 41, "value": "v"}]}, "[name]"),
        ({"custom_fields": [{"name": "n", "value": "v" * 141}]}, "[value]"),
    ],
)
def test_drafts_that_cannot_be(api: Direct, params: dict[str, Any], param: str) -> None:
    given = {"days_until_due": 30, **params}
    kept = {name: value for name, value in given.items() if value is not None}
    own = {
        "customer": builders.customer(api),
        "currency": "eur",
        "collection_method": "send_invoice",
        **kept,
    }
    error = api.refused(400, "POST", "/v1/invoices", own)
    assert error["param"].endswith(param)


def test_only_tax_ids_of_the_account_are_printed_as_its_own(api: Direct) -> None:
    buyer = builders.customer(api)
    vat = {"type": "eu_vat", "value": "FR23334175221"}
    theirs = api.post(f"/v1/customers/{buyer}/tax_ids", vat)["id"]
    ours = api.post("/v1/tax_ids", vat)["id"]
    assert builders.draft(api, account_tax_ids=[ours])["account_tax_ids"] == [ours]
    assert refused(api, account_tax_ids=[theirs]) == "account_tax_ids"


@pytest.mark.parametrize(
    ("line", "param"),
    [
        ({"amount": 100, "description": "x" * 501}, "lines[0][description]"),
        (builders.taxed(100, 20, country="France"), "[country]"),
        (builders.taxed(100, 20, percentage=100.5), "[percentage]"),
        (builders.taxed(100, 20, display_name="x" * 51), "[display_name]"),
    ],
)
def test_lines_that_cannot_be(api: Direct, line: dict[str, Any], param: str) -> None:
    path = f"/v1/invoices/{builders.draft(api)['id']}/add_lines"
    error = api.refused(400, "POST", path, {"lines": [line]})
    assert error["param"].endswith(param)


def test_a_tax_amount_has_the_steps_of_its_currency(api: Direct) -> None:
    path = f"/v1/invoices/{builders.draft(api, currency='isk')['id']}/add_lines"
    lines = {"lines": [builders.taxed(1000, 250)]}
    error = api.refused(400, "POST", path, lines)
    assert error["param"] == "lines[0][tax_amounts][0][amount]"
    api.post(path, {"lines": [builders.taxed(1000, 200)]})


def test_a_negative_line_takes_its_tax_with_it(api: Direct) -> None:
    invoice = builders.draft(api)
    lines = (builders.taxed(10000, 2000), builders.taxed(-3000, -600))
    shown = builders.add(api, invoice["id"], *lines)
    assert (shown["subtotal"], shown["total"]) == (7000, 8400)
    (tax,) = shown["total_taxes"]
    assert (tax["amount"], tax["taxable_amount"]) == (1400, 7000)


@pytest.mark.parametrize(
    ("currency", "amount", "fine"),
    [
        ("eur", 99_999_999, True),
        ("eur", 100_000_000, False),
        ("idr", 100_000_000, True),
    ],
)
def test_what_is_too_much_to_charge_cannot_be_finalized(
    api: Direct, currency: str, amount: int, fine: bool
) -> None:
    invoice = builders.draft(api, currency=currency)
    builders.add(api, invoice["id"], {"amount": amount, "description": "Ship"})
    path = f"/v1/invoices/{invoice['id']}/finalize"
    if fine:
        assert api.post(path)["status"] == "open"
    else:
        error = api.refused(400, "POST", path)
        assert error["code"] == "amount_too_large"
        assert "€999,999.99" in error["message"]


TAX_IDS = [
    ("eu_vat", "FR23334175221", True),
    ("eu_vat", "fr 23 334 175 221", True),
    ("eu_vat", "FR2333417522", False),
    ("eu_vat", "ATU12345678", True),
    ("eu_vat", "AT12345678", False),
    ("eu_vat", "BE0477472701", True),
    ("eu_vat", "BE2477472701", False),
    ("eu_vat", "EL123456789", True),
    ("eu_vat", "GR123456789", False),
    ("eu_vat", "XI123456789", True),
    ("eu_vat", "GB123456789", False),
    ("eu_vat", "NL123456789B12", True),
    ("eu_vat", "ESX1234567X", True),
    ("gb_vat", "GB123456789", True),
    ("ch_vat", "CHE-123.456.789 MWST", True),
    ("ch_vat", "CHE-123.456.789", False),
    ("us_ein", "12-3456789", True),
    ("us_ein", "12-345678", False),
    ("no_vat", "123456789MVA", True),
    ("au_abn", "12 345 678 912", True),
    ("tw_vat", "12345678", True),
    ("tw_vat", "none", False),
]


@pytest.mark.parametrize(("kind", "value", "fine"), TAX_IDS)
def test_the_form_of_a_tax_id_is_checked_at_once(
    api: Direct, kind: str, value: str, fine: bool
) -> None:
    path = f"/v1/customers/{builders.customer(api)}/tax_ids"
    answer = api.call("POST", path, {"type": kind, "value": value})
    assert (answer.status == 200) is fine
    if not fine:
        assert answer.body["error"]["code"] == "tax_id_invalid"


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("FR23334175221", "verified"),
        ("DE000000000", "verified"),
        ("DE111111111", "unverified"),
        ("222222222", "pending"),
    ],
)
def test_the_register_answers_a_little_later(
    api: Direct, value: str, status: str
) -> None:
    path = f"/v1/customers/{builders.customer(api)}/tax_ids"
    made = api.post(path, {"type": "eu_vat", "value": value})
    assert made["verification"]["status"] == "pending"
    api.world.clock.advance(10)
    shown = api.get(f"{path}/{made['id']}")
    assert shown["verification"]["status"] == status
    told = builders.event_types(api).count("customer.tax_id.updated")
    assert told == (status != "pending")
    wish = {"status": "unavailable"}
    api.steer(f"/_sim/tax_ids/{made['id']}/verification", wish)
    shown = api.get(f"{path}/{made['id']}")
    assert shown["verification"]["status"] == "unavailable"
