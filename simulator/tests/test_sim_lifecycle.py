"""Every transition of an invoice, and what refuses or accompanies it."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client

from simulator.app import Application
from simulator.tests import builders
from simulator.tests.direct import Direct
from simulator.world import World

DAY = 24 * 3600
PENDING = "while a payment on it is still pending"
NOT_OPEN = "You can only pass in open invoices. This invoice isn't open."


class Sim:
    """Steers the world of ``api`` under ``/_sim``."""

    def __init__(self, world: World) -> None:
        self._client = Client(Application(world))

    def __call__(self, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
        response = self._client.post(f"/_sim/{path}", json=body)
        assert response.status_code == status, response.get_data(as_text=True)
        answer: dict[str, Any] = response.get_json()
        return answer


@pytest.fixture
def sim(frozen: World) -> Sim:
    return Sim(frozen)


def since(api: Direct, seen: int) -> list[str]:
    return builders.event_types(api)[seen:]


def uncollectible(api: Direct, **params: Any) -> str:
    """Make an uncollectible invoice and return its path."""
    path = f"/v1/invoices/{builders.opened(api, **params)['id']}"
    api.post(path + "/mark_uncollectible")
    return path


def intent_of(api: Direct, path: str) -> dict[str, Any]:
    """Return the PaymentIntent behind the invoice's own payment."""
    expand = {"expand": ["payments.data.payment.payment_intent"]}
    rows = api.get(path, expand)["payments"]["data"]
    own: dict[str, Any] = next(row for row in rows if row["is_default"])
    intent: dict[str, Any] = own["payment"]["payment_intent"]
    return intent


def test_an_open_invoice_is_sent_as_often_as_wanted(api: Direct) -> None:
    path = f"/v1/invoices/{builders.opened(api)['id']}"
    seen = len(builders.event_types(api))
    for _ in range(2):
        assert api.post(path + "/send")["status"] == "open"
    assert since(api, seen) == ["invoice.sent"] * 2
    api.post(path + "/pay", {"paid_out_of_band": True})
    assert api.refused(400, "POST", path + "/send")["message"] == NOT_OPEN


def test_the_stored_method_is_charged(api: Direct, sim: Sim) -> None:
    buyer = builders.customer(api)
    seen = len(builders.event_types(api))
    kept = sim(f"customers/{buyer}/card", number="4000 0025 0000 0003")
    assert since(api, seen) == ["payment_method.attached", "customer.updated"]
    (listed,) = api.get(f"/v1/customers/{buyer}/payment_methods")["data"]
    assert (listed["id"], listed["card"]["country"]) == (kept["id"], "FR")
    shown = api.get(f"/v1/customers/{buyer}")["invoice_settings"]
    assert shown["default_payment_method"] == kept["id"]
    path = f"/v1/invoices/{builders.opened(api, customer_id=buyer)['id']}"
    paid = api.post(path + "/pay")
    assert (paid["status"], paid["attempt_count"]) == ("paid", 1)
    assert intent_of(api, path)["payment_method"] == kept["id"]


def test_the_invoices_own_method_comes_first(api: Direct, sim: Sim) -> None:
    buyer = builders.customer(api)
    params = {"customer": buyer}
    own = api.post("/v1/payment_methods/pm_card_visa/attach", params)["id"]
    sim(f"customers/{buyer}/card", number="4000000000000341")
    invoice = builders.opened(api, customer_id=buyer, default_payment_method=own)
    path = f"/v1/invoices/{invoice['id']}"
    assert api.post(path + "/pay")["status"] == "paid"
    assert intent_of(api, path)["payment_method"] == own
    stranger = f"/v1/invoices/{builders.opened(api)['id']}/pay"
    error = api.refused(400, "POST", stranger, {"payment_method": own})
    assert error["param"] == "payment_method"


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000341", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000000069", "expired_card", None),
    ],
)
def test_a_stored_card_is_declined(
    api: Direct, sim: Sim, number: str, code: str, decline_code: str | None
) -> None:
    buyer = builders.customer(api)
    sim(f"customers/{buyer}/card", number=number)
    path = f"/v1/invoices/{builders.opened(api, customer_id=buyer)['id']}"
    seen = len(builders.event_types(api))
    error = api.refused(402, "POST", path + "/pay")
    assert error["type"] == "card_error"
    assert (error["code"], error.get("decline_code")) == (code, decline_code)
    now = api.get(path)
    assert (now["status"], now["attempt_count"]) == ("open", 1)
    assert now["attempted"]
    last = intent_of(api, path)["last_payment_error"]
    assert (last["code"], last.get("decline_code")) == (code, decline_code)
    assert {"invoice.payment_failed", "payment_intent.payment_failed"} <= set(
        since(api, seen)
    )
    sim(f"customers/{buyer}/card", number="4242424242424242")
    assert api.post(path + "/pay")["attempt_count"] == 2
    assert intent_of(api, path)["last_payment_error"] is None


