import dataclasses
import time

from odoo import fields, models

from ..lifecycle import PAYABLE, Facts, Status
from ..payloads.snapshot import freeze_invoice


class StripeDocument(models.Model):
    """What the plan depends on beside status and target, read from the records."""

    _inherit = "stripe.document"

    refresh_wanted = fields.Boolean(
        readonly=True, help="Stripe is to be looked at before anything else."
    )
    revised_ref = fields.Char(
        readonly=True, help="ID of the Stripe invoice that this one is to revise."
    )
    finalize_at = fields.Datetime(
        readonly=True, help="Not finalized before: the company wants a pause."
    )
    send_wanted = fields.Boolean(readonly=True, help="Stripe is to mail the invoice.")
    sent_at = fields.Datetime("Mailed by Stripe", readonly=True)
    payment_record = fields.Char(
        readonly=True, help="Reported to Stripe, but not attached to the invoice yet."
    )
    amount_off_stripe = fields.Monetary("Paid outside of Stripe", readonly=True)

    amount_reported = fields.Monetary(
        readonly=True, help="What Stripe was told of payments that it did not see."
    )

    def _facts(self):
        """Return the ``lifecycle.Facts`` of the document as it is now."""
        missing = self._lines_missing()
        # Looked at last, when the draft is complete: it costs a snapshot.
        complete = self.status == Status.DRAFT.value and not missing
        can_report = self.account_id.can_report_payments
        unreported = self._unreported() > 0
        return Facts(
            lines_missing=missing,
            outdated=not self.snapshot or (complete and self._outdated()),
            too_early=bool(self.finalize_at)
            and self.finalize_at > fields.Datetime.now(),
            settled_elsewhere=self._settled_in_odoo(),
            part_unreported=unreported and can_report,
            part_unattached=bool(self.payment_record),
            part_untold=unreported and not can_report,
            processing=self.payment_state == "processing",
            to_send=self.send_wanted,
            replaces_valid=self._replaces_valid(),
        )

    def _replaces_valid(self):
        """Tell whether what this replaces is still valid, at Stripe or in Odoo.

        Stripe's own revision ends that by itself.
        """
        replaced = self.move_id.stripe_replaces_id
        if not replaced or self.revised_ref:
            return False
        payable = Status(replaced.stripe_status or "") in PAYABLE
        return payable or not replaced._stripe_is_closed()

    def _lines_missing(self):
        wanted = len((self.snapshot or {}).get("lines", ()))
        return self.lines_sent < wanted

    def _outdated(self):
        """Tell whether the invoice is no longer what its draft was made of."""
        if self.move_id.state != "posted":
            return False
        now = freeze_invoice(self.move_id, self.account_id)
        then = self._snapshot()
        if now.overdue and then.overdue and then.due_at > time.time():
            # What Stripe asks for instead of the true day moves with the clock.
            then = dataclasses.replace(then, due_at=now.due_at)
        return now != then

    def _settled_in_odoo(self):
        """Tell whether Odoo has received all that the invoice asks for.

        What is credited at Stripe, too, is no longer asked for.
        """
        move = self.move_id
        issued = self._matched(
            lambda credit: credit.stripe_credit_note_ids.status == "issued"
        )
        asked = move.amount_total - issued
        return (
            move.state == "posted"
            and not move.currency_id.is_zero(asked)
            and move.currency_id.is_zero(asked - self._received())
        )

    def _received(self):
        """Return what Odoo has received for the invoice.

        Bad debts are no money, nor are credit notes that Stripe has or gets, too.

        :rtype: float, in the currency of the invoice
        """
        move = self.move_id
        no_money = self._matched(
            lambda credit: (
                credit.stripe_bad_debt or credit.stripe_credit_note_ids.target
            )
        )
        return move.amount_total - move.amount_residual - no_money

    def _matched(self, is_meant):
        """Return how much of the invoice is matched with certain entries.

        :param is_meant: function of the entry on the other side
        """
        partials = self.move_id.line_ids.matched_credit_ids
        meant = partials.filtered(lambda row: is_meant(row.credit_move_id.move_id))
        return sum(meant.mapped("debit_amount_currency"))

    def _unreported(self):
        """Return what Odoo has received and Stripe does not know of.

        :rtype: float, in the currency of the invoice
        """
        move = self.move_id
        if move.state != "posted":
            return 0.0
        # What was reported counts once, whether Stripe shows it already or not.
        at_stripe = self.amount_paid - self.amount_off_stripe
        known = at_stripe + max(self.amount_off_stripe, self.amount_reported)
        known += self._credit_matched()
        return move.currency_id.round(self._received() - known)
