import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..lifecycle import Call, Status
from ..stripe_api.errors import RejectedError

_logger = logging.getLogger(__name__)

TEMPLATE = "sale_stripe_invoice.mail_template_reminder"
# Between two reminders by hand: a second click, or a second user, reminds of nothing.
REMIND_AGAIN = timedelta(days=1)


class StripeAccount(models.Model):
    """Who reminds customers of what is overdue: one, or nobody."""

    _inherit = "stripe.account"

    reminder_sender = fields.Selection(
        [
            ("nobody", "Nobody by itself"),
            ("odoo", "Odoo"),
            ("stripe", "Stripe, as its own settings say"),
        ],
        "Who Reminds",
        required=True,
        default="nobody",
        help="Nobody is reminded while a payment is on its way, disputed, or tried "
        "again, or while the invoice is being corrected.",
    )
    reminder_days = fields.Integer(
        "Days between Reminders",
        default=7,
        help="Of Odoo's: after the due date, and from one to the next.",
    )
    reminder_count = fields.Integer("Number of Reminders", default=3)

    _reminder_days_positive = models.Constraint(
        "CHECK(reminder_days > 0)", "There is at least a day between two reminders."
    )

    def write(self, vals):
        """Let Stripe start or stop to remind when the setting changes."""
        result = super().write(vals)
        if "reminder_sender" in vals:
            documents = self.env["stripe.document"].sudo()
            domain = [("account_id", "in", self.ids), ("status", "=", "open")]
            documents.search(domain)._follow_reminders()
        return result


class StripeDocument(models.Model):
    """Reminders of what is overdue: Stripe's or Odoo's, never both.

    Stripe's own depend on its automatic advancement, which is switched on only for
    them, and only when the invoice is open: switched on before, Stripe would mail the
    invoice, too.
    """

    _inherit = "stripe.document"

    advances = fields.Boolean(
        "Reminded by Stripe", readonly=True, help="Stripe's automatic advancement."
    )
    advances_fixed = fields.Boolean(
        readonly=True, help="Stripe would not switch it, so it stays as it is."
    )
    reminders = fields.Integer("Reminders by Odoo", readonly=True)
    reminded_at = fields.Datetime("Last Reminder", readonly=True)

    def _facts(self):
        # EXTENDS 'sale_stripe_invoice'
        facts = super()._facts()
        if self.status != Status.OPEN.value:
            return facts
        return facts._replace(
            to_remind=self._wants_stripe_to_remind(), reminding=self.advances
        )

    def _wants_stripe_to_remind(self):
        if self.advances_fixed:
            return self.advances
        wanted = self.account_id.reminder_sender == "stripe"
        return wanted and not self._reminder_hold()

    def _reminder_hold(self):
        """Return why the customer is not to be reminded now, empty if he may be."""
        held = self._asking_hold()
        if not held and self.charge_at:
            return self.env._("it is about to be charged")
        return held

    def _asking_hold(self):
        """Return why nobody asks the customer for money now, empty if he may be."""
        if self.payment_state == "processing":
            return self.env._("a payment is on its way")
        if self.move_id.stripe_disputed:
            return self.env._("a payment is disputed")
        if self.move_id.no_followup:
            return self.env._("it is excluded from follow-ups")
        if self.move_id._stripe_is_being_corrected():
            return self.env._("it is being corrected")
        return ""

    def _follow_reminders(self):
        """Have Stripe's reminders switched where they are not as they should be."""
        wrong = self.filtered(
            lambda row: (
                row.status == Status.OPEN.value
                and not row.pending
                and row.advances != row._wants_stripe_to_remind()
            )
        )
        if wrong:
            wrong.write({"pending": True, "next_attempt_at": False})
            self._ring()

    def _observe(self, invoice, fresh=False):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._observe(invoice, fresh)
        on = bool(invoice.get("auto_advance"))
        if "id" in invoice and self.advances != on:
            self.write({"advances": on, "advances_fixed": False})
        return result

    def _take_over(self, invoice, payments, booked=None):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._take_over(invoice, payments, booked)
        self._follow_reminders()
        return result

    def _remind_at_stripe(self, gateway):
        """Let Stripe remind the customer from now on."""
        self._advance(Call.REMIND, True, gateway)

    def _hold_at_stripe(self, gateway):
        """Keep Stripe from reminding the customer."""
        self._advance(Call.HOLD_REMINDERS, False, gateway)

    def _advance(self, name, on, gateway):
        def send(params, key):
            return gateway.update_invoice(self.stripe_id, params, key)

        try:
            answer = self._stripe_call(name.value, {"auto_advance": on}, send)
        except RejectedError as error:
            # No reason to hold up what matters more.
            self.advances_fixed = True
            text = self.env._("Stripe does not switch its reminders: %s", error)
            self._tell_history("stripe", text)
            return
        self._observe(answer)

    # === ODOO'S === #

    @api.model
    def _cron_remind(self):
        """Send the reminders that are due, each in a transaction of its own."""
        cron = self.env["ir.cron"]
        due = self._reminders_due()
        cron._commit_progress(remaining=len(due))
        for document in due:
            try:
                # Since they were listed it may have been paid, or reminded of by hand.
                document._hold()
                self._reminders_due(Domain("id", "=", document.id))._remind()
                self.env.flush_all()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("No reminder of Stripe document %s", document.id)
            if not cron._commit_progress(1):
                return

    @api.model
    def _reminders_due(self, among=Domain.TRUE):
        """Return the documents that Odoo is to remind of today.

        :param Domain among: which of them are asked about
        """
        today = fields.Date.context_today(self)
        overdue = Domain("status", "=", Status.OPEN.value)
        overdue &= Domain("account_id.reminder_sender", "=", "odoo")
        overdue &= Domain("move_id.invoice_date_due", "<", today)
        overdue &= Domain("move_id.state", "=", "posted")
        overdue &= Domain("move_id.payment_state", "in", ("not_paid", "partial"))
        return self.search(overdue & among).filtered(
            lambda row: (
                row.company_id._stripe_company()
                and row._is_reminder_due(today)
                and not row._no_reminder()
            )
        )

    def _is_reminder_due(self, today):
        account = self.account_id
        last = self.reminded_at.date() if self.reminded_at else None
        since = last or self.move_id.invoice_date_due
        waited = since + timedelta(days=account.reminder_days) <= today
        return waited and self.reminders < account.reminder_count

    def _no_reminder(self):
        """Return why Odoo does not remind of this, empty if it may."""
        if self.account_id.reminder_sender == "stripe" or self.advances:
            return self.env._("Stripe reminds")
        if hold := self._reminder_hold():
            return hold
        if not self.move_id.partner_id.email:
            return self.env._("the contact has no e-mail")
        return ""

    def _remind(self):
        """Mail a reminder that leads to the payment page, and write it down."""
        for document in self:
            number = document.reminders + 1
            document.write({"reminders": number, "reminded_at": fields.Datetime.now()})
            document._mail_customer(TEMPLATE)
            text = self.env._("Reminder %s mailed", number)
            document._tell_history("odoo", text)

    def _mail_customer(self, template):
        """Mail the customer about the invoice, in its chatter, by Odoo's queue.

        :param str template: name of the ``mail.template``
        """
        self.move_id.with_context(force_send=False).message_post_with_source(
            self.env.ref(template),
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_layout",
        )


