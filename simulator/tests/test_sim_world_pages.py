"""The hosted page as a browser sends it, the receipt and the PDF."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import requests

from simulator.tests.running import Running, pdf_text

DAY = 24 * 3600


def press(url: str | None, **form: str) -> str:
    """Send the page's form and return the page that follows."""
    assert url
    answer = requests.post(url, data=form)
    return answer.text


def test_the_page_shows_what_is_asked_for(sim: Running) -> None:
    invoice = sim.invoice(
        number="INV/2026/00042",
        description="Thank you <for> your order",
        footer="Company number 123",
        custom_fields=[{"name": "PO", "value": "PO-77"}],
    )
    page = requests.get(invoice.hosted_invoice_url or "").text
    for text in (
        "Simulated Company",
        "INV/2026/00042",
        '<p class="amount" id="amount-due">€120.00</p>',
        "Due ",
        "Deco Addict",
        "deco@example.com",
        "Office chair",
        "TVA (20%) on €100.00",
        "Thank you &lt;for&gt; your order",
        "Company number 123",
        "PO-77",
        'id="test-badge"',
        'name="card_number" value="4242 4242 4242 4242"',
        'id="pay"',
        'id="decline"',
        'name="iban"',
    ):
        assert text in page, text
    assert "http" not in page.split("</style>")[1].replace(sim.url, "")


def test_a_transfer_is_told_where_to_go(sim: Running) -> None:
    settings = {"payment_method_types": ["customer_balance"]}
    invoice = sim.invoice(payment_settings=settings)
    page = requests.get(invoice.hosted_invoice_url or "").text
    assert 'id="method_customer_balance"' in page
    assert 'id="method_card"' not in page
    assert invoice.number and f"<dd>{invoice.number}</dd>" in page
    page = press(invoice.hosted_invoice_url, action="pay", method="customer_balance")
    assert "Invoice paid" in page
    (charge,) = sim.client.v1.charges.list().data
    details: Any = charge.payment_method_details
    assert details.type == "customer_balance"


def test_pay_makes_the_invoice_paid(sim: Running) -> None:
    invoice = sim.invoice()
    page = press(
        invoice.hosted_invoice_url,
        action="pay",
        method="card",
        card_number="4242 4242 4242 4242",
    )
    assert (
        "Invoice paid" in page
        and 'id="receipt"' in page
        and "button" not in (page.split("</style>")[1])
    )
    found = sim.client.v1.invoices.retrieve(invoice.id, {"expand": ["payments"]})
    assert (found.status, found.amount_paid, found.amount_remaining) == (
        "paid",
        12000,
        0,
    )
    (payment,) = (found.payments or []).data  # type: ignore[union-attr]
    assert (payment.status, payment.amount_paid) == ("paid", 12000)
    types = sim.event_types(since="invoice.finalized")
    wanted = [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]
    assert [one for one in types if one in wanted] == wanted
    paid = [e for e in sim.control("objects/event")["data"] if e["type"] in wanted]
    assert all(event["request"]["id"] is None for event in paid)


def test_a_declined_card_leaves_it_open_and_can_be_replaced(sim: Running) -> None:
    invoice = sim.invoice()
    page = press(invoice.hosted_invoice_url, action="decline")
    assert 'role="alert"' in page and "Your card was declined." in page
    assert sim.status(invoice.id) == "open"
    types = sim.event_types(since="invoice.finalized")
    assert "invoice.payment_failed" in types
    assert "payment_intent.payment_failed" in types
    press(invoice.hosted_invoice_url, card_number="4242424242424242")
    assert sim.status(invoice.id) == "paid"


def test_a_wrong_number_is_no_attempt(sim: Running) -> None:
    invoice = sim.invoice()
    answer = requests.post(invoice.hosted_invoice_url or "", {"card_number": "1234"})
    assert answer.status_code == 402
    assert "Your card number is incorrect." in answer.text
    assert sim.client.v1.invoices.retrieve(invoice.id).attempted is False


def test_a_card_may_ask_for_authentication(sim: Running) -> None:
    invoice = sim.invoice()
    number = "4000 0027 6000 3184"
    page = press(invoice.hosted_invoice_url, card_number=number)
    assert 'id="complete"' in page and sim.status(invoice.id) == "open"
    assert "invoice.payment_action_required" in sim.event_types()
    page = press(invoice.hosted_invoice_url, action="fail")
    assert "unable to authenticate" in page
    press(invoice.hosted_invoice_url, card_number=number)
    press(invoice.hosted_invoice_url, action="complete")
    assert sim.status(invoice.id) == "paid"


def test_the_bank_s_page_leads_to_the_invoice(sim: Running) -> None:
    invoice = sim.invoice()
    press(invoice.hosted_invoice_url, card_number="4000002760003184")
    (intent,) = sim.client.v1.payment_intents.list().data
    assert intent.next_action and intent.next_action.redirect_to_url
    page = requests.get(intent.next_action.redirect_to_url.url or "")
    assert page.url == invoice.hosted_invoice_url and 'id="complete"' in page.text


def test_a_debit_takes_days_of_the_clock(sim: Running) -> None:
    invoice = sim.invoice()
    page = press(
        invoice.hosted_invoice_url, method="sepa_debit", iban="DE89370400440532013000"
    )
    assert "Payment processing" in page and sim.status(invoice.id) == "open"
    assert "payment_intent.processing" in sim.event_types()
    sim.control("clock/advance", {"seconds": 4 * DAY})
    assert sim.status(invoice.id) == "open"
    sim.control("clock/advance", {"seconds": 2 * DAY})
    assert sim.status(invoice.id) == "paid"
    (charge,) = sim.client.v1.charges.list().data
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.type == "sepa_debit"


