from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ..lifecycle import FINALIZED, Status, Target


class AccountMove(models.Model):
    """The invoice's switch, and Stripe's state of it."""

    _inherit = "account.move"

    stripe_invoice = fields.Boolean(
        compute="_compute_stripe_invoice",
        store=True,
        readonly=False,
        precompute=True,
        help="Confirming this invoice makes a Stripe invoice of the same number, "
        "lines, taxes and total.",
    )
    stripe_document_ids = fields.One2many(
        "stripe.document",
        "move_id",
        "Stripe Documents",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    # Computed, so that setting it never counts as an edit of a confirmed invoice.
    stripe_document_id = fields.Many2one(
        "stripe.document",
        compute="_compute_stripe_document_id",
        store=True,
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
    stripe_payment_state = fields.Selection(
        related="stripe_document_id.payment_state",
        string="Stripe Payment",
        store=True,
    )
    stripe_amount_remaining = fields.Monetary(
        related="stripe_document_id.amount_remaining"
    )
    stripe_amount_paid = fields.Monetary(related="stripe_document_id.amount_paid")
    stripe_bad_debt = fields.Boolean(
        "Bad-Debt Entry",
        readonly=True,
        copy=False,
        help="Writes off an invoice that was given up at Stripe; nothing was received.",
    )
    stripe_sent_at = fields.Datetime(related="stripe_document_id.sent_at")
    stripe_history_ids = fields.One2many(
        related="stripe_document_id.history_ids",
        string="Stripe History",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_invoice_available = fields.Boolean(
        compute="_compute_stripe_invoice_available"
    )
    stripe_can_push = fields.Boolean(compute="_compute_stripe_invoice_available")

    @api.depends("company_id", "move_type")
    def _compute_stripe_invoice(self):
        for move in self:
            move.stripe_invoice = (
                move._stripe_available()
                and move.company_id._stripe_company().stripe_invoice_default
            )

    @api.depends("stripe_document_ids")
    def _compute_stripe_document_id(self):
        for move in self:
            move.stripe_document_id = move.stripe_document_ids[:1]

    @api.depends(
        "company_id",
        "move_type",
        "state",
        "payment_state",
        "amount_total",
        "stripe_invoice",
        "stripe_status",
    )
    def _compute_stripe_invoice_available(self):
        for move in self:
            available = move._stripe_available()
            move.stripe_invoice_available = available or bool(move.stripe_status)
            # What nobody has to pay any more is offered only where it was meant to be.
            wanted = move.stripe_invoice or move.payment_state in (
                "not_paid",
                "partial",
            )
            move.stripe_can_push = (
                available
                and move.state == "posted"
                and wanted
                and not move.sudo().stripe_document_id
                and not move._stripe_is_skipped()
            )

    def _stripe_available(self):
        """Tell whether this is an invoice that could have a Stripe invoice."""
        self.ensure_one()
        return self.move_type == "out_invoice" and bool(
            self.company_id and self.company_id._stripe_company()
        )

    def _stripe_is_skipped(self):
        """Tell whether the company keeps it from Stripe, as nothing is to be paid."""
        self.ensure_one()
        account = self.company_id._stripe_company().stripe_account_id
        return account.skip_zero and self.currency_id.is_zero(self.amount_total)

    def _stripe_is_unsent(self):
        """Tell whether there is nothing of it at Stripe, not even a draft."""
        return Status(self.stripe_status or "") in (Status.NONE, Status.DELETED)

    def _stripe_is_coming(self):
        """Tell whether it is about to be open at Stripe."""
        document = self.sudo().stripe_document_id
        withdrawn = document.target in (Target.DELETED.value, Target.VOID.value)
        finalized = Status(document.status or "") in FINALIZED
        waits = document.pending and not (withdrawn or finalized)
        return self.state == "posted" and waits

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
                and not move._stripe_is_skipped()
            )
        ).sudo()
        # Defaults that a view gives are meant for the invoice.
        env = self.env(su=True, context=clean_context(self.env.context))
        env["stripe.document"].create(
            [
                move._stripe_document_values()
                for move in wanted
                if not move.stripe_document_id
            ]
        )
        if wanted:
            wanted.stripe_document_id._follow_connection()
            wanted.stripe_document_id._want_open()
            wanted.filtered(
                lambda move: move._stripe_is_mailed_at_once()
            )._stripe_mail_once()

    def _stripe_is_mailed_at_once(self):
        """Tell whether Stripe mails without being asked: who mails is one setting."""
        partner = self.commercial_partner_id.with_company(self.company_id)
        sender = self.company_id._stripe_company().stripe_account_id.mail_sender
        wanted = partner.invoice_sending_method
        # What he has had from Odoo before it came to Stripe, he does not get twice.
        return (
            sender == "stripe" and wanted in (False, "stripe") and not self.is_move_sent
        )

    def _stripe_document_values(self):
        company = self.company_id._stripe_company()
        return {
            "account_id": company.stripe_account_id.id,
            "company_id": self.company_id.id,
            "move_id": self.id,
            "move_name": self.name,
            "currency_id": self.currency_id.id,
        }
