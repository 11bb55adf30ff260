import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..postings.balance import Counterpart, balance_posting
from ..stripe_api.money import UnsupportedCurrencyError
from .event_values import utc

_logger = logging.getLogger(__name__)

# Transactions that are booked and matched together.
TOGETHER = 100


class StripeBalanceTransaction(models.Model):
    """One movement of the balance at Stripe, and the statement line that books it.

    The import only stores what Stripe lists; the worker books it, many at once. What
    cannot be booked stays, says why, and is tried again.
    """

    _name = "stripe.balance.transaction"
    _inherit = ["stripe.queue.mixin"]
    _description = "Stripe Balance Transaction"
    _order = "created_at desc, id desc"
    _rec_name = "stripe_id"

    balance_id = fields.Many2one(
        "stripe.balance", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    journal_id = fields.Many2one(related="balance_id.journal_id", store=True)
    currency_id = fields.Many2one(related="balance_id.currency_id")
    stripe_id = fields.Char("Stripe ID", required=True, readonly=True)
    created_at = fields.Datetime("Created at Stripe", required=True, readonly=True)
    available_at = fields.Datetime("Available From", readonly=True)
    date = fields.Date(required=True, readonly=True, help="In the books' time zone.")
    category = fields.Char(required=True, readonly=True, help="Stripe's word.")
    counterpart = fields.Selection(
        [
            (Counterpart.PAYMENT.value, "Payment"),
            (Counterpart.REFUND.value, "Refund"),
            (Counterpart.LATE_FAILURE.value, "Failed Payment"),
            (Counterpart.DISPUTE.value, "Dispute"),
            (Counterpart.PAYOUT.value, "Payout"),
            (Counterpart.FEE.value, "Fee"),
            (Counterpart.TAX.value, "Tax on Fees"),
            (Counterpart.UNKNOWN.value, "To Be Clarified"),
        ],
        "Belongs To",
        required=True,
        readonly=True,
    )
    label = fields.Char(readonly=True)
    source = fields.Char(readonly=True, index="btree_not_null", help="Stripe's id.")
    charge = fields.Char(readonly=True, index="btree_not_null")
    customer = fields.Char(readonly=True)
    foreign = fields.Boolean(
        "Of No Invoice",
        readonly=True,
        help="A payment of a customer of ours, and of none of our invoices.",
    )
    gross = fields.Monetary(readonly=True)
    fee = fields.Monetary(readonly=True, help="Without the tax on it.")
    tax = fields.Monetary("Tax on the Fee", readonly=True)
    net = fields.Monetary(readonly=True)
    original = fields.Monetary(
        "Converted From", readonly=True, currency_field="original_currency_id"
    )
    original_currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Selection(
        [("received", "Received"), ("booked", "Booked"), ("failed", "Failed")],
        required=True,
        default="received",
        readonly=True,
        index=True,
    )
    error = fields.Text(readonly=True)
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        readonly=True,
        ondelete="restrict",
        copy=False,
        index="btree_not_null",
    )
    move_id = fields.Many2one(related="statement_line_id.move_id")

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "A movement of the balance is stored once."
    )
    _statement_line_uniq = models.Constraint(
        "UNIQUE(statement_line_id)", "A statement line books one movement."
    )

    # === OBSERVING === #

    @api.model
    def _receive(self, account, entries, foreign=frozenset()):
        """Store what is not known yet of what Stripe lists.

        :param account: the ``stripe.account``
        :param list entries: BalanceTransactions with their sources
        :param set foreign: ids of PaymentIntents that have paid none of our invoices
        :return: the new records
        """
        new = self._unknown(account, entries)
        return self.create([self._values(account, entry, foreign) for entry in new])

    @api.model
    def _unknown(self, account, entries):
        """Return those BalanceTransactions that are not stored yet, each once."""
        ids = [entry["id"] for entry in entries]
        domain = [("account_id", "=", account.id), ("stripe_id", "in", ids)]
        known = set(self.search(domain).mapped("stripe_id"))
        new = {entry["id"]: entry for entry in entries if entry["id"] not in known}
        return list(new.values())

    @api.model
    def _values(self, account, entry, foreign):
        posting = balance_posting(entry, account.tz)
        currency = self._currency(posting.currency)
        original = posting.original_currency and self._currency(
            posting.original_currency
        )
        return {
            "account_id": account.id,
            "balance_id": account._balance_in(currency).id,
            "stripe_id": posting.stripe_ref,
            "created_at": utc(entry["created"]),
            "available_at": utc(entry["available_on"]),
            "date": posting.date,
            "category": posting.category,
            "counterpart": posting.counterpart.value,
            "label": posting.label,
            "source": posting.source,
            "charge": posting.charge,
            "customer": posting.customer,
            "foreign": posting.intent in foreign,
            "gross": float(posting.gross),
            "fee": float(posting.fee),
            "tax": float(posting.tax),
            "net": float(posting.net),
            "original": float(posting.original or 0),
            "original_currency_id": original.id if original else False,
        }

    @api.model
    def _currency(self, code):
        currency = self.env["stripe.posting"]._currency(code)
        if not currency:
            raise UnsupportedCurrencyError(code)
        return currency

    # === THE WORKER === #

    @api.model
    def _waiting_domain(self):
        return Domain("state", "in", ("received", "failed"))

    @api.model
    def _due_domain(self):
        return super()._due_domain() & Domain("account_id.import_balance", "=", True)

    def _batches(self):
        """Return the transactions of one account, in the order in which they came."""
        batches = []
        for rows in self.sorted("created_at").grouped("account_id").values():
            for start in range(0, len(rows), TOGETHER):
                batches.append(rows[start : start + TOGETHER])
        return batches

    def _process_batch(self):
        """Book transactions together; the batch that holds a bad one, one by one."""
        if len(self) > 1 and self._try_to_book():
            return
        for row in self:
            row._try_to_book()
            self.env["ir.cron"]._commit_progress()

    def _try_to_book(self):
        """Book transactions, all or none.

        :return: whether they are booked; one that is not is kept with the reason
        """
        try:
            self._book()
            self.env.flush_all()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            if len(self) > 1:
                _logger.info("Stripe's balance is booked one by one: %s", error)
                return False
            _logger.warning("%s cannot be booked: %s", self.stripe_id, error)
            self.write({"state": "failed", "error": str(error)})
            self._postpone()
            return False
        return True

    def action_import(self):
        """Import the balance of the chosen companies. For the billing group.

        :raise UserError: none of them is connected, or the import is switched off
        """
        domain = [("company_id", "parent_of", self.env.companies.ids)]
        accounts = self.env["stripe.account"].search(domain)
        if not accounts:
            raise UserError(
                self.env._("%s is not connected to Stripe.", self.env.company.name)
            )
        importing = accounts.filtered("import_balance")
        return (importing or accounts).action_import_balance()

    def action_retry(self):
        """Try to book what failed again, now. For accounting managers."""
        self.check_access("read")
        self.env["stripe.account"].check_access("read")
        waiting = self.sudo().filtered(lambda row: row.state != "booked")
        waiting.write({"state": "received", "next_attempt_at": False})
        self._ring()
