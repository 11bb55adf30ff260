import dataclasses
import logging

from odoo import fields, models

from ..const import METADATA_CREDIT_NOTE, METADATA_DATABASE
from ..lifecycle import Status
from ..payloads.credit_note import (
    NegativeLineError,
    UnknownRateError,
    create_params,
    differences,
    rate_ids,
)
from ..payloads.snapshot.credit_note import freeze_credit_note
from ..stripe_api.errors import RejectedError
from .stripe_customer import CLOCK_MARGIN

_logger = logging.getLogger(__name__)

# Statuses of an invoice that Stripe lets be credited.
CREDITABLE = frozenset({Status.OPEN, Status.PAID})


class StripeCreditNote(models.Model):
    """One Odoo credit note and its counterpart at Stripe.

    Stripe knows two states of it, issued and void, and issues it at once; so there is
    no draft to prove: the preview is compared before.
    """

    _name = "stripe.credit.note"
    _description = "Stripe Credit Note"
    _inherit = "stripe.outbox.mixin"
    _order = "id desc"
    _rec_name = "move_name"
    _check_company_auto = True

    document_id = fields.Many2one(
        "stripe.document",
        "Stripe Invoice",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    move_id = fields.Many2one(
        "account.move",
        "Credit Note",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    move_name = fields.Char("Odoo Number", readonly=True)
    stripe_id = fields.Char("Stripe ID", readonly=True)
    stripe_number = fields.Char(readonly=True)
    pdf = fields.Char("Stripe PDF", readonly=True)
    status = fields.Selection(
        [("issued", "Issued"), ("void", "Void")],
        "Stripe Status",
        readonly=True,
        help="What Stripe last reported.",
    )
    target = fields.Selection(
        [("issued", "Issued"), ("void", "Void")],
        readonly=True,
        help="What Odoo wants at Stripe.",
    )

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)",
        "A Stripe credit note belongs to one Odoo credit note.",
    )
    _move_uniq = models.UniqueIndex(
        "(move_id) WHERE move_id IS NOT NULL",
        "A credit note has one Stripe credit note.",
    )

    def _want(self, target):
        """Set what Odoo wants, in the caller's transaction; the worker does the rest.

        :param str target: ``issued`` or ``void``
        """
        self._wake(target=target)

    def _retry(self):
        # EXTENDS 'stripe.outbox.mixin': what is wanted may have been given up.
        self._wake(target=self.target or "issued")

    def _told_on(self):
        # EXTENDS 'stripe.outbox.mixin'
        return self.move_id

    def _work(self, gateway):
        # EXTENDS 'stripe.outbox.mixin'
        if self.pending_call:
            self._recover(gateway)
        if self.target == "issued" and not self.stripe_id:
            self._issue(gateway)
        elif self.target == "void" and self.status == "issued":
            self._void(gateway)
        self.account_id._note_success()
        if not self.refused:
            self._settle()

    def _settle(self, **values):
        # EXTENDS 'stripe.outbox.mixin': what is due at Stripe has changed, and with it
        # what Odoo has to tell.
        self.document_id._wake(refresh_wanted=True)
        return super()._settle(**values)

    def _issue(self, gateway):
        """Compare Stripe's preview with Odoo's credit note, and only then issue it.

        :raise SnapshotError: Stripe could not take these amounts
        """
        invoice = gateway.retrieve_invoice(self.document_id.stripe_id)
        if Status(invoice["status"]) not in CREDITABLE:
            # It counts in Odoo alone, like any other way to be paid there.
            self.target = False
            self._refuse(self._not_creditable(invoice["status"]))
            self.document_id._wake(refresh_wanted=True)
            return
        note = freeze_credit_note(
            self.move_id,
            self.account_id.tz,
            self.move_id.stripe_credit_means or "none",
            mailed=self.account_id.mail_sender == "stripe",
        )
        if note.means == "refund" and not self.refund_ids:
            # Before any money moves: is it Odoo's credit note at all?
            without_money = dataclasses.replace(note, means="none")
            if not self._proved_params(gateway, invoice, without_money, []):
                return
        links = self._refund_links(gateway, invoice, note)
        if links is None:
            return
        if params := self._proved_params(gateway, invoice, note, links):
            self._store(
                self._stripe_call("credit_note", params, gateway.create_credit_note)
            )

    def _proved_params(self, gateway, invoice, note, links):
        """Return parameters of which Stripe makes Odoo's credit note, None if refused.

        :param dict invoice: Stripe's invoice
        :param CreditNoteSnapshot note: what is to be credited
        :param list links: refunds that were made already
        :raise StripeApiError: see the gateway
        """
        rates = rate_ids(self.document_id._tax_rates(gateway))
        note = self.document_id._credited_as_sold(note, rates)
        params = self._params(invoice, note, rates, links)
        if not params:
            return None
        found = differences(note, gateway.preview_credit_note(params))
        if not found:
            return params
        self._refuse(
            self.env._(
                "Not issued at Stripe, because its credit note would differ from "
                "Odoo's (Odoo ≠ Stripe): %s.",
                self.document_id._difference_rows(found),
            )
        )
        return None

    def _params(self, invoice, note, rates, links):
        """Return the parameters that issue the credit note, None if it is refused."""
        named = self.document_id._named_rates()
        metadata = {
            METADATA_DATABASE: self.account_id._database_uuid(),
            METADATA_CREDIT_NOTE: str(self.id),
        }
        try:
            return create_params(note, invoice, rates, metadata, links, named)
        except UnknownRateError as error:
            self._refuse(
                self.env._(
                    "The invoice does not have the tax %(tax)s at Stripe. Credit it "
                    "with the taxes of the invoice, or keep this credit note in Odoo "
                    "only.",
                    tax=error.rate[0],
                )
            )
        except NegativeLineError:
            self._refuse(
                self.env._(
                    "A line of the credit note charges something, and Stripe's credit "
                    "notes know no such line. Put it on an invoice of its own."
                )
            )
        return None

    def _not_creditable(self, status):
        labels = dict(self.env["stripe.document"]._selection_status())
        return self.env._(
            "Stripe credits open and paid invoices only, and this one is %(status)s "
            "there. The credit note counts in Odoo alone.",
            status=labels.get(status, status),
        )

    def _void(self, gateway):
        """Void the credit note, so that the invoice asks for the whole again."""

        def send(_params, key):
            return gateway.void_credit_note(self.stripe_id, key)

        self._store(self._stripe_call("void_credit_note", {}, send))

    def _store(self, answer):
        """Take over what Stripe reported.

        :param dict answer: Stripe's credit note
        """
        changed = self.status != answer["status"]
        self.write(
            {
                "stripe_id": answer["id"],
                "stripe_number": answer["number"],
                "status": answer["status"],
                "pdf": answer["pdf"],
                "refused": False,
                "error": False,
            }
        )
        self._note_refunds(answer)
        if changed and self.move_id:
            self._tell()

    def _tell(self):
        number = self.stripe_number
        text = self.env._("Stripe credit note %s is issued.", number)
        if self.status == "void":
            text = self.env._("Stripe credit note %s is void.", number)
        self.move_id.message_post(body=text)
        if self.status == "void" and self.target == "void":
            self.move_id._stripe_cancel_voided()
        elif self.status == "void":
            self.document_id._ask(
                self.env._("Stripe: credit note voided in the dashboard"),
                self.env._(
                    "Stripe asks for the whole amount again. Cancel %s in Odoo, too, "
                    "or issue it once more.",
                    self.move_id._get_html_link(),
                ),
            )

    # === RECOVERY === #

    def _recover(self, gateway):
        """Find out what became of a request whose answer was lost."""
        call = self.pending_call
        if call["name"] == "void_credit_note":
            self.pending_call = False
            self._store(gateway.retrieve_credit_note(self.stripe_id))
        elif self._can_repeat_call():
            try:
                self._store(
                    self._stripe_call(call["name"], None, gateway.create_credit_note)
                )
            except RejectedError:
                # Out of date by now; the next step makes it anew.
                _logger.info("%s did not take place for %s", call["name"], self)
        else:
            since = call["at"] - CLOCK_MARGIN
            found = gateway.find_credit_note(call["params"]["metadata"], since)
            self.pending_call = False
            if found:
                self._store(found)
