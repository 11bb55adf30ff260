from odoo import api, models
from odoo.exceptions import UserError

from ..lifecycle import FINALIZED, PAYABLE, Call, Status, Target
from ..payloads.snapshot import READ_FROM, printed_fields
from .account_move_customer import CUSTOMER
from .observed import differs, refuse_anyone, refuse_forgery

# What Stripe prints beside the lines and what Odoo itself protects once it is posted.
PRINTED = frozenset(
    {
        "name",
        "partner_id",
        "partner_shipping_id",
        "invoice_date",
        "invoice_date_due",
        "invoice_payment_term_id",
        "currency_id",
        "narration",
        "ref",
        "payment_reference",
        "delivery_date",
        "taxable_supply_date",
        # Computed, but stored: a call over the network could write them.
        "amount_untaxed",
        "amount_tax",
        "amount_total",
        "stripe_payment_method_ids",
    }
)

# Printed only if the company wants it.
CHOSEN = frozenset(name for names in READ_FROM.values() for name in names) - PRINTED

# What Stripe said of an invoice.
OBSERVED = frozenset(
    {
        "stripe_document_ids",
        "stripe_status",
        "stripe_ref",
        "stripe_number",
        "stripe_to_fix",
        "stripe_pending",
        "stripe_payment_state",
        "stripe_replaces_id",
        "stripe_replacement_ids",
        "stripe_correction_ids",
        "stripe_dispute_ids",
        "stripe_disputed",
        "stripe_refund_ids",
        "stripe_checkout_id",
    }
)

# What Stripe froze, and what leads there: computed, and written by nobody.
FROZEN = CUSTOMER | {"stripe_document_id"}


class AccountMove(models.Model):
    """What Stripe's state forbids, on the server, for every path."""

    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse an invoice that only claims to be at Stripe.

        :raise UserError: a value is Stripe's to give
        """
        refuse_anyone(self, FROZEN, vals_list)
        refuse_forgery(self, OBSERVED, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse edits of what Stripe has printed; let the others reach its draft.

        :raise UserError: something that is printed would change after finalization
        """
        refuse_anyone(self, FROZEN, [vals])
        refuse_forgery(self, OBSERVED, [vals])
        if "stripe_invoice" in vals and not vals["stripe_invoice"]:
            self.filtered("stripe_invoice")._stripe_withdraw()
        # Here, because a state can be written past the buttons.
        if vals.get("state") in ("draft", "cancel"):
            changed = self.filtered(lambda move: move.state != vals["state"])
            changed._stripe_withdraw()
        for move in self if (PRINTED | CHOSEN) & set(vals) else ():
            printed = (PRINTED | move._stripe_chosen()) & set(vals)
            changed = [name for name in printed if differs(move, name, vals)]
            if changed:
                move._stripe_check_printed(changed)
        return super().write(vals)

    def _stripe_chosen(self):
        """Return the fields that the company prints on this invoice by its choice."""
        return CHOSEN & printed_fields(self.sudo().stripe_document_id.account_id)

    def _stripe_check_printed(self, names):
        """Refuse the change of printed fields of what Stripe has finalized.

        A draft at Stripe is made anew instead. Its row is written in any case, so that
        an edit and a finalization at the same moment cannot both win.

        :param list names: the fields that would change
        :raise UserError: Stripe has finalized the invoice, or is about to
        """
        document = self.sudo().stripe_document_id
        if not document or self.state != "posted":
            return
        status = Status(document.status or "")
        finalizing = (document.pending_call or {}).get("name") == Call.FINALIZE
        if status in FINALIZED or finalizing:
            labels = self.fields_get(names, ["string"]).values()
            raise UserError(
                self.env._(
                    "%(invoice)s is finalized at Stripe (%(status)s), so what is "
                    "printed on it cannot change any more: %(fields)s.\n"
                    "%(way_out)s",
                    invoice=self.name,
                    status=dict(document._selection_status()).get(status.value, ""),
                    fields=", ".join(sorted(label["string"] for label in labels)),
                    way_out=self._stripe_way_out(status),
                )
            )
        document._wake()

    def _stripe_way_out(self, status):
        if status is Status.PAID:
            return self.env._("Issue a credit note and a new invoice.")
        if status is Status.VOID:
            return self.env._("Duplicate the invoice and change the copy.")
        return self.env._(
            "Request its cancellation, then duplicate it and change the copy."
        )

    def button_draft(self):
        # EXTENDS 'account': refuse first, with the sentence that says what to do.
        self.filtered(lambda move: move.state == "posted")._stripe_withdraw()
        return super().button_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_stripe_withdraw(self):
        self._stripe_withdraw()

    def _stripe_withdraw(self):
        """Take the Stripe draft back, or refuse because the customer has the invoice.

        :raise UserError: Stripe has finalized it, or is about to
        """
        for move in self.sudo().filtered("stripe_document_id"):
            document = move.stripe_document_id
            status = Status(document.status or "")
            finalizing = (document.pending_call or {}).get("name") == Call.FINALIZE
            if status is Status.VOID:
                continue
            if status in FINALIZED or finalizing:
                raise UserError(move._stripe_withdraw_sentence(status))
            document._want(Target.DELETED)
            # Posted again before the worker comes, it may be another invoice.
            document.snapshot = False

    def _stripe_withdraw_sentence(self, status):
        if status in PAYABLE:
            return self.env._(
                "%(invoice)s is finalized at Stripe and can be paid there. "
                "Request its cancellation: it is voided there, then cancelled here.",
                invoice=self.name,
            )
        if status is Status.PAID:
            return self.env._(
                "%(invoice)s is paid at Stripe. Correct it with a credit note.",
                invoice=self.name,
            )
        return self.env._(
            "%(invoice)s is being finalized at Stripe at this moment. "
            "Wait a few seconds and look again.",
            invoice=self.name,
        )

    def _need_cancel_request(self):
        # EXTENDS 'account'
        payable = Status(self.stripe_status or "") in PAYABLE
        return super()._need_cancel_request() or payable

    @api.depends("stripe_status")
    def _compute_need_cancel_request(self):
        # EXTENDS 'account': depends on Stripe's status, too.
        return super()._compute_need_cancel_request()

    @api.depends("stripe_status")
    def _compute_show_reset_to_draft_button(self):
        # EXTENDS 'account': no reset of what the customer holds.
        result = super()._compute_show_reset_to_draft_button()
        for move in self:
            if Status(move.stripe_status or "") in FINALIZED - {Status.VOID}:
                move.show_reset_to_draft_button = False
        return result

    def button_request_cancel(self):
        # EXTENDS 'account': void at Stripe first; the cancellation follows. Odoo writes
        # nothing there, so nothing else would stop who may only read the invoice.
        self.check_access("write")
        for move in self.sudo():
            if Status(move.stripe_status or "") in PAYABLE:
                move.stripe_document_id._want(Target.VOID)
        return super().button_request_cancel()

    def _stripe_cancel_voided(self):
        """Cancel what was voided at Stripe on our request."""
        self.ensure_one()
        if self.state != "posted":
            return
        # A correction closes it itself, together with what replaces it.
        if not self.env["stripe.correction"]._running(self):
            self._stripe_close()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS 'account': a credit note is no Stripe invoice.
        values = default_values_list or [{} for _move in self]
        for defaults in values:
            defaults.setdefault("stripe_invoice", False)
        return super()._reverse_moves(values, cancel=cancel)
