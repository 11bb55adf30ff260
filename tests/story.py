"""A story: acts in Odoo and at Stripe, and what happens on the way between the two."""

import random
from collections import Counter
from datetime import datetime, timedelta, timezone
from unittest.mock import patch

import freezegun
import requests

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError

# As many as a story has at most; they are told apart by their place.
INVOICES = 3
# An event of an invoice that is not ours.
FOREIGN = {
    "id": "evt_foreign",
    "type": "invoice.created",
    "livemode": False,
    "data": {"object": {"object": "invoice", "id": "in_foreign", "metadata": {}}},
}


class Killed(BaseException):
    """The worker's process is ended, as by a signal that nobody can catch."""


class Story:
    """Three invoices at most, and everything that can happen to them.

    Each act is a method. What Odoo or Stripe refuses has not happened; whatever else
    goes wrong fails the story. An act is about one of the invoices that there are:
    the ``n``-th, counted round and round.

    :param case: a ``StripeInvoiceCommon`` with ``billing_user`` and a ticking ``clock``
    """

    def __init__(self, case):
        self.case = case
        # Fast: nobody follows these invoices, and their changes are not logged.
        quiet = {"tracking_disable": True, "mail_create_nosubscribe": True}
        self.env = case.env(user=case.billing_user, context=quiet)
        self.simulator = case.simulator
        self.simulator.control("reset", {})
        # By its full name, else the real time is replaced, too.
        now = freezegun.api.real_time()
        case.clock.move_to(datetime.fromtimestamp(now, timezone.utc))
        self.moves = self.env["account.move"]
        self.payments = {}
        self.mails_wanted = Counter()
        # Minor units that Stripe may have been told of, by invoice.
        self.paid_elsewhere = Counter()
        self.delivered = set()

    # === THE BEGINNING === #

    def company_wants(self, pause=0, by_itself=False):
        """Let the company pause before it finalizes, or decide some things by itself.

        :param int pause: hours
        :param bool by_itself: answer what was decided in the dashboard without asking
        """
        self.case.account.write(
            {
                "finalize_delay": pause,
                "void_policy": "cancel" if by_itself else "ask",
                "uncollectible_policy": "propose" if by_itself else "ask",
                "bad_debt_account_id": self.case.bad_debt_account.id,
            }
        )

    def stripe_differs(self, setting, value):
        """Let Stripe be one that does something otherwise; see the simulator."""
        path = f"accounts/{self.case.account.stripe_id}"
        self.simulator.control(path, {"settings": {setting: value}})

    # === ODOO: A BILLING USER === #

    def user(self, n, act):
        """Let the user do one of those acts below that need no more than an invoice."""
        getattr(self, act)(n)

    def make(self, price=100.0):
        """Take one of the prepared drafts, unless all are taken."""
        if len(self.moves) == INVOICES:
            return
        move = self.env["account.move"].browse(self.case.drafts.ids[len(self.moves)])
        if price != self.case.PRICE:
            move.invoice_line_ids.price_unit = price
        self.moves += move

    def confirm(self, n):
        """Confirm an invoice."""
        self._act(n, lambda move: move.action_post())

    def reset_to_draft(self, n):
        """Reset to draft: only what nobody can pay at Stripe, as far as Odoo knows."""
        self._withdraw(n, lambda move: move.button_draft())

    def cancel(self, n):
        """Cancel in Odoo, with the same limits."""
        self._withdraw(n, lambda move: move.button_cancel())

    def delete(self, n):
        """Delete in Odoo, with the same limits."""
        self._withdraw(n, lambda move: move.unlink())

    def request_cancellation(self, n):
        """Request the cancellation: void at Stripe first."""
        self._act(n, lambda move: move.action_stripe_void())

    def charge(self, n):
        """Charge the stored payment method."""
        self._act(n, lambda move: move.action_stripe_charge())

    def mail(self, n):
        """Let Stripe mail the invoice."""

        def mail(move):
            move.action_stripe_send()
            self.mails_wanted[move.id] += 1

        self._act(n, mail)

    def write_off(self, n, propose=True):
        """Give the invoice up at Stripe, with or without the entry."""

        def write_off(move):
            action = move.action_stripe_write_off()
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            values = {"propose_entry": propose}
            if propose:
                values["account_id"] = self.case.bad_debt_account.id
            wizard.create(values).action_confirm()

        self._act(n, write_off)

    def bank_pays(self, n, part=1.0):
        """Register a payment of a part of what is open, by bank."""

        def pay(move):
            register = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            )
            wizard = register.create({"journal_id": self.case.bank.id})
            wizard.amount = round(wizard.amount * part, 2)
            self.payments.setdefault(move.id, []).append(wizard._create_payments())
            self.paid_elsewhere[move.id] += round(wizard.amount * 100)

        self._act(n, pay)

    def bank_takes_back(self, n):
        """Take the last payment by bank back."""

        def take_back(move):
            if self.payments.get(move.id):
                payment = self.payments[move.id].pop()
                payment.action_draft()
                payment.action_cancel()

        self._act(n, take_back)

    def set_off(self, n):
        """Reverse the invoice with a credit note that is matched with it."""

        def reverse(move):
            if not move.reversal_move_ids:
                self.paid_elsewhere[move.id] += round(move.amount_residual * 100)
                move._reverse_moves(cancel=True)

        self._act(n, reverse)

    def edit(self, n, what="price"):
        """Edit the invoice: what Odoo or Stripe protects is refused."""
        changes = {
            "price": lambda line: {
                "invoice_line_ids": [
                    Command.update(line.id, {"price_unit": line.price_unit + 1})
                ]
            },
            "text": lambda line: {
                "invoice_line_ids": [
                    Command.update(line.id, {"name": f"{line.name}, again"})
                ]
            },
            "reference": lambda _line: {"ref": "Your order"},
        }
        self._act(n, lambda move: move.write(changes[what](move.invoice_line_ids[0])))

    def switch_off(self, n):
        """Switch Stripe off for the invoice."""
        self._act(n, lambda move: move.write({"stripe_invoice": False}))

    def retry(self, n):
        """Press "Try again"."""
        self._act(n, lambda move: move.action_stripe_retry())

    def refresh(self, n):
        """Press "Refresh from Stripe"."""
        self._act(n, lambda move: move.action_stripe_refresh())

    # === STRIPE: THE CUSTOMER AND THE DASHBOARD === #

    def customer_pays(self, n, how="card"):
        """Let the customer try to pay on the hosted page, or pass the bank's check."""
        wishes = {
            "card": {},
            "declined card": {"outcome": "decline"},
            "card to authenticate": {"outcome": "requires_action"},
            "debit": {"method": "sepa_debit", "outcome": "processing"},
            "debit that bounces": {
                "method": "sepa_debit",
                "outcome": "processing",
                "number": "DE62370400440532013001",
            },
            "a part": {"amount": 1000},
        }
        if how in wishes:
            self._stripe(n, "pay", wishes[how])
        else:
            self._stripe(n, "authenticate", {"success": how == "authenticates"})

    def customer_stores_card(self, n, number="4242424242424242"):
        """Let the customer of the invoice keep a card, or an account, to charge."""
        ref = self._move(n).stripe_ref
        for invoice in self.simulator.control("objects/invoice")["data"]:
            if invoice["id"] == ref:
                path = f"customers/{invoice['customer']}/card"
                self._control(path, {"number": number})
                customer = self._move(n).sudo().stripe_document_id._customer()
                if customer:
                    customer._agree("hand", fields.Datetime.now(), "Contract")

    def dashboard(self, n, act):
        """Let somebody press a button in the dashboard.

        :param act: finalize, void, mark_uncollectible, mark_paid or delete
        """
        if self._stripe(n, act, {}) and act == "mark_paid":
            self.paid_elsewhere[self._move(n).id] = 10**9

    def dashboard_edits(self, n):
        """Let somebody add a line to the draft in the dashboard."""
        self._stripe(n, "edit", {"add": [{"amount": 100, "description": "Extra"}]})

    def dashboard_revises(self, n):
        """Let somebody revise the invoice in the dashboard, and finalize that."""
        ref = self._move(n).stripe_ref
        if not ref:
            return
        made = self._dashboard(
            "POST",
            "/v1/invoices",
            from_invoice={"action": "revision", "invoice": ref},
        )
        if made:
            self._dashboard("POST", f"/v1/invoices/{made['id']}/finalize")

    def finalization_fails(self, off=False):
        """Let Stripe be unable to finalize anything, or able again."""
        path = f"accounts/{self.case.account.stripe_id}/finalization_error"
        self.simulator.control(path, {"off": off})

    def _dashboard(self, method, path, **params):
        body = {"method": method, "path": path, "params": params}
        return self._control(
            "dashboard", {"account": self.case.account.stripe_id, **body}
        )

    # === ON THE WAY: EVENTS, FAULTS, TIME, THE WORKER === #

    def deliver(self, order="in", share=1.0, copies=1):
        """Deliver the events that have not come yet, or a share of them, or none."""
        chance = random.Random(f"{order}{share}{copies}{len(self.delivered)}")
        # Not by the API, which has faults that are not meant for us.
        events = self.simulator.control("objects/event")["data"]
        new = [event for event in events if event["id"] not in self.delivered]
        self.delivered.update(event["id"] for event in new)
        # Those that are left out are lost.
        coming = [event for event in new if chance.random() <= share] * copies
        if order == "reversed":
            coming.reverse()
        elif order == "shuffled":
            chance.shuffle(coming)
        for event in [*coming, FOREIGN]:
            self.case.receive(event)

    def fault(self, kind="drop_before", nth=1, status=500, after=False, method=""):
        """Let one of the next requests fail."""
        rule = {"kind": kind, "nth": nth, "times": 1, "method": method}
        if kind == "status":
            rule.update(status=status, after=after and status >= 500)
        self.simulator.fault(**rule)

    def wait(self, hours):
        """Let time go by, here and at Stripe."""
        # The clock's own ``tick`` would forget the time that has gone by since.
        self.case.clock.move_to(datetime.now(timezone.utc) + timedelta(hours=hours))
        self.simulator.control("clock/advance", {"seconds": round(hours * 3600)})

    def work(self):
        """Run the worker."""
        self._run("_cron_synchronize")

    def go_on(self):
        """Deliver what has happened and run the worker: the usual course."""
        self.deliver()
        self.work()

    def catch_up(self):
        """Run the job that looks for events that were missed."""
        self._run("_cron_catch_up")

    def work_and_be_killed(self, request=1, after=False):
        """Run the worker and kill it before or after one of its requests."""
        send = requests.adapters.HTTPAdapter.send
        seen = []

        def killing(adapter, sent, *args, **options):
            seen.append(sent.url)
            if len(seen) != request:
                return send(adapter, sent, *args, **options)
            if after:
                send(adapter, sent, *args, **options)
            raise Killed

        try:
            with patch.object(requests.adapters.HTTPAdapter, "send", killing):
                self._run("_cron_synchronize")
        except Killed:
            self.env.invalidate_all()

    # === HOW IT IS DONE === #

    def _run(self, method):
        """Run a job; no fault of Stripe or the network may be a surprise to it."""
        with self.case.assertNoLogs("odoo.addons.sale_stripe_invoice", "ERROR"):
            self.case.run_job(method)

    def remote(self, move):
        """Return Stripe's invoice as it really is, or nothing."""
        ref = move.stripe_ref
        answer = self.simulator.api(f"invoices/{ref}") if ref else {}
        return answer if "error" not in answer else {}

    def living(self):
        """Return the invoices that were not deleted in Odoo."""
        return self.moves.exists()

    def _move(self, n):
        living = self.living()
        return living[n % len(living)] if living else living

    def _act(self, n, act):
        move = self._move(n)
        if move:
            self._as_user(lambda: act(move))

    def _withdraw(self, n, act):
        """Do what must not happen to an invoice that can be paid at Stripe (I7)."""

        def withdraw(move):
            known = move.stripe_status
            act(move)
            self.case.assertNotIn(known, ("open", "paid", "uncollectible"))

        self._act(n, withdraw)

    def _as_user(self, act):
        """Do it as a request does: all of it, or nothing and a sentence."""
        try:
            with self.env.cr.savepoint():
                act()
                self.env.flush_all()
        except AccessError:
            raise
        except UserError as error:
            self.case.assertTrue(str(error))

    def _stripe(self, n, act, body):
        ref = self._move(n).stripe_ref
        return self._control(f"invoices/{ref}/{act}", body) if ref else None

    def _control(self, path, body):
        try:
            return self.simulator.control(path, body)
        except requests.HTTPError as error:
            if error.response.status_code >= 500:
                raise
            return None
