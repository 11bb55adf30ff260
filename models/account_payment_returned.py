from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..exceptions import CODES
from ..postings.dispute import Choice


class AccountPayment(models.Model):
    """A payment that failed after it had succeeded: the bank took it back."""

    _inherit = "account.payment"

    stripe_failed_on = fields.Date("Taken Back On", readonly=True, copy=False)
    stripe_failure = fields.Char("Why Taken Back", readonly=True, copy=False)
    stripe_reopened_id = fields.Many2one(
        "account.move",
        "Entry After It Was Taken Back",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _stripe_note_failure(self, charge, day):
        """Take over that the charge of these payments failed, and ask a person.

        :param dict charge: Stripe's Charge
        :param day: on which it failed, in the time zone of the books
        """
        code = charge["failure_code"] or ""
        for payment in self.filtered(lambda payment: not payment.stripe_failed_on):
            known = CODES.get(code)
            text = known(payment.env) if known else charge["failure_message"] or code
            payment.write({"stripe_failed_on": day, "stripe_failure": text})
            payment.stripe_account_id._want_balance()
            document = payment.stripe_document_id
            amount = formatLang(
                payment.env, payment.amount, currency_obj=payment.currency_id
            )
            note = payment.env._(
                "The bank took %(amount)s back, although it had paid: %(reason)s. "
                "Reopen the receivable to collect it by other means, or write it off, "
                "with the button Decide above the invoice.",
                amount=amount,
                reason=text,
            )
            document._tell(
                payment.env._(
                    "The bank took %(amount)s back: %(reason)s.",
                    amount=amount,
                    reason=text,
                ),
                actor="stripe",
            )
            document._ask(payment.env._("Stripe: a payment was taken back"), note)

    def action_stripe_decide(self):
        """Open the dialog that reopens the receivable or writes it off."""
        self.ensure_one()
        self.check_access("read")
        return self.env["stripe.payment.reopen"]._get_records_action(
            name=self.env._("Payment Taken Back"),
            target="new",
            context={"default_payment_id": self.id},
        )

    def _stripe_decide(self, choice, date, account):
        """Book what a person has decided of the receivable.

        :param Choice choice: ``REOPEN`` or ``WRITE_OFF``
        :param date: day of the entry
        :param account: ``account.account`` of the bad debt, for a write-off
        :raise UserError: there is nothing (more) to decide
        """
        self.ensure_one()
        if not self.stripe_failed_on or self.stripe_reopened_id:
            raise UserError(
                self.env._(
                    "There is nothing to decide of this payment: it was decided "
                    "already, or no money is missing."
                )
            )
        account_stripe = self.stripe_account_id
        self.stripe_reopened_id = self.env["stripe.posting"]._book_taken_back(
            account_stripe,
            account_stripe.transit_account_id,
            self.stripe_charge,
            [(self, self.amount)],
            Choice(choice),
            date,
            account,
        )
        self.stripe_document_id._answer()
