from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lifecycle import FINALIZED, Status


class AccountMove(models.Model):
    """An invoice that replaces another, or is replaced, and the way there."""

    _inherit = "account.move"

    stripe_replaces_id = fields.Many2one(
        "account.move",
        "Replaces",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The invoice that this one corrects.",
    )
    stripe_replacement_ids = fields.One2many(
        "account.move", "stripe_replaces_id", "Replacements", readonly=True
    )
    stripe_replaced_by_id = fields.Many2one(
        "account.move", "Replaced by", compute="_compute_stripe_replaced_by_id"
    )
    stripe_revision_url = fields.Char(
        "Revised at Stripe", compute="_compute_stripe_revision_url", compute_sudo=True
    )
    stripe_correction_ids = fields.One2many(
        "stripe.correction",
        "move_id",
        "Stripe Corrections",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_can_correct = fields.Boolean(
        compute="_compute_stripe_can_correct", compute_sudo=True
    )

    @api.depends(
        "stripe_replacement_ids.state", "stripe_replacement_ids.stripe_replacement_ids"
    )
    def _compute_stripe_replaced_by_id(self):
        for move in self:
            # One that was cancelled because it was replaced in turn still counts.
            valid = move.stripe_replacement_ids.filtered(
                lambda new: new.state == "posted" or new.stripe_replacement_ids
            )
            move.stripe_replaced_by_id = valid[:1]

    @api.depends("stripe_document_id.replaced_by", "stripe_replacement_ids.stripe_ref")
    def _compute_stripe_revision_url(self):
        """Name the revision at Stripe that is no invoice of Odoo's."""
        for move in self:
            document = move.stripe_document_id
            ref = document.replaced_by
            ours = ref in move.stripe_replacement_ids.mapped("stripe_ref")
            dashboard = document.account_id.dashboard_url
            move.stripe_revision_url = (
                f"{dashboard}/invoices/{ref}" if ref and not ours else False
            )

    @api.depends(
        "stripe_status",
        "state",
        "stripe_replacement_ids.state",
        "stripe_correction_ids.state",
    )
    def _compute_stripe_can_correct(self):
        for move in self:
            states = set(move.stripe_correction_ids.mapped("state"))
            move.stripe_can_correct = (
                move.state == "posted"
                and Status(move.stripe_status or "") in FINALIZED
                and not move.stripe_replaced_by_id
                and not states & {"closing", "issuing"}
            )

    def _stripe_is_being_corrected(self):
        """Tell whether a correction is under way, of this or the one it comes from."""
        self.ensure_one()
        move = self.sudo()
        corrections = move.stripe_correction_ids
        corrections += move.stripe_replaces_id.stripe_correction_ids.filtered(
            lambda one: one.new_move_id == move
        )
        return bool({"closing", "issuing"} & set(corrections.mapped("state")))

    def action_stripe_correct(self):
        """Open the wizard that replaces a finalized invoice by a corrected one.

        :raise UserError: there is nothing to correct, or it is under way already
        """
        self.ensure_one()
        self.check_access("write")
        if not self.stripe_can_correct:
            raise UserError(
                self.env._(
                    "%s cannot be corrected: it is not finalized at Stripe, was "
                    "replaced already, or a correction of it is under way.",
                    self.display_name,
                )
            )
        return self._stripe_correct_action()

    def _stripe_correct_action(self):
        return self.env["stripe.document.correct"]._get_records_action(
            name=self.env._("Correct the Invoice"),
            target="new",
            context={"default_move_id": self.id},
        )

    def _fetch_duplicate_reference(self, matching_states=("draft", "posted")):
        # EXTENDS 'account': what replaces an invoice is meant to be like it.
        found = super()._fetch_duplicate_reference(matching_states)
        for move, others in found.items():
            linked = move.stripe_replaces_id | move.stripe_replacement_ids
            found[move] = others - linked
        return found

    # === WHAT A CORRECTION READS AND DOES === #

    def _stripe_received(self):
        """Return what Odoo or Stripe has received for the invoice, the larger figure.

        :rtype: float, in the currency of the invoice
        """
        self.ensure_one()
        document = self.sudo().stripe_document_id
        return max(document._received(), document.amount_paid)

    def _stripe_is_paid(self):
        """Tell whether something was received, or Stripe has the invoice as paid."""
        is_paid = Status(self.stripe_status or "") is Status.PAID
        return is_paid or not self.currency_id.is_zero(self._stripe_received())

    def _stripe_is_closed(self):
        """Tell whether it is cancelled, or all of it is reversed by credit notes."""
        reversals = self.reversal_move_ids.filtered(lambda one: one.state == "posted")
        credited = sum(reversals.mapped("amount_total"))
        rest = self.currency_id.compare_amounts(self.amount_total, credited)
        return self.state == "cancel" or (bool(reversals) and rest <= 0)

    def _stripe_payment_lines(self):
        """Return the journal items that pay the invoice, bad debts left out."""
        partials = self.line_ids.matched_credit_ids
        return partials.credit_move_id.filtered(
            lambda line: not line.move_id.stripe_bad_debt
        )

    def _stripe_close(self, by_credit_note=False, reference=""):
        """Cancel an invoice that nobody can pay any more at Stripe, or reverse it.

        What is hashed or lies in a closed period is reversed in any case.

        :param bool by_credit_note: reverse it although it could be cancelled
        :param str reference: of the credit note
        :return: the credit note, empty if the invoice was cancelled
        """
        self.ensure_one()
        if self.state == "draft":
            self.button_cancel()
            return self.browse()
        closed = self._get_violated_lock_dates(self.date, self._affect_tax_report())
        if by_credit_note or closed or not self._can_be_unlinked():
            values = {"ref": reference} if reference else {}
            return self._reverse_moves([values], cancel=True)
        self.button_draft()
        self.button_cancel()
        return self.browse()

    # === ALERTS === #

    def _stripe_correction_alerts(self):
        """Say how a correction is getting on, or what has become of the invoice."""
        running = self.env["stripe.correction"]._running(self)[:1]
        if running:
            return {"stripe_correction": self._stripe_running_alert(running)}
        new = self.stripe_replaced_by_id
        if not new:
            return {}
        return {
            "stripe_replaced": {
                "level": "info",
                "message": self.env._("%s replaces this invoice.", new.name),
                "action_text": self.env._("Open it"),
                "action": new._get_records_action(),
            }
        }

    def _stripe_void_alert(self, document):
        """Say that the invoice ended at Stripe alone, and offer to correct it here."""
        if document.replaced_by:
            text = self.env._(
                "This invoice was revised in Stripe's dashboard, where %s took its "
                "place. Correct it here, too: the revision is voided, and a new "
                "invoice takes the place of both.",
                document.replaced_by,
            )
        else:
            text = self.env._(
                "This invoice is void at Stripe, but still open in Odoo. Correct it, "
                "reset it to draft and cancel it, or issue a credit note."
            )
        return {"level": "warning", "message": text, **self._stripe_offer_correction()}

    def _stripe_offer_correction(self):
        """Return the link to the wizard for an alert, if there is a way."""
        if not self.stripe_can_correct:
            return {}
        return {
            "action_text": self.env._("Correct"),
            "action": self._stripe_correct_action(),
        }

    def _stripe_running_alert(self, correction):
        if correction.error:
            return {
                "level": "warning",
                "message": self.env._(
                    "The correction of %(invoice)s does not go on: %(problem)s",
                    invoice=correction.move_id.name,
                    problem=correction.error,
                ),
                "action_text": self.env._("Try again"),
                "action_call": (correction._name, "action_retry", correction.ids),
            }
        names = {"old": correction.move_id.name, "new": correction.new_move_id.name}
        if correction.new_move_id:
            text = self.env._(
                "Correction under way: %(new)s replaces %(old)s and is being sent to "
                "Stripe.",
                **names,
            )
        else:
            text = self.env._(
                "Correction under way: %(old)s is being voided at Stripe; the new "
                "invoice follows.",
                **names,
            )
        return {
            "level": "info",
            "message": text,
            "action_text": self.env._("Refresh"),
            "action": {"type": "ir.actions.client", "tag": "soft_reload"},
        }
