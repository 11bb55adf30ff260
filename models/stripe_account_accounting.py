from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .chart_codes import CHART_CODES


class StripeAccount(models.Model):
    """The journals of a Stripe account and the accounts that it books on."""

    _inherit = "stripe.account"

    balance_ids = fields.One2many(
        "stripe.balance",
        "account_id",
        "Balances",
        help="One journal for each currency in which Stripe holds money.",
    )
    transit_account_id = fields.Many2one(
        "account.account",
        "Payments in Transit",
        compute="_compute_transit_account_id",
        help="What customers have paid until Stripe's balance shows it. It is set on "
        "the payment methods of the Stripe journal.",
    )
    fee_tax_account_id = fields.Many2one(
        "account.account",
        "Tax on Stripe Fees",
        check_company=True,
        help="The tax in Stripe's fees, where Stripe names it.",
    )
    dispute_account_id = fields.Many2one(
        "account.account",
        "Stripe Disputes",
        check_company=True,
        domain="[('reconcile', '=', True)]",
        help="What Stripe has withdrawn because a customer disputes a payment.",
    )
    suspense_account_id = fields.Many2one(
        related="journal_id.suspense_account_id",
        readonly=False,
        help="What moved the balance and nothing explains.",
    )
    transfer_account_id = fields.Many2one(
        related="company_id.transfer_account_id",
        string="Money on Its Way to the Bank",
        help="Payouts wait here for the bank's line. It is a setting of Invoicing.",
    )
    import_balance = fields.Boolean(
        "Book Fees and Payouts",
        help="Everything that moves the balance at Stripe becomes a line of the Stripe "
        "journal.",
    )
    import_start = fields.Date(
        "Books Start On",
        help="What moved the balance before this day is left alone. Empty: nothing is.",
    )

    @api.depends("journal_id.inbound_payment_method_line_ids.payment_account_id")
    def _compute_transit_account_id(self):
        for account in self:
            lines = account.journal_id.inbound_payment_method_line_ids
            account.transit_account_id = lines.payment_account_id[:1]

    # === WHAT IS NEEDED === #

    def _missing_accounts(self):
        """Return the names of what the import of the balance needs and nobody has set.

        :rtype: list of translated texts
        """
        self.ensure_one()
        account = self.sudo()
        needed = (
            "journal_id",
            "transit_account_id",
            "fee_account_id",
            "fee_tax_account_id",
            "dispute_account_id",
            "suspense_account_id",
            "transfer_account_id",
        )
        labels = self.fields_get(needed, ["string"])
        return [labels[name]["string"] for name in needed if not account[name]]

    @api.constrains(
        "import_balance",
        "journal_id",
        "fee_account_id",
        "fee_tax_account_id",
        "dispute_account_id",
    )
    def _check_accounts(self):
        """Refuse to book the balance while an account is missing, or a second time.

        :raise ValidationError: one is missing, and it names which; or another
            connection books it already
        """
        for account in self.filtered("import_balance"):
            if missing := account._missing_accounts():
                raise ValidationError(account._missing_sentence(missing))
            if other := account._booked_elsewhere():
                raise ValidationError(
                    self.env._(
                        "The balance of %(account)s is in the books of %(company)s "
                        "already, and can be in one company's books only. What your "
                        "customers pay there stays on the account of payments in "
                        "transit: %(company)s owes it to you.",
                        account=account.display_name,
                        company=other.company_id.name,
                    )
                )

    def _booked_elsewhere(self):
        """Return the connection of another company that books this balance, if any."""
        return self.sudo().search(
            [
                ("id", "!=", self.id),
                ("stripe_id", "=", self.stripe_id),
                ("livemode", "=", self.livemode),
                ("import_balance", "=", True),
            ],
            limit=1,
        )

    def _ensure_complete(self):
        """Refuse to go on while an account is missing.

        :raise UserError: names each of them
        """
        if missing := self._missing_accounts():
            raise UserError(self._missing_sentence(missing))

    def _missing_sentence(self, missing):
        return self.env._(
            "Fees and payouts of %(account)s cannot be booked yet. Set on the Stripe "
            "account, or connect it again: %(missing)s.",
            account=self.display_name,
            missing=", ".join(missing),
        )

    # === MAKING IT === #

    def _ensure_accounting(self):
        """Make what is missing of the Stripe journal and the accounts that it uses.

        The balance account is what Stripe holds for the company. Payments are booked on
        the transit account until Stripe's balance transaction arrives on the balance.
        """
        self.ensure_one()
        account = self.with_company(self.company_id).sudo()
        if not account.journal_id:
            account.journal_id = account._create_journal()
        if not account.fee_account_id:
            account.fee_account_id = account._create_account(
                "fee", self.env._("Stripe Fees"), "expense", reconcile=False
            )
        if not account.fee_tax_account_id:
            account.fee_tax_account_id = account._purchase_tax_account()
        if not account.dispute_account_id:
            account.dispute_account_id = account._create_account(
                "dispute", self.env._("Stripe Disputes"), "asset_current"
            )
        account.company_id._stripe_make_bank_rule()
        account._start_books()

    def _start_books(self):
        """Let the balance be booked from today on, once all that it needs is there."""
        if self.import_start or self.import_balance or self._missing_accounts():
            return
        if self._booked_elsewhere():
            return
        today = fields.Date.context_today(self.with_context(tz=self.tz))
        self.write({"import_start": today, "import_balance": True})

    def _balance_in(self, currency):
        """Return the balance in a currency, with a journal of its own.

        :param currency: one in which Stripe settles
        """
        found = self.balance_ids.filtered(lambda row: row.currency_id == currency)
        if found:
            return found
        account = self.with_company(self.company_id).sudo()
        if not currency.active:
            # Odoo posts no entry in a currency that is not in use.
            currency.sudo().active = True
        own = account.journal_id.currency_id or self.company_id.currency_id
        journal = account.journal_id
        if currency != own:
            journal = account._create_journal(currency)
        return self.env["stripe.balance"].create(
            {
                "account_id": self.id,
                "currency_id": currency.id,
                "journal_id": journal.id,
            }
        )

    def _create_journal(self, currency=None):
        """Create the journal of a currency, and the transit account with the first."""
        currency = currency or self.company_id.currency_id
        is_own = currency == self.company_id.currency_id
        mode = "" if self.livemode else " (test)"
        name = f"Stripe{mode}" if is_own else f"Stripe {currency.name}{mode}"
        journal = self.env["account.journal"].create(
            {
                "name": name,
                "type": "bank",
                "code": self._free_journal_code(),
                "company_id": self.company_id.id,
                "currency_id": False if is_own else currency.id,
            }
        )
        transit = self.transit_account_id or self._create_account(
            "transit", self.env._("Stripe Payments in Transit"), "asset_current"
        )
        lines = (
            journal.inbound_payment_method_line_ids[:1]
            + journal.outbound_payment_method_line_ids[:1]
        )
        lines.write({"payment_account_id": transit.id, "name": "Stripe"})
        return journal

    def _free_journal_code(self):
        journals = self.env["account.journal"].with_context(active_test=False)
        domain = journals._check_company_domain(self.company_id)
        taken = set(journals.search(domain).mapped("code"))
        codes = ["STRP", *(f"STR{number}" for number in range(1, 100))]
        return next(code for code in codes if code not in taken)

    def _create_account(self, purpose, name, account_type, reconcile=True):
        """Create an account where the chart has its like.

        :param str purpose: a key of the chart's codes
        """
        accounts = self.env["account.account"]
        code = self._chart_codes().get(purpose)
        return accounts.create(
            {
                "name": name,
                "account_type": account_type,
                "reconcile": reconcile,
                "code": accounts._search_new_account_code(code, cache=set())
                if code
                else accounts._search_new_account_code(self._similar(account_type)),
                "company_ids": [Command.link(self.company_id.id)],
            }
        )

    def _chart_codes(self):
        """Return the codes of the company's chart, or of the one that it builds on."""
        charts = self.env["account.chart.template"]._get_parent_template(
            self.company_id.chart_template
        )
        known = [CHART_CODES[chart] for chart in charts if chart in CHART_CODES]
        return known[0] if known else {}

    def _similar(self, account_type):
        """Return the first code of a type, in charts that are not known here."""
        accounts = self.env["account.account"]
        domain = accounts._check_company_domain(self.company_id)
        similar = accounts.search(
            [*domain, ("account_type", "=", account_type)], order="code", limit=1
        )
        return similar.code or "100000"

    def _purchase_tax_account(self):
        """Return where tax on purchases goes; the fees themselves if nowhere."""
        tax = self.company_id.account_purchase_tax_id
        lines = tax.invoice_repartition_line_ids.filtered(
            lambda line: line.repartition_type == "tax" and line.factor_percent > 0
        )
        return lines.account_id[:1] or self.fee_account_id
