from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..lifecycle import FINALIZED, PAYABLE, Call, Status, Target
from .observed import refuse_forgery

OBSERVED = frozenset(
    (
        "stripe_document_id",
        "stripe_status",
        "stripe_ref",
        "stripe_number",
        "stripe_to_fix",
        "stripe_pending",
    )
)


class AccountMove(models.Model):
    """The invoice's switch, Stripe's state of it, and what that forbids."""

    _inherit = "account.move"

    stripe_invoice = fields.Boolean(
        help="Confirming this invoice makes a Stripe invoice of the same number, "
        "lines, taxes and total.",
    )
    stripe_document_id = fields.Many2one(
        "stripe.document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_status = fields.Selection(
        related="stripe_document_id.status",
        string="Stripe Status",
        store=True,
        index="btree_not_null",
    )
    stripe_ref = fields.Char(
        related="stripe_document_id.stripe_id",
        string="Stripe ID",
        store=True,
        index="btree_not_null",
    )
    stripe_number = fields.Char(
        related="stripe_document_id.stripe_number", string="Stripe Number", store=True
    )
    stripe_to_fix = fields.Boolean(
        related="stripe_document_id.refused", string="Stripe: To Fix", store=True
    )
    stripe_pending = fields.Boolean(
        related="stripe_document_id.pending", string="Stripe: Waiting", store=True
    )
    stripe_hosted_invoice_url = fields.Char(
        related="stripe_document_id.hosted_invoice_url", string="Payment Page"
    )
    stripe_invoice_pdf = fields.Char(
        related="stripe_document_id.invoice_pdf", string="Stripe PDF"
    )
    stripe_livemode = fields.Boolean(related="stripe_document_id.account_id.livemode")
    stripe_invoice_available = fields.Boolean(
        compute="_compute_stripe_invoice_available"
    )
    stripe_can_push = fields.Boolean(compute="_compute_stripe_invoice_available")

    @api.depends("company_id", "move_type", "state", "stripe_invoice", "stripe_status")
    def _compute_stripe_invoice_available(self):
        for move in self:
            available = move._stripe_available()
            move.stripe_invoice_available = available or bool(move.stripe_status)
            move.stripe_can_push = (
                available
                and move.state == "posted"
                and move.stripe_invoice
                and not move.sudo().stripe_document_id
            )

    def _stripe_available(self):
        """Tell whether this is an invoice that could have a Stripe invoice."""
        self.ensure_one()
        return self.move_type == "out_invoice" and bool(
            self.company_id and self.company_id._stripe_company()
        )

    # === PUSHING === #

    def _post(self, soft=True):
        # EXTENDS 'account': the target is written with the posting; no network here.
        posted = super()._post(soft)
        posted._stripe_push()
        return posted

    def _stripe_push(self):
        """Ask for an open Stripe invoice of each of these that wants one."""
        wanted = self.filtered(
            lambda move: (
                move.state == "posted"
                and move.stripe_invoice
                and move._stripe_available()
            )
        ).sudo()
        missing = wanted.filtered(lambda move: not move.stripe_document_id)
        for move in missing:
            company = move.company_id._stripe_company()
            move.stripe_document_id = (
                self.env["stripe.document"]
                .sudo()
                .create(
                    {
                        "account_id": company.stripe_account_id.id,
                        "company_id": move.company_id.id,
                        "move_id": move.id,
                        "move_name": move.name,
                        "currency_id": move.currency_id.id,
                    }
                )
            )
        if wanted:
            wanted.stripe_document_id._want(Target.OPEN)

    def action_stripe_push(self):
        """Send invoices to Stripe that were confirmed without one."""
        self.check_access("write")
        self._stripe_push()

    def action_stripe_retry(self):
        """Try again now what failed or waits at Stripe."""
        self.check_access("write")
        self.sudo().stripe_document_id.action_retry()

    def action_stripe_open(self):
        """Open the invoice in Stripe's dashboard, in the right account and mode."""
        self.ensure_one()
        self.check_access("read")
        account = self.sudo().stripe_document_id.account_id
        return {
            "type": "ir.actions.act_url",
            "url": f"{account.dashboard_url}/invoices/{self.stripe_ref}",
            "target": "new",
        }

    # === WHAT STRIPE'S STATE FORBIDS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse an invoice that only claims to be at Stripe."""
        refuse_forgery(self, OBSERVED, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Withdraw the Stripe draft of what is switched off, reset or cancelled.

        Here, because a state can be written past the buttons.
        """
        refuse_forgery(self, OBSERVED, [vals])
        if "stripe_invoice" in vals and not vals["stripe_invoice"]:
            self.filtered("stripe_invoice")._stripe_withdraw()
        if vals.get("state") in ("draft", "cancel"):
            changed = self.filtered(lambda move: move.state != vals["state"])
            changed._stripe_withdraw()
        return super().write(vals)

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
        # EXTENDS 'account': void at Stripe first; the cancellation follows.
        for move in self.sudo():
            if Status(move.stripe_status or "") in PAYABLE:
                move.stripe_document_id._want(Target.VOID)
        return super().button_request_cancel()

    def _stripe_cancel_voided(self):
        """Cancel what was voided at Stripe on our request.

        What is hashed or lies in a closed period is reversed instead.
        """
        self.ensure_one()
        if self.state != "posted":
            return
        if not self._can_be_unlinked():
            self._reverse_moves(cancel=True)
        else:
            self.button_draft()
            self.button_cancel()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        # EXTENDS 'account': a credit note is no Stripe invoice.
        values = default_values_list or [{} for _move in self]
        for defaults in values:
            defaults.setdefault("stripe_invoice", False)
        return super()._reverse_moves(values, cancel=cancel)

    # === WHAT THE USER SEES === #

    def _get_alerts(self):
        # EXTENDS 'account'
        alerts = super()._get_alerts()
        if self.sudo().stripe_document_id and self.has_access("write"):
            alerts.update(self._stripe_alerts(self.sudo().stripe_document_id))
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
        if document.pending:
            refresh = {
                "action_text": self.env._("Refresh"),
                "action": {"type": "ir.actions.client", "tag": "soft_reload"},
            }
            text = self.env._("Stripe: this invoice is being sent.")
            return {"stripe_pending": {"level": "info", "message": text, **refresh}}
        return self._stripe_state_alerts(document, retry)

    def _stripe_state_alerts(self, document, retry):
        status = Status(document.status or "")
        if self.state == "posted" and status is Status.DELETED:
            text = self.env._("The draft of this invoice was deleted at Stripe.")
            return {"stripe_deleted": {"level": "warning", "message": text, **retry}}
        if self.state == "posted" and status is Status.VOID:
            text = self.env._(
                "This invoice is void at Stripe, but still open in Odoo. "
                "Cancel it, or issue a credit note."
            )
            return {"stripe_void": {"level": "warning", "message": text}}
        unpaid = self.payment_state in ("not_paid", "partial")
        if self.state == "posted" and status is Status.PAID and unpaid:
            text = self.env._(
                "Stripe has this invoice as paid, but not all of it arrived at Stripe: "
                "it was marked as paid there, or a credit was used. "
                "Register how it was paid."
            )
            return {"stripe_paid": {"level": "warning", "message": text}}
        return {}
