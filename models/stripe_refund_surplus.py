from odoo import models
from odoo.exceptions import UserError

from ..const import METADATA_DATABASE, METADATA_REFUND
from ..payloads.refund import Share
from ..payloads.snapshot.minor import minor


class StripeRefund(models.Model):
    """Giving back a surplus, which must not stay the customer's credit as well."""

    _inherit = "stripe.refund"

    def _refusal(self, gateway):
        """Return why the money cannot be given back now, empty if it can.

        :param gateway: the ``StripeGateway`` of the account
        """
        if refusal := self.document_id._refund_refusal():
            return refusal
        if not self.from_credit:
            return ""
        currency = self.currency_id.name
        customer = gateway.retrieve_charge(self.charge)["customer"]
        credit = gateway.credit_of(customer, currency.lower())
        if credit >= minor(self.amount, self.currency_id):
            return ""
        return self.env._(
            "Nothing was refunded: the customer's credit at Stripe is no longer "
            "enough, because another invoice has used it. What is left can be given "
            "back in Stripe's dashboard."
        )

    def _take_credit(self, gateway):
        """Take the credit away that stood for what was given back."""
        customer = gateway.retrieve_charge(self.charge)["customer"]
        currency = self.currency_id.name
        params = {
            "amount": minor(self.amount, self.currency_id),
            "currency": currency.lower(),
            "description": f"Refund {self.stripe_id}",
            "metadata": {
                METADATA_DATABASE: self.account_id._database_uuid(),
                METADATA_REFUND: str(self.id),
            },
        }

        def send(sent, key):
            return gateway.change_balance(customer, sent, key)

        self.credit_taken = self._stripe_call("take_credit", params, send)["id"]
        self.env["ir.cron"]._commit_progress()

    def _recover_credit(self, gateway):
        """Find out whether the credit was taken away; the answer was lost."""
        customer = gateway.retrieve_charge(self.charge)["customer"]
        metadata = self.pending_call["params"]["metadata"]
        found = gateway.find_balance_change(customer, metadata)
        self.pending_call = False
        if found:
            self.credit_taken = found["id"]


class StripeDocument(models.Model):
    """Giving back what was received and nobody needed."""

    _inherit = "stripe.document"

    def _refund_surplus(self):
        """Want refunds of what no invoice needed of the payments.

        :raise UserError: there is nothing to give back, or a dispute stands against it
        """
        self.ensure_one()
        if refusal := self._refund_refusal():
            raise UserError(refusal)
        refunds = self.env["stripe.refund"]
        values = [
            refunds._wanted_values(
                self,
                Share(payment.stripe_charge, minor(surplus, self.currency_id)),
                is_surplus=True,
                from_credit=self.currency_id.compare_amounts(self.amount_overpaid, 0)
                > 0,
            )
            for payment, surplus in self._surplus_to_refund()
        ]
        if not values:
            raise UserError(
                self.env._("There is no surplus that Stripe could give back.")
            )
        refunds.create(values)._wake()
        self._answer()
        self._tell_history("user", self.env._("Wanted at Stripe: refund the surplus"))

    def _surplus_to_refund(self):
        """Return pairs of a payment and what it has left, that nobody has asked for."""
        asked = self.refund_ids.filtered(
            lambda refund: refund.is_surplus and not refund.payment_id
        )
        found = []
        for payment in self.payment_ids.filtered("stripe_charge"):
            surplus = payment._stripe_surplus()
            if self.currency_id.compare_amounts(surplus, 0) <= 0:
                continue
            if payment.stripe_charge not in asked.mapped("charge"):
                found.append((payment, surplus))
        return found
