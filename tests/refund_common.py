from .accounting_common import AccountingCommon
from .credit_common import CreditCommon


class RefundCommon(CreditCommon, AccountingCommon):
    """Builders of refunds."""

    def refund_in_dashboard(self, move, **how):
        """Refund the last payment of an invoice in Stripe's dashboard."""
        return self.simulator.control(f"invoices/{move.stripe_ref}/refund", how)

    def refunds(self, move):
        """Return the rows of an invoice's refunds, oldest first."""
        return move.stripe_document_id.sudo().refund_ids.sorted("id")

    def at_stripe(self, move):
        """Return the credit notes and the refunds as Stripe has them."""
        notes = self.simulator.api("credit_notes", invoice=move.stripe_ref)["data"]
        return notes, self.simulator.control("objects/refund")["data"]
