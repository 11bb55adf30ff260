from contextlib import suppress

from odoo import api, models
from odoo.fields import Domain

from ..postings.balance import UNREADABLE, Counterpart, balance_posting

# What a charge moves; the rest has accounts of its own.
OF_CHARGES = (Counterpart.PAYMENT, Counterpart.REFUND, Counterpart.LATE_FAILURE)


class StripeBalanceTransaction(models.Model):
    """Payments of which nobody knows, or nobody knew at first, what they have paid."""

    _inherit = "stripe.balance.transaction"

    @api.model
    def _foreign_intents(self, account, gateway, entries):
        """Return the PaymentIntents of our customers that have paid no invoice of ours.

        Stripe is asked only where neither a payment nor its customer tells.

        :param account: the ``stripe.account``
        :param gateway: its ``StripeGateway``
        :param list entries: BalanceTransactions with their sources
        :return: set of Stripe's ids
        :raise StripeApiError: see the gateway
        """
        postings = []
        for entry in self._unknown(account, entries):
            # What cannot be read is told of when it is to be stored.
            with suppress(*UNREADABLE):
                postings.append(balance_posting(entry, account.tz))
        of_charges = [one for one in postings if one.counterpart in OF_CHARGES]
        own = [("account_id", "=", account.id)]
        customers = self.env["stripe.customer"].search(
            [*own, ("stripe_id", "in", [one.customer for one in of_charges])]
        )
        ours = set(customers.mapped("stripe_id"))
        paid = self.env["account.payment"].search(
            [
                ("stripe_account_id", "=", account.id),
                ("stripe_charge", "in", [one.charge for one in of_charges]),
            ]
        )
        booked = set(paid.mapped("stripe_charge"))
        asked = {
            one.intent
            for one in of_charges
            if one.intent and one.customer in ours and one.charge not in booked
        }
        documents = self.env["stripe.document"]
        return {
            intent
            for intent in sorted(asked)
            if not documents.search_count(
                [
                    *own,
                    ("stripe_id", "in", account._invoices_of_intent(gateway, intent)),
                ],
                limit=1,
            )
        }

    # === WHEN IT IS KNOWN AT LAST === #

    @api.model
    def _match(self, account, sources):
        # EXTENDS 'sale_stripe_invoice'
        wanted = [source for source in sources if source]
        own = Domain("account_id", "=", account.id)
        booked = own & Domain("statement_line_id", "!=", False)
        about = Domain("source", "in", wanted) | Domain("charge", "in", wanted)
        kinds = Domain("counterpart", "in", [one.value for one in OF_CHARGES])
        rows = self.search(booked & about & kinds)
        paid = set(rows._payments_of_charges().mapped("stripe_charge"))
        rows.filtered(lambda row: row.charge in paid)._put_in_transit()
        result = super()._match(account, sources)
        rows.filtered(lambda row: row.charge not in paid)._clear_failed()
        return result

    def _put_in_transit(self):
        """Move what is on the suspense account to where its payment meets it.

        What somebody has booked elsewhere stays as it is. Odoo neither closes nor seals
        a period in which a line is on the suspense account.
        """
        for row in self:
            entry = row.move_id
            items = entry.line_ids.filtered(
                lambda item, row=row: item.account_id == row._suspense_account()
            )
            if len(items) != 1:
                continue
            transit = row.account_id.transit_account_id
            values = {"account_id": transit.id}
            if row._settles_converted(transit):
                values["currency_id"] = row.original_currency_id.id
                values["amount_currency"] = -row.original
            items.with_context(skip_readonly_check=True).write(values)
            if partner := row._payments_of_charges().partner_id[:1]:
                lines = entry.line_ids.with_context(skip_readonly_check=True)
                lines.write({"partner_id": partner.id})

    def _clear_failed(self):
        """Match payments of no invoice of ours with their late failure: both are gone.

        Where a payment of ours is booked, a person decides instead.
        """
        failed = self.filtered(
            lambda row: row.counterpart == Counterpart.LATE_FAILURE.value
        )
        for late in failed:
            both = self.search(
                [
                    ("account_id", "=", late.account_id.id),
                    ("source", "=", late.source),
                    ("statement_line_id", "!=", False),
                ]
            )
            if len(both) < 2:
                continue
            both._put_in_transit()
            accounts = late.account_id.transit_account_id
            plan = self._to_reconcile(both.move_id.line_ids, accounts)
            if plan:
                self.env["account.move.line"]._reconcile_plan(plan)

    # === WHEN NO EVENT HAS TOLD OF IT === #

    @api.model
    def _match_payments(self, payments):
        # EXTENDS 'sale_stripe_invoice': a failure may be known before its payment.
        result = super()._match_payments(payments)
        charges = [one for one in payments.mapped("stripe_charge") if one]
        failed = self.search(
            [
                ("account_id", "in", payments.stripe_account_id.ids),
                ("charge", "in", charges),
                ("counterpart", "=", Counterpart.LATE_FAILURE.value),
            ]
        )
        failed._note_late_failures()
        return result

    def _note_late_failures(self):
        """Take note of payments that the balance shows as failed."""
        for row in self:
            if row.counterpart == Counterpart.LATE_FAILURE.value:
                row._payments_of_charges()._stripe_note_failure(
                    {"failure_code": None, "failure_message": row.label}, row.date
                )
