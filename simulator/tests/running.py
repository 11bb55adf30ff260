"""A simulator that tests talk to over HTTP, with the SDK and as a browser."""

from __future__ import annotations

import io
from typing import Any

import pypdf
import requests
import stripe

from simulator.server import Simulator, new_world
from simulator.world import TEST_KEY

CHAIR = {
    "amount": 10000,
    "description": "Office chair",
    "tax_amounts": [
        {
            "amount": 2000,
            "taxable_amount": 10000,
            "tax_rate_data": {
                "display_name": "TVA",
                "percentage": 20,
                "inclusive": False,
            },
        }
    ],
}


def pdf_text(url: str | None) -> tuple[str, tuple[float, float]]:
    """Return the text of the first page of a PDF, and the page's size in points."""
    assert url
    answer = requests.get(url)
    assert answer.headers["Content-Type"] == "application/pdf"
    page = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0]
    size = (float(page.mediabox.width), float(page.mediabox.height))
    return page.extract_text().replace("\u00a0", " "), size


class Running:
    """One simulator on a free port; ``reset`` gives every test a new world."""

    def __init__(self) -> None:
        self.simulator = Simulator(new_world())
        self.simulator.start()
        self.url = self.simulator.url
        self.client = self.client_for(TEST_KEY)

    def client_for(self, key: str, timeout: float = 10) -> stripe.StripeClient:
        """Return the SDK's client with that key; it repeats nothing on its own."""
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.url},
            http_client=stripe.RequestsClient(timeout=timeout),
        )

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET or, with a body, POST under /_sim; raises for a refusal."""
        url = f"{self.url}/_sim/{path}"
        answer = requests.get(url) if body is None else requests.post(url, json=body)
        answer.raise_for_status()
        return answer.json()

    def customer(self, **params: Any) -> str:
        """Create a customer and return its id."""
        given: Any = {"name": "Deco Addict", "email": "deco@example.com", **params}
        return self.client.v1.customers.create(given).id

    def draft(self, customer: str | None = None, **params: Any) -> str:
        """Create a draft of 120.00 EUR with 20.00 of tax and return its id."""
        given: Any = {
            "customer": customer or self.customer(),
            "collection_method": "send_invoice",
            "days_until_due": 30,
            "currency": "eur",
            "auto_advance": False,
            **params,
        }
        invoice_id = self.client.v1.invoices.create(given).id
        lines: Any = {"lines": [CHAIR]}
        self.client.v1.invoices.add_lines(invoice_id, lines)
        return invoice_id

    def invoice(self, customer: str | None = None, **params: Any) -> stripe.Invoice:
        """Create and finalize such an invoice."""
        invoice_id = self.draft(customer, **params)
        return self.client.v1.invoices.finalize_invoice(invoice_id)

    def status(self, invoice_id: str) -> str | None:
        """Return the invoice's present status."""
        return self.client.v1.invoices.retrieve(invoice_id).status

    def event_types(self, since: str = "") -> list[str]:
        """Return the types of all events, oldest first, after the first ``since``."""
        rows = self.control("objects/event")["data"]
        types = [row["type"] for row in rows]
        return types[types.index(since) + 1 :] if since else types
