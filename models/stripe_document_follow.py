from odoo import models

from ..exceptions import CODES
from ..lifecycle import Consequence, Status, Target
from ..payloads.proof import Difference


class StripeDocument(models.Model):
    """What follows in Odoo from a change of the invoice at Stripe."""

    _inherit = "stripe.document"

    def _follow(self, seen, invoice):
        """Do what the lifecycle says that follows from a change.

        :param Observation seen: the new status and its consequence
        :param dict invoice: Stripe's invoice
        """
        if seen.consequence is Consequence.NONE:
            self._follow_finalization_error(invoice)
            return
        asked = seen.consequence is Consequence.ASK
        actor = "dashboard" if asked else "stripe"
        self._tell(self._change_sentence(seen.status), actor=actor)
        if seen.status in (Status.OPEN, Status.PAID, Status.VOID):
            # What was to be fixed or answered before no longer matters.
            self._answer()
            self.write({"refused": False, "error": False})
        if seen.status is Status.OPEN:
            self._follow_finalized(invoice)
        elif seen.status is Status.PAID:
            self._follow_paid()
        if seen.consequence is Consequence.CANCEL:
            self.move_id._stripe_cancel_voided()
        elif asked:
            self._follow_decision(seen.status)

    def _follow_finalized(self, invoice):
        """Say so if somebody finalized something else in the dashboard."""
        if not self.snapshot:
            return
        odoo = self._snapshot()
        pairs = [
            ("number", odoo.number, invoice["number"] or ""),
            ("currency", odoo.currency.lower(), invoice["currency"]),
            ("subtotal", odoo.subtotal, invoice["subtotal"]),
            ("total", odoo.total, invoice["total"]),
        ]
        found = [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
        if found:
            self._refuse(
                self.env._(
                    "The invoice was finalized in the dashboard and differs from "
                    "Odoo's (Odoo ≠ Stripe): %(rows)s. Request its cancellation, then "
                    "duplicate it and confirm the copy.",
                    rows=self._difference_rows(found),
                )
            )

    def _follow_paid(self):
        """Ask how it was paid if neither Stripe nor Odoo has received the money."""
        move = self.move_id
        if not move:
            return
        open_in_odoo = not move.currency_id.is_zero(move.amount_residual)
        put_off = self.currency_id.compare_amounts(self.amount_deferred, 0) > 0
        if move.state == "posted" and open_in_odoo and not put_off:
            self._ask(
                self.env._("Stripe: paid without money at Stripe"),
                self.env._(
                    "It was marked as paid in the dashboard, or a credit was used. "
                    "Register in Odoo how it was paid, or issue a credit note."
                ),
            )

    def _follow_sent(self, at):
        """Take over that somebody let Stripe mail the invoice from the dashboard.

        :param datetime at: when, in UTC
        """
        self.sent_at = at
        self._tell(
            self.env._("Stripe mailed the invoice to the customer."), actor="dashboard"
        )

    def _follow_decision(self, status):
        """Answer what somebody decided in the dashboard, or ask a person to."""
        # What was replaced, or paid in part, is not cancelled by itself.
        cancels = self.account_id.void_policy == "cancel" and not self.replaced_by
        if status is Status.VOID and cancels and not self._received():
            self.target = Target.VOID.value
            self.move_id._stripe_cancel_voided()
            return
        if status in (Status.VOID, Status.DELETED):
            # Else a new draft would follow at once, or the old wish would be refused.
            self.target = False
        given_up = status is Status.UNCOLLECTIBLE
        if given_up and self.account_id.uncollectible_policy == "propose":
            self.env["stripe.document.write.off"]._propose(self.move_id)
        summaries = {
            Status.VOID: self.env._("Stripe: voided in the dashboard"),
            Status.UNCOLLECTIBLE: self.env._("Stripe: given up in the dashboard"),
            Status.DELETED: self.env._("Stripe: draft deleted in the dashboard"),
        }
        summary = summaries.get(status, self.env._("Stripe: unexpected change"))
        self._ask(summary, self._answers(status))

    def _answers(self, status):
        """Return the possible answers to what was decided at Stripe, as a text."""
        env = self.env
        if status is Status.VOID and self.replaced_by:
            return env._(
                "The invoice was revised at Stripe: %s replaces it there. Odoo's "
                "invoice is unchanged. Correct it: the revision is voided, and a new "
                "invoice takes the place of both.",
                self.replaced_by,
            )
        if status is Status.VOID:
            return env._(
                "The customer can no longer pay at Stripe. Cancel the invoice, issue "
                "a credit note, or collect it by other means."
            )
        if status is Status.UNCOLLECTIBLE:
            return env._(
                "Stripe no longer collects this invoice. Write it off, void it with "
                "Request Cancel, or charge it once more."
            )
        return env._(
            "The draft is gone. Try again to send the invoice anew. To leave it out of "
            "Stripe, reset it to draft and switch Stripe off for it."
        )

    def _follow_finalization_error(self, invoice):
        """Say why Stripe could not finalize a draft, if it tried by itself."""
        error = invoice.get("last_finalization_error")
        if not error or self.status != Status.DRAFT.value:
            return
        known = CODES.get(error.get("code") or "")
        text = known(self.env) if known else error.get("message") or ""
        if not (self.refused and self.error == text):
            self._refuse(text)

    def _change_sentence(self, status):
        env = self.env
        number = self.stripe_number or self.move_name
        if status is Status.OPEN:
            return env._("Stripe invoice %s is open.", number)
        if status is Status.PAID:
            return env._("Stripe invoice %s is paid.", number)
        if status is Status.VOID:
            return env._("Stripe invoice %s is void.", number)
        if status is Status.UNCOLLECTIBLE:
            return env._("Stripe invoice %s is marked as uncollectible.", number)
        if status is Status.DELETED:
            return env._("The Stripe draft was deleted.")
        return env._("Stripe invoice %s is a draft again.", number)
