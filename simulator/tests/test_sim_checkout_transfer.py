"""Bank transfers on the page of Checkout: chosen, awaited, and never called off."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.tests.builders import event_types, opened
from simulator.tests.direct import Direct
from simulator.tests.running import Running
from simulator.tests.test_sim_checkout import DAY, PATH, payment, setup, submit

OPTIONS: dict[str, Any] = {
    "customer_balance": {
        "funding_type": "bank_transfer",
        "bank_transfer": {
            "type": "eu_bank_transfer",
            "eu_bank_transfer": {"country": "FR"},
        },
    }
}
TRANSFERS = {
    "allowed_payment_method_types": ["card", "customer_balance"],
    "payment_method_options": OPTIONS,
}


def chosen(api: Direct, **params: Any) -> dict[str, Any]:
    """Return a session whose customer has chosen to transfer 100.00 EUR."""
    session = api.post(PATH, payment(api, **TRANSFERS, **params))
    path = f"/_sim/checkout/sessions/{session['id']}/submit"
    told: dict[str, Any] = api.steer(path, {"method": "customer_balance"})["session"]
    return told


def instructions(api: Direct, session: dict[str, Any]) -> dict[str, Any]:
    """Return where the money is to be transferred."""
    intent = api.get(f"/v1/payment_intents/{session['payment_intent']}")
    assert intent["status"] == "requires_action"
    found: dict[str, Any] = intent["next_action"]["display_bank_transfer_instructions"]
    return found


def transfer(api: Direct, session: dict[str, Any], amount: int, **told: Any) -> None:
    """Let a transfer of the session's customer arrive; minor units of EUR."""
    body = {"amount": amount, "currency": "eur", **told}
    api.steer(f"/_sim/customers/{session['customer']}/transfer", body)


def test_the_choice_completes_the_session_and_says_where_to_pay(api: Direct) -> None:
    session = chosen(api)
    assert (session["status"], session["payment_status"], session["url"]) == (
        "complete",
        "unpaid",
        None,
    )
    asked = instructions(api, session)
    assert (asked["amount_remaining"], asked["currency"]) == (10000, "eur")
    assert asked["financial_addresses"][0]["iban"]["iban"].startswith("FR")
    assert asked["reference"] and asked["hosted_instructions_url"]
    assert session["invoice"] is None
    assert event_types(api)[-1] == "checkout.session.completed"


def test_the_money_pays_it_and_the_invoice_follows(api: Direct) -> None:
    session = chosen(api)
    transfer(api, session, 9000)
    assert "payment_intent.partially_funded" in event_types(api)
    assert api.get(f"{PATH}/{session['id']}")["payment_status"] == "unpaid"
    transfer(api, session, 1000)
    found = api.get(f"{PATH}/{session['id']}")
    assert found["payment_status"] == "paid"
    invoice = api.get(f"/v1/invoices/{found['invoice']}")
    assert (invoice["status"], invoice["total"]) == ("paid", 10000)
    assert "checkout.session.async_payment_succeeded" in event_types(api)


def test_the_reference_says_what_is_meant(api: Direct) -> None:
    session = chosen(api)
    invoice = opened(api, 10000, customer_id=session["customer"])
    transfer(api, session, 10000, reference=invoice["number"])
    assert api.get(f"/v1/invoices/{invoice['id']}")["status"] == "paid"
    assert api.get(f"{PATH}/{session['id']}")["payment_status"] == "unpaid"
    reference = instructions(api, session)["reference"]
    transfer(api, session, 10000, reference=reference)
    assert api.get(f"{PATH}/{session['id']}")["payment_status"] == "paid"


def test_what_the_customer_has_already_pays_at_once(api: Direct) -> None:
    session = api.post(PATH, payment(api, **TRANSFERS))
    transfer(api, session, 10000)
    path = f"/_sim/checkout/sessions/{session['id']}/submit"
    api.steer(path, {"method": "customer_balance"})
    assert api.get(f"{PATH}/{session['id']}")["payment_status"] == "paid"


def test_nobody_can_call_it_off_and_it_does_not_expire(api: Direct) -> None:
    session = chosen(api)
    api.refused(400, "POST", f"{PATH}/{session['id']}/expire")
    intent = f"/v1/payment_intents/{session['payment_intent']}"
    error = api.refused(400, "POST", f"{intent}/cancel")
    assert "created by Checkout" in error["message"]
    api.steer("/_sim/clock/advance", {"seconds": 40 * DAY})
    assert api.get(f"{PATH}/{session['id']}")["status"] == "complete"
    transfer(api, session, 10000)
    assert api.get(f"{PATH}/{session['id']}")["payment_status"] == "paid"


def without(*path: str) -> dict[str, Any]:
    """Return the parameters of a transfer without one of its options."""
    wanted: dict[str, Any] = {
        "funding_type": "bank_transfer",
        "bank_transfer": {
            "type": "eu_bank_transfer",
            "eu_bank_transfer": {"country": "FR"},
        },
    }
    place = wanted
    for name in path[:-1]:
        place = place[name]
    place.pop(path[-1])
    return {**TRANSFERS, "payment_method_options": {"customer_balance": wanted}}


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"payment_method_options": {}}, "[funding_type]"),
        (without("funding_type"), "[funding_type]"),
        (without("bank_transfer", "eu_bank_transfer"), "[eu_bank_transfer][country]"),
        (
            {
                "payment_method_options": {
                    "customer_balance": {
                        "funding_type": "bank_transfer",
                        "bank_transfer": {
                            "type": "eu_bank_transfer",
                            "eu_bank_transfer": {"country": "XX"},
                        },
                    }
                }
            },
            "[eu_bank_transfer][country]",
        ),
        ({"payment_method_options": {"pix": {"expires_after_seconds": 60}}}, "pix"),
    ],
)
def test_options_that_lead_nowhere_are_refused(
    api: Direct, change: dict[str, Any], param: str
) -> None:
    given = {**payment(api), **TRANSFERS, **change}
    error = api.refused(400, "POST", PATH, given)
    assert (error.get("param") or "").endswith(param), error


def test_a_transfer_cannot_be_stored_nor_chosen_unasked(api: Direct) -> None:
    error = api.refused(400, "POST", PATH, setup(api, **TRANSFERS))
    assert error["param"] == "allowed_payment_method_types"
    session = api.post(PATH, payment(api))
    path = f"/_sim/checkout/sessions/{session['id']}/submit"
    with pytest.raises(AssertionError, match="does not take"):
        api.steer(path, {"method": "customer_balance"})
    assert submit(api, session)["status"] == "complete"


def test_the_page_offers_it_and_says_where_to_transfer(sim: Running) -> None:
    data = {
        "currency": "eur",
        "product_data": {"name": "Office chair"},
        "unit_amount": 12000,
    }
    given: Any = {
        "mode": "payment",
        "customer": sim.customer(),
        "line_items": [{"price_data": data, "quantity": 1}],
        "success_url": f"{sim.url}/_sim?done=1",
        **TRANSFERS,
    }
    url = str(sim.client.v1.checkout.sessions.create(given).url)
    assert 'id="method_customer_balance"' in requests.get(url).text
    form = {"method": "customer_balance", "action": "pay"}
    answer = requests.post(url, form, allow_redirects=False)
    assert answer.headers["Location"] == f"{sim.url}/_sim?done=1"
    page = requests.get(url).text
    assert "FR00" in page and "€120.00" in page
