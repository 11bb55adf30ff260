import logging

from odoo import api, fields, models

from ..const import METADATA_DATABASE, METADATA_REFUND
from ..payloads.refund import Share, refund_params
from ..payloads.snapshot.minor import minor
from ..postings.refund import (
    MEANING,
    Money,
    RefundStatus,
    refund_posting,
    refund_status,
)
from ..stripe_api.errors import RejectedError
from .stripe_customer import CLOCK_MARGIN

_logger = logging.getLogger(__name__)


class StripeRefund(models.Model):
    """One refund at Stripe: made there, or wanted here and made by the worker.

    Its money is an outgoing payment, booked when it left Stripe's balance, and taken
    back when it returned. What it is for is a credit note, or money that no invoice
    needed.
    """

    _name = "stripe.refund"
    _description = "Stripe Refund"
    _inherit = ["stripe.movement.mixin", "stripe.outbox.mixin"]
    _order = "id desc"
    _rec_name = "stripe_id"
    _check_company_auto = True

    status = fields.Selection(
        [
            ("pending", "Pending"),
            ("requires_action", "Customer Must Act"),
            ("succeeded", "Succeeded"),
            ("failed", "Failed"),
            ("canceled", "Cancelled"),
            ("unknown", "Unknown"),
        ],
        "Stripe Status",
        readonly=True,
        index=True,
        help="What Stripe last reported. Empty: not made at Stripe yet.",
    )
    failure_reason = fields.Char(readonly=True, help="Stripe's word.")
    credit_note_ref = fields.Char(
        readonly=True, help="ID of the Stripe credit note (cn_…) that it belongs to."
    )
    credit_note_id = fields.Many2one(
        "stripe.credit.note",
        "Stripe Credit Note",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    credit_move_id = fields.Many2one(
        "account.move",
        "Credit Note",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    is_surplus = fields.Boolean(
        "Of a Surplus", readonly=True, help="It gives back what no invoice needed."
    )
    from_credit = fields.Boolean(
        readonly=True,
        help="Stripe keeps the surplus as the customer's credit, which it takes away.",
    )
    credit_taken = fields.Char(
        readonly=True, help="ID of the movement that took the credit away (cbtxn_…)."
    )
    proposed = fields.Boolean(
        readonly=True, help="A credit note was proposed; it may have been thrown away."
    )
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "A Stripe refund is known once."
    )
    _payment_uniq = models.UniqueIndex(
        "(payment_id) WHERE payment_id IS NOT NULL", "A refund has one payment."
    )

    # === THE WORKER === #

    @api.model
    def _wanted_values(self, document, share, **values):
        """Return the values of a refund that Odoo wants.

        :param document: the ``stripe.document`` whose payment is refunded
        :param Share share: which charge gives how much back
        """
        return {
            "account_id": document.account_id.id,
            "company_id": document.company_id.id,
            "document_id": document.id,
            "charge": share.charge,
            "currency_id": document.currency_id.id,
            "amount": document._major(share.amount),
            **values,
        }

    def _work(self, gateway):
        # EXTENDS 'stripe.outbox.mixin'
        if self.pending_call:
            self._recover(gateway)
        if not self.stripe_id:
            if refusal := self._refusal(gateway):
                self._refuse(refusal)
                return
            self._issue(gateway)
        if self.from_credit and not self.credit_taken:
            self._take_credit(gateway)
        look = self._look(self.account_id, gateway, self.stripe_id)
        self._hold()
        self._apply(look)
        self.account_id._note_success()
        self._settle()

    def _issue(self, gateway):
        """Make the refund at Stripe; money moves."""
        amount = minor(self.amount, self.currency_id)
        metadata = {
            METADATA_DATABASE: self.account_id._database_uuid(),
            METADATA_REFUND: str(self.id),
        }
        params = refund_params(Share(self.charge, amount), metadata)
        answer = self._stripe_call("refund", params, gateway.create_refund)
        self._store_issued(answer)

    def _store_issued(self, answer):
        self.write({"stripe_id": answer["id"], "created_at": fields.Datetime.now()})
        self.env["ir.cron"]._commit_progress()

    def _recover(self, gateway):
        """Find out what became of a request whose answer was lost."""
        call = self.pending_call
        if call["name"] == "take_credit":
            self._recover_credit(gateway)
            return
        if self._can_repeat_call():
            try:
                answer = self._stripe_call("refund", None, gateway.create_refund)
            except RejectedError:
                # Out of date by now; the next step makes it anew, or says why not.
                _logger.info("The refund did not take place for %s", self)
                return
            self._store_issued(answer)
            return
        since = call["at"] - CLOCK_MARGIN
        found = gateway.find_refund(call["params"]["metadata"], since)
        self.pending_call = False
        if found:
            self._store_issued(found)

    # === TAKING OVER === #

    @api.model
    def _retrieve(self, gateway, stripe_id):
        # EXTENDS 'stripe.movement.mixin'
        return gateway.retrieve_refund(stripe_id)

    @api.model
    def _look(self, account, gateway, stripe_id):
        # EXTENDS 'stripe.movement.mixin': the credit note names the refund.
        look = super()._look(account, gateway, stripe_id)
        notes = [
            note["id"]
            for invoice in look["invoices"]
            for note in gateway.list_credit_notes(invoice)
            if any(one["refund"] == stripe_id for one in note["refunds"])
        ]
        return {**look, "credit_note": notes[0] if notes else False}

    @api.model
    def _watched(self, account):
        # EXTENDS 'stripe.movement.mixin'
        lasting = [one.value for one in RefundStatus if not MEANING[one].final]
        return self.search(
            [
                ("account_id", "=", account.id),
                ("stripe_id", "!=", False),
                ("status", "in", [*lasting, False]),
            ]
        )

    @api.model
    def _lost_row(self, account, found):
        # EXTENDS 'stripe.movement.mixin'
        metadata = found["metadata"] or {}
        ref = metadata.get(METADATA_REFUND) or ""
        if metadata.get(METADATA_DATABASE) != account._database_uuid():
            return self.browse()
        row = self.browse(int(ref) if ref.isdecimal() else ()).exists()
        ours = row.account_id == account and not row.stripe_id
        return row if ours else self.browse()

    def _apply(self, look):
        # EXTENDS 'stripe.movement.mixin'
        refund = look["object"]
        before = self.status
        self._observe(refund)
        self.credit_note_ref = look["credit_note"] or self.credit_note_ref
        self._link()
        posting = refund_posting(refund, self.account_id.tz)
        self._follow_money(posting)
        self._match()
        self._match_balance()
        self._propose()
        if self.status != before:
            self._follow_status(before)

    @api.model
    def _observed(self, found):
        # EXTENDS 'stripe.movement.mixin'
        return {
            **super()._observed(found),
            "status": refund_status(found).value,
            "failure_reason": found.get("failure_reason") or False,
        }

    def _link(self):
        """Find the credit note that this refund belongs to."""
        for refund in self.filtered("credit_note_ref"):
            note = refund.credit_note_id.search(
                [
                    ("account_id", "=", refund.account_id.id),
                    ("stripe_id", "=", refund.credit_note_ref),
                ]
            )
            if note and note != refund.credit_note_id:
                refund.credit_note_id = note
            elif not note:
                # Made in the dashboard: it becomes a draft, and then this is linked.
                refund.document_id._wake(credit_notes_wanted=True)
            if note.move_id and note.move_id != refund.credit_move_id:
                refund.credit_move_id = note.move_id

    # === BOOKS === #

    def _follow_money(self, posting):
        """Book what left the balance, and take back what returned to it.

        :param RefundPosting posting: where the money is, and since when
        """
        books = self.env["stripe.posting"]
        if posting.money is not Money.HERE and not self.payment_id:
            self.payment_id = books._book_refund(self, posting)
        if posting.money is Money.BACK and not self.taken_back_id:
            self._unmatch()
            self.taken_back_id = books._take_back(self, posting)

    def _match(self):
        """Match the payment with what it is for: a credit note, or a surplus."""
        for refund in self.filtered("payment_id"):
            if refund.taken_back_id:
                continue
            others = refund.credit_move_id.filtered(lambda move: move.state == "posted")
            if not others and not refund.credit_note_ref:
                refund._notice_surplus()
            if refund.is_surplus:
                others = refund._surplus_payments().move_id
            self.env["stripe.posting"]._match_open(refund.payment_id.move_id, others)

    def _unmatch(self):
        """Open again what the payment was matched with: the customer has no money."""
        lines = self.payment_id.move_id.line_ids
        lines.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).remove_move_reconcile()

    def _surplus_payments(self):
        """Return the payments whose surplus this refund may give back."""
        return self._payments_of(self.account_id, self.charge)

    def _notice_surplus(self):
        """See whether somebody refunded what no invoice needed."""
        if self.is_surplus or self.credit_move_id or self.proposed:
            return
        surplus = self._surplus_payments()._stripe_surplus()
        if self.currency_id.compare_amounts(surplus, self.amount) < 0:
            return
        self.is_surplus = True
        if self.currency_id.compare_amounts(self.document_id.amount_overpaid, 0) > 0:
            self.document_id._ask(
                self.env._("Stripe: a surplus was refunded in the dashboard"),
                self.env._(
                    "%s was given back, and the customer still has it as credit at "
                    "Stripe. Take the credit away on the customer in Stripe's "
                    "dashboard, or his next invoice uses it.",
                    self._figure(),
                ),
            )

    # === PROPOSING === #

    def _propose(self):
        """Propose a credit note for what was refunded without one, as a draft."""
        counts = MEANING[refund_status({"status": self.status})].counts
        given = self.credit_note_ref or self.credit_note_id or self.credit_move_id
        move = self.move_id
        if given or self.is_surplus or self.proposed or not counts:
            return
        if move.state != "posted":
            return
        draft = self.env["stripe.posting"]._draft_refunded(move, self)
        self.write({"credit_move_id": draft.id, "proposed": True})
        text = self.env._(
            "%(amount)s was refunded in the dashboard, without a credit note. Check "
            "the draft credit note, correct it if need be, and confirm it.",
            amount=self._figure(),
        )
        self.document_id._tell(text, actor="dashboard")
        summary = self.env._("Stripe: refunded in the dashboard")
        self.document_id._ask(summary, text)

    def action_stripe_open(self):
        """Open the payment in Stripe's dashboard, which shows its refunds."""
        self.ensure_one()
        self.check_access("read")
        dashboard = self.sudo().account_id.dashboard_url
        return {
            "type": "ir.actions.act_url",
            "url": f"{dashboard}/payments/{self.charge}",
            "target": "new",
        }
