"""Refunds, and the charges that they take back.

Source: https://docs.stripe.com/api (refunds, charges, invoice-payment).
"""

from .wire import Json, Wire, carrying, check_ids

# When money moved tells the movement of the balance, not the refund.
MOVEMENTS = ["balance_transaction", "failure_balance_transaction"]


class RefundCalls(Wire):
    """Refunds and charges."""

    def create_refund(self, params: Json, key: str) -> Json:
        """Refund a charge in whole or in part; money moves at once."""
        return self._write(self._client.v1.refunds.create, key, params)

    def retrieve_refund(self, refund_id: str) -> Json:
        """Return a refund with what it moved on the balance."""
        params = {"expand": MOVEMENTS}
        return self._read(self._client.v1.refunds.retrieve, refund_id, params)

    def list_refunds(self, charge_id: str) -> list[Json]:
        """Return the refunds of a charge, newest first."""
        check_ids((charge_id,))
        params = {"charge": charge_id, "limit": 100}
        return list(self._items(self._client.v1.refunds, params))

    def list_refunds_since(self, since: int) -> list[Json]:
        """Return the refunds made since ``since``, epoch seconds, newest first."""
        params = {"created": {"gte": since}, "limit": 100}
        return list(self._items(self._client.v1.refunds, params))

    def find_refund(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the refund made since ``since`` that carries ``metadata``."""
        params = {"created": {"gte": since}, "limit": 100}
        return carrying(metadata, self._items(self._client.v1.refunds, params))

    def retrieve_charge(self, charge_id: str) -> Json:
        """Return a charge; of one that failed later, with the movement of that."""
        params = {"expand": ["failure_balance_transaction"]}
        return self._read(self._client.v1.charges.retrieve, charge_id, params)

    def update_charge(self, charge_id: str, params: Json, key: str) -> Json:
        """Change what is noted on a charge: its metadata, say; no money moves."""
        return self._write(self._client.v1.charges.update, key, params, charge_id)

    def list_payments_of_intent(self, intent_id: str) -> list[Json]:
        """Return the InvoicePayments that a PaymentIntent has made."""
        check_ids((intent_id,))
        wanted = {"type": "payment_intent", "payment_intent": intent_id}
        params = {"payment": wanted, "limit": 100}
        return list(self._items(self._client.v1.invoice_payments, params))