class AccountMove(models.Model):
    """Reminding by hand."""

    _inherit = "account.move"

    stripe_reminded_at = fields.Datetime(related="stripe_document_id.reminded_at")
    stripe_reminders = fields.Integer(related="stripe_document_id.reminders")

    def action_stripe_remind(self):
        """Mail a reminder of each of these now. For the billing group.

        :raise UserError: none of them can be reminded of
        """
        self.check_access("write")
        if documents := self.sudo().stripe_document_id:
            # Who does so at the same moment waits here, and sees then that it is done.
            documents._lock_rows()
        return self._stripe_act(
            lambda move: move._stripe_not_remindable(),
            lambda moves: moves.sudo().stripe_document_id._remind(),
        )

    def _stripe_not_remindable(self):
        document = self.sudo().stripe_document_id
        if document.status != Status.OPEN.value or self.state != "posted":
            return self.env._(
                "%(invoice)s is not open at Stripe; there is nothing to remind of.",
                invoice=self.display_name,
            )
        reason = document._no_reminder()
        if reason:
            return self.env._(
                "No reminder of %(invoice)s: %(reason)s.",
                invoice=self.name,
                reason=reason,
            )
        last = document.reminded_at
        if last and last > fields.Datetime.now() - REMIND_AGAIN:
            return self.env._(
                "The customer was reminded of %(invoice)s on %(time)s. There is at "
                "least a day between two reminders.",
                invoice=self.name,
                time=format_datetime(self.env, last, dt_format="short"),
            )
        return ""


class StripeCorrection(models.Model):
    """While an invoice is being corrected, nobody is reminded of it."""

    _inherit = "stripe.correction"

    @api.model_create_multi
    def create(self, vals_list):
        """Stop Stripe's reminders of what is to be corrected."""
        corrections = super().create(vals_list)
        corrections.move_id.sudo().stripe_document_id._follow_reminders()
        return corrections

    def write(self, vals):
        """Let Stripe remind again when the correction has come to its end."""
        result = super().write(vals)
        if "state" in vals:
            moves = (self.move_id + self.new_move_id).sudo()
            moves.stripe_document_id._follow_reminders()
        return result
