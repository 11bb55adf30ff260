from markupsafe import Markup

from odoo import fields, models
from odoo.tools import formatLang

from ..exceptions import CODES
from ..lifecycle import PAYABLE, Status
from ..postings.payment import is_money_at_stripe, payment_posting
from ..postings.progress import progress


class StripeDocument(models.Model):
    """The payments of the invoice at Stripe: how they get on, booked, taken back."""

    _inherit = "stripe.document"

    payment_state = fields.Selection(
        [
            ("processing", "Processing"),
            ("requires_action", "Action Required"),
            ("failed", "Failed"),
        ],
        readonly=True,
        help="How the payment that is under way, or was tried last, is getting on.",
    )
    payment_message = fields.Char(readonly=True)
    payment_since = fields.Datetime("Payment State Since", readonly=True)
    payment_attempt = fields.Char(
        readonly=True, help="Tells the attempt to pay that was told from the next one."
    )

    # === BOOKING === #

    def _book(self, payments):
        """Book the payments that moved money at Stripe and are not booked yet.

        :param list payments: InvoicePayments, expanded down to the latest charge
        :return: the new ``account.payment`` records
        """
        wanted = [(self, posting) for posting in self._postings(payments)]
        return self.env["stripe.posting"]._book_payments(wanted)

    def _postings(self, payments):
        """Return the ``PaymentPosting`` of each payment that moved money at Stripe."""
        number = self.stripe_number or self.move_name or ""
        return [
            payment_posting(payment, number, self.account_id.tz)
            for payment in payments
            if is_money_at_stripe(payment)
        ]

    # === WHAT FOLLOWS === #

    def _follow_payment(self, payments):
        """Keep how the payment is getting on, and tell it when it changes."""
        found = progress(payments)
        if Status(self.status or "") in (Status.PAID, Status.VOID):
            found = progress([])
        known = (self.payment_state or "", self.payment_attempt or "")
        if (found.state, found.attempt) == known:
            return
        known = CODES.get(found.code)
        text = known(self.env) if known else found.message
        self.write(
            {
                "payment_state": found.state or False,
                "payment_message": text or False,
                "payment_attempt": found.attempt or False,
                "payment_since": fields.Datetime.now() if found.state else False,
            }
        )
        if self.pending and found.state != "processing":
            # Something may have waited for its end.
            self.next_attempt_at = False
            self._ring()
        self._tell_payment(found, text)

    def _follow_surplus(self, booked):
        """Ask what becomes of money that the invoice did not need.

        :param booked: the ``account.payment`` records that were booked just now
        """
        surplus = booked._stripe_surplus()
        if self.move_id.state != "posted" or self.currency_id.is_zero(surplus):
            return
        self._ask(
            self.env._("Stripe: more was received than is due"),
            self.env._(
                "%(amount)s of the last payment at Stripe is more than what was open "
                "in Odoo. Refund it on the Stripe tab, match it with another invoice, "
                "or keep it as credit.",
                amount=formatLang(self.env, surplus, currency_obj=self.currency_id),
            ),
        )

    def _follow_taken_back(self):
        """Ask what to do when Stripe counts money that Odoo no longer has."""
        env = self.env
        summary = env._("Stripe: a payment was taken back")
        if self.status == Status.PAID.value:
            note = env._(
                "Stripe has the invoice as paid and cannot open it again. Collect it "
                "by other means, or issue a credit note and a new invoice."
            )
            self._ask(summary, note)
        elif Status(self.status or "") in PAYABLE and self._unreported() < 0:
            note = env._(
                "Stripe was told of it and cannot forget it, so it asks the customer "
                "for too little. Collect the difference by other means, or request "
                "the cancellation of the invoice and issue it anew."
            )
            self._ask(summary, note)

    def _tell_payment(self, found, text):
        env = self.env
        if found.state == "processing":
            self._tell(
                env._(
                    "A payment is being processed; nothing is booked before it ends."
                ),
                actor="stripe",
            )
        elif found.state == "requires_action":
            summary = env._("Stripe: the customer must authenticate a payment")
            self._tell(summary, actor="stripe")
            self._ask(summary, self._offer_page(""))
        elif found.state == "failed":
            self._tell(env._("A payment failed: %s", text), actor="stripe")
            self._ask(env._("Stripe: a payment failed"), self._offer_page(text))

    def _offer_page(self, text):
        """Return ``text`` and how the customer can pay instead, as HTML."""
        page = self.hosted_invoice_url or ""
        offer = self.env._(
            "Send the customer the payment page: %s",
            Markup('<a href="%s" target="_blank">%s</a>') % (page, page),
        )
        return Markup("%s %s") % (text, offer) if text else offer