def test_the_bank_wants_the_customer(api: Direct, sim: Sim) -> None:
    buyer = builders.customer(api)
    sim(f"customers/{buyer}/card", number="4000002760003184")
    invoice = builders.opened(api, customer_id=buyer)
    path = f"/v1/invoices/{invoice['id']}"
    seen = len(builders.event_types(api))
    error = api.refused(402, "POST", path + "/pay", {"off_session": True})
    assert error["type"] == "card_error"
    assert error["code"] == "invoice_payment_intent_requires_action"
    types = since(api, seen)
    assert "invoice.payment_action_required" in types
    assert "invoice.payment_failed" not in types
    intent = intent_of(api, path)
    assert intent["status"] == "requires_action"
    assert intent["next_action"]["type"] == "redirect_to_url"
    sim(f"invoices/{invoice['id']}/authenticate", success=False)
    assert api.get(path)["status"] == "open"
    api.refused(402, "POST", path + "/pay")
    sim(f"invoices/{invoice['id']}/authenticate")
    assert api.get(path)["status"] == "paid"


def test_nothing_is_stored(api: Direct) -> None:
    path = f"/v1/invoices/{builders.opened(api)['id']}"
    seen = len(builders.event_types(api))
    error = api.refused(400, "POST", path + "/pay")
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith("This customer has no attached payment source")
    assert since(api, seen) == ["invoice.updated", "invoice.payment_failed"]


def test_an_uncollectible_invoice_is_paid_after_all(api: Direct) -> None:
    for params in ({"payment_method": "pm_card_visa"}, {"paid_out_of_band": True}):
        path = uncollectible(api)
        paid = api.post(path + "/pay", params)
        assert (paid["status"], paid["amount_remaining"]) == ("paid", 0)
        moments = paid["status_transitions"]
        assert moments["marked_uncollectible_at"] and moments["paid_at"]


def test_an_uncollectible_invoice_stays_so_when_payment_fails(api: Direct) -> None:
    path = uncollectible(api)
    for card, status in (
        ("pm_card_chargeCustomerFail", 402),
        ("pm_card_authenticationRequired", 402),
    ):
        api.refused(status, "POST", path + "/pay", {"payment_method": card})
        assert api.get(path)["status"] == "uncollectible"
    types = builders.event_types(api)
    assert "invoice.payment_failed" in types
    assert "invoice.payment_action_required" in types


def test_an_uncollectible_invoice_is_voided_or_not(api: Direct) -> None:
    assert api.post(uncollectible(api) + "/void")["status"] == "void"
    api.account.settings["void_uncollectible"] = False
    path = uncollectible(api)
    assert api.refused(400, "POST", path + "/void")["message"] == NOT_OPEN
    assert api.get(path)["status"] == "uncollectible"


