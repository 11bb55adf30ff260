import logging

from odoo import Command, api, fields, models

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
    document_ids = fields.Many2many(
        "stripe.document", "stripe_refund_document_rel", "refund_id", "document_id"
    )
    credit_note_refs = fields.Char(
        readonly=True,
        help="IDs of the Stripe credit notes (cn_…) that it belongs to.",
    )
    credit_note_ids = fields.Many2many(
        "stripe.credit.note",
        "stripe_refund_credit_note_rel",
        "refund_id",
        "credit_note_id",
        "Stripe Credit Notes",
        readonly=True,
    )
    credit_move_ids = fields.Many2many(
        "account.move",
        "stripe_refund_credit_move_rel",
        "refund_id",
        "move_id",
        "Credit Notes",
        readonly=True,
        check_company=True,
        help="One for each invoice that the refunded payment has paid.",
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
            "document_ids": [Command.set(document.ids)],
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
        # EXTENDS 'stripe.movement.mixin': the credit notes name the refund, and so its
        # invoices.
        look = super()._look(account, gateway, stripe_id)
        ours = self.env["stripe.document"].search(
            [("account_id", "=", account.id), ("stripe_id", "in", look["invoices"])]
        )
        notes, told, left = [], [], look["object"]["amount"]
        for invoice in ours.mapped("stripe_id"):
            for note in gateway.list_credit_notes(invoice):
                links = [one for one in note["refunds"] if one["refund"] == stripe_id]
                if links:
                    notes.append(note["id"])
                    told.append(invoice)
                    left -= sum(one["amount_refunded"] for one in links)
        if notes and left <= 0:
            look["invoices"] = told
        return {**look, "credit_notes": notes}

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

    def _is_assigned(self):
        # EXTENDS 'stripe.movement.mixin': Odoo has wanted it.
        return self.is_surplus or bool(self.credit_note_ids)

    def _apply(self, look):
        # EXTENDS 'stripe.movement.mixin'
        refund = look["object"]
        before = self.status
        self._observe(refund)
        self._belongs_to(look["credit_notes"])
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

    def _belongs_to(self, refs):
        """Take note of Stripe credit notes that these refunds belong to.

        :param list refs: Stripe's ids (cn_…)
        """
        for refund in self:
            known = (refund.credit_note_refs or "").split()
            if new := [ref for ref in refs if ref not in known]:
                refund.credit_note_refs = " ".join([*known, *new])

    def _link(self):
        """Find the credit notes that these refunds belong to."""
        for refund in self.filtered("credit_note_refs"):
            refs = refund.credit_note_refs.split()
            notes = refund.credit_note_ids.search(
                [
                    ("account_id", "=", refund.account_id.id),
                    ("stripe_id", "in", refs),
                ]
            )
            if notes - refund.credit_note_ids:
                refund.credit_note_ids += notes
            if len(notes) < len(refs):
                # Made in the dashboard: it becomes a draft, and then this is linked.
                for document in refund.document_ids:
                    document._wake(credit_notes_wanted=True)
            refund._take_credit_moves(notes.move_id)

    def _take_credit_moves(self, moves):
        """Let credit notes of Stripe's take the place of what was proposed."""
        invoices = moves.reversed_entry_id
        issued = self.credit_note_ids.move_id
        others = self.credit_move_ids.filtered(
            lambda move: move in issued or move.reversed_entry_id not in invoices
        )
        if others | moves != self.credit_move_ids:
            self.credit_move_ids = others | moves

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
        """Match the payment with what it is for: credit notes, and then a surplus."""
        books = self.env["stripe.posting"]
        for refund in self.filtered("payment_id"):
            if refund.taken_back_id:
                continue
            entry = refund.payment_id.move_id
            others = refund.credit_move_ids.filtered(
                lambda move: move.state == "posted"
            )
            if not others and not refund.credit_note_refs:
                refund._notice_surplus()
            books._match_open(entry, others)
            if others or refund.is_surplus:
                books._match_open(entry, refund._surplus_payments().move_id)

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
        if self.is_surplus or self.credit_move_ids or self.proposed:
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
