"""Invoices, from the draft to the payment.

Source: https://docs.stripe.com/api
(invoices, invoice-line-item, invoice-payment, payment-record).
"""

from collections.abc import Iterator

from .wire import Json, Wire, carrying, check_ids


class InvoiceCalls(Wire):
    """Invoices, their lines and their payments."""

    def create_invoice(self, params: Json, key: str) -> Json:
        """Create a draft invoice and return it."""
        return self._write(self._client.v1.invoices.create, key, params)

    def add_lines(self, invoice_id: str, lines: list[Json], key: str) -> Json:
        """Add lines to a draft; the answer is the invoice."""
        add = self._client.v1.invoices.add_lines
        return self._write(add, key, {"lines": lines}, invoice_id)

    def retrieve_invoice(self, invoice_id: str) -> Json:
        """Return an invoice, with what was paid outside of Stripe.

        :raise NotFoundError: it does not exist, or no longer
        """
        params = {"expand": ["amount_paid_off_stripe"]}
        return self._read(self._client.v1.invoices.retrieve, invoice_id, params)

    def list_lines(self, invoice_id: str) -> list[Json]:
        """Return all lines of an invoice in the order in which they were added."""
        service = self._client.v1.invoices.line_items
        return list(self._items(service, {"limit": 100}, invoice_id))

    def find_invoice(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the invoice created since ``since`` that carries ``metadata``."""
        params = {"created": {"gte": since}, "limit": 100}
        return carrying(metadata, self._items(self._client.v1.invoices, params))

    def search_invoices(self, number: str) -> list[Json]:
        """Return the invoices of a number. What is younger than a minute may lack.

        :param number: as it is printed; a quotation mark in it is none to Stripe
        """
        quoted = number.replace("\\", "").replace('"', "")
        params = {"query": f'number:"{quoted}"', "limit": 10}
        found = self._read(self._client.v1.invoices.search, params)
        rows: list[Json] = found["data"]
        return rows

    def invoices_in(self, status: str) -> Iterator[Json]:
        """Yield all invoices of a status, page after page.

        :param status: Stripe's word: ``draft``, ``open``, ``uncollectible`` ...
        """
        params = {"status": status, "limit": 100}
        return self._items(self._client.v1.invoices, params)

    def delete_invoice(self, invoice_id: str) -> Json:
        """Delete a draft."""
        return self._write(self._client.v1.invoices.delete, None, None, invoice_id)

    def update_invoice(self, invoice_id: str, params: Json, key: str) -> Json:
        """Change an invoice; of a finalized one little more than the metadata."""
        return self._write(self._client.v1.invoices.update, key, params, invoice_id)

    def finalize_invoice(self, invoice_id: str, params: Json, key: str) -> Json:
        """Turn a draft into an open invoice."""
        finalize = self._client.v1.invoices.finalize_invoice
        return self._write(finalize, key, params, invoice_id)

    def void_invoice(self, invoice_id: str, key: str) -> Json:
        """Void an open or uncollectible invoice; there is no way back."""
        return self._write(self._client.v1.invoices.void_invoice, key, {}, invoice_id)

    def mark_uncollectible(self, invoice_id: str, key: str) -> Json:
        """Give an open invoice up; it can still be paid or voided."""
        mark = self._client.v1.invoices.mark_uncollectible
        return self._write(mark, key, {}, invoice_id)

    def pay_invoice(self, invoice_id: str, params: Json, key: str) -> Json:
        """Pay an invoice, by charge or ``{"paid_out_of_band": True}``."""
        return self._write(self._client.v1.invoices.pay, key, params, invoice_id)

    def send_invoice(self, invoice_id: str, key: str) -> Json:
        """Let Stripe mail an open invoice to the customer."""
        return self._write(self._client.v1.invoices.send_invoice, key, {}, invoice_id)

    def report_payment(self, params: Json, key: str) -> Json:
        """Record a payment that was made outside of Stripe."""
        report = self._client.v1.payment_records.report_payment
        return self._write(report, key, params)

    def find_payment_record(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the payment record made since ``since`` that carries ``metadata``."""
        params = {"created_after": since, "limit": 100}
        return carrying(metadata, self._items(self._client.v1.payment_records, params))

    def attach_payment(self, invoice_id: str, params: Json, key: str) -> Json:
        """Let a payment count for an invoice: ``{"payment_record": "pr_..."}``."""
        attach = self._client.v1.invoices.attach_payment
        return self._write(attach, key, params, invoice_id)

    def list_invoice_payments(self, invoice_id: str) -> list[Json]:
        """Return the invoice's payments with their PaymentIntent and latest charge.

        Four levels are all that Stripe expands; fees need another call.
        """
        check_ids((invoice_id,))
        params = {
            "invoice": invoice_id,
            "limit": 100,
            "expand": ["data.payment.payment_intent.latest_charge"],
        }
        return list(self._items(self._client.v1.invoice_payments, params))
