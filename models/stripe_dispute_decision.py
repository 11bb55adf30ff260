from odoo import models
from odoo.exceptions import UserError

from ..postings.dispute import Choice, Decision, choices


class StripeDispute(models.Model):
    """What a person decides of the receivable that a dispute has taken back."""

    _inherit = "stripe.dispute"

    def action_decide(self):
        """Open the dialog that reopens the receivable or writes it off."""
        self.ensure_one()
        self.check_access("read")
        return self.env["stripe.payment.reopen"]._get_records_action(
            name=self.env._("Payment Taken Back"),
            target="new",
            context={"default_dispute_id": self.id},
        )

    def _shares(self):
        """Return pairs of a payment and what is gone of it, as is proposed."""
        return self.env["stripe.posting"]._shares(self._payments(), self.gone)

    def _decide(self, choice, date, account, shares=None):
        """Book what a person has decided of the receivable.

        :param Choice choice: ``REOPEN`` or ``WRITE_OFF``
        :param date: day of the entry
        :param account: ``account.account`` of the bad debt, for a write-off
        :param list shares: pairs of a payment and what is gone of it; as is proposed,
            if none
        :raise UserError: there is nothing (more) to decide
        """
        self.ensure_one()
        shares = shares or self._shares()
        if choice not in choices(*self._facts()):
            raise UserError(
                self.env._(
                    "There is nothing to decide of this dispute: it was decided "
                    "already, or no money is missing."
                )
            )
        if not shares:
            raise UserError(
                self.env._(
                    "The payment that is disputed is not booked yet. Wait a minute, "
                    "and try again."
                )
            )
        entry = self.env["stripe.posting"]._book_decision(
            self, choice, date, account, shares
        )
        reopened = choice is Choice.REOPEN
        decision = Decision.REOPENED if reopened else Decision.WRITTEN_OFF
        self.write(
            {
                "decision": decision.value,
                "decided_amount": self.gone,
                "entry_id": entry.id,
            }
        )
        self._hold_collection()
        self._ask()

    def action_take_back(self):
        """Take the decision back, because the money was given back.

        :raise UserError: it was not, or nothing was decided
        """
        self.env["account.move"].check_access("write")
        for dispute in self.sudo():
            if not dispute.can_take_back:
                raise UserError(
                    self.env._("There is no decision that could be taken back.")
                )
            reversal = self.env["stripe.posting"]._take_decision_back(dispute)
            dispute.write({"decision": False, "taken_back_id": reversal.id})
            dispute._match_balance()
            dispute._hold_collection()
            dispute._ask()
