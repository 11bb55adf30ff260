from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..postings.dispute import Choice
from ..postings.shares import is_certain


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
    line_ids = fields.One2many(
        "stripe.payment.reopen.line",
        "wizard_id",
        "Taken Back of",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    is_shared = fields.Boolean(
        compute="_compute_from",
        help="Stripe does not say of which of several invoices it took the money.",
    )
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
            dispute = wizard.sudo().dispute_id
            wizard.amount = dispute.gone or source.amount
            payments = dispute._payments() if dispute else source
            wizard.is_shared = not is_certain(wizard.amount, payments.mapped("amount"))
            # A dispute that is still argued about may be won.
            wizard.can_write_off = not dispute or dispute._meaning().final

    @api.depends("dispute_id", "payment_id")
    def _compute_account_id(self):
        for wizard in self:
            dispute, payment = wizard.sudo().dispute_id, wizard.sudo().payment_id
            account = dispute.account_id or payment.stripe_account_id
            wizard.account_id = account.bad_debt_account_id

    @api.depends("dispute_id")
    def _compute_line_ids(self):
        for wizard in self:
            dispute = wizard.sudo().dispute_id
            proposed = dict(dispute._shares()) if dispute else {}
            payments = dispute._payments() if dispute else proposed
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "payment_id": payment.id,
                            "amount": proposed.get(payment, 0.0),
                        }
                    )
                    for payment in payments
                ),
            ]

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
            self.dispute_id.sudo()._decide(
                choice, self.date, self.account_id, self._shares()
            )
        else:
            self.payment_id.sudo()._stripe_decide(choice, self.date, self.account_id)
        # It may have been opened from the alert, which does not go away by itself.
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _shares(self):
        """Return pairs of a payment and what was taken back of it, as was chosen.

        :raise UserError: it is not what is gone, or more than a payment has paid
        """
        lines = self.sudo().line_ids.filtered("amount")
        currency = self.currency_id
        foreign = lines.payment_id - self.sudo().dispute_id._payments()
        too_much = lines.filtered(
            lambda line: not 0 < line.amount <= line.payment_id.amount
        )
        total = sum(lines.mapped("amount"))
        if foreign or too_much or currency.compare_amounts(total, self._to_spread()):
            raise UserError(
                self.env._(
                    "%(amount)s were taken back. Spread exactly that over the "
                    "invoices, and no more over each than was paid of it.",
                    amount=formatLang(
                        self.env, self._to_spread(), currency_obj=currency
                    ),
                )
            )
        return [(line.payment_id, line.amount) for line in lines]

    def _to_spread(self):
        """Return how much of what is gone the payments of our invoices have paid."""
        dispute = self.sudo().dispute_id
        return min(dispute.gone, sum(dispute._payments().mapped("amount")))


class StripePaymentReopenLine(models.TransientModel):
    """How much was taken back of one invoice."""

    _name = "stripe.payment.reopen.line"
    _description = "Payment Taken Back of One Invoice"

    wizard_id = fields.Many2one(
        "stripe.payment.reopen", required=True, ondelete="cascade"
    )
    payment_id = fields.Many2one("account.payment", required=True)
    move_id = fields.Many2one(
        "account.move", "Invoice", compute="_compute_move_id", compute_sudo=True
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    paid = fields.Monetary(related="payment_id.amount", string="Paid")
    amount = fields.Monetary("Taken Back")

    @api.depends("payment_id")
    def _compute_move_id(self):
        for line in self:
            line.move_id = line.payment_id.stripe_document_id.move_id
