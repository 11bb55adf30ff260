"""Customers and their tax ids.

Source: https://docs.stripe.com/api (customers, tax_ids, customer_balance_transactions).
"""

from .wire import Json, Wire, carrying


class CustomerCalls(Wire):
    """Customers and their tax ids."""

    def retrieve_customer(self, customer_id: str) -> Json:
        """Return a customer; of a deleted one no more than that: ``deleted``.

        :raise NotFoundError: it does not exist in this account and mode
        """
        return self._read(self._client.v1.customers.retrieve, customer_id)

    def create_customer(self, params: Json, key: str) -> Json:
        """Create a customer and return it."""
        return self._write(self._client.v1.customers.create, key, params)

    def update_customer(self, customer_id: str, params: Json, key: str) -> Json:
        """Change a customer; an empty string clears a field."""
        return self._write(self._client.v1.customers.update, key, params, customer_id)

    def delete_customer(self, customer_id: str) -> Json:
        """Delete a customer for good; finalized invoices keep their copy of him."""
        return self._write(self._client.v1.customers.delete, None, None, customer_id)

    def list_tax_ids(self, customer_id: str) -> list[Json]:
        """Return the tax ids of a customer."""
        service = self._client.v1.customers.tax_ids
        return list(self._items(service, {}, customer_id))

    def create_tax_id(self, customer_id: str, params: Json, key: str) -> Json:
        """Add a tax id: ``{"type": "eu_vat", "value": "FR..."}``."""
        create = self._client.v1.customers.tax_ids.create
        return self._write(create, key, params, customer_id)

    def delete_tax_id(self, customer_id: str, tax_id: str) -> Json:
        """Remove a tax id from a customer."""
        delete = self._client.v1.customers.tax_ids.delete
        return self._write(delete, None, None, customer_id, tax_id)

    # === Credit balance === #

    def credit_of(self, customer_id: str, currency: str) -> int:
        """Return the customer's credit in a currency, in minor units; debt is negative.

        Told by the last movement of the balance in that currency.
        """
        service = self._client.v1.customers.balance_transactions
        for movement in self._items(service, {"limit": 100}, customer_id):
            if movement["currency"] == currency:
                return -int(movement["ending_balance"])
        return 0

    def change_balance(self, customer_id: str, params: Json, key: str) -> Json:
        """Change the balance; a positive amount takes credit away."""
        create = self._client.v1.customers.balance_transactions.create
        return self._write(create, key, params, customer_id)

    def find_balance_change(
        self, customer_id: str, metadata: dict[str, str]
    ) -> Json | None:
        """Return the change of the balance that carries ``metadata``."""
        service = self._client.v1.customers.balance_transactions
        return carrying(metadata, self._items(service, {"limit": 100}, customer_id))

    def find_customer(self, metadata: dict[str, str], since: int) -> Json | None:
        """Return the customer created since ``since`` that carries ``metadata``.

        By listing, not by searching: Stripe's search index lags behind.
        """
        params = {"created": {"gte": since}, "limit": 100}
        return carrying(metadata, self._items(self._client.v1.customers, params))
