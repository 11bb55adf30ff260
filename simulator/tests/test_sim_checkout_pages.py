"""The pages of Checkout and of the customer portal, as a browser sends them."""

from __future__ import annotations

from typing import Any

import requests

from simulator.tests.running import Running

DAY = 24 * 3600


def session(sim: Running, **params: Any) -> Any:
    """Make a session that takes a payment of 120.00 EUR."""
    data = {
        "currency": "eur",
        "product_data": {"name": "Office chair"},
        "unit_amount": 12000,
    }
    given: Any = {
        "mode": "payment",
        "customer": sim.customer(),
        "line_items": [{"price_data": data, "quantity": 1}],
        "success_url": f"{sim.url}/_sim?done={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{sim.url}/_sim?left=1",
        "invoice_creation": {"enabled": True},
        **params,
    }
    return sim.client.v1.checkout.sessions.create(given)


def test_the_page_shows_the_order_and_the_way_back(sim: Running) -> None:
    page = requests.get(session(sim).url).text
    for text in (
        '<p class="amount" id="amount-due">€120.00</p>',
        "Office chair",
        "Deco Addict",
        'id="expires"',
        "?left=1",
        'id="method_card"',
        'id="method_sepa_debit"',
        "Pay €120.00",
    ):
        assert text in page, text


def test_the_page_speaks_the_session_s_language(sim: Running) -> None:
    page = requests.get(session(sim, locale="fr").url).text
    assert "Votre commande" in page and '<html lang="fr">' in page


def test_paying_leads_back_to_the_shop(sim: Running) -> None:
    made = session(sim)
    answer = requests.post(
        made.url, {"card_number": "4242 4242 4242 4242"}, allow_redirects=False
    )
    assert answer.headers["Location"] == f"{sim.url}/_sim?done={made.id}"
    found = sim.client.v1.checkout.sessions.retrieve(made.id)
    assert found.payment_status == "paid" and found.invoice
    again = requests.post(made.url, {"card_number": "4242 4242 4242 4242"})
    assert (
        "all done here" in again.text
        and "button" not in again.text.split("</style>")[1]
    )
    assert len(sim.client.v1.charges.list().data) == 1


def test_a_declined_card_can_be_replaced(sim: Running) -> None:
    made = session(sim)
    page = requests.post(made.url, {"action": "decline"})
    assert page.status_code == 402 and "Your card was declined." in page.text
    wrong = requests.post(made.url, {"card_number": "1234"})
    assert "Your card number is incorrect." in wrong.text
    requests.post(made.url, {"card_number": "4242424242424242"})
    found = sim.client.v1.checkout.sessions.retrieve(made.id)
    assert found.payment_status == "paid"


def test_the_bank_asks_on_the_page(sim: Running) -> None:
    made = session(sim)
    page = requests.post(made.url, {"card_number": "4000002760003184"}).text
    assert 'id="complete"' in page and "€120.00" in page
    requests.post(made.url, {"action": "complete"})
    assert sim.client.v1.checkout.sessions.retrieve(made.id).status == "complete"


def test_an_expired_page_says_so(sim: Running) -> None:
    made = session(sim)
    sim.control("clock/advance", {"seconds": DAY + 1})
    page = requests.get(made.url).text
    assert "This page has expired" in page and "?left=1" in page


def test_a_debit_is_kept_on_the_setup_page(sim: Running) -> None:
    given: Any = {
        "mode": "setup",
        "currency": "eur",
        "customer": sim.customer(),
        "success_url": f"{sim.url}/_sim",
    }
    made = sim.client.v1.checkout.sessions.create(given)
    page = requests.get(made.url or "").text
    assert "Save a payment method" in page and "Nothing is charged now" in page
    form = {"method": "sepa_debit", "iban": "DE89370400440532013000"}
    requests.post(made.url or "", form)
    (kept,) = sim.client.v1.customers.payment_methods.list(given["customer"]).data
    assert kept.type == "sepa_debit"


def portal(sim: Running, customer: str) -> str:
    """Return the address of a portal session."""
    given: Any = {"customer": customer, "return_url": f"{sim.url}/_sim?home=1"}
    return sim.client.v1.billing_portal.sessions.create(given).url


def test_the_portal_lists_methods_and_invoices(sim: Running) -> None:
    customer = sim.customer()
    invoice = sim.invoice(customer, number="INV/2026/00042")
    address = portal(sim, customer)
    page = requests.get(address).text
    assert "INV/2026/00042" in page and (invoice.hosted_invoice_url or "") in page
    assert "No payment method is stored." in page and "?home=1" in page
    page = requests.post(address, {"card_number": "4242424242424242"}).text
    assert "Visa ending in 4242" in page and "Default" in page
    page = requests.post(address, {"card_number": "5555555555554444"}).text
    assert "Mastercard ending in 4444" in page
    first = sim.client.v1.customers.payment_methods.list(customer).data[-1]
    press = {"action": "default", "payment_method": first.id}
    requests.post(address, press)
    found: Any = sim.client.v1.customers.retrieve(customer)
    assert found.invoice_settings.default_payment_method == first.id
    page = requests.post(address, {**press, "action": "remove"}).text
    assert "ending in 4242" not in page


def test_the_portal_refuses_cards_and_strangers(sim: Running) -> None:
    mine, other = sim.customer(), sim.customer()
    sim.control(f"customers/{other}/card", {"number": "4242424242424242"})
    (theirs,) = sim.client.v1.customers.payment_methods.list(other).data
    address = portal(sim, mine)
    page = requests.post(address, {"action": "remove", "payment_method": theirs.id})
    assert page.status_code == 402 and "No such PaymentMethod" in page.text
    declined = requests.post(address, {"card_number": "4000000000000002"})
    assert "Your card was declined." in declined.text
    assert not sim.client.v1.customers.payment_methods.list(mine).data


def test_the_portal_s_address_works_for_a_short_time(sim: Running) -> None:
    address = portal(sim, sim.customer())
    sim.control("clock/advance", {"seconds": 3601})
    answer = requests.get(address)
    assert answer.status_code == 404 and "?home=1" in answer.text
