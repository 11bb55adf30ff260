from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lifecycle import Status
from .stripe_credit_note import CREDITABLE


class AccountMove(models.Model):
    """The Stripe credit note of a credit note in Odoo."""

    _inherit = "account.move"

    stripe_credit_means = fields.Selection(
        [
            ("none", "Nothing: no money moves at Stripe"),
            ("refund", "Refund the payment at Stripe"),
            ("balance", "Credit for the next Stripe invoice"),
        ],
        "What Was Paid Already",
        copy=False,
        help="What Stripe does about the part of the credit note that the customer has "
        "paid. What is still due is reduced in any case.",
    )
    stripe_credit_note_ids = fields.One2many(
        "stripe.credit.note",
        "move_id",
        "Stripe Credit Notes",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_credit_note_status = fields.Selection(
        related="stripe_credit_note_ids.status", string="Stripe Credit Note"
    )
    stripe_credit_note_number = fields.Char(
        related="stripe_credit_note_ids.stripe_number", string="Stripe Number of Credit"
    )
    stripe_credit_note_error = fields.Text(
        related="stripe_credit_note_ids.error", string="Stripe Problem"
    )
    stripe_refund_ids = fields.Many2many(
        "stripe.refund",
        "stripe_refund_credit_move_rel",
        "move_id",
        "refund_id",
        "Stripe Refunds",
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_is_credit = fields.Boolean(compute="_compute_stripe_is_credit")

    @api.depends("move_type", "reversed_entry_id")
    def _compute_stripe_is_credit(self):
        for move in self:
            move.stripe_is_credit = bool(
                move.stripe_credit_note_status or move._stripe_credited_document()
            )

    def _stripe_credited_document(self):
        """Return the document of the invoice that this credit note corrects.

        :return: a ``stripe.document`` in superuser mode; empty where Stripe has no
            invoice that it lets be credited
        """
        self.ensure_one()
        document = self.sudo().reversed_entry_id.stripe_document_id
        creditable = Status(document.status or "") in CREDITABLE
        correct = self.move_type == "out_refund" and creditable
        return document if correct else document.browse()

    def _post(self, soft=True):
        # EXTENDS 'account': the target is written with the posting; no network here.
        posted = super()._post(soft)
        for move in posted:
            document = move._stripe_credited_document()
            if document and move.company_id._stripe_company():
                move.sudo()._stripe_credit(document)
        posted.sudo().stripe_refund_ids._match()
        return posted

    def _stripe_credit(self, document):
        """Want a Stripe credit note of this credit note.

        :param document: the ``stripe.document`` that it corrects
        """
        self.ensure_one()
        note = self.stripe_credit_note_ids or self.env["stripe.credit.note"].create(
            {
                "account_id": document.account_id.id,
                "company_id": self.company_id.id,
                "document_id": document.id,
                "move_id": self.id,
                "move_name": self.name,
            }
        )
        if note.status != "issued":
            # What was refunded in the dashboard is not given back once more.
            note.refund_ids += self.stripe_refund_ids
            note._want("issued")

    def action_stripe_retry_credit_note(self):
        """Try again now what failed or waits of a credit note."""
        self.check_access("write")
        self.sudo().stripe_credit_note_ids.action_retry()

    def action_stripe_void_credit_note(self):
        """Void the credit note at Stripe; it is then cancelled here.

        :raise UserError: it took off what was paid already, which Stripe keeps
        """
        self.check_access("write")
        for move in self:
            note = move.sudo().stripe_credit_note_ids
            if note.status != "issued" or note.document_id.status != "open":
                raise UserError(
                    self.env._(
                        "%s cannot be voided: Stripe voids a credit note only while "
                        "its invoice is open. Issue a new invoice instead.",
                        move.name,
                    )
                )
            note._want("void")

    def write(self, vals):
        """Refuse to choose anew what became of the money once Stripe has acted.

        :raise UserError: the credit note is issued, or about to be
        """
        if "stripe_credit_means" in vals:
            for note in self.sudo().stripe_credit_note_ids:
                moved = note.stripe_id or note.pending_call
                if (
                    moved
                    and note.move_id.stripe_credit_means
                    != (vals["stripe_credit_means"])
                ):
                    raise UserError(
                        self.env._(
                            "%s is issued at Stripe: what becomes of the money is "
                            "settled.",
                            note.move_name,
                        )
                    )
        return super().write(vals)

    def _stripe_withdraw(self):
        # What Stripe has issued counts for the customer.
        for move in self.sudo().filtered(lambda move: move.state == "posted"):
            note = move.stripe_credit_note_ids
            if note.status == "issued" or note.pending_call:
                raise UserError(
                    self.env._(
                        "%s is issued at Stripe. Void it there with the button Void "
                        "at Stripe, as long as its invoice is open.",
                        move.name,
                    )
                )
            note.filtered("pending").write({"pending": False})
        return super()._stripe_withdraw()
