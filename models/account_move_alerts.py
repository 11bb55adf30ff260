from odoo import models
from odoo.tools import format_datetime, formatLang

from ..lifecycle import FINALIZED, PAYABLE, Status


class AccountMove(models.Model):
    """What the invoice says about its Stripe invoice, above the form."""

    _inherit = "account.move"

    def _get_alerts(self):
        # EXTENDS 'account'
        alerts = super()._get_alerts()
        if self.sudo().stripe_document_id and self.has_access("write"):
            alerts.update(self._stripe_alerts(self.sudo().stripe_document_id))
            correction = self._stripe_correction_alerts()
            for answered in ("stripe_void", "stripe_drift") if correction else ():
                alerts.pop(answered, None)
            alerts.update(correction)
        return alerts

    def _stripe_alerts(self, document):
        """Return what is to be said about the Stripe invoice, for ``_get_alerts``."""
        retry = {
            "action_text": self.env._("Try again"),
            "action_call": (self._name, "action_stripe_retry", self.ids),
        }
        if document.refused:
            text = self.env._("Stripe: %(problem)s", problem=document.error)
            return {"stripe_refused": {"level": "danger", "message": text, **retry}}
        # What holds the whole account back holds this document back.
        account = document.account_id
        problem = document.error or account.error
        if document.pending and problem:
            tries = filter(None, [document.next_attempt_at, account.next_attempt_at])
            at = max(tries, default=False)
            text = self.env._(
                "Stripe: %(problem)s Next try: %(time)s.",
                problem=problem,
                time=format_datetime(self.env, at, dt_format="short"),
            )
            return {"stripe_waiting": {"level": "warning", "message": text, **retry}}
        if document.pending and document.status not in FINALIZED:
            text = self.env._("Stripe: this invoice is being sent.")
            if document.finalize_at:
                text = self.env._(
                    "Stripe: this invoice will be finalized on %s.",
                    format_datetime(self.env, document.finalize_at, dt_format="short"),
                )
            refresh = {
                "action_text": self.env._("Refresh"),
                "action": {"type": "ir.actions.client", "tag": "soft_reload"},
            }
            return {"stripe_pending": {"level": "info", "message": text, **refresh}}
        return {
            **self._stripe_payment_alerts(document),
            **self._stripe_state_alerts(document, retry),
            **self._stripe_difference_alerts(document),
            **self._stripe_other_alerts(document),
            **self._stripe_customer_alerts(document),
            **self._stripe_surplus_alerts(document),
        }

    def _stripe_payment_alerts(self, document):
        """Say how a payment at Stripe is getting on."""
        if document.payment_state == "processing":
            text = self.env._(
                "Stripe: a payment is being processed since %s. Do not ask the "
                "customer again before it ends.",
                format_datetime(self.env, document.payment_since, dt_format="short"),
            )
            return {"stripe_processing": {"level": "info", "message": text}}
        if document.payment_state == "requires_action":
            text = self.env._(
                "Stripe: the customer must authenticate the payment on the payment "
                "page. Send it again."
            )
            return {"stripe_action": {"level": "warning", "message": text}}
        if document.payment_state == "failed":
            text = self.env._(
                "Stripe: the last payment failed: %s", document.payment_message
            )
            return {"stripe_failed": {"level": "warning", "message": text}}
        return {}

    def _stripe_difference_alerts(self, document):
        """Show what Odoo and Stripe have received differently."""
        status = Status(document.status or "")
        if self.state != "posted" or status not in PAYABLE:
            return {}
        received = document._received() - document._credit_matched()
        if self.currency_id.compare_amounts(received, document.amount_paid) == 0:
            return {}
        text = self.env._(
            "Odoo has received %(odoo)s for this invoice, Stripe %(stripe)s; Stripe "
            "asks the customer for the rest of its own sum.",
            odoo=formatLang(self.env, received, currency_obj=self.currency_id),
            stripe=formatLang(
                self.env, document.amount_paid, currency_obj=self.currency_id
            ),
        )
        return {"stripe_difference": {"level": "warning", "message": text}}

    def _stripe_other_alerts(self, document):
        """Say so, for as long as it lasts, if Stripe finalized another invoice."""
        status = Status(document.status or "")
        if self.state != "posted" or status not in FINALIZED - {Status.VOID}:
            return {}
        rows = []
        if document.stripe_number != self.name:
            rows.append(f"{self.name} ≠ {document.stripe_number}")
        if self.currency_id.compare_amounts(self.amount_total, document.amount_total):
            rows.append(
                " ≠ ".join(
                    formatLang(self.env, amount, currency_obj=self.currency_id)
                    for amount in (self.amount_total, document.amount_total)
                )
            )
        if not rows:
            return {}
        text = self.env._(
            "The invoice that was finalized at Stripe is another than Odoo's (Odoo ≠ "
            "Stripe): %(rows)s. %(way_out)s",
            rows="; ".join(rows),
            way_out=self._stripe_way_out(status),
        )
        return {"stripe_other": {"level": "danger", "message": text}}

    def _stripe_surplus_alerts(self, document):
        """Ask what becomes of money that arrived at Stripe and no invoice needed."""
        undecided = document.payment_ids.filtered(
            lambda payment: not payment.stripe_surplus_kept
        )
        surplus = undecided._stripe_surplus()
        if self.state != "posted" or self.currency_id.compare_amounts(surplus, 0) <= 0:
            return {}
        text = self.env._(
            "Stripe received %(amount)s more than was open in Odoo. Refund it on the "
            "Stripe tab, match it with another invoice, or keep it as credit.",
            amount=formatLang(self.env, surplus, currency_obj=self.currency_id),
        )
        keep = {
            "action_text": self.env._("Keep as Credit"),
            "action_call": (self._name, "action_stripe_keep_surplus", self.ids),
        }
        return {"stripe_surplus": {"level": "warning", "message": text, **keep}}

    def _stripe_state_alerts(self, document, retry):
        """Say what the state at Stripe means here, if that is not plain."""
        status = Status(document.status or "")
        unpaid = self.payment_state in ("not_paid", "partial")
        if self._stripe_is_closed() or self.state != "posted":
            return {}
        unwanted = not self.stripe_invoice or self._stripe_is_skipped()
        if status is Status.DELETED and unwanted:
            return {}
        if status is Status.DELETED:
            text = self.env._("The draft of this invoice was deleted at Stripe.")
            return {"stripe_deleted": {"level": "warning", "message": text, **retry}}
        if status is Status.VOID:
            return {"stripe_void": self._stripe_void_alert(document)}
        if status is Status.UNCOLLECTIBLE:
            text = self.env._(
                "This invoice was given up at Stripe. The customer can still pay it."
            )
            return {"stripe_uncollectible": {"level": "info", "message": text}}
        if status is Status.PAID and unpaid and document.amount_deferred > 0:
            text = self.env._(
                "This invoice is too small to charge. Stripe asks for it with the "
                "customer's next invoice; it stays open until then."
            )
            return {"stripe_put_off": {"level": "info", "message": text}}
        if status is Status.PAID and unpaid:
            text = self.env._(
                "Stripe has this invoice as paid, but not all of it arrived at Stripe: "
                "it was marked as paid there, or a credit was used. "
                "Register how it was paid."
            )
            return {"stripe_paid": {"level": "warning", "message": text}}
        if document.overdue:
            text = self.env._(
                "This invoice is overdue. Let Stripe mail it again, charge the stored "
                "payment method, or write it off."
            )
            return {"stripe_overdue": {"level": "warning", "message": text}}
        return {}
