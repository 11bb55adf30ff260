"""Checkout: pages on which an order is paid, with the tax rates that they name.

Source: https://docs.stripe.com/api (checkout/sessions, tax_rates, customer_portal).
"""

from .wire import Json, Wire, carrying


class CheckoutCalls(Wire):
    """Checkout Sessions, tax rates, and sessions of the customer portal."""

    def create_checkout_session(self, params: Json, key: str) -> Json:
        """Make a page on which something is paid, or a payment method stored."""
        return self._write(self._client.v1.checkout.sessions.create, key, params)

    def retrieve_checkout_session(self, session_id: str) -> Json:
        """Return a Checkout Session with its PaymentIntent.

        :raise NotFoundError: it does not exist in this account and mode
        """
        params = {"expand": ["payment_intent"]}
        retrieve = self._client.v1.checkout.sessions.retrieve
        return self._read(retrieve, session_id, params)

    def expire_checkout_session(self, session_id: str, key: str) -> Json:
        """Close a page that is open, so that nobody pays on it any more."""
        expire = self._client.v1.checkout.sessions.expire
        return self._write(expire, key, {}, session_id)

    def find_checkout_session(
        self, metadata: dict[str, str], since: int
    ) -> Json | None:
        """Return the session made since ``since`` that carries ``metadata``."""
        params = {"created": {"gte": since}, "limit": 100}
        return carrying(
            metadata, self._items(self._client.v1.checkout.sessions, params)
        )

    def create_tax_rate(self, params: Json, key: str) -> Json:
        """Create a tax rate; Stripe takes two that are equal."""
        return self._write(self._client.v1.tax_rates.create, key, params)

    def create_portal_session(self, params: Json, key: str) -> Json:
        """Make an address of the customer portal, which works for a short time.

        It leaves nothing behind, so a lost answer needs no looking for.
        """
        return self._write(self._client.v1.billing_portal.sessions.create, key, params)
