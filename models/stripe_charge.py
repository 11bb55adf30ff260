from odoo import api, models

from ..postings.payment import local_date


class StripeCharge(models.AbstractModel):
    """The events of a charge: it was refunded, or failed after it had succeeded."""

    _name = "stripe.charge"
    _description = "Stripe Charge"
    _inherit = "stripe.object.mixin"

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        # EXTENDS 'stripe.object.mixin'
        return {
            stripe_id: self._look(account, gateway, stripe_id)
            for stripe_id in sorted(stripe_ids)
        }

    @api.model
    def _look(self, account, gateway, stripe_id):
        refunds = {refund["id"] for refund in gateway.list_refunds(stripe_id)}
        return {
            "charge": gateway.retrieve_charge(stripe_id),
            "refunds": self.env["stripe.refund"]._look_at(account, gateway, refunds),
        }

    @api.model
    def _take_over_objects(self, account, found):
        # EXTENDS 'stripe.object.mixin'
        reasons = {}
        for stripe_id, look in found.items():
            failed = self._take_over_failure(account, look["charge"])
            ignored = self.env["stripe.refund"]._take_over_objects(
                account, look["refunds"]
            )
            if not failed and len(ignored) == len(look["refunds"]):
                reasons[stripe_id] = self.env._(
                    "Nothing of this payment is booked, or nothing was taken back."
                )
        return reasons

    @api.model
    def _take_over_failure(self, account, charge):
        """See whether a charge failed that had succeeded.

        :return: the payments that it had made
        """
        payments = self.env["stripe.refund"]._payments_of(account, charge["id"])
        if charge["status"] != "failed":
            return payments.browse()
        movement = charge.get("failure_balance_transaction") or charge
        payments._stripe_note_failure(
            charge, local_date(movement["created"], account.tz)
        )
        return payments