@pytest.mark.parametrize(
    ("iban", "status"),
    [("DE89370400440532013000", "paid"), ("DE62370400440532013001", "open")],
)
def test_nothing_moves_while_a_debit_is_pending(
    api: Direct, sim: Sim, iban: str, status: str
) -> None:
    buyer = builders.customer(api)
    sim(f"customers/{buyer}/card", number=iban)
    invoice = builders.opened(api, customer_id=buyer)
    path = f"/v1/invoices/{invoice['id']}"
    waiting = api.post(path + "/pay")
    assert (waiting["status"], waiting["attempt_count"]) == ("open", 1)
    params = {"invoice": invoice["id"], "expand": ["data.payment.payment_intent"]}
    (entry,) = api.get("/v1/invoice_payments", params)["data"]
    assert entry["status"] == "open"
    assert entry["payment"]["payment_intent"]["status"] == "processing"
    assert "payment_intent.processing" in builders.event_types(api)
    for action, given in (
        ("void", {}),
        ("mark_uncollectible", {}),
        ("pay", {"payment_method": "pm_card_visa"}),
        ("pay", {"paid_out_of_band": True}),
    ):
        error = api.refused(400, "POST", f"{path}/{action}", given)
        assert PENDING in error["message"]
    api.world.clock.advance(6 * DAY)
    assert api.get(path)["status"] == status
    if status == "open":
        assert "invoice.payment_failed" in builders.event_types(api)
        assert api.post(path + "/void")["status"] == "void"


def test_a_debit_that_comes_too_late_is_too_much(api: Direct, sim: Sim) -> None:
    """Paid by an attached payment meanwhile; the pending one becomes credit."""
    buyer = builders.customer(api)
    invoice = builders.opened(api, customer_id=buyer)
    path = f"/v1/invoices/{invoice['id']}"
    params = {"amount": 10000, "currency": "eur", "customer": buyer}
    other = api.post("/v1/payment_intents", params)["id"]
    api.post(path + "/attach_payment", {"payment_intent": other})
    sim(f"customers/{buyer}/card", number="DE89370400440532013000")
    api.post(path + "/pay")
    card = {"payment_method": "pm_card_visa"}
    api.post(f"/v1/payment_intents/{other}/confirm", card)
    assert api.get(path)["status"] == "paid"
    api.world.clock.advance(6 * DAY)
    now = api.get(path)
    assert (now["amount_paid"], now["amount_overpaid"]) == (10000, 10000)
    assert api.get(f"/v1/customers/{buyer}")["balance"] == -10000
    types = builders.event_types(api)
    assert types.count("invoice.paid") == 1
    assert types.count("invoice_payment.paid") == 2
    assert types.count("invoice.overpaid") == 1


def test_a_transfer_of_too_much(api: Direct, sim: Sim) -> None:
    invoice = builders.opened(api)
    wish: dict[str, Any] = {"method": "customer_balance", "amount": 10700}
    sim(f"invoices/{invoice['id']}/pay", **wish)
    paid = api.get(f"/v1/invoices/{invoice['id']}")
    assert (paid["status"], paid["amount_overpaid"]) == ("paid", 700)
    (told,) = api.get("/v1/events", {"type": "invoice.overpaid"})["data"]
    assert told["data"]["object"]["amount_overpaid"] == 700


def revised(api: Direct, invoice_id: str) -> str:
    """Make a revision of the invoice and return its path."""
    given = {"from_invoice": {"action": "revision", "invoice": invoice_id}}
    return f"/v1/invoices/{api.post('/v1/invoices', given)['id']}"


def test_a_revision_takes_the_place_of_its_original(api: Direct) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    draft = revised(api, invoice["id"])
    assert api.get(path)["latest_revision"] is None
    final = api.post(draft + "/finalize")
    assert (final["status"], final["total"]) == ("open", 10000)
    assert final["number"] != invoice["number"]
    old = api.get(path)
    assert (old["status"], old["latest_revision"]) == ("void", final["id"])
    (told,) = api.get("/v1/events", {"type": "invoice.voided"})["data"]
    assert told["data"]["object"]["latest_revision"] == final["id"]


def test_a_revision_waits_while_its_original_is_being_paid(
    api: Direct, sim: Sim
) -> None:
    invoice = builders.opened(api)
    path = f"/v1/invoices/{invoice['id']}"
    draft = revised(api, invoice["id"])
    wish: dict[str, Any] = {"method": "sepa_debit", "outcome": "processing"}
    sim(f"invoices/{invoice['id']}/pay", **wish)
    assert PENDING in api.refused(400, "POST", draft + "/finalize")["message"]
    assert api.get(draft)["last_finalization_error"]["message"]
    assert (api.get(path)["status"], api.get(draft)["status"]) == ("open", "draft")
    api.world.clock.advance(6 * DAY)
    error = api.refused(400, "POST", draft + "/finalize")
    assert error["message"] == "Invoices with `paid` payments cannot be voided."
    assert api.get(path)["status"] == "paid"


