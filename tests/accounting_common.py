from datetime import timedelta
from decimal import Decimal

from odoo import Command, fields

from .accounting_table import CHAPTERS
from .common import StripeInvoiceCommon

ROWS = {row.key: row for chapter in CHAPTERS for row in chapter.rows}
# Its fee is 1.5 % and 0.25: 2.05 of 120.00.
FRENCH_CARD = "4000 0025 0000 0003"


class AccountingCommon(StripeInvoiceCommon):
    """Books in euros, and journal entries compared with the accountant's page."""

    IMPORT_BALANCE = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.company.currency_id = cls.euro
        cls.no_tax = cls.env["account.tax"]

    def invoice(self, price=120.0, **values):
        """Return an invoice that is open at Stripe."""
        today = fields.Date.context_today(self.env.user)
        values = {
            "invoice_date": today,
            # The clock at Stripe is moved, over midnight perhaps.
            "invoice_date_due": today + timedelta(days=7),
            "invoice_payment_term_id": False,
            **values,
        }
        move = self.make_open_invoice(price=price, taxes=self.no_tax, **values)
        self.start = self.newest_move()
        return move

    def newest_move(self):
        return self.env["account.move"].search([], order="id desc", limit=1).id or 0

    def paid_invoice(self, price=120.0, **how):
        """Return an invoice that was paid with a French card."""
        move = self.invoice(price)
        self.pay(move, number=FRENCH_CARD, **how)
        self.learn()
        return move

    def learn(self):
        """Let Odoo learn of what happened, twice: the second time adds nothing."""
        self.receive_all()
        self.settle()
        before = self.entries()
        for event in self.simulator.events():
            self.receive({**event, "id": f"{event['id']}_again"})
        self.settle()
        self.assertEqual(self.entries(), before, "It was booked twice")

    def accounts(self):
        """Return the account that each name of the page stands for."""
        journal = self.account.journal_id
        method = journal.inbound_payment_method_line_ids
        return {
            "receivable": self.company_data["default_account_receivable"],
            "transit": method.payment_account_id,
            "balance": journal.default_account_id,
            "fee": self.account.fee_account_id,
            "fee_tax": self.account.fee_tax_account_id,
            "dispute": self.account.dispute_account_id,
            "suspense": self.account.suspense_account_id,
            "transfer": self.company.transfer_account_id,
            "bank": self.company_data["default_journal_bank"].default_account_id,
            "exchange_gain": self.company.income_currency_exchange_account_id,
            "exchange_loss": self.company.expense_currency_exchange_account_id,
            **{
                f"balance_{row.currency_id.name.lower()}": (
                    row.journal_id.default_account_id
                )
                for row in self.account.balance_ids
                if row.journal_id != journal
            },
        }

    def entries(self):
        """Return the entries since the invoice, as the page writes them."""
        names = {account: name for name, account in self.accounts().items()}
        found = []
        domain = [("id", ">", self.start), ("state", "=", "posted")]
        for move in self.env["account.move"].search(domain, order="id"):
            items = {}
            for line in move.line_ids:
                name = names.get(line.account_id, line.account_id.name)
                items[name] = items.get(name, Decimal()) + Decimal(
                    f"{line.balance:.2f}"
                )
            found.append(items)
        return found

    def assert_row(self, key):
        """Assert that what was booked is what the page says, to the cent."""
        expected = [
            {name: Decimal(amount) for name, amount in entry.items.items()}
            for entry in ROWS[key].entries
        ]
        self.assertEqual(self.entries(), expected)

    def payment_of(self, move):
        return self.env["account.payment"].search(
            [("stripe_document_id", "=", move.stripe_document_id.id)]
        )

    def register(self, move, amount):
        # EXTENDS 'common': the examples begin after it.
        payments = super().register(move, amount)
        self.start = self.newest_move()
        return payments

    def lock(self, day):
        """Close the books up to a day."""
        self.company.fiscalyear_lock_date = day

    def make_taxed(self, percent):
        return self.env["account.tax"].create(
            {
                "name": f"{percent} %",
                "amount": percent,
                "company_id": self.company.id,
                "invoice_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax"}),
                ],
            }
        )
