import contextlib
import logging
import time

from odoo import fields, models
from odoo.tools import formatLang

from ..const import LINES_PER_CALL, METADATA_CALL, METADATA_REPLACES
from ..exceptions import sentence
from ..lifecycle import Call, Status, Target
from ..payloads.document import InvoiceSnapshot
from ..payloads.invoice import create_params, document_metadata, line_params
from ..payloads.payment_record import report_params
from ..payloads.proof import differences
from ..payloads.snapshot import freeze_invoice
from ..payloads.snapshot.minor import minor
from ..stripe_api.errors import NotFoundError, RejectedError, UnauthorizedError
from ..stripe_api.money import from_minor
from .stripe_customer import CLOCK_MARGIN

_logger = logging.getLogger(__name__)

# Sent again with their key, these either act now or repeat what they answered then.
REPEATABLE = frozenset(
    {
        Call.CREATE,
        Call.ADD_LINES,
        Call.SEND,
        Call.PAY,
        Call.REPORT_PAYMENT,
        Call.ATTACH_PAYMENT,
    }
)


class StripeDocument(models.Model):
    """The calls to Stripe: one method per ``lifecycle.Call``, and recovery."""

    _inherit = "stripe.document"

    def _steps(self):
        return {
            Call.CREATE: self._create_at_stripe,
            Call.ADD_LINES: self._add_lines,
            Call.FINALIZE: self._finalize,
            Call.DELETE: self._delete_at_stripe,
            Call.SEND: self._send,
            Call.PAY: self._pay,
            Call.REPORT_PAYMENT: self._report_payment,
            Call.ATTACH_PAYMENT: self._attach_payment,
            Call.PAY_OUT_OF_BAND: self._pay_out_of_band,
            Call.MARK_UNCOLLECTIBLE: self._mark_uncollectible,
            Call.VOID: self._void,
            Call.REMIND: self._remind_at_stripe,
            Call.HOLD_REMINDERS: self._hold_at_stripe,
        }

    def _create_at_stripe(self, gateway):
        """Freeze the invoice, make sure of the customer, and make the draft.

        :raise SnapshotError: the invoice cannot be sent as it is
        """
        invoice = freeze_invoice(self.move_id, self.account_id)
        self.write(
            {
                "snapshot": invoice.to_json(),
                "move_name": invoice.number,
                # It may be another since the draft before this one.
                "currency_id": self.move_id.currency_id.id,
                "lines_sent": 0,
            }
        )
        customer = self._ensure_customer(invoice.customer, gateway)
        if customer._refused_of(invoice.customer):
            # The next step freezes it without them.
            return
        if waived := self._waived_tax_ids():
            self._tell_history(
                "odoo", self.env._("Sent without the tax ID %s", ", ".join(waived))
            )
        if self.revised_ref:
            self._revise_at_stripe(invoice, gateway)
            return
        params = create_params(invoice, customer.stripe_id, self._draft_metadata())
        try:
            answer = self._stripe_call(
                Call.CREATE.value, params, gateway.create_invoice
            )
        except RejectedError as error:
            if not customer._forget_if_gone(error):
                raise
            return
        self._store_created(answer)

    def _store_created(self, answer):
        # A revision has lines from the start.
        lines = answer["lines"]["total_count"]
        self.write({"stripe_id": answer["id"], "lines_sent": lines})
        self._observe(answer)

    def _add_lines(self, gateway):
        """Add the next chunk of lines to the draft."""
        lines = self._snapshot().lines[self.lines_sent :][:LINES_PER_CALL]
        params = {"lines": [line_params(line) for line in lines]}
        self._send_lines(params, gateway)

    def _send_lines(self, params, gateway):
        def send(sent, key):
            return gateway.add_lines(self.stripe_id, sent["lines"], key)

        answer = self._stripe_call(Call.ADD_LINES.value, params, send)
        self.lines_sent = answer["lines"]["total_count"]

    def _finalize(self, gateway):
        """Read the draft back, prove that it is Odoo's invoice, and only then finalize.

        A draft that differs is withdrawn, so that nobody else finalizes it either.
        """
        invoice = self._snapshot()
        # Another contact's invoice may have changed the customer since.
        customer = self._ensure_customer(invoice.customer, gateway)
        draft = gateway.retrieve_invoice(self.stripe_id)
        if draft["status"] != Status.DRAFT.value:
            self._observe(draft)
            return
        refused = customer._refused_of(invoice.customer)
        if refused or draft["customer"] != customer.stripe_id:
            # Deleted at Stripe or linked by hand since: the draft is made anew.
            self._delete_at_stripe(gateway)
            if self.revised_ref:
                # A revision would be for the same customer again.
                self._void_instead()
            return
        draft, rows = self._compare_customer(invoice, draft, customer, gateway)
        if self._withdraw_if_different(draft, gateway, rows):
            return

        def send(params, key):
            return gateway.finalize_invoice(self.stripe_id, params, key)

        params = {"auto_advance": False}
        try:
            answer = self._stripe_call(Call.FINALIZE.value, params, send)
        except RejectedError as error:
            if self._give_up_revision(gateway):
                return
            # What this is to revise may have been paid.
            self._revised()._wake(refresh_wanted=True)
            if not customer._forget_if_gone(error):
                raise
            return
        self._observe(answer)

    def _can_wait(self, gateway):
        """Look whether a draft that waits for its time still is Odoo's invoice.

        What somebody did with it in the dashboard is not kept until then.
        """
        if self.status != Status.DRAFT.value:
            return True
        draft, payments = self._look(gateway)
        if draft["status"] == Status.DRAFT.value:
            return not self._withdraw_if_different(draft, gateway)
        self._hold()
        self._take_over(draft, payments)
        return False

    def _withdraw_if_different(self, draft, gateway, others=()):
        """Withdraw a draft that is not Odoo's invoice, and show the figures.

        :param dict draft: Stripe's invoice
        :param others: further differences, as ``Difference``
        :return: whether it differs
        """
        lines = gateway.list_lines(self.stripe_id)
        found = [*differences(self._snapshot(), draft, lines), *others]
        if found:
            self.target = Target.DELETED.value
            self._refuse(self._differences_sentence(found))
        return bool(found)

    def _differences_sentence(self, found):
        return self.env._(
            "Not finalized, because Stripe's draft differs from Odoo's invoice "
            "(Odoo ≠ Stripe): %(rows)s. The draft was withdrawn. Try again; if it "
            "happens again, something at Stripe changes invoices of this customer.",
            rows=self._difference_rows(found),
        )

    def _difference_rows(self, found):
        return "; ".join(
            f"{row.field}: {self._figure(row.odoo)} ≠ {self._figure(row.stripe)}"
            for row in found
        )

    def _figure(self, value):
        """Return a figure of the proof as a person reads it."""
        if isinstance(value, tuple):
            return " + ".join(map(self._figure, value)) or "0"
        if not isinstance(value, int):
            return value or "–"
        amount = float(from_minor(value, self.currency_id.name))
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _delete_at_stripe(self, gateway):
        """Delete the draft. One that is gone already is what was wanted.

        One that is only outdated is followed by another, and not worth a word.
        """
        with contextlib.suppress(NotFoundError):
            self._note_request(gateway.delete_invoice(self.stripe_id).request_id)
        if self.target in (Target.DELETED.value, Target.VOID.value):
            self._observe({"status": Status.DELETED.value})
        else:
            self.write({"status": Status.DELETED.value, "lines_sent": 0})

    def _send(self, gateway):
        """Let Stripe mail the invoice, once for each time that it was asked for."""
        self._ensure_addressee(gateway)

        def send(_params, key):
            return gateway.send_invoice(self.stripe_id, key)

        answer = self._stripe_call(Call.SEND.value, {}, send)
        self.write({"send_wanted": False, "sent_at": fields.Datetime.now()})
        text = self.env._("Stripe mailed the invoice to the customer.")
        self._tell(text, actor="stripe")
        self._observe(answer)

    def _report_payment(self, gateway):
        """Tell Stripe of what Odoo has received by other means.

        An account without payment records is remembered as such: the invoice then shows
        the difference, and Stripe learns of it when everything is paid.
        """
        currency = self.currency_id
        # Two reports of one invoice are told apart by the number of the call.
        metadata = {**self._metadata(), METADATA_CALL: str(self.call_count + 1)}
        params = report_params(
            minor(self._unreported(), currency),
            currency.name,
            self.move_name,
            int(time.time()),
            metadata,
        )
        name = Call.REPORT_PAYMENT.value
        try:
            answer = self._stripe_call(name, params, gateway.report_payment)
        except (RejectedError, UnauthorizedError) as error:
            unavailable = error.http_status in (403, 404) or not error.code
            if not unavailable:
                raise
            self.account_id.can_report_payments = False
            return
        self._store_reported(answer)

    def _store_reported(self, record):
        reported = self._major(record["amount_requested"]["value"])
        self.write(
            {
                "payment_record": record["id"],
                "amount_reported": self.amount_reported + reported,
            }
        )

    def _attach_payment(self, gateway):
        """Let the reported payment count for the invoice."""

        def send(params, key):
            return gateway.attach_payment(self.stripe_id, params, key)

        params = {"payment_record": self.payment_record}
        self._stripe_call(Call.ATTACH_PAYMENT.value, params, send)
        self.write({"payment_record": False, "refresh_wanted": True})
        self._tell(self.env._("Stripe was told of a payment that it did not see."))

    def _pay_out_of_band(self, gateway):
        """Tell Stripe that the rest was paid elsewhere."""

        def send(params, key):
            return gateway.pay_invoice(self.stripe_id, params, key)

        params = {"paid_out_of_band": True}
        self._observe(self._stripe_call(Call.PAY_OUT_OF_BAND.value, params, send))

    def _mark_uncollectible(self, gateway):
        """Tell Stripe that the invoice is given up."""

        def send(_params, key):
            return gateway.mark_uncollectible(self.stripe_id, key)

        self._observe(self._stripe_call(Call.MARK_UNCOLLECTIBLE.value, {}, send))

    def _void(self, gateway):
        """Void the invoice, so that nobody can pay it any more."""

        def send(_params, key):
            return gateway.void_invoice(self.stripe_id, key)

        self._observe(self._stripe_call(Call.VOID.value, {}, send))

    def _stay(self, error):
        """Leave the invoice as it is, because Stripe refuses to end it, and say why.

        What was wanted is given up, so that what is paid later is told to Stripe.

        :param RejectedError error: what Stripe answered
        """
        self.target = self.status
        labels = dict(self._selection_status())
        self._refuse(
            self.env._(
                "%(reason)s It stays %(status)s there, and the customer can still pay "
                "it. To cancel it all the same, issue a credit note over all of it.",
                reason=sentence(self.env, error),
                status=labels[self.status],
            )
        )

    # === RECOVERY === #

    def _recover(self, gateway):
        """Find out what became of a request whose answer was lost.

        What makes something is sent again with its key, which is exact; where the key
        has lost its worth, Stripe is searched by our metadata. What changes something
        is not repeated: a look shows whether it is still needed.
        """
        call = self.pending_call
        name = Call(call["name"])
        if name in REPEATABLE and self._can_repeat_call():
            try:
                self._repeat(name, gateway)
            except RejectedError:
                # Out of date by now, such as a due date; the next step makes it anew.
                _logger.info("%s did not take place for %s", name, self)
        elif name in (Call.CREATE, Call.REPORT_PAYMENT):
            self._find(name, gateway)
        else:
            self._give_up(name)
        if not self.pending_call and self.stripe_id:
            self._refresh(gateway)
            if self.status == Status.DRAFT.value:
                self.lines_sent = len(gateway.list_lines(self.stripe_id))

    def _repeat(self, name, gateway):
        if name is Call.CREATE:
            self._store_created(
                self._stripe_call(name.value, None, gateway.create_invoice)
            )
        elif name is Call.ADD_LINES:
            self._send_lines(None, gateway)
        else:
            # The step sends what was written down, not what it would send now.
            self._take(name, gateway)

    def _find(self, name, gateway):
        """Look for what a lost request may have made; nothing found, nothing made."""
        call = self.pending_call
        since = call["at"] - CLOCK_MARGIN
        metadata = call["params"]["metadata"]
        if name is Call.CREATE:
            find, store = gateway.find_invoice, self._store_created
        else:
            find, store = gateway.find_payment_record, self._store_reported
        found = find(metadata, since)
        self.pending_call = False
        if found:
            store(found)

    def _give_up(self, name):
        """Drop a call that cannot be repeated exactly: no guess moves money."""
        self.pending_call = False
        if name is Call.PAY:
            self.write({"target": Target.OPEN.value, "charge_at": False})
            text = self.env._(
                "It is not known whether the charge went through. "
                "Look at the payment in Stripe before charging again."
            )
            self._ask(self.env._("Stripe: check a charge"), text)
        elif name is Call.SEND:
            self.send_wanted = False
            self._tell(
                self.env._(
                    "It is not known whether Stripe mailed the invoice. It is not "
                    "mailed again unless you ask for it."
                )
            )

    def _snapshot(self):
        return InvoiceSnapshot.from_json(self.snapshot)

    def _draft_metadata(self):
        """Return the metadata of a draft: what finds it, and what it replaces."""
        replaced = self.move_id.stripe_replaces_id.stripe_ref
        link = {METADATA_REPLACES: replaced} if replaced else {}
        return {**self._metadata(), **link}

    def _metadata(self):
        return document_metadata(self.account_id._database_uuid(), self.id)
