import time

from odoo import fields, models

from ..lifecycle import (
    FINALIZED,
    PAYABLE,
    Consequence,
    Observation,
    Status,
    Target,
    observe,
)
from ..postings.expanded import id_of
from ..postings.overdue import is_overdue
from ..postings.progress import attached_records, paid_off_stripe
from ..stripe_api.errors import NotFoundError, RetryableError
from ..stripe_api.money import from_minor


class StripeDocument(models.Model):
    """What Stripe reports of the invoice is taken over."""

    _inherit = "stripe.document"

    overdue = fields.Boolean(
        readonly=True, help="Open at Stripe although it should have been paid."
    )

    def _refresh(self, gateway):
        """Read the invoice from Stripe as it is now, and apply it.

        :raise StripeApiError: see the gateway; not found means deleted
        """
        look = self._look(gateway)
        self._hold()
        self._take_over(*look)

    def _look(self, gateway):
        """Read the invoice and its payments from Stripe; nothing is written.

        :return: Stripe's invoice, or nothing but its ``status`` if there is none, and
            its InvoicePayments, expanded down to the latest charge
        :raise StripeApiError: see the gateway
        """
        self.ensure_one()
        try:
            invoice = gateway.retrieve_invoice(self.stripe_id)
        except NotFoundError:
            return {"status": Status.DELETED.value}, []
        if invoice["status"] == Status.DRAFT.value:
            return invoice, []
        return invoice, gateway.list_invoice_payments(self.stripe_id)

    def _take_over(self, invoice, payments, booked=None):
        """Apply what Stripe said.

        :param dict invoice: see :meth:`_look`
        :param list payments: see :meth:`_look`
        :param booked: the ``account.payment`` records that were booked just now, if
            the caller has booked them already
        """
        if invoice["status"] not in (Status.DRAFT.value, Status.DELETED.value):
            off_stripe = paid_off_stripe(invoice, payments)
            self.amount_off_stripe = self._major(off_stripe)
            if self.payment_record in attached_records(payments):
                self.payment_record = False
        if booked is None:
            booked = self._book(payments)
        self._observe(invoice, fresh=True)
        self._follow_payment(payments)
        self._settle_deferred(booked)
        self._follow_surplus(booked)
        self._notice_credit(invoice)
        self.refresh_wanted = False

    def _observe(self, invoice, fresh=False):
        """Take over what Stripe reported.

        :param dict invoice: Stripe's invoice, or nothing but its ``status``
        :param bool fresh: it was read just now, so it is believed in any case
        """
        before = Status(self.status or "")
        observed = _status(invoice)
        seen = observe(before, observed, self._wish())
        if seen.consequence is Consequence.LOOK_AGAIN:
            if not fresh:
                self.refresh_wanted = True
                return
            # Against all rules, but Stripe says so now.
            seen = Observation(observed, Consequence.ASK)
        values = {"status": seen.status.value}
        if "id" in invoice:
            values.update(
                stripe_number=invoice["number"] or False,
                hosted_invoice_url=invoice["hosted_invoice_url"] or False,
                invoice_pdf=invoice["invoice_pdf"] or False,
                amount_total=self._major(invoice["total"]),
                amount_remaining=self._major(invoice["amount_remaining"]),
                amount_paid=self._major(invoice["amount_paid"]),
                replaced_by=id_of(invoice.get("latest_revision")) or False,
                overdue=is_overdue(invoice, self.account_id.tz, time.time()),
            )
        became_overdue = values.get("overdue") and not self.overdue
        self.write(
            {name: value for name, value in values.items() if self[name] != value}
        )
        missing = self._follow_balance(invoice) if "id" in invoice else 0.0
        self._freeze_customer(invoice)
        self._follow(seen, invoice)
        self._ask_for_credit(missing)
        self._wake_correction()
        if became_overdue:
            self._become_overdue()

    def _wish(self):
        """Return what Odoo wants of the invoice; our own revision is to void it."""
        running = self.env["stripe.correction"]._running(self.move_id)
        revised = running.new_move_id.stripe_document_id.revised_ref
        if revised and revised == self.stripe_id:
            return Target.VOID
        return Target(self.target or "")

    def _wake_correction(self):
        """Let a correction go on, and the invoice that waits for the end of this."""
        running = self.env["stripe.correction"]._running(self.move_id)
        running._wake()
        revised = self._revised()
        ended = Status(self.status or "") in FINALIZED
        if ended and Status(revised.status or "") in PAYABLE:
            # Its end has not been told yet.
            revised._wake(refresh_wanted=True)
        waiting = running.new_move_id.stripe_document_id - self
        waiting.filtered("pending")._wake()

    def _major(self, minor):
        return float(from_minor(minor, self.currency_id.name))


def _status(invoice):
    """Return the status of Stripe's invoice.

    :raise RetryableError: Stripe has a status that this version does not know
    """
    try:
        return Status(invoice["status"])
    except ValueError:
        message = f"Unknown invoice status {invoice['status']}"
        raise RetryableError(message, http_status=200) from None
