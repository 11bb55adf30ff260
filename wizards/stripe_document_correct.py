from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..correction import Way
from ..lifecycle import PAYABLE, Status
from ..payloads.frozen import FIELDS, sent, text, unlike
from ..payloads.snapshot import check_customer, freeze_customer


class StripeDocumentCorrect(models.TransientModel):
    """Replace a finalized invoice by one with the right customer data.

    Amounts stay as they are. The wizard only begins the correction
    (``stripe.correction``), which goes on by itself.
    """

    _name = "stripe.document.correct"
    _description = "Correct a Finalized Invoice"

    move_id = fields.Many2one("account.move", "Invoice", required=True, readonly=True)
    company_id = fields.Many2one(related="move_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partners",
        store=True,
        readonly=False,
    )
    partner_shipping_id = fields.Many2one(
        "res.partner",
        "Delivery Address",
        compute="_compute_partners",
        store=True,
        readonly=False,
    )
    way = fields.Selection(
        lambda self: self.env["stripe.correction"]._selection_way(),
        compute="_compute_way",
        store=True,
        readonly=False,
    )
    forced = fields.Text("Why so", compute="_compute_forced")
    revision = fields.Text(compute="_compute_revision")
    objections = fields.Text(compute="_compute_changes")
    changes = fields.Html(compute="_compute_changes")
    reason = fields.Char(required=True)
    send = fields.Boolean(
        "Send the new invoice",
        compute="_compute_send",
        store=True,
        readonly=False,
        help="Stripe mails it if it has mailed the old one, or mails for the customer; "
        "else Odoo sends it as it sends the customer's invoices.",
    )

    @api.depends("move_id")
    def _compute_partners(self):
        for wizard in self:
            wizard.partner_id = wizard.move_id.partner_id
            wizard.partner_shipping_id = wizard.move_id.partner_shipping_id

    @api.depends("move_id")
    def _compute_send(self):
        for wizard in self:
            move = wizard.move_id
            wizard.send = bool(move.stripe_sent_at or move.is_move_sent)

    @api.depends("move_id")
    def _compute_forced(self):
        for wizard in self:
            wizard.forced = wizard._forced_sentence()

    def _forced_sentence(self):
        """Return why only a credit note and a new invoice will do, empty if not so."""
        move = self.move_id
        if move and move._stripe_is_paid():
            return self.env._(
                "The invoice was paid, so only a credit note can correct it. The new "
                "invoice takes the payments over."
            )
        account = move.sudo().stripe_document_id.account_id
        if account.correction_policy == "credit_note":
            return account.correction_reason
        return ""

    @api.depends("move_id")
    def _compute_revision(self):
        for wizard in self:
            ref = wizard.move_id.sudo().stripe_document_id.replaced_by
            wizard.revision = ref and wizard.env._(
                "Somebody revised this invoice in Stripe's dashboard: %s took its "
                "place there. It is voided first. If the customer has paid it, the "
                "correction stops.",
                ref,
            )

    @api.depends("forced")
    def _compute_way(self):
        for wizard in self:
            way = Way.CREDIT_NOTE if wizard.forced else Way.DUPLICATE
            wizard.way = way.value

    @api.depends("move_id", "partner_id", "partner_shipping_id")
    def _compute_changes(self):
        for wizard in self:
            then = wizard.move_id.sudo().stripe_document_id.customer or {}
            invoice = wizard._virtual_invoice()
            now = sent(freeze_customer(invoice))
            wizard.changes = wizard._comparison(then, now)
            found = check_customer(invoice)
            wizard.objections = "\n".join(objection.text for objection in found)

    def _virtual_invoice(self):
        """Return the invoice for the chosen contacts, as Stripe would get it."""
        values = {
            "partner_id": self.partner_id.id,
            "partner_shipping_id": self.partner_shipping_id.id,
        }
        return self.move_id.new(values, origin=self.move_id)

    def _comparison(self, then, now):
        """Return the customer as finalized beside the one of the new invoice."""
        labels = self.move_id._stripe_customer_labels()
        changed = unlike(then, now)
        rows = Markup().join(
            Markup("<tr class='%s'><th>%s</th><td>%s</td><td>%s</td></tr>")
            % (
                "fw-bold" if name in changed else "text-muted",
                labels[name],
                self._cell(name, then),
                self._cell(name, now),
            )
            for name in FIELDS
            if name in then or name in now
        )
        return Markup(
            "<table class='table table-sm'><thead><tr><th/><th>%s</th><th>%s</th></tr>"
            "</thead><tbody>%s</tbody></table>"
        ) % (self.env._("As finalized"), self.env._("On the new invoice"), rows)

    def _cell(self, name, customer):
        value = self.move_id._stripe_customer_word(name, text(name, customer))
        return Markup("<br/>").join(value.split("\n")) or "–"

    def action_confirm(self):
        """Begin the correction, and show the invoice on which one can follow it.

        That is the new one, if it is there already.

        :raise UserError: it is impossible as things are; nothing has changed then
        """
        self.ensure_one()
        move = self.move_id
        move.check_access("write")
        if not move.stripe_can_correct:
            # Stripe or somebody else may have gone on since the dialog was opened.
            return move.action_stripe_correct()
        self._check()
        correction = self.env["stripe.correction"]._start(
            {
                "move_id": move.id,
                "way": self.way,
                "reason": self.reason,
                "partner_id": self.partner_id.id,
                "partner_shipping_id": self.partner_shipping_id.id,
                "send": self.send,
            }
        )
        if correction.new_move_id:
            return correction.new_move_id._get_records_action()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check(self):
        """Refuse what Stripe, the law or the state of the invoice do not allow.

        :raise UserError: a sentence that says what to do
        """
        if self.objections:
            raise UserError(self.objections)
        if self.forced and self.way != Way.CREDIT_NOTE.value:
            raise UserError(self.forced)
        if self.way == Way.REVISION.value:
            self._check_revision()

    def _check_revision(self):
        move = self.move_id
        account = move.sudo().stripe_document_id.account_id
        same = move.commercial_partner_id == self.partner_id.commercial_partner_id
        if Status(move.stripe_status or "") not in PAYABLE or not same:
            raise UserError(
                self.env._(
                    "Stripe revises only what can still be paid, and only for the same "
                    "customer. Choose another way."
                )
            )
        if not account.can_revise:
            raise UserError(
                self.env._(
                    "This Stripe account does not revise invoices. Choose another way."
                )
            )
