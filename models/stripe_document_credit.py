from odoo import Command, fields, models
from odoo.tools import formatLang

from ..const import METADATA_CREDIT_NOTE
from ..payloads.credit_note import rates_used
from ..payloads.snapshot.taxes import tax_label
from ..payloads.snapshot.words import language
from ..postings.credit_note import credit_note_posting

# What an invoice at Stripe was credited, before and after it was paid.
CREDITED = ("pre_payment_credit_notes_amount", "post_payment_credit_notes_amount")


class StripeDocument(models.Model):
    """Credit notes that somebody made in the dashboard become drafts in Odoo."""

    _inherit = "stripe.document"

    amount_credited = fields.Monetary("Credited at Stripe", readonly=True)
    credit_notes_wanted = fields.Boolean(
        readonly=True, help="The credit notes are to be looked at."
    )

    def _notice_credit(self, invoice):
        """Have the credit notes looked at when their sum has changed.

        :param dict invoice: Stripe's invoice, or nothing but its ``status``
        """
        credited = self._major(sum(invoice.get(name) or 0 for name in CREDITED))
        if self.currency_id.compare_amounts(credited, self.amount_credited):
            self.write({"amount_credited": credited, "credit_notes_wanted": True})
            self.pending = True
            self._ring()

    def _look_at_credit_notes(self, gateway):
        """Take over the credit notes of the invoice, those not made here as drafts.

        :param gateway: the ``StripeGateway`` of the account
        """
        self.credit_notes_wanted = False
        known = self.env["stripe.credit.note"].search([("document_id", "=", self.id)])
        for found in gateway.list_credit_notes(self.stripe_id):
            row = known.filtered(lambda row, found=found: row.stripe_id == found["id"])
            if row and row.status != found["status"]:
                row._store(found)
            elif not row and not self._is_on_its_way(found, known):
                self._take_over_credit_note(found, gateway)
        self.refund_ids._link()
        self.refund_ids._match()

    def _is_on_its_way(self, found, known):
        """Tell whether a credit note is ours, and its answer not stored yet."""
        ours = found["metadata"].get(METADATA_CREDIT_NOTE)
        return ours in {str(row.id) for row in known if not row.stripe_id}

    def _tax_rates(self, gateway):
        """Return the TaxRates of the invoice's lines.

        :param gateway: the ``StripeGateway`` of the account
        """
        used = rates_used(gateway.list_lines(self.stripe_id))
        return [gateway.retrieve_tax_rate(one) for one in used]

    def _take_over_credit_note(self, found, gateway):
        """Propose a draft, unless one was proposed for its refund and is posted."""
        ids = [entry["refund"] for entry in found["refunds"] if entry["refund"]]
        refunds = self.env["stripe.refund"].search(
            [("account_id", "=", self.account_id.id), ("stripe_id", "in", ids)]
        )
        refunds._belongs_to([found["id"]])
        given = refunds.credit_move_ids.filtered(
            lambda move: move.reversed_entry_id == self.move_id
        )
        note = given.filtered(
            lambda move: move.state == "posted"
        ).stripe_credit_note_ids
        if note and not note.stripe_id:
            note._store(found)
            note._settle()
            return
        drafts = given.filtered(lambda move: move.state == "draft")
        self._propose_credit_note(found, gateway, drafts)

    def _propose_credit_note(self, found, gateway, given):
        """Propose a draft over what was credited in the dashboard.

        :param dict found: Stripe's credit note
        :param given: drafts that were proposed for its refunds
        """
        rates = self._tax_rates(gateway)
        posting = credit_note_posting(found, rates, self.account_id.tz)
        row = self.env["stripe.credit.note"].create(
            {
                "account_id": self.account_id.id,
                "company_id": self.company_id.id,
                "document_id": self.id,
                "target": "issued",
                "stripe_id": posting.stripe_ref,
                "stripe_number": posting.number,
                "status": found["status"],
                "pdf": found["pdf"],
            }
        )
        if found["status"] != "issued" or self.move_id.state != "posted":
            return
        # Somebody may have worked on what is proposed already.
        draft = given.filtered(
            lambda move: (
                not self.currency_id.compare_amounts(
                    move.amount_total, float(posting.total)
                )
            )
        )[:1]
        (given - draft).unlink()
        draft = draft or self.env["stripe.posting"]._draft_credit_note(
            self.move_id, posting
        )
        row.write({"move_id": draft.id, "move_name": posting.number})
        amount = formatLang(
            self.env, float(posting.total), currency_obj=self.currency_id
        )
        text = self.env._(
            "%(number)s over %(amount)s was issued in the dashboard. Check the draft "
            "credit note, correct it if need be, and confirm it.",
            number=posting.number,
            amount=amount,
        )
        self._tell(text, actor="dashboard")
        self._ask(self.env._("Stripe: credit note made in the dashboard"), text)


class StripePosting(models.AbstractModel):
    """The draft of a credit note; a person confirms it."""

    _inherit = "stripe.posting"

    def _draft_credit_note(self, move, posting):
        """Return a draft credit note with the lines that Stripe has.

        Of the whole invoice, it is the invoice turned round, with its accounts.

        :param move: the invoice
        :param CreditNotePosting posting: what was credited
        """
        whole = move.currency_id.compare_amounts(
            move.amount_total, float(posting.total)
        )
        values = {
            "ref": posting.number,
            "invoice_date": posting.date,
            "date": posting.date,
        }
        draft = move._reverse_moves([values])
        if whole:
            draft.invoice_line_ids = [
                Command.clear(),
                *(
                    Command.create(self._credit_line_values(move, line))
                    for line in posting.lines
                ),
            ]
        return draft

    def _credit_line_values(self, move, line):
        return {
            "name": line.description,
            "quantity": 1,
            "price_unit": float(line.amount),
            "tax_ids": [Command.set(self._taxes_of(move, line).ids)],
        }

    def _taxes_of(self, move, line):
        """Return the taxes of the invoice that Stripe calls so."""
        taxes = move.invoice_line_ids.tax_ids.flatten_taxes_hierarchy()
        taxes = taxes.with_context(lang=language(move))
        wanted = {(label, float(percentage)) for label, percentage in line.taxes}
        return taxes.filtered(lambda tax: (tax_label(tax), tax.amount) in wanted)
