"""Credit notes, and the tax rates that their lines name.

Source: https://docs.stripe.com/api (credit_notes, tax_rates).
"""

from .wire import Json, Wire, carrying, check_ids


class CreditNoteCalls(Wire):
    """Credit notes."""

    def retrieve_tax_rate(self, rate_id: str) -> Json:
        """Return a TaxRate, also one that was made for the lines of an invoice."""
        return self._read(self._client.v1.tax_rates.retrieve, rate_id)

    def preview_credit_note(self, params: Json) -> Json:
        """Return what a credit note with these parameters would be."""
        return self._read(self._client.v1.credit_notes.preview, params)

    def create_credit_note(self, params: Json, key: str) -> Json:
        """Issue a credit note; with ``refund_amount`` money moves at once."""
        return self._write(self._client.v1.credit_notes.create, key, params)

    def retrieve_credit_note(self, credit_note_id: str) -> Json:
        """Return a credit note."""
        return self._read(self._client.v1.credit_notes.retrieve, credit_note_id)

    def list_credit_notes(self, invoice_id: str) -> list[Json]:
        """Return the credit notes of an invoice, newest first, with their lines."""
        check_ids((invoice_id,))
        params = {"invoice": invoice_id, "limit": 100}
        return list(self._items(self._client.v1.credit_notes, params))

    def find_credit_note(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the credit note made since ``since`` that carries ``metadata``."""
        params = {"created": {"gte": since}, "limit": 100}
        return carrying(metadata, self._items(self._client.v1.credit_notes, params))

    def void_credit_note(self, credit_note_id: str, key: str) -> Json:
        """Void a credit note that only took off what was still due."""
        void = self._client.v1.credit_notes.void_credit_note
        return self._write(void, key, {}, credit_note_id)