def test_the_due_date_passes(api: Direct) -> None:
    """Told once, of open invoices, to accounts that want to know."""
    builders.opened(api)
    api.world.clock.advance(31 * DAY)
    assert "invoice.overdue" not in builders.event_types(api)
    api.account.settings["overdue_events"] = True
    late, paid = builders.opened(api), builders.opened(api)
    api.post(f"/v1/invoices/{paid['id']}/pay", {"paid_out_of_band": True})
    api.world.clock.advance(29 * DAY)
    assert "invoice.overdue" not in builders.event_types(api)
    api.world.clock.advance(2 * DAY)
    (told,) = api.get("/v1/events", {"type": "invoice.overdue"})["data"]
    assert told["data"]["object"]["id"] == late["id"]
    assert told["request"]["id"] is None


def test_a_draft_cannot_be_finalized(api: Direct, sim: Sim) -> None:
    invoice = builders.draft(api)
    builders.add(api, invoice["id"], {"amount": 1000})
    path = f"/v1/invoices/{invoice['id']}"
    control = f"invoices/{invoice['id']}/finalization_error"
    reason: dict[str, Any] = {
        "code": "tax_id_invalid",
        "message": "The tax ID is invalid.",
    }
    sim(control, **reason)
    for action in ("finalize", "send", "pay"):
        seen = len(builders.event_types(api))
        error = api.refused(400, "POST", f"{path}/{action}")
        assert {name: error[name] for name in reason} == reason
        assert "invoice.finalization_failed" in since(api, seen)
    now = api.get(path)
    assert (now["status"], now["number"]) == ("draft", None)
    assert now["last_finalization_error"]["code"] == "tax_id_invalid"
    told = api.get("/v1/events", {"type": "invoice.finalization_failed"})["data"][0]
    shown = told["data"]["object"]["last_finalization_error"]
    assert shown["message"] == reason["message"]
    sim(control, off=True)
    final = api.post(path + "/finalize")
    assert (final["status"], final["last_finalization_error"]) == ("open", None)


def test_finalization_fails_for_a_customer_or_an_account(api: Direct, sim: Sim) -> None:
    buyer = builders.customer(api)
    other = builders.draft(api)
    sim(f"customers/{buyer}/finalization_error")
    path = f"/v1/invoices/{builders.draft(api, buyer)['id']}/finalize"
    error = api.refused(400, "POST", path)
    assert error["code"] == "customer_tax_location_invalid"
    account = f"accounts/{api.account.id}/finalization_error"
    sim(account)
    api.refused(400, "POST", f"/v1/invoices/{other['id']}/finalize")
    sim(account, off=True)
    api.post(f"/v1/invoices/{other['id']}/finalize")
    sim(account, status=400, reason="none")
    sim("customers/cus_none/card", status=404, number="4242424242424242")
    sim(f"customers/{buyer}/card", status=402, number="4242")
    sim(f"customers/{buyer}/card", status=400)


def test_automatic_finalization_fails_quietly(api: Direct, sim: Sim) -> None:
    buyer = builders.customer(api)
    sim(f"customers/{buyer}/finalization_error")
    bad, good = (
        builders.draft(api, buyer, auto_advance=True),
        builders.draft(api, auto_advance=True),
    )
    for invoice in (bad, good):
        builders.add(api, invoice["id"], {"amount": 1000})
    api.world.clock.advance(2 * 3600)
    states = [api.get(f"/v1/invoices/{one['id']}")["status"] for one in (bad, good)]
    assert states == ["draft", "open"]
    (told,) = api.get("/v1/events", {"type": "invoice.finalization_failed"})["data"]
    assert told["data"]["object"]["id"] == bad["id"]
