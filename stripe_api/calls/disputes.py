"""Disputes of charges.

Source: https://docs.stripe.com/api (disputes).
"""

from .wire import Json, Wire


class DisputeCalls(Wire):
    """Disputes; their movements of the balance come with them."""

    def retrieve_dispute(self, dispute_id: str) -> Json:
        """Return a dispute with its balance transactions."""
        return self._read(self._client.v1.disputes.retrieve, dispute_id)

    def list_disputes_since(self, since: int) -> list[Json]:
        """Return the disputes opened since ``since``, epoch seconds, newest first."""
        params = {"created": {"gte": since}, "limit": 100}
        return list(self._items(self._client.v1.disputes, params))
