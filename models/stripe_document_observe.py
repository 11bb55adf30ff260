import time

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import formatLang

from ..exceptions import CODES
from ..lifecycle import (
    FINALIZED,
    PAYABLE,
    Consequence,
    Observation,
    Status,
    Target,
    observe,
)
from ..payloads.proof import Difference
from ..postings.overdue import is_overdue
from ..postings.payment import is_money_at_stripe, payment_posting
from ..postings.progress import attached_records, paid_off_stripe, progress
from ..stripe_api.errors import NotFoundError, RetryableError
from ..stripe_api.money import from_minor

ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe"


class StripeDocument(models.Model):
    """What Stripe reports, and what follows from it in Odoo."""

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
                replaced_by=_id(invoice.get("latest_revision")),
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

    # === WHAT FOLLOWS === #

    def _follow(self, seen, invoice):
        """Do what the lifecycle says that follows from a change.

        :param Observation seen: the new status and its consequence
        :param dict invoice: Stripe's invoice
        """
        if seen.consequence is Consequence.NONE:
            self._follow_finalization_error(invoice)
            return
        asked = seen.consequence is Consequence.ASK
        actor = "dashboard" if asked else "stripe"
        self._tell(self._change_sentence(seen.status), actor=actor)
        if seen.status in (Status.OPEN, Status.PAID, Status.VOID):
            # What was to be fixed or answered before no longer matters.
            self._answer()
            self.write({"refused": False, "error": False})
        if seen.status is Status.OPEN:
            self._follow_finalized(invoice)
        elif seen.status is Status.PAID:
            self._follow_paid()
        if seen.consequence is Consequence.CANCEL:
            self.move_id._stripe_cancel_voided()
        elif asked:
            self._follow_decision(seen.status)

    def _follow_finalized(self, invoice):
        """Say so if somebody finalized something else in the dashboard."""
        if not self.snapshot:
            return
        odoo = self._snapshot()
        pairs = [
            ("number", odoo.number, invoice["number"] or ""),
            ("currency", odoo.currency.lower(), invoice["currency"]),
            ("subtotal", odoo.subtotal, invoice["subtotal"]),
            ("total", odoo.total, invoice["total"]),
        ]
        found = [Difference(*pair) for pair in pairs if pair[1] != pair[2]]
        if found:
            self._refuse(
                self.env._(
                    "The invoice was finalized in the dashboard and differs from "
                    "Odoo's (Odoo ≠ Stripe): %(rows)s. Request its cancellation, then "
                    "duplicate it and confirm the copy.",
                    rows=self._difference_rows(found),
                )
            )

    def _follow_paid(self):
        """Ask how it was paid if neither Stripe nor Odoo has received the money."""
        move = self.move_id
        if not move:
            return
        open_in_odoo = not move.currency_id.is_zero(move.amount_residual)
        put_off = self.currency_id.compare_amounts(self.amount_deferred, 0) > 0
        if move.state == "posted" and open_in_odoo and not put_off:
            self._ask(
                self.env._("Stripe: paid without money at Stripe"),
                self.env._(
                    "It was marked as paid in the dashboard, or a credit was used. "
                    "Register in Odoo how it was paid, or issue a credit note."
                ),
            )

    def _follow_sent(self, at):
        """Take over that somebody let Stripe mail the invoice from the dashboard.

        :param datetime at: when, in UTC
        """
        self.sent_at = at
        self._tell(
            self.env._("Stripe mailed the invoice to the customer."), actor="dashboard"
        )

    def _follow_decision(self, status):
        """Answer what somebody decided in the dashboard, or ask a person to."""
        # What was replaced, or paid in part, is not cancelled by itself.
        cancels = self.account_id.void_policy == "cancel" and not self.replaced_by
        if status is Status.VOID and cancels and not self._received():
            self.target = Target.VOID.value
            self.move_id._stripe_cancel_voided()
            return
        if status in (Status.VOID, Status.DELETED):
            # Else a new draft would follow at once, or the old wish would be refused.
            self.target = False
        given_up = status is Status.UNCOLLECTIBLE
        if given_up and self.account_id.uncollectible_policy == "propose":
            self.env["stripe.document.write.off"]._propose(self.move_id)
        summaries = {
            Status.VOID: self.env._("Stripe: voided in the dashboard"),
            Status.UNCOLLECTIBLE: self.env._("Stripe: given up in the dashboard"),
            Status.DELETED: self.env._("Stripe: draft deleted in the dashboard"),
        }
        summary = summaries.get(status, self.env._("Stripe: unexpected change"))
        self._ask(summary, self._answers(status))

    def _answers(self, status):
        """Return the possible answers to what was decided at Stripe, as a text."""
        env = self.env
        if status is Status.VOID and self.replaced_by:
            return env._(
                "The invoice was revised at Stripe: %s replaces it there. Odoo's "
                "invoice is unchanged. Correct it: the revision is voided, and a new "
                "invoice takes the place of both.",
                self.replaced_by,
            )
        if status is Status.VOID:
            return env._(
                "The customer can no longer pay at Stripe. Cancel the invoice, issue "
                "a credit note, or collect it by other means."
            )
        if status is Status.UNCOLLECTIBLE:
            return env._(
                "Stripe no longer collects this invoice. Write it off, void it with "
                "Request Cancel, or charge it once more."
            )
        return env._(
            "The draft is gone. Try again to send the invoice anew. To leave it out of "
            "Stripe, reset it to draft and switch Stripe off for it."
        )

    def _follow_finalization_error(self, invoice):
        """Say why Stripe could not finalize a draft, if it tried by itself."""
        error = invoice.get("last_finalization_error")
        if not error or self.status != Status.DRAFT.value:
            return
        known = CODES.get(error.get("code") or "")
        text = known(self.env) if known else error.get("message") or ""
        if not (self.refused and self.error == text):
            self._refuse(text)

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

    def _change_sentence(self, status):
        env = self.env
        number = self.stripe_number or self.move_name
        if status is Status.OPEN:
            return env._("Stripe invoice %s is open.", number)
        if status is Status.PAID:
            return env._("Stripe invoice %s is paid.", number)
        if status is Status.VOID:
            return env._("Stripe invoice %s is void.", number)
        if status is Status.UNCOLLECTIBLE:
            return env._("Stripe invoice %s is marked as uncollectible.", number)
        if status is Status.DELETED:
            return env._("The Stripe draft was deleted.")
        return env._("Stripe invoice %s is a draft again.", number)

    # === TELLING AND ASKING === #

    def _reader(self):
        # EXTENDS 'stripe.queue.mixin'
        return self.move_id.invoice_user_id

    def _tell(self, text, actor="odoo"):
        """Say on the invoice and in the history what happened, once."""
        self._tell_history(actor, text)
        if self.move_id:
            self.move_id.message_post(body=text)

    def _ask(self, summary, note, user=None):
        """Give the responsible person an activity, unless he has it already.

        :param str summary: translated
        :param note: translated; Markup, or text that may hold anything
        :param user: a ``res.users`` who comes before who is responsible for the invoice
        """
        move = self.move_id
        note = Markup("<p>%s</p>") % note
        if not move:
            return
        same = move.activity_ids.filtered(lambda activity: activity.summary == summary)
        if same:
            same.write({"note": note})
            return
        user = move._stripe_responsible(user)
        move.activity_schedule(ACTIVITY, summary=summary, note=note, user_id=user.id)

    def _answer(self):
        """Drop the activities that the course of things has answered."""
        self.move_id.activity_unlink([ACTIVITY])

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


def _status(invoice):
    """Return the status of Stripe's invoice.

    :raise RetryableError: Stripe has a status that this version does not know
    """
    try:
        return Status(invoice["status"])
    except ValueError:
        message = f"Unknown invoice status {invoice['status']}"
        raise RetryableError(message, http_status=200) from None


def _id(value):
    """Return the id of something that Stripe may have expanded, False if it is null."""
    if isinstance(value, dict):
        return value["id"]
    return value or False
