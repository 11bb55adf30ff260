"""The balance that Stripe holds, what moves it, and its payouts.

Source: https://docs.stripe.com/api (balance, balance_transactions and payouts).
"""

from .wire import Json, Wire, check_ids


class BalanceCalls(Wire):
    """The balance, its transactions and its payouts."""

    def retrieve_balance(self) -> Json:
        """Return what Stripe holds now: pending and available, by currency."""
        return self._read(self._client.v1.balance.retrieve)

    def list_balance_transactions(self, since: int) -> list[Json]:
        """Return what has moved the balance since an instant, oldest first.

        Each has its source expanded: charge, refund, dispute, payout ...

        :param since: epoch seconds; 0 for all there is
        """
        params = {
            "created": {"gte": since},
            "limit": 100,
            "expand": ["data.source"],
        }
        return list(self._items(self._client.v1.balance_transactions, params))[::-1]

    def list_payout_items(self, payout_id: str) -> list[Json]:
        """Return what an automatic payout pays out; its own entry is among it.

        Stripe can tell once ``reconciliation_status`` is ``completed``.
        """
        check_ids((payout_id,))
        params = {"payout": payout_id, "limit": 100}
        return list(self._items(self._client.v1.balance_transactions, params))

    def retrieve_payout(self, payout_id: str) -> Json:
        """Return a payout."""
        return self._read(self._client.v1.payouts.retrieve, payout_id)
