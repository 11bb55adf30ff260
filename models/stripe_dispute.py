from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..exceptions import dispute_reason
from ..postings.dispute import (
    MEANING,
    Choice,
    Decision,
    DisputeStatus,
    Money,
    Stage,
    choices,
    dispute_posting,
    dispute_status,
    needs_attention,
)

ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe"


class StripeDispute(models.Model):
    """One dispute at Stripe: a customer's bank takes a payment back, or asks about it.

    What moved the balance is booked with the balance. The receivable is touched only by
    a person, who decides here.
    """

    _name = "stripe.dispute"
    _description = "Stripe Dispute"
    _inherit = "stripe.movement.mixin"
    _order = "id desc"
    _rec_name = "stripe_id"
    _check_company_auto = True

    status = fields.Selection(
        [
            (DisputeStatus.INQUIRY.value, "Inquiry"),
            (DisputeStatus.INQUIRY_ANSWERED.value, "Inquiry Answered"),
            (DisputeStatus.INQUIRY_CLOSED.value, "Inquiry Closed"),
            (DisputeStatus.OPEN.value, "Needs Evidence"),
            (DisputeStatus.ANSWERED.value, "Under Review"),
            (DisputeStatus.WON.value, "Won"),
            (DisputeStatus.LOST.value, "Lost"),
            (DisputeStatus.PREVENTED.value, "Prevented"),
            (DisputeStatus.UNKNOWN.value, "Unknown"),
        ],
        "Stripe Status",
        readonly=True,
        index=True,
        help="What Stripe last reported.",
    )
    document_ids = fields.Many2many(
        "stripe.document", "stripe_dispute_document_rel", "dispute_id", "document_id"
    )
    reason_label = fields.Char("Why", compute="_compute_reason_label")
    due_by = fields.Datetime("Evidence Due", readonly=True)
    taken_on = fields.Date("Withdrawn On", readonly=True)
    back_on = fields.Date("Given Back On", readonly=True)
    gone = fields.Monetary(
        "Still Withdrawn",
        readonly=True,
        help="What Stripe has taken and not given back.",
    )
    fee_currency_id = fields.Many2one("res.currency", readonly=True)
    fee = fields.Monetary(
        "Dispute Fee", currency_field="fee_currency_id", readonly=True
    )
    decision = fields.Selection(
        [
            (Decision.REOPENED.value, "Receivable Reopened"),
            (Decision.WRITTEN_OFF.value, "Written Off"),
        ],
        readonly=True,
        help="What a person has decided of the receivable.",
    )
    decided_amount = fields.Monetary(readonly=True)
    entry_id = fields.Many2one(
        "account.move",
        "Entry of the Decision",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    is_held = fields.Boolean(
        "Collection Held",
        compute="_compute_is_held",
        store=True,
        help="The customer is not asked for money before it is decided.",
    )
    can_decide = fields.Boolean(compute="_compute_choices")
    can_take_back = fields.Boolean(compute="_compute_choices")
    followup_stopped = fields.Boolean(
        readonly=True, help="Reminders of the invoice were stopped for this dispute."
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "A Stripe dispute is known once."
    )

    # === STATE === #

    def _meaning(self):
        """Return what the status means."""
        return MEANING[DisputeStatus(self.status or DisputeStatus.UNKNOWN)]

    def _facts(self):
        """Return stage, money and decision, as the pure table wants them.

        What was decided is taken back, too, if a part of it came back since.
        """
        money = Money.TAKEN if self.taken_on else Money.HERE
        undone = self.decision and self.currency_id.compare_amounts(
            self.gone, self.decided_amount
        )
        if self.back_on or undone:
            money = Money.BACK
        return self._meaning().stage, money, Decision(self.decision or "")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_label(self):
        for dispute in self:
            dispute.reason_label = dispute._reason()

    @api.depends("status", "taken_on", "back_on", "gone", "decision")
    def _compute_is_held(self):
        for dispute in self:
            dispute.is_held = needs_attention(*dispute._facts())

    @api.depends("status", "taken_on", "back_on", "gone", "decision")
    def _compute_choices(self):
        for dispute in self:
            open_to = choices(*dispute._facts())
            dispute.can_decide = Choice.REOPEN in open_to
            dispute.can_take_back = Choice.TAKE_BACK in open_to

    def _payments(self):
        """Return the payments that the disputed charge has made."""
        return self._payments_of(self.account_id, self.charge)

    # === TAKING OVER === #

    @api.model
    def _retrieve(self, gateway, stripe_id):
        # EXTENDS 'stripe.movement.mixin'
        return gateway.retrieve_dispute(stripe_id)

    @api.model
    def _watched(self, account):
        # EXTENDS 'stripe.movement.mixin'
        lasting = [one.value for one in DisputeStatus if not MEANING[one].final]
        return self.search([("account_id", "=", account.id), ("status", "in", lasting)])

    @api.model
    def _observed(self, found):
        # EXTENDS 'stripe.movement.mixin'
        return {**super()._observed(found), "status": dispute_status(found).value}

    def _apply(self, look):
        # EXTENDS 'stripe.movement.mixin'
        before, was = self.status, (self._facts(), self.gone)
        found = look["object"]
        self._observe(found)
        posting = dispute_posting(found, self.account_id.tz)
        currency = self.env["stripe.posting"]._currency(posting.fee_currency)
        self.write(
            {
                "due_by": posting.due_by or False,
                "taken_on": posting.taken_on or False,
                "back_on": posting.back_on or False,
                "gone": float(posting.gone),
                "fee": float(posting.fee),
                "fee_currency_id": currency.id,
            }
        )
        self._match_balance()
        if before != self.status or was != (self._facts(), self.gone):
            self._follow(before)

    # === TELLING === #

    def _follow(self, before):
        """Tell what has become of it, hold the collection, and ask a person.

        :param before: the status until now, empty for a new one
        """
        if before != self.status:
            for document in self.document_ids:
                document._tell(self._status_sentence(), actor="stripe")
        self._hold_collection()
        self._ask()

    def _hold_collection(self):
        """Stop all reminders while it is argued about, and let them go on after."""
        going = self.move_ids.filtered(lambda move: not move.no_followup)
        if self.is_held and going:
            going.no_followup = True
            self.followup_stopped = True
        elif not self.is_held and self.followup_stopped:
            self.move_ids.no_followup = False
            self.followup_stopped = False
        for document in self.document_ids:
            document._follow_reminders()

    def _ask(self):
        """Keep one activity that says what a person is to do now, if anything."""
        question = self._question()
        if self.activity_id and not question:
            self.activity_id.unlink()
        if not question or not self.move_id:
            return
        summary, note, deadline = question
        if self.is_shared:
            # One is enough: each invoice has the banner, and all of them are named.
            note += " " + self.env._(
                "The payment has paid several invoices: %s.",
                ", ".join(self.move_ids.mapped("name")),
            )
        values = {"summary": summary, "note": note, "date_deadline": deadline}
        if self.activity_id:
            self.activity_id.write(values)
            return
        move = self.move_id
        self.activity_id = move.activity_schedule(
            ACTIVITY, user_id=(move.invoice_user_id or move.create_uid).id, **values
        )

    def _question(self):
        """Return summary, text and deadline of the activity, empty if there is none."""
        open_to = choices(*self._facts())
        if self._meaning().to_answer:
            return self._evidence_question()
        today = fields.Date.context_today(self)
        if Choice.TAKE_BACK in open_to:
            note = self.env._(
                "%s came back after the invoice had been settled otherwise. Press Take "
                "Back the Decision on the dispute.",
                self._figure(),
            )
            return self.env._("Stripe: a dispute was won"), note, today
        if Choice.WRITE_OFF in open_to:
            note = self.env._(
                "%(amount)s is gone: %(reason)s. Reopen the receivable to collect it "
                "by other means, or write it off, with the button Decide. Nothing is "
                "booked to the customer before that.",
                amount=formatLang(self.env, self.gone, currency_obj=self.currency_id),
                reason=self._reason(),
            )
            return self._lost_summary(), note, today
        return ()

    def _evidence_question(self):
        deadline = self._deadline()
        told = {
            "amount": self._figure(),
            "reason": self._reason(),
            "day": format_date(self.env, deadline),
            "link": self._dashboard_link(),
        }
        if self._meaning().stage is Stage.INQUIRY:
            note = self.env._(
                "The customer's bank asks about %(amount)s: %(reason)s. No money has "
                "moved. Answer by %(day)s, or refund the payment: %(link)s",
                **told,
            )
            return self.env._("Stripe: a bank asks about a payment"), note, deadline
        note = self.env._(
            "The customer disputes %(amount)s: %(reason)s. Send your evidence by "
            "%(day)s, or it is lost: %(link)s",
            **told,
        )
        return self.env._("Stripe: a payment is disputed"), note, deadline

    def _deadline(self):
        """Return the last day for evidence, in the time zone of the books."""
        zoned = self.with_context(tz=self.account_id.tz)
        return fields.Date.context_today(zoned, self.due_by or None)

    def _is_return(self):
        """Tell whether this is a debit that the bank sent back: nobody argues."""
        debits = {payment.stripe_method for payment in self._payments()}
        return bool(debits) and all(
            (method or "").endswith("_debit") for method in debits
        )

    def _lost_summary(self):
        if self._is_return():
            return self.env._("Stripe: the bank sent a debit back")
        return self.env._("Stripe: a dispute was lost")

    def _status_sentence(self):
        stage = self._meaning().stage
        told = {"amount": self._figure(), "reason": self._reason()}
        if stage is Stage.INQUIRY:
            return self.env._("A bank asks about %(amount)s: %(reason)s.", **told)
        if stage is Stage.OPEN:
            return self.env._("%(amount)s is disputed: %(reason)s.", **told)
        if stage is Stage.WON:
            return self.env._("The dispute over %(amount)s was won.", **told)
        if stage is Stage.OVER:
            return self.env._("The inquiry about %(amount)s is closed.", **told)
        if self._is_return():
            return self.env._("The bank sent %(amount)s back: %(reason)s.", **told)
        return self.env._("The dispute over %(amount)s was lost.", **told)

    def _alert_sentence(self):
        """Return what is to be said above the invoice while it is not decided."""
        if self.can_decide and self._meaning().final:
            return self.env._(
                "%(sentence)s Decide what becomes of the receivable.",
                sentence=self._status_sentence(),
            )
        if self._meaning().to_answer:
            return self.env._(
                "%(sentence)s Evidence is due by %(day)s.",
                sentence=self._status_sentence(),
                day=format_date(self.env, self._deadline()),
            )
        return self._status_sentence()

    def _reason(self):
        return dispute_reason(self.env, self.reason or "")

    def _dashboard_url(self):
        return f"{self.account_id.dashboard_url}/disputes/{self.stripe_id}"

    def _dashboard_link(self):
        url = self._dashboard_url()
        return Markup('<a href="%s" target="_blank">%s</a>') % (url, url)

    def action_stripe_open(self):
        """Open the dispute in Stripe's dashboard."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self.sudo()._dashboard_url(),
            "target": "new",
        }
