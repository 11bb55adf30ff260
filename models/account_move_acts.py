from odoo import api, fields, models
from odoo.exceptions import UserError

from ..exceptions import REASONS
from ..lifecycle import (
    NO_FACTS,
    PAYABLE,
    Nothing,
    Refusal,
    Status,
    Target,
    can,
    plan,
)


class AccountMove(models.Model):
    """What a user can do about the Stripe invoice: each act only sets what is wanted.

    The buttons are there when the lifecycle has a call for them, and the acts refuse
    with its reason when it has none.
    """

    _inherit = "account.move"

    stripe_can_charge = fields.Boolean(compute="_compute_stripe_acts")
    stripe_can_send = fields.Boolean(compute="_compute_stripe_acts")
    stripe_can_write_off = fields.Boolean(compute="_compute_stripe_acts")

    @api.depends("stripe_status", "stripe_payment_state", "state", "stripe_disputed")
    def _compute_stripe_acts(self):
        for move in self:
            status = Status(move.stripe_status or "")
            # Stripe changes nothing while a bank has a payment under way.
            processing = move.stripe_payment_state == "processing"
            held = processing or move.stripe_disputed
            ready = move.state == "posted" and not held
            payable = ready and status in PAYABLE
            move.stripe_can_charge = payable and can(status, Target.CHARGED)
            move.stripe_can_send = ready and status is Status.OPEN
            move.stripe_can_write_off = payable and can(status, Target.UNCOLLECTIBLE)

    def action_stripe_push(self):
        """Send invoices to Stripe that were confirmed without one.

        Who asks wants it, whatever the switch said when they were confirmed. What is
        there already is left alone, and so is what is wanted of it.

        :raise UserError: none of them can be sent
        """
        return self._stripe_act(
            lambda move: move._stripe_not_sendable(),
            lambda moves: moves._stripe_switch_on_and_push(),
        )

    def _stripe_not_sendable(self):
        """Return why it is not sent to Stripe, empty if it is or can be."""
        if not self._stripe_available():
            return self.env._(
                "%s is not sent: only customer invoices of companies that have Stripe "
                "invoices switched on are.",
                self.display_name,
            )
        if self.state == "cancel":
            return self.env._("%s is cancelled, and not sent.", self.display_name)
        if self.state == "draft":
            return self.env._(
                "%s is a draft: confirm it first, with the switch Stripe Invoice on.",
                self.display_name,
            )
        if self._stripe_is_skipped():
            return self.env._(
                "%s has a total of zero, and the settings say that such invoices are "
                "not sent to Stripe.",
                self.display_name,
            )
        return ""

    def _stripe_switch_on_and_push(self):
        unsent = self.filtered(lambda move: move._stripe_is_unsent())
        unsent.filtered(lambda move: not move.stripe_invoice).stripe_invoice = True
        unsent._stripe_push()

    def action_stripe_retry(self):
        """Try again now what failed or waits at Stripe."""
        self.check_access("write")
        self.sudo().stripe_document_id.action_retry()

    def action_stripe_without_tax_ids(self):
        """Send invoices without the tax IDs that Stripe refuses."""
        self.check_access("write")
        self.sudo().stripe_document_id._send_without_tax_ids()

    def action_stripe_refresh(self):
        """Look at Stripe again, and take over what it says."""
        self.check_access("write")
        documents = self.sudo().stripe_document_id.filtered("stripe_id")
        documents._wake(refresh_wanted=True)
        return self._stripe_result()

    def action_stripe_charge(self):
        """Charge the payment method that the customer has stored at Stripe.

        Who has not agreed to that yet, as far as is known, is asked about first.
        """
        self.check_access("write")
        no_way = {move: move._stripe_no_way(Target.CHARGED) for move in self}
        if len(self) == 1 and not no_way[self] and self._stripe_no_consent():
            customer = self.sudo().stripe_document_id._customer()
            if customer:
                return customer._ask_consent(self)
        return self._stripe_act(
            lambda move: no_way[move] or move._stripe_no_consent(),
            lambda moves: moves._stripe_want(Target.CHARGED),
        )

    def action_stripe_send(self):
        """Let Stripe mail the invoice, again if it has done so before."""
        return self._stripe_act(
            lambda move: move._stripe_not_mailable(),
            lambda moves: moves._stripe_ask_mail(),
        )

    def _stripe_ask_mail(self):
        """Want Stripe to mail these invoices, as soon as they are open."""
        documents = self.sudo().stripe_document_id
        asked_now = documents.filtered(lambda document: not document.send_wanted)
        asked_now._tell_history("user", self.env._("Wanted at Stripe: a mail"))
        documents._wake(send_wanted=True)

    def _stripe_mail_once(self):
        """Want Stripe to mail these invoices, unless it has done so or will."""
        documents = self.sudo().stripe_document_id
        fresh = documents.filtered(
            lambda document: not (document.send_wanted or document.sent_at)
        )
        fresh.move_id._stripe_ask_mail()

    def _stripe_is_sent_by_stripe(self):
        """Tell whether Stripe can mail this invoice, now or once it is open.

        Nobody is asked for what he is paying, or for what has come to an end.
        """
        self.ensure_one()
        document = self.sudo().stripe_document_id
        if self.state != "posted" or not document:
            return False
        if document.payment_state == "processing" or document.refused:
            return False
        if self.stripe_disputed:
            return False
        status = Status(document.status or "")
        return status in (Status.NONE, Status.DRAFT, Status.OPEN)

    def action_stripe_void(self):
        """Request the cancellation: void at Stripe, then cancel here."""

        def request(moves):
            for move in moves:
                move.button_request_cancel()

        return self._stripe_act(lambda move: move._stripe_no_way(Target.VOID), request)

    def action_stripe_write_off(self):
        """Open the dialog that gives invoices up at Stripe and proposes the entry."""
        self.check_access("write")
        self.env["stripe.document.write.off"]._check_one_company(self)
        allowed, refusals = self._stripe_split(
            lambda move: move._stripe_no_way(Target.UNCOLLECTIBLE)
        )
        return self.env["stripe.document.write.off"]._get_records_action(
            name=self.env._("Write Off at Stripe"),
            target="new",
            context={
                "default_move_ids": allowed.ids,
                "default_refusals": "\n".join(refusals),
            },
        )

    def action_stripe_keep_surplus(self):
        """Keep what was received at Stripe beyond what was due as the customer's."""
        self.check_access("write")
        for document in self.sudo().stripe_document_id:
            document.payment_ids.stripe_surplus_kept = True
            document._answer()
            document._tell_history("user", self.env._("Kept the surplus as credit"))

    def action_stripe_open(self):
        """Open the invoice in Stripe's dashboard, in the right account and mode."""
        self.ensure_one()
        self.check_access("read")
        account = self.sudo().stripe_document_id.account_id
        return {
            "type": "ir.actions.act_url",
            "url": f"{account.dashboard_url}/invoices/{self.stripe_ref}",
            "target": "new",
        }

    # === ONE ACT ON MANY === #

    def _stripe_act(self, refusal, act):
        """Act on the invoices that allow it, and tell which of them do not.

        :param refusal: function of an invoice; a sentence if it refuses, else empty
        :param act: function of the invoices that do not
        :return: the action that shows what becomes of them, for several
        :raise UserError: none of them allows it
        """
        self.check_access("write")
        allowed, refusals = self._stripe_split(refusal)
        act(allowed)
        return self._stripe_result(refusals)

    def _stripe_split(self, refusal):
        """Return the invoices that allow an act, and the sentences of the others.

        :param refusal: function of an invoice; a sentence if it refuses, else empty
        :raise UserError: none of them allows it
        """
        sentences = {move: refusal(move) for move in self}
        allowed = self.filtered(lambda move: not sentences[move])
        refusals = [sentence for sentence in sentences.values() if sentence]
        if not allowed:
            raise UserError("\n".join(refusals))
        return allowed, refusals

    def _stripe_want(self, target):
        """Want something of the Stripe invoices, in the caller's transaction.

        :param Target target: what is wanted
        """
        self.check_access("write")
        self.sudo().stripe_document_id._want(target)

    def _stripe_no_way(self, target):
        """Return why there is no way from a finalized invoice to what is wanted.

        :param Target target: what is wanted
        :return: a sentence, empty if there is a way
        """
        self.ensure_one()
        status = Status(self.stripe_status or "")
        if status is Status.NONE:
            return self.env._("%s has no Stripe invoice.", self.display_name)
        # A draft need not be read to say no, and reading it may bring up objections.
        payable = status in PAYABLE
        facts = self.sudo().stripe_document_id._facts() if payable else NO_FACTS
        step = plan(status, target, facts)
        if isinstance(step, Refusal):
            return f"{self.name}: {REASONS[step.reason](self.env)}"
        labels = dict(self.env["stripe.document"]._selection_status())
        names = {"invoice": self.name, "status": labels[status.value]}
        if isinstance(step, Nothing) or self.state != "posted":
            return self.env._(
                "%(invoice)s is %(status)s at Stripe; there is nothing to do.", **names
            )
        if not payable:
            return self.env._(
                "%(invoice)s is %(status)s at Stripe; it must be open first.", **names
            )
        # A cancellation may wait: it is wanted whatever becomes of the payment.
        if target is Target.VOID:
            return ""
        held = self._stripe_held() if target is Target.CHARGED else ""
        return self._stripe_processing() or held

    def _stripe_processing(self):
        """Return that a payment under way has to end first, empty if there is none."""
        if self.stripe_payment_state != "processing":
            return ""
        return self.env._(
            "%s: a payment is being processed. Wait for its end.", self.name
        )

    def _stripe_not_mailable(self):
        if held := self._stripe_processing() or self._stripe_held():
            return held
        if Status(self.stripe_status or "") is Status.OPEN and self.state == "posted":
            document = self.sudo().stripe_document_id
            facts = document._facts()._replace(to_send=True)
            step = plan(Status.OPEN, Target.OPEN, facts)
            refused = isinstance(step, Refusal)
            return f"{self.name}: {REASONS[step.reason](self.env)}" if refused else ""
        return self.env._(
            "%(invoice)s cannot be mailed by Stripe: it is not open there.",
            invoice=self.display_name,
        )

    def _stripe_result(self, refusals=()):
        """Return where to see what becomes of an act on several invoices.

        :param refusals: sentences of those that do not allow it
        """
        if len(self) < 2:
            return None
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sale_stripe_invoice.stripe_document_action"
        )
        documents = self.sudo().stripe_document_id
        action["domain"] = [("id", "in", documents.ids)]
        if not refusals:
            return action
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not done at Stripe"),
                "message": "\n".join(refusals),
                "next": action,
            },
        }
