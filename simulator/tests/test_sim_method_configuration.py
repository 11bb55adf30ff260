"""Which payment methods an account has switched on, and what else it has set up."""

from __future__ import annotations

from simulator.tests.direct import Direct

PATH = "/v1/payment_method_configurations"


def test_configuration_tells_what_is_switched_on(api: Direct) -> None:
    before = api.get(PATH)["data"]
    assert [row["is_default"] for row in before] == [True]
    assert before[0]["card"]["available"]
    api.account.settings["payment_method_types"] = ["sepa_debit"]
    (after,) = api.get(PATH)["data"]
    assert after["id"] == before[0]["id"]
    assert not after["card"]["available"]
    assert after["card"]["display_preference"]["value"] == "off"
    assert after["sepa_debit"]["available"]


def test_account_shows_its_logo_and_whom_to_ask(api: Direct) -> None:
    assert api.get("/v1/account")["settings"]["branding"]["logo"] is None
    api.account.settings.update(logo="file_1", support_email="help@example.com")
    account = api.get("/v1/account")
    assert account["settings"]["branding"]["logo"] == "file_1"
    assert account["business_profile"]["support_email"] == "help@example.com"
