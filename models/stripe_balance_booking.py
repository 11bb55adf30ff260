from collections import defaultdict

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..postings.balance import Counterpart


class StripeBalanceTransaction(models.Model):
    """How movements of the balance are booked, and matched with what they belong to."""

    _inherit = "stripe.balance.transaction"

    def _book(self):
        """Make the statement lines of these transactions of one account, and match.

        What has a line already is left alone; the database forbids a second one.
        """
        rows = self.filtered(lambda row: not row.statement_line_id)
        if rows:
            account = rows.account_id
            account._ensure_complete()
            known = rows._what_is_ours()
            statements = self.env["account.bank.statement.line"]
            lines = statements.with_company(account.company_id).create(
                [row._line_values(known) for row in rows]
            )
            for row, line in zip(rows, lines, strict=True):
                row.statement_line_id = line
        self.write({"state": "booked", "error": False, "next_attempt_at": False})
        self._match(self.account_id, set(self.mapped("source")))
        self._note_late_failures()
        self._ask_about_unknown()

    def _what_is_ours(self):
        """Return the charges and customers of these rows that Odoo knows.

        :return: dict of a charge's or customer's id → partner
        """
        account = [("account_id", "=", self.account_id.id)]
        payments = self._payments_of_charges()
        ours = self.filtered(lambda row: not row.foreign)
        ids = [one for one in ours.mapped("customer") if one]
        customers = self.env["stripe.customer"].search(
            [*account, ("stripe_id", "in", ids)]
        )
        known = {row.stripe_id: row.partner_id for row in customers}
        known.update({row.stripe_charge: row.partner_id for row in payments})
        return known

    def _payments_of_charges(self):
        """Return the payments that are booked of the charges of these rows."""
        charges = [one for one in self.mapped("charge") if one]
        return self.env["account.payment"].search(
            [
                ("stripe_account_id", "in", self.account_id.ids),
                ("stripe_charge", "in", charges),
            ]
        )

    # === THE STATEMENT LINE === #

    def _line_values(self, known):
        """Return the values of the statement line and its items.

        :param dict known: what :meth:`_what_is_ours` returned
        """
        customer = "" if self.foreign else self.customer
        partner = known.get(self.charge) or known.get(customer)
        items = self._items(self._counterpart_account(bool(partner)))
        return {
            "journal_id": self.journal_id.id,
            "date": self.date,
            "payment_ref": self.label,
            "ref": self.stripe_id,
            "partner_id": partner.id if partner else False,
            "amount": self.net,
            "line_ids": [
                Command.create({"partner_id": partner.id if partner else False, **item})
                for item in items
            ],
        }

    def _counterpart_account(self, ours):
        """Return the account on the other side.

        :param bool ours: whether Odoo knows the charge or the customer
        """
        account = self.account_id
        kind = Counterpart(self.counterpart)
        if kind in (Counterpart.PAYMENT, Counterpart.REFUND, Counterpart.LATE_FAILURE):
            return account.transit_account_id if ours else self._suspense_account()
        return {
            Counterpart.DISPUTE: account.dispute_account_id,
            Counterpart.PAYOUT: account.transfer_account_id,
            Counterpart.FEE: account.fee_account_id,
            Counterpart.TAX: account.fee_tax_account_id,
        }.get(kind) or self._suspense_account()

    def _suspense_account(self):
        return self.journal_id.suspense_account_id or (
            self.account_id.suspense_account_id
        )

    def _items(self, counterpart):
        """Return the values of the journal items: balance, fee, tax, counterpart.

        What rounding leaves is in the counterpart; in the balance, where the
        counterpart is exact because the company's own currency was charged.
        """
        account = self.account_id
        own = {"name": self.label, "currency_id": self.currency_id.id}
        items = [
            {**own, "account_id": target.id, "amount_currency": amount}
            for target, amount in (
                (self.journal_id.default_account_id, self.net),
                (account.fee_account_id, self.fee),
                (account.fee_tax_account_id, self.tax),
            )
            if amount or target == self.journal_id.default_account_id
        ]
        for item in items:
            item["balance"] = self._in_company_currency(item["amount_currency"])
        rest = {**own, "account_id": counterpart.id, "amount_currency": -self.gross}
        if self._settles_converted(counterpart):
            rest["currency_id"] = self.original_currency_id.id
            rest["amount_currency"] = -self.original
        company_currency = self.company_id.currency_id
        if rest["currency_id"] == company_currency.id != self.currency_id.id:
            rest["balance"] = rest["amount_currency"]
            kept = sum(item["balance"] for item in items[1:])
            items[0]["balance"] = company_currency.round(-rest["balance"] - kept)
        else:
            rest["balance"] = -sum(item["balance"] for item in items)
        return [*items, rest]

    def _settles_converted(self, counterpart):
        """Tell whether the counterpart is in the currency that was charged.

        Then nothing is left open in that currency, and Odoo books the difference of the
        exchange rates.
        """
        account = self.account_id
        matched = account.transit_account_id | account.dispute_account_id
        return bool(self.original_currency_id) and counterpart in matched

    def _in_company_currency(self, amount):
        """Return an amount of the balance's currency in the company's.

        At Stripe's rate where it converted from the company's currency, else at Odoo's.
        """
        company = self.company_id
        if self.original_currency_id == company.currency_id and self.gross:
            return company.currency_id.round(amount * self.original / self.gross)
        self._ensure_rate()
        return self.currency_id._convert(
            amount, company.currency_id, company, self.date
        )

    def _ensure_rate(self):
        """Refuse to convert without a rate: Odoo would take one for one.

        :raise UserError: names the currency
        """
        company = self.company_id
        rates = self.currency_id.rate_ids.filtered(
            lambda rate: not rate.company_id or rate.company_id == company.root_id
        )
        if self.currency_id != company.currency_id and not rates:
            raise UserError(
                self.env._(
                    "Stripe holds %(currency)s for you, and Odoo has no exchange rate "
                    "of it. Enter one under Invoicing > Configuration > Currencies.",
                    currency=self.currency_id.name,
                )
            )

    # === MATCHING === #

    @api.model
    def _match(self, account, sources):
        """Reconcile what the balance shows with what it belongs to, by Stripe's ids.

        Payments with their charge, refunds with their refund, what was withdrawn for a
        dispute with what came back, a payout with its failure. Whatever is not there
        yet is matched when it comes: either side may be first.

        :param account: the ``stripe.account``
        :param set sources: ids of charges, refunds, disputes, payouts
        """
        wanted = [source for source in sources if source]
        rows = self.search(
            [
                ("account_id", "=", account.id),
                ("source", "in", wanted),
                ("statement_line_id", "!=", False),
                ("counterpart", "!=", Counterpart.LATE_FAILURE.value),
            ]
        )
        payments = self.env["account.payment"].search(
            [
                ("stripe_account_id", "=", account.id),
                ("state", "in", ("in_process", "paid")),
                "|",
                ("stripe_charge", "in", wanted),
                ("stripe_ref", "in", wanted),
            ]
        )
        groups = defaultdict(self.env["account.move.line"].browse)
        for row in rows:
            groups[row.source] |= row.move_id.line_ids
        for payment in payments:
            groups[self._source_of(payment)] |= payment.move_id.line_ids
        accounts = (
            account.transit_account_id
            | account.dispute_account_id
            | account.transfer_account_id
        )
        plan = [
            still_open
            for source, lines in groups.items()
            if source in sources
            for still_open in self._to_reconcile(lines, accounts)
        ]
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    @api.model
    def _to_reconcile(self, lines, accounts):
        """Return the open items that settle each other, account by account."""
        still_open = lines.filtered(
            lambda line: (
                line.account_id in accounts
                and line.account_id.reconcile
                and line.parent_state == "posted"
                and not line.reconciled
            )
        )
        return [
            items
            for items in still_open.grouped("account_id").values()
            if len({line.balance > 0 for line in items}) > 1
        ]

    @api.model
    def _match_payments(self, payments):
        """Match payments that were just booked with what the balance shows already."""
        for account, own in payments.grouped("stripe_account_id").items():
            self._match(account, {self._source_of(payment) for payment in own})

    @api.model
    def _source_of(self, payment):
        """Return the id of what moved the balance: the charge, or the refund."""
        is_refund = payment.payment_type == "outbound"
        return payment.stripe_ref if is_refund else payment.stripe_charge

    def _ask_about_unknown(self):
        """Tell the responsible person what moved the balance for no known reason."""
        unknown = self.filtered(
            lambda row: row.counterpart == Counterpart.UNKNOWN.value
        )
        for account, rows in unknown.grouped("account_id").items():
            account._ask(
                lambda env: env._("Stripe moved money for an unknown reason"),
                lambda env, rows=rows: env._(
                    "Booked on the suspense account, until you say what it is:\n"
                    "%(movements)s",
                    movements="\n".join(row._told(env) for row in rows),
                ),
            )

    def _told(self, env):
        """Return the movement in one line, in the language of an environment."""
        amount = formatLang(env, self.net, currency_obj=self.currency_id)
        words = [format_date(env, self.date), amount, self.category, self.stripe_id]
        return " ".join(words)
