from odoo import fields, models
from odoo.tools import formatLang

from ..postings.customer_balance import balance_use


class StripeDocument(models.Model):
    """The customer's balance at Stripe: credit that pays, amounts that are put off."""

    _inherit = "stripe.document"

    amount_credit_used = fields.Monetary(
        "Paid With Credit",
        readonly=True,
        help="What Stripe took of the credit that the customer has there.",
    )
    amount_deferred = fields.Monetary(
        "Put Off",
        readonly=True,
        help="Too small to charge: Stripe asks for it with the next invoice. Negative: "
        "what this invoice asks for on behalf of earlier ones.",
    )
    amount_overpaid = fields.Monetary(
        "Overpaid at Stripe",
        readonly=True,
        help="Stripe keeps it as the customer's credit for the next invoice.",
    )

    def _follow_balance(self, invoice):
        """Match in Odoo what Stripe has settled with the customer's balance.

        :param dict invoice: Stripe's invoice
        :return: credit that Stripe has used just now and Odoo does not have, as float
        """
        use = balance_use(invoice)
        values = {
            "amount_credit_used": self._major(use.credit),
            "amount_deferred": self._major(use.deferred),
            "amount_overpaid": self._major(invoice["amount_overpaid"]),
        }
        before = self.amount_credit_used, self.amount_deferred
        self.write({name: new for name, new in values.items() if self[name] != new})
        if (self.amount_credit_used, self.amount_deferred) == before:
            return 0.0
        if self.currency_id.compare_amounts(self.amount_deferred, 0) > 0:
            self._tell(
                self.env._(
                    "%s is too small to charge. Stripe asks for it with the next "
                    "invoice; it stays open until then.",
                    self._shown(self.amount_deferred),
                ),
                actor="stripe",
            )
        if self.currency_id.compare_amounts(self.amount_credit_used, 0) <= 0:
            return 0.0
        self._tell(
            self.env._(
                "Stripe has paid %s of it with the customer's credit.",
                self._shown(self.amount_credit_used),
            ),
            actor="stripe",
        )
        return self.env["stripe.posting"]._apply_credit(self, self.amount_credit_used)

    def _ask_for_credit(self, missing):
        """Ask what the credit came from that Stripe has used and Odoo does not have.

        :param float missing: how much of it
        """
        if self.currency_id.compare_amounts(missing, 0) > 0:
            self._ask(
                self.env._("Stripe: a credit was used"),
                self.env._(
                    "Stripe has paid %(used)s of this invoice with the customer's "
                    "credit, and Odoo does not find %(missing)s of it. Match the "
                    "invoice with what the credit came from, or register how it was "
                    "paid.",
                    used=self._shown(self.amount_credit_used),
                    missing=self._shown(missing),
                ),
            )

    def _credit_matched(self):
        """Return how much of the invoice is matched with credit that Stripe has used.

        :rtype: float, in the currency of the invoice
        """
        other = self._matched(
            lambda entry: entry.origin_payment_id.stripe_document_id - self
        )
        return min(other, self.amount_credit_used)

    def _settle_deferred(self, booked):
        """Match with earlier invoices what this one was asked for on their behalf.

        :param booked: the ``account.payment`` records that were booked just now
        """
        if self.currency_id.compare_amounts(self.amount_deferred, 0) < 0 and booked:
            self.env["stripe.posting"]._pay_deferred(self, booked)

    def _shown(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)


class StripePosting(models.AbstractModel):
    """Matching with what the customer's balance stands for."""

    _inherit = "stripe.posting"

    def _apply_credit(self, document, amount):
        """Match an invoice with the customer's credit at Stripe, the oldest first.

        :param document: the ``stripe.document`` that the credit has paid
        :param float amount: how much of it
        :return: how much of it Odoo does not have
        """
        move = document.move_id
        due = self._receivable_lines(move).filtered(lambda line: not line.reconciled)
        for credit in self._credits(document):
            worth = -credit.amount_residual_currency
            # Odoo would take all of it, so it must not be more than Stripe took.
            fits = document.currency_id.compare_amounts(worth, amount) <= 0
            if due and (fits or move.amount_residual <= amount):
                taken = min(worth, move.amount_residual)
                (due + credit).reconcile()
                amount -= taken
                due = due.filtered(lambda line: not line.reconciled)
        return max(document.currency_id.round(amount), 0.0)

    def _credits(self, document):
        """Return the open items that are the customer's credit at Stripe."""
        move = document.move_id
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", move.commercial_partner_id.id),
                ("company_id", "=", move.company_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("account_id", "in", self._receivable_lines(move).account_id.ids),
                ("currency_id", "=", document.currency_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("balance", "<", 0),
            ],
            order="date, id",
        )
        return lines.filtered(
            lambda line: (
                line.move_id.origin_payment_id.stripe_account_id == document.account_id
                or line.move_id.stripe_credit_means == "balance"
            )
        )

    def _pay_deferred(self, document, payments):
        """Match what is left of payments with invoices that were too small to charge.

        :param document: the ``stripe.document`` that was paid
        :param payments: the ``account.payment`` records
        """
        earlier = document.search(
            [
                ("account_id", "=", document.account_id.id),
                ("amount_deferred", ">", 0),
                ("currency_id", "=", document.currency_id.id),
                (
                    "move_id.commercial_partner_id",
                    "=",
                    document.move_id.commercial_partner_id.id,
                ),
            ],
            order="id",
        )
        for payment in payments:
            self._match_open(payment.move_id, earlier.move_id)
