"""The account itself: what it is, what it has, what happened in it.

Source: https://docs.stripe.com/api (accounts, events and webhook_endpoints).
"""

from collections.abc import Iterator

from .wire import Json, Page, Wire

# Types of events that Stripe takes in one question.
TYPES_AT_ONCE = 20


class AccountCalls(Wire):
    """The account, its events and its webhook endpoints."""

    def retrieve_account(self) -> Json:
        """Return the account that the key belongs to."""
        return self._read(self._client.v1.accounts.retrieve_current)

    def list_rendering_templates(self) -> list[Json]:
        """Return the templates of invoices that can be used."""
        params = {"status": "active", "limit": 100}
        service = self._client.v1.invoice_rendering_templates
        return list(self._items(service, params))

    def list_own_tax_ids(self) -> list[Json]:
        """Return the tax ids of the account itself."""
        params = {"owner": {"type": "self"}, "limit": 100}
        return list(self._items(self._client.v1.tax_ids, params))

    def list_portal_configurations(self) -> list[Json]:
        """Return the settings of the customer portal that are in use."""
        params = {"active": True, "limit": 100}
        service = self._client.v1.billing_portal.configurations
        return list(self._items(service, params))

    def list_method_configurations(self) -> list[Json]:
        """Return which payment methods are switched on."""
        service = self._client.v1.payment_method_configurations
        return list(self._items(service, {"limit": 100}))

    # === Events === #

    def event_pages(self, types: list[str], since: int) -> Iterator[Page]:
        """Yield the events of ``types`` since an instant, page by page, newest first.

        Stripe keeps them for 30 days and takes at most 20 types in one question, so
        there is at least one page for each of these.

        :param since: epoch seconds; 0 for all there is
        """
        for start in range(0, len(types), TYPES_AT_ONCE):
            some = types[start : start + TYPES_AT_ONCE]
            params = {"types": some, "created": {"gte": since}, "limit": 100}
            yield from self._pages(self._client.v1.events, params)

    # === Webhook endpoints === #

    def list_webhook_endpoints(self) -> list[Json]:
        """Return all webhook endpoints of the account, newest first."""
        return list(self._items(self._client.v1.webhook_endpoints, {}))

    def create_webhook_endpoint(self, params: Json, key: str) -> Json:
        """Create an endpoint; the answer alone carries its signing ``secret``."""
        return self._write(self._client.v1.webhook_endpoints.create, key, params)

    def update_webhook_endpoint(self, endpoint_id: str, params: Json, key: str) -> Json:
        """Change an endpoint, such as which events it is told; the secret stays."""
        update = self._client.v1.webhook_endpoints.update
        return self._write(update, key, params, endpoint_id)

    def delete_webhook_endpoint(self, endpoint_id: str) -> Json:
        """Delete an endpoint; Stripe stops calling it at once."""
        return self._write(
            self._client.v1.webhook_endpoints.delete, None, None, endpoint_id
        )
