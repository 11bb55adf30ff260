"""What customers have stored to be charged, and how they come to store it.

Source: https://docs.stripe.com/api (payment_methods, setup_intents, cash_balance).
"""

from .wire import Json, Wire


class PaymentMethodCalls(Wire):
    """Stored payment methods, set-ups and accounts for bank transfers."""

    def retrieve_paying_customer(self, customer_id: str) -> Json:
        """Return a customer with the payment method that pays his invoices.

        :raise NotFoundError: it does not exist in this account and mode
        """
        params = {"expand": ["invoice_settings.default_payment_method"]}
        return self._read(self._client.v1.customers.retrieve, customer_id, params)

    def retrieve_payment_method(self, method_id: str) -> Json:
        """Return a payment method; ``customer`` is null once it is detached."""
        return self._read(self._client.v1.payment_methods.retrieve, method_id)

    def retrieve_setup_intent(self, intent_id: str) -> Json:
        """Return what became of storing a payment method, which is expanded."""
        params = {"expand": ["payment_method"]}
        return self._read(self._client.v1.setup_intents.retrieve, intent_id, params)

    def create_funding_instructions(
        self, customer_id: str, params: Json, key: str
    ) -> Json:
        """Return the bank account to which a customer transfers money.

        Stripe makes it with the first question, and answers the same ever after.
        """
        create = self._client.v1.customers.funding_instructions.create
        return self._write(create, key, params, customer_id)
