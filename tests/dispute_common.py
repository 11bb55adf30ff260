from .refund_common import RefundCommon


class DisputeCommon(RefundCommon):
    """Builders of disputes and of what a person decides of them."""

    def dispute(self, move, **how):
        """Let the customer's bank dispute the last payment of an invoice."""
        dispute = self.simulator.control(f"invoices/{move.stripe_ref}/dispute", how)
        self.learn()
        return dispute

    def close(self, dispute, outcome):
        self.simulator.control(f"disputes/{dispute['id']}/close", {"outcome": outcome})
        self.learn()

    def row(self, move):
        """Return the row of an invoice's dispute."""
        return move.stripe_dispute_ids

    def decide(self, source, choice="reopen", **values):
        """Decide with the dialog what becomes of a payment that was taken back."""
        action = source.action_stripe_decide() if "stripe_ref" in source else None
        action = action or source.action_decide()
        wizard = source.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"choice": choice, **values}).action_confirm()

    def bad_debt(self):
        return self.company_data["default_account_expense"]
