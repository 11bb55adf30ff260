from odoo import api, fields, models
from odoo.exceptions import UserError

from ..postings.dispute import Choice


class StripePaymentReopen(models.TransientModel):
    """Decide what becomes of the receivable when a payment was taken back."""

    _name = "stripe.payment.reopen"
    _description = "Payment Taken Back"

    dispute_id = fields.Many2one("stripe.dispute", readonly=True)
    payment_id = fields.Many2one("account.payment", readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_from")
    partner_id = fields.Many2one("res.partner", "Customer", compute="_compute_from")
    currency_id = fields.Many2one("res.currency", compute="_compute_from")
    amount = fields.Monetary(compute="_compute_from")
    can_write_off = fields.Boolean(compute="_compute_from")
    choice = fields.Selection(
        [
            (Choice.REOPEN.value, "Reopen the receivable: the customer owes it again"),
            (Choice.WRITE_OFF.value, "Write it off as a bad debt"),
        ],
        "What Becomes of It",
        required=True,
        default=Choice.REOPEN.value,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    account_id = fields.Many2one(
        "account.account",
        "Bad-Debt Account",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        domain="[('account_type', '=', 'expense'), "
        "('company_ids', 'parent_of', company_id)]",
    )

    @api.depends("dispute_id", "payment_id")
    def _compute_from(self):
        for wizard in self:
            source = wizard.sudo().dispute_id or wizard.sudo().payment_id
            wizard.company_id = source.company_id
            wizard.partner_id = source.partner_id
            wizard.currency_id = source.currency_id
            wizard.amount = source.amount
            # A dispute that is still argued about may be won.
            dispute = wizard.sudo().dispute_id
            wizard.can_write_off = not dispute or dispute._meaning().final

    @api.depends("dispute_id", "payment_id")
    def _compute_account_id(self):
        for wizard in self:
            dispute, payment = wizard.sudo().dispute_id, wizard.sudo().payment_id
            account = dispute.account_id or payment.stripe_account_id
            wizard.account_id = account.bad_debt_account_id

    def action_confirm(self):
        """Book the decision.

        :raise UserError: no account was chosen, or there is nothing to decide
        """
        self.ensure_one()
        self.env["account.move"].check_access("create")
        choice = Choice(self.choice)
        if choice is Choice.WRITE_OFF and not self.account_id:
            raise UserError(self.env._("Choose the account of the bad debt."))
        # Whoever may see it may decide it.
        (self.dispute_id or self.payment_id).check_access("read")
        if self.dispute_id:
            self.dispute_id.sudo()._decide(choice, self.date, self.account_id)
        else:
            self.payment_id.sudo()._stripe_decide(choice, self.date, self.account_id)
        # It may have been opened from the alert, which does not go away by itself.
        return {"type": "ir.actions.client", "tag": "soft_reload"}
