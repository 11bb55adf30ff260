from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..exceptions import charge_sentence
from ..lifecycle import Call, Status, Target
from ..postings.retry import next_try


class StripeDocument(models.Model):
    """Charging what the customer has stored: on request, or as it was agreed.

    Stripe itself charges nothing: the invoice keeps its due date and its page, and the
    worker charges it when it is open. So every attempt is asked for here, written down
    before it leaves, and made once. Declined charges are tried again on the days on
    which Stripe would, see :mod:`..postings.retry`.
    """

    _inherit = "stripe.document"

    charge_at = fields.Datetime(
        "To Be Charged", readonly=True, help="As agreed; empty if it is not."
    )
    charge_attempts = fields.Integer(readonly=True)

    _charge_idx = models.Index("(charge_at) WHERE charge_at IS NOT NULL")

    @api.model
    def _waiting_domain(self):
        # EXTENDS 'sale_stripe_invoice': an open invoice whose day has come waits, too.
        now = fields.Datetime.now()
        due = Domain("charge_at", "<=", now) & Domain("status", "=", Status.OPEN.value)
        return super()._waiting_domain() | due

    def _facts(self):
        # EXTENDS 'sale_stripe_invoice'
        due = bool(self.charge_at) and self.charge_at <= fields.Datetime.now()
        held = due and (
            self.move_id.stripe_disputed
            or self.env["stripe.correction"]._running(self.move_id)
        )
        return super()._facts()._replace(to_charge=due and not held)

    def _customer(self):
        """Return the ``stripe.customer`` whose invoice it is; it may be empty."""
        customers = self.env["stripe.customer"].sudo()
        return customers._find(self.account_id, self.move_id.partner_id)

    def _work(self, gateway):
        # EXTENDS 'sale_stripe_invoice': the day of a charge has come; what stops it is
        # shown as with everything that waits.
        if not self.pending:
            self.pending = True
        return super()._work(gateway)

    def _agree_charge(self):
        """Charge these invoices by themselves as soon as they are open."""
        now = fields.Datetime.now()
        self.write({"charge_at": now, "charge_attempts": 0})
        self._tell_history("odoo", self.env._("To be charged as agreed"))

    def _pay(self, gateway):
        """Charge the payment method that the customer has stored at Stripe."""
        agreed = self.target != Target.CHARGED.value
        # What has left already is only repeated, to hear the answer.
        unsent = not self.pending_call
        if agreed and unsent and not self._customer()._may_be_charged():
            self._ask_instead()
            return

        def send(params, key):
            return gateway.pay_invoice(self.stripe_id, params, key)

        answer = self._stripe_call(Call.PAY.value, {"off_session": True}, send)
        self.write({"refresh_wanted": True, "charge_at": False})
        self._observe(answer)

    def _ask_instead(self):
        """Offer the payment page, because there is nothing that could be charged."""
        self.charge_at = False
        customer = self._customer()
        text = (
            self.env._("The customer has not agreed to be charged.")
            if customer.method_ref
            else self.env._("The customer has no payment method stored at Stripe.")
        )
        self._tell(self.env._("Not charged: %s", text))
        self._ask(self.env._("Stripe: not charged"), self._offer_page(text))

    def _charge_failed(self, error, told):
        """Take back the wish to charge, because Stripe could not, and say why.

        What was agreed is tried again on another day, unless that is of no use.

        :param RejectedError error: what Stripe answered
        :param bool told: the look at the payment has said why already
        """
        agreed = self.target != Target.CHARGED.value
        self.target = Target.OPEN.value
        attempts = self.charge_attempts + 1
        days = None
        if agreed:
            kind = self._customer().method_type or ""
            days = next_try(kind, error.code, attempts)
        at = fields.Datetime.now() + timedelta(days=days) if days else False
        self.write({"charge_at": at, "charge_attempts": attempts if agreed else 0})
        text = charge_sentence(self.env, error)
        if not told:
            self._tell(self.env._("Not charged: %s", text), actor="stripe")
            self._ask(self.env._("Stripe: not charged"), self._offer_page(text))
        if at:
            self._ring(at)
            day = format_date(self.env, at)
            self._tell(self.env._("The charge is tried again on %s.", day))

    def _follow(self, seen, invoice):
        # EXTENDS 'sale_stripe_invoice': what has come to its end is neither charged nor
        # mailed.
        if seen.status in (Status.PAID, Status.VOID, Status.UNCOLLECTIBLE):
            self.charge_at = False
        if seen.status is Status.PAID and self.send_wanted:
            self.send_wanted = False
            self._tell_history(
                "odoo",
                self.env._("Not mailed by Stripe: it is paid, and has its receipt"),
            )
        return super()._follow(seen, invoice)
