from odoo import api, models

from ..postings.refund import MEANING, refund_status


class StripeRefund(models.Model):
    """What is said of a refund on its invoice, and what a person is asked."""

    _inherit = "stripe.refund"

    @api.depends("stripe_id", "document_ids.move_id.name", "amount", "currency_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for refund in self:
            moves = refund.sudo().move_ids
            # Only what Stripe has not made yet has no id.
            refund.display_name = refund.stripe_id or self.env._(
                "Refund of %(invoice)s %(amount)s",
                invoice=", ".join(name for name in moves.mapped("name") if name),
                amount=refund._figure(),
            )

    def _follow_status(self, before):
        """Tell what became of the refund, and ask where somebody must act.

        :param before: the status until now, empty for a new one
        """
        meaning = MEANING[refund_status({"status": self.status})]
        document = self.document_id
        document._tell(self._status_sentence(), actor="stripe")
        question = self._question(meaning.to_tell)
        if question:
            document._ask(*question)

    def _status_sentence(self):
        told = {"amount": self._figure(), "ref": self.stripe_id}
        if self.status == "pending":
            return self.env._("A refund of %(amount)s is under way (%(ref)s).", **told)
        if self.status == "requires_action":
            return self.env._(
                "A refund of %(amount)s waits for the customer (%(ref)s).", **told
            )
        if self.status == "succeeded":
            return self.env._("%(amount)s was refunded (%(ref)s).", **told)
        if self.status == "failed":
            return self.env._("A refund of %(amount)s failed (%(ref)s).", **told)
        if self.status == "canceled":
            return self.env._("A refund of %(amount)s was cancelled (%(ref)s).", **told)
        return self.env._("A refund of %(amount)s has changed (%(ref)s).", **told)

    def _question(self, to_tell):
        """Return the summary and the text of the activity, empty if there is none."""
        amount = self._figure()
        if to_tell == "failed":
            return self.env._("Stripe: a refund failed"), self.env._(
                "%(amount)s came back: the customer does not have it (%(reason)s). Pay "
                "it in another way, and match that payment with the credit note.",
                amount=amount,
                reason=self.failure_reason or self.env._("no reason given"),
            )
        if to_tell == "canceled":
            return self.env._("Stripe: a refund was cancelled"), self.env._(
                "%(amount)s stays with you: the refund was cancelled at Stripe. Pay it "
                "in another way, or cancel the credit note.",
                amount=amount,
            )
        if to_tell == "requires_action":
            return self.env._("Stripe: a refund waits for the customer"), self.env._(
                "Stripe has asked the customer by mail which account shall be paid "
                "the %(amount)s. Remind him; after some weeks the refund ends.",
                amount=amount,
            )
        return ()
