from contextlib import closing

from odoo import fields, models
from odoo.exceptions import UserError

from ..const import METADATA_REPLACED_BY
from ..correction import Way
from ..lifecycle import PAYABLE, Status, Target
from ..stripe_api.errors import NotFoundError, RejectedError
from .account_move_send import METHOD

# Odoo forgets these in a copy, but what was supplied is the same, on the same day. Not
# every version has both.
SUPPLIED = ("delivery_date", "taxable_supply_date")


class StripeCorrection(models.Model):
    """The steps of a correction: what each of them does in Odoo."""

    _inherit = "stripe.correction"

    def _void(self):
        """Want the old invoice void at Stripe; its document does the rest."""
        self.state = "closing"
        document = self.move_id.stripe_document_id
        if document.target != Target.VOID.value:
            self._rehearse()
            document._want(Target.VOID)

    def _rehearse(self):
        """Make sure that the new invoice can be made, before the old one is ended.

        :raise UserError: it cannot; once the old one is void, it would be too late
        """
        # Which is rolled back at its end.
        with closing(self.env.cr.savepoint()):
            # Nobody is to hear of it.
            new = self.with_context(tracking_disable=True)._make_copy()
            new._post(soft=False)

    def _replace(self):
        """Close the old invoice and make the new one, which takes over the payments."""
        lines = self.move_id._stripe_payment_lines()
        self._close()
        self._copy()
        receivable = self.new_move_id.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        freed = lines.filtered(
            lambda line: (
                not line.reconciled and line.account_id in receivable.account_id
            )
        )
        if freed:
            (freed + receivable).reconcile()

    def _close(self):
        """Cancel the old invoice, or reverse it by a credit note."""
        old = self.move_id
        reference = self.env._(
            "Reversal of: %(invoice)s, %(reason)s",
            invoice=old.name,
            reason=self.reason,
        )
        by_credit_note = self.way == Way.CREDIT_NOTE.value
        self.credit_note_id = old._stripe_close(by_credit_note, reference)

    def _make_copy(self):
        """Return the new invoice, a draft: the same, for the contact as it is now.

        :raise UserError: it would not ask for the same amount
        """
        old = self.move_id
        new = old.with_context(include_business_fields=True).copy(self._copy_values())
        amounts = ("amount_untaxed", "amount_tax", "amount_total")
        if any(old.currency_id.compare_amounts(old[a], new[a]) for a in amounts):
            raise UserError(
                self.env._(
                    "The copy of %(invoice)s would ask for another amount. Issue a "
                    "credit note and make the new invoice by hand.",
                    invoice=old.name,
                )
            )
        return new

    def _copy(self):
        """Make and post the new invoice.

        :raise UserError: it cannot be made or posted
        """
        old = self.move_id
        new = self._make_copy()
        new.action_post()
        self.write({"new_move_id": new.id, "state": "issuing"})
        if self.way == Way.REVISION.value:
            new.stripe_document_id.revised_ref = old.stripe_ref
        if self.send and self._is_mailed_by_stripe():
            new._stripe_mail_once()
        self._tell_both()

    def _is_mailed_by_stripe(self):
        methods = self.env["account.move.send"]._get_default_sending_methods(
            self.new_move_id
        )
        return bool(self.move_id.stripe_sent_at) or METHOD in methods

    def _send_by_odoo(self):
        """Let Odoo send the new invoice in the background, as it does for many."""
        self.new_move_id.sending_data = {
            "author_user_id": self.user_id.id,
            "author_partner_id": self.user_id.partner_id.id,
        }
        self.env.ref("account.ir_cron_account_move_send").sudo()._trigger()

    def _copy_values(self):
        old = self.move_id
        values = {
            "partner_id": self.partner_id.id,
            "partner_shipping_id": self.partner_shipping_id.id,
            "fiscal_position_id": old.fiscal_position_id.id,
            "invoice_payment_term_id": old.invoice_payment_term_id.id,
            "invoice_user_id": old.invoice_user_id.id,
            "invoice_origin": old.invoice_origin,
            "narration": old.narration,
            "ref": old.ref,
            "stripe_replaces_id": old.id,
        }
        values.update({name: old[name] for name in SUPPLIED if name in old._fields})
        today = fields.Date.context_today(self)
        if not old.invoice_payment_term_id and old.invoice_date_due:
            values["invoice_date_due"] = max(old.invoice_date_due, today)
        return values

    def _withdraw(self):
        """Take the new invoice back; Stripe has not finalized it."""
        new = self.new_move_id
        new._stripe_withdraw()
        new._stripe_close()
        new.stripe_replaces_id = False
        new.message_post(
            body=self.env._(
                "Taken back: %s was paid before it could be replaced.",
                self.move_id._get_html_link(),
            )
        )

    def _rest(self):
        """Wait for the new invoice at Stripe."""
        self.state = "issuing"

    def _stop(self):
        """Leave the old invoice as it is, because it was paid meanwhile."""
        if self.state == "stopped":
            return
        self.state = "stopped"
        document = self.move_id.stripe_document_id
        if Status(document.status or "") in PAYABLE:
            document._want(Target.OPEN)
        elif document.target == Target.VOID.value:
            # The wish would be refused from now on.
            document._wake(target=False)
        # What was asked about the void no longer matters.
        document._answer()
        text = self._stop_sentence()
        self.move_id.message_post(body=text)
        self._ask(self.env._("Stripe: a correction was stopped"), text)

    def _stop_sentence(self):
        if self.revision_paid:
            return self.env._(
                "The correction was stopped: %s, the revision from the dashboard, is "
                "paid at Stripe. Register that payment on this invoice, then correct "
                "it with a credit note and a new invoice.",
                self.revision_ref,
            )
        return self.env._(
            "The correction was stopped: a payment arrived. The invoice is as it was. "
            "Correct it with a credit note and a new invoice."
        )

    def _finish(self):
        """Both invoices are where they belong; Stripe is told of the link."""
        if self.state != "done":
            self.state = "done"
            self.move_id.stripe_document_id._answer()
            if self.send and not self._is_mailed_by_stripe():
                # Not before: its mail leads to the payment page.
                self._send_by_odoo()
            self._wake()

    def _tell_both(self):
        """Say on both invoices who corrected it, when, and why."""
        old, new = self.move_id, self.new_move_id
        names = {"user": self.user_id.name, "reason": self.reason}
        old.message_post(
            body=self.env._(
                "Corrected by %(user)s: %(invoice)s replaces this invoice. "
                "Reason: %(reason)s",
                invoice=new._get_html_link(),
                **names,
            )
        )
        new.message_post(
            body=self.env._(
                "Correction by %(user)s: this invoice replaces %(invoice)s. "
                "Reason: %(reason)s",
                invoice=old._get_html_link(),
                **names,
            )
        )

    def _link(self, gateway):
        """Let the old invoice at Stripe name the new one, which names it already.

        :raise StripeApiError: see the gateway
        """
        old_ref, new_ref = self.move_id.stripe_ref, self.new_move_id.stripe_ref

        def send(params, key):
            return gateway.update_invoice(old_ref, params, key)

        if old_ref and new_ref:
            if self.pending_call and not self._can_repeat_call():
                self.pending_call = False
            params = {"metadata": {METADATA_REPLACED_BY: new_ref}}
            try:
                self._stripe_call("link", params, send)
            except (RejectedError, NotFoundError) as error:
                document = self.move_id.stripe_document_id
                document._tell_history("stripe", str(error))
        self.write({"linked": True, "pending": False, "error": False})