def test_a_debit_can_bounce(sim: Running) -> None:
    invoice = sim.invoice()
    press(
        invoice.hosted_invoice_url, method="sepa_debit", iban="DE62370400440532013001"
    )
    sim.control("clock/advance", {"seconds": 6 * DAY})
    assert sim.status(invoice.id) == "open"
    page = requests.get(invoice.hosted_invoice_url or "").text
    assert "returned the debit" in page and 'id="pay"' in page
    assert "charge.failed" in sim.event_types()


def test_dollars_are_not_offered_a_debit(sim: Running) -> None:
    invoice = sim.invoice(currency="usd")
    page = requests.get(invoice.hosted_invoice_url or "").text
    assert "$120.00" in page and 'name="iban"' not in page


def test_the_page_tells_what_became_of_the_invoice(sim: Running) -> None:
    void, lost, elsewhere = sim.invoice(), sim.invoice(), sim.invoice()
    sim.client.v1.invoices.void_invoice(void.id)
    sim.client.v1.invoices.mark_uncollectible(lost.id)
    sim.client.v1.invoices.pay(elsewhere.id, {"paid_out_of_band": True})
    page = requests.get(void.hosted_invoice_url or "").text
    assert "Invoice voided" in page and 'id="pay"' not in page
    assert "Voided on" in page
    page = requests.get(lost.hosted_invoice_url or "").text
    assert "Marked uncollectible" in page and 'id="pay"' in page
    page = requests.get(elsewhere.hosted_invoice_url or "").text
    assert "outside this page" in page and 'id="receipt"' not in page
    answer = requests.post(void.hosted_invoice_url or "", {"card_number": "4242" * 4})
    assert answer.status_code == 402 and sim.status(void.id) == "void"


def test_an_uncollectible_invoice_can_still_be_paid(sim: Running) -> None:
    invoice = sim.invoice()
    sim.client.v1.invoices.mark_uncollectible(invoice.id)
    press(invoice.hosted_invoice_url, card_number="4242424242424242")
    assert sim.status(invoice.id) == "paid"


def test_french_customers_read_french(sim: Running) -> None:
    customer = sim.customer(preferred_locales=["fr-FR", "en"])
    invoice = sim.invoice(customer)
    page = requests.get(invoice.hosted_invoice_url or "").text
    assert '<html lang="fr">' in page
    assert "Montant dû" in page and "120,00\u00a0€" in page
    text, _size = pdf_text(invoice.invoice_pdf)
    assert "Facture" in text and "120,00 €" in text


def test_the_receipt_belongs_to_the_charge(sim: Running) -> None:
    invoice = sim.invoice()
    press(invoice.hosted_invoice_url, card_number="5555 5555 5555 4444")
    (charge,) = sim.client.v1.charges.list().data
    page = requests.get(charge.receipt_url or "").text
    assert "Receipt from Simulated Company" in page
    assert "€120.00" in page and "Mastercard ···· 4444" in page


def test_unknown_links_lead_nowhere(sim: Running) -> None:
    invoice = sim.invoice()
    url = invoice.hosted_invoice_url or ""
    for wrong in (url + "x", url.replace("acct_", "acct_x"), f"{sim.url}/pdf/a/b"):
        answer = requests.get(wrong)
        assert answer.status_code == 404 and "Page not found" in answer.text


def test_live_mode_is_not_marked_as_a_test(sim: Running) -> None:
    live = Running.client_for(sim, "sk_live_simulator")
    params: Any = {"email": "deco@example.com", "name": "Deco"}
    customer = live.v1.customers.create(params)
    draft = live.v1.invoices.create({"customer": customer.id, "currency": "eur"})
    live.v1.invoices.add_lines(draft.id, {"lines": [{"amount": 5000}]})
    invoice = live.v1.invoices.finalize_invoice(draft.id)
    assert 'id="test-badge"' not in requests.get(invoice.hosted_invoice_url or "").text


def test_the_pdf_prints_the_invoice(sim: Running) -> None:
    customer = sim.customer(
        name="Łukasz & Cie",
        address={"line1": "4 rue Haute", "city": "Lyon", "country": "FR"},
        tax_exempt="reverse",
        tax_id_data=[{"type": "eu_vat", "value": "FR23334175221"}],
    )
    invoice = sim.invoice(
        customer,
        number="INV/2026/00007",
        description="Memo line",
        footer="Footer line",
        rendering={"pdf": {"page_size": "a4"}},
    )
    text, size = pdf_text(invoice.invoice_pdf)
    for wanted in (
        "INV/2026/00007",
        "TEST",
        "Simulated Company",
        "Łukasz & Cie",
        "4 rue Haute",
        "EU VAT FR23334175221",
        "Office chair",
        "TVA (20%) on €100.00",
        "€20.00",
        "€120.00",
        "Reverse charge",
        "Memo line",
        "Footer line",
        "Page 1 of 1",
    ):
        assert wanted in text, wanted
    assert [round(side) for side in size] == [595, 842]


def test_the_pdf_is_letter_unless_told_and_goes_over_pages(sim: Running) -> None:
    draft = sim.draft()
    lines: Any = {
        "lines": [{"amount": 100, "description": f"Item {n}"} for n in range(90)]
    }
    sim.client.v1.invoices.add_lines(draft, lines)
    invoice = sim.client.v1.invoices.finalize_invoice(draft)
    answer = requests.get(invoice.invoice_pdf or "")
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    assert [round(float(s)) for s in reader.pages[0].mediabox[2:]] == [612, 792]
    assert len(reader.pages) > 1
    texts = [page.extract_text() for page in reader.pages]
    assert all("Description" in text for text in texts[:2])
    assert "Item 89" in "".join(texts)
    assert f"Page 2 of {len(texts)}" in texts[1]
