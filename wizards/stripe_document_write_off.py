from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..lifecycle import Target


class StripeDocumentWriteOff(models.TransientModel):
    """Give invoices up at Stripe, and propose the bad-debt entry in Odoo.

    The entry is made as a draft: whether and when it is posted, and what becomes of the
    tax, is the accountant's decision.
    """

    _name = "stripe.document.write.off"
    _description = "Write Off at Stripe"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    refusals = fields.Text(readonly=True, help="Chosen too, but Stripe has no way.")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    propose_entry = fields.Boolean("Propose the bad-debt entry", default=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'general'), ('company_id', 'parent_of', company_id)]",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
    )
    account_id = fields.Many2one(
        "account.account",
        "Bad-Debt Account",
        compute="_compute_account_id",
        store=True,
        readonly=False,
        domain="[('account_type', '=', 'expense'), "
        "('company_ids', 'parent_of', company_id)]",
    )

    @api.depends("move_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.move_ids.company_id[:1]

    @api.depends("company_id")
    def _compute_journal_id(self):
        for wizard in self:
            journals = self.env["account.journal"]
            own = journals._check_company_domain(wizard.company_id)
            general = Domain("type", "=", "general")
            wizard.journal_id = journals.search(general & Domain(own), limit=1)

    @api.depends("move_ids")
    def _compute_account_id(self):
        for wizard in self:
            stripe_account = wizard.move_ids.sudo().stripe_document_id.account_id[:1]
            wizard.account_id = stripe_account.bad_debt_account_id

    @api.model
    def _propose(self, moves):
        """Propose the entries of invoices that were given up in the dashboard.

        Without a bad-debt account there is nothing to propose: a person decides.

        :param moves: the ``account.move`` records
        """
        wizard = self.create({"move_ids": moves.ids})
        if wizard.account_id and wizard.journal_id:
            wizard._propose_entries()

    @api.model
    def _check_one_company(self, moves):
        """Refuse to write off invoices of several companies with one journal.

        :raise UserError: they are of several companies
        """
        if len(moves.company_id) > 1:
            raise UserError(
                self.env._(
                    "These invoices belong to several companies (%s). Write them off "
                    "one company at a time: each has its own journal and account.",
                    ", ".join(moves.company_id.mapped("name")),
                )
            )

    def action_confirm(self):
        """Mark the invoices as uncollectible at Stripe, and propose their entries.

        :raise UserError: Stripe's state forbids it, or no account was chosen
        """
        self.ensure_one()
        self._check_one_company(self.move_ids)
        if self.propose_entry and not (self.account_id and self.journal_id):
            raise UserError(
                self.env._("Choose the journal and the account of the bad debt.")
            )
        # Stripe may have gone on since the dialog was opened.
        for move in self.move_ids:
            if refusal := move._stripe_no_way(Target.UNCOLLECTIBLE):
                raise UserError(refusal)
        self.move_ids._stripe_want(Target.UNCOLLECTIBLE)
        if self.propose_entry:
            self._propose_entries()
        return {"type": "ir.actions.act_window_close"}

    def _propose_entries(self):
        """Propose the entries of what is still open in Odoo; no debt, no entry."""
        moves = self.move_ids.filtered(
            lambda move: move.state == "posted" and move.amount_residual
        )
        entries = self.env["account.move"].create(
            [self._entry_values(move) for move in moves]
        )
        for move, entry in zip(moves, entries, strict=True):
            move.message_post(
                body=self.env._("Bad-debt entry proposed: %s", entry._get_html_link())
            )

    def _entry_values(self, move):
        """Return the values of a draft entry that moves what is open to bad debts."""
        receivable = move.line_ids.filtered(
            lambda line: line.display_type == "payment_term" and not line.reconciled
        )
        balance = sum(receivable.mapped("amount_residual"))
        amount = sum(receivable.mapped("amount_residual_currency"))
        common = {
            "name": self.env._("Bad debt %s", move.name),
            "partner_id": move.commercial_partner_id.id,
            "currency_id": move.currency_id.id,
        }
        bad_debt = {
            "account_id": self.account_id.id,
            "balance": balance,
            "amount_currency": amount,
        }
        counterpart = {
            "account_id": receivable.account_id[:1].id,
            "balance": -balance,
            "amount_currency": -amount,
        }
        return {
            "move_type": "entry",
            "stripe_bad_debt": True,
            "date": self.date,
            "journal_id": self.journal_id.id,
            "ref": common["name"],
            "line_ids": [
                Command.create({**common, **bad_debt}),
                Command.create({**common, **counterpart}),
            ],
        }
