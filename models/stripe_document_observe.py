from odoo import models
from odoo.tools import formatLang

from ..lifecycle import FINALIZED, Change, Status, Target, observe
from ..postings.payment import is_money_at_stripe, payment_posting
from ..stripe_api.errors import NotFoundError, RetryableError
from ..stripe_api.money import from_minor


class StripeDocument(models.Model):
    """What Stripe reports, and what follows from it in Odoo."""

    _inherit = "stripe.document"

    def _refresh(self, gateway):
        """Read the invoice from Stripe as it is now, and apply it.

        :raise StripeApiError: see the gateway; not found means deleted
        """
        self.ensure_one()
        try:
            invoice = gateway.retrieve_invoice(self.stripe_id)
        except NotFoundError:
            invoice = {"status": Status.DELETED.value}
        payments = []
        if invoice.get("amount_paid"):
            payments = gateway.list_invoice_payments(self.stripe_id)
        self._book(payments)
        self._observe(invoice)

    def _observe(self, invoice):
        """Take over what Stripe reported.

        :param dict invoice: Stripe's invoice, or nothing but its ``status``
        """
        before = Status(self.status or "")
        observed = _status(invoice)
        values = {"status": observed.value}
        if "id" in invoice:
            values.update(
                stripe_number=invoice["number"] or False,
                hosted_invoice_url=invoice["hosted_invoice_url"] or False,
                invoice_pdf=invoice["invoice_pdf"] or False,
                amount_due=self._major(invoice["amount_due"]),
                amount_paid=self._major(invoice["amount_paid"]),
            )
        self.write(
            {name: value for name, value in values.items() if self[name] != value}
        )
        if observe(before, observed) is not Change.NONE:
            self._follow(observed)
        if observed in FINALIZED - {Status.VOID} and before not in FINALIZED:
            self._check_finalized(invoice)

    def _major(self, minor):
        return float(from_minor(minor, self.currency_id.name))

    def _follow(self, status):
        """Tell the change on the invoice, once, and do what was asked for."""
        text = self._change_sentence(status)
        if text and self.move_id:
            self.move_id.message_post(body=text)
        if status is Status.VOID and self.target == Target.VOID.value:
            self.move_id._stripe_cancel_voided()

    def _check_finalized(self, invoice):
        """Say so when the invoice that the customer holds is not Odoo's.

        The worker finalizes nothing that it has not proved; a person at Stripe can.
        """
        move = self.move_id
        if not move:
            return
        pairs = (
            ("number", move.name, invoice["number"]),
            ("currency", move.currency_id.name, invoice["currency"].upper()),
            ("subtotal", *self._figures(move.amount_untaxed, invoice["subtotal"])),
            ("total", *self._figures(move.amount_total, invoice["total"])),
        )
        rows = [
            f"{name}: {ours} ≠ {theirs}"
            for name, ours, theirs in pairs
            if ours != theirs
        ]
        if rows:
            text = self.env._(
                "Somebody has finalized this invoice at Stripe, and it differs from "
                "Odoo's (Odoo ≠ Stripe): %(rows)s. Request its cancellation, or "
                "correct it at Stripe.",
                rows="; ".join(rows),
            )
            self.write({"refused": True, "error": text})

    def _figures(self, amount, minor):
        """Return an amount of Odoo's and one of Stripe's as they are shown."""
        currency = self.currency_id
        return [
            formatLang(self.env, figure, currency_obj=currency)
            for figure in (amount, self._major(minor))
        ]

    def _change_sentence(self, status):
        env = self.env
        if status is Status.OPEN:
            return env._("Stripe invoice %s is open.", self.stripe_number)
        if status is Status.PAID:
            return env._("Stripe invoice %s is paid.", self.stripe_number)
        if status is Status.VOID:
            return env._("Stripe invoice %s is void.", self.stripe_number)
        if status is Status.UNCOLLECTIBLE:
            return env._(
                "Stripe invoice %s is marked as uncollectible.", self.stripe_number
            )
        if status is Status.DELETED:
            return env._("The Stripe draft was deleted.")
        return ""

    def _book(self, payments):
        """Book the payments that moved money at Stripe and are not booked yet.

        :param list payments: InvoicePayments, expanded down to the latest charge
        """
        number = self.stripe_number or self.move_name or ""
        postings = [
            payment_posting(payment, number, self.account_id.tz)
            for payment in payments
            if is_money_at_stripe(payment)
        ]
        self.env["stripe.posting"]._book_payments(self, postings)


def _status(invoice):
    """Return the status of Stripe's invoice.

    :raise RetryableError: Stripe has a status that this version does not know
    """
    try:
        return Status(invoice["status"])
    except ValueError:
        message = f"Unknown invoice status {invoice['status']}"
        raise RetryableError(message, http_status=200) from None
