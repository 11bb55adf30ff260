import logging
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ..const import BALANCE_OVERLAP, BALANCE_PATIENCE, BALANCE_RETRY
from ..postings.balance import held
from ..postings.expanded import id_of
from ..stripe_api.errors import StripeApiError
from ..stripe_api.money import from_minor
from .event_values import utc

_logger = logging.getLogger(__name__)

ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe_balance"


class StripeAccount(models.Model):
    """The balance at Stripe is read, and compared with the books.

    Whatever moves money only says that the balance is wanted. The worker then lists
    what moved it since the last time, with an overlap: what was missed, came late or
    was lost by a crash is there the next time.
    """

    _inherit = "stripe.account"

    balance_wanted_at = fields.Datetime("Next Import", readonly=True, copy=False)
    balance_problem = fields.Text(
        readonly=True, copy=False, help="Why the balance was not imported."
    )
    balance_read_until = fields.Integer(
        readonly=True,
        copy=False,
        help="Newest movement that was listed, epoch seconds.",
    )

    def write(self, vals):
        """Read the balance anew when the books start on another day."""
        result = super().write(vals)
        if "import_start" in vals:
            self.sudo().balance_ids.read_at = False
            self.sudo().balance_read_until = 0
            self.sudo()._want_balance()
        return result

    # === ASKING FOR IT === #

    def action_import_balance(self):
        """Import the balance as soon as the worker is free. For the billing group.

        :raise UserError: the user may not, or the account does not book its balance
        """
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("You may not import Stripe's balance."))
        for account in self.sudo():
            account._ensure_complete()
            if not account.import_balance:
                raise UserError(
                    self.env._(
                        "Tick Book Fees and Payouts on the Stripe account %s first.",
                        account.display_name,
                    )
                )
            account._try_now()
            account._want_balance()
        message = self.env._("Stripe is asked; new lines appear within a minute.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message},
        }

    def _want_balance(self, delay=0):
        """Let the worker import the balance.

        :param int delay: seconds until then
        """
        at = fields.Datetime.now() + timedelta(seconds=delay)
        for account in self.filtered("import_balance"):
            if not account.balance_wanted_at or account.balance_wanted_at > at:
                account.balance_wanted_at = at
                self.env["stripe.document"]._ring(at if delay else None)

    @api.model
    def _import_wanted(self):
        """Import the balances that are wanted by now."""
        wanted = Domain("import_balance", "=", True)
        wanted &= Domain("balance_wanted_at", "<=", fields.Datetime.now())
        for found in self.sudo().search(self._usable_domain() & wanted):
            account = found.with_context(lang=found._language())
            try:
                account._import_balance(account._gateway())
                account._note_success()
            except StripeApiError as error:
                account._note_import_failure(error)
            except psycopg2.OperationalError:
                raise
            except Exception as error:
                # Whatever it is, it must not stop the others.
                self.env.cr.rollback()
                _logger.exception("The balance of %s cannot be imported", account)
                account._note_import_problem(str(error))
            self.env["ir.cron"]._commit_progress()

    def _note_import_failure(self, error):
        """Hold the account back, or the import alone if the key may not do that much.

        :param error: a ``StripeApiError``
        """
        if error.http_status != 403:
            self._note_failure(error)
            return
        self._note_import_problem(
            self.env._(
                "The key may not read balance transactions or payouts. %s",
                self._connection_sentence(error),
            )
        )

    def _note_import_problem(self, reason):
        """Say why the balance is not imported, and try it again later.

        :param str reason: a sentence for people
        """
        at = fields.Datetime.now() + timedelta(seconds=BALANCE_PATIENCE)
        self.write(
            {
                "balance_problem": self.env._(
                    "Fees and payouts are not booked. Odoo tries again in an hour, or "
                    "when you press Import Stripe Balance. %(reason)s",
                    reason=reason,
                ),
                "balance_wanted_at": at,
            }
        )

    # === READING IT === #

    def _import_balance(self, gateway):
        """Store what moved the balance since the last time, and what it is now.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError: see the gateway
        """
        rows = self.env["stripe.balance.transaction"].with_company(self.company_id)
        now = int(time.time())
        since = self._balance_since()
        entries = gateway.list_balance_transactions(since)
        balance = gateway.retrieve_balance()
        newest = max((entry["created"] for entry in entries), default=since)
        late = gateway.list_balance_transactions(newest)
        seen = {entry["id"] for entry in entries}
        is_whole = all(entry["id"] in seen for entry in late)
        entries += late
        foreign = rows._foreign_intents(self, gateway, entries)
        # Reading took its time: what follows sees what is true by now.
        self.env["ir.cron"]._commit_progress()
        problems = self._store_all_but_bad(
            {entry["id"]: entry for entry in entries},
            lambda good: rows._receive(self, good, foreign),
        )
        payouts = self.env["stripe.payout"]
        problems |= payouts._take_over_sources(self, gateway, entries)
        # What was not stored has to be listed the next time, too.
        bad = [
            one
            for one in entries
            if {one["id"], id_of(one.get("source"))} & {*problems}
        ]
        # By Stripe's clock: ours may be wrong by hours.
        read_until = max(newest, self.balance_read_until)
        until = min([read_until, *(entry["created"] for entry in bad)])
        self.write({"balance_wanted_at": False, "balance_read_until": until})
        if is_whole:
            unsure = {one.get("currency") for one in bad if one["id"] in problems}
            problems |= self._keep_balance(balance, now, unsure)
        self._note_bad(problems)
        self._want_what_is_late()

    def _balance_since(self):
        """Return from which instant on the balance is listed, in epoch seconds."""
        start = 0
        if self.import_start:
            zone = ZoneInfo(self.tz)
            midnight = datetime.combine(self.import_start, datetime.min.time(), zone)
            start = int(midnight.timestamp())
        return max(start, self.balance_read_until - BALANCE_OVERLAP)

    def _keep_balance(self, balance, now, unsure):
        """Store what Stripe holds, by currency.

        :param dict balance: Stripe's Balance
        :param int now: epoch seconds
        :param set unsure: currencies of which not all movements were stored; what was
            held before the books started cannot be told from them
        :return: problems, see :meth:`_store_all_but_bad`
        """
        rows = self.env["stripe.balance.transaction"]
        # What Stripe does not name any more, it does not hold any more.
        known = [code.lower() for code in self.balance_ids.mapped("currency_id.name")]
        amounts = {**dict.fromkeys(known, 0), **held(balance)}

        def note(parts):
            for code, minor in parts:
                currency = rows._currency(code.upper())
                amount = float(from_minor(minor, code))
                row = self._balance_in(currency)
                if row.read_at or code not in unsure:
                    row._note(amount, utc(now))

        return self._store_all_but_bad(
            {
                code.upper(): (code, minor)
                for code, minor in amounts.items()
                if minor or code in known
            },
            note,
        )

    def _want_what_is_late(self):
        """Look again soon where a payment is booked and the balance shows it not yet.

        Stripe moves the balance some time after a payment has succeeded.
        """
        since = fields.Datetime.now() - timedelta(seconds=BALANCE_PATIENCE)
        payments = self.env["account.payment"].search(
            [
                ("stripe_account_id", "=", self.id),
                ("stripe_charge", "!=", False),
                ("payment_type", "=", "inbound"),
                ("create_date", ">=", since),
            ]
        )
        charges = set(payments.mapped("stripe_charge"))
        there = self.env["stripe.balance.transaction"].search(
            [("account_id", "=", self.id), ("source", "in", list(charges))]
        )
        if charges - set(there.mapped("source")):
            self._want_balance(BALANCE_RETRY)

    # === ASKING PEOPLE === #

    def _ask(self, summary, note, activity=ACTIVITY):
        """Raise an activity for the responsible person, in his language.

        :param summary: function of an environment, returns a text
        :param note: likewise
        :param str activity: name of the activity's type
        """
        person = self.user_id or self.create_uid
        told = self.with_context(lang=person.lang)
        told.activity_schedule(
            activity,
            summary=summary(told.env),
            note=plaintext2html(note(told.env)),
            user_id=person.id,
        )
