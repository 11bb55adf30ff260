import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import HANDLED_EVENTS
from ..lifecycle import Status
from ..stripe_api.errors import StripeApiError
from .event_values import event_values

_logger = logging.getLogger(__name__)

# Days that settled events are kept.
RETENTION_DAYS = 90
# Invoices whose events are applied, and whose payments are booked, together.
TOGETHER = 50


class StripeEvent(models.Model):
    """The inbox: one row per event and account.

    The webhook only inserts. The worker takes an event as a hint, reads the object that
    it names from Stripe, and applies what that is now; so neither order nor number of
    the events matters. ``done`` is written in the transaction that applied it. What
    failed stays, says why, and is tried again.

    The body of an event is not kept: it holds personal data, and nobody trusts it.
    """

    _name = "stripe.event"
    _inherit = ["stripe.queue.mixin"]
    _description = "Stripe Event"
    _order = "id desc"
    _rec_name = "stripe_id"

    account_id = fields.Many2one(ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    stripe_id = fields.Char("Stripe ID", required=True, readonly=True)
    type = fields.Char(required=True, readonly=True)
    object_id = fields.Char(readonly=True, index="btree_not_null")
    object_type = fields.Char(readonly=True, help="Stripe's word: invoice, refund…")
    invoice_ref = fields.Char(
        "Stripe Invoice",
        readonly=True,
        index="btree_not_null",
        help="ID of the invoice (in_…).",
    )
    document_ref = fields.Integer(
        "Document in Metadata", readonly=True, help="0 if it is not ours."
    )
    livemode = fields.Boolean("Live", readonly=True)
    by_us = fields.Boolean(readonly=True, help="A request of this addon caused it.")
    created_at = fields.Datetime("Created at Stripe", readonly=True)
    received_at = fields.Datetime(
        "Received", readonly=True, default=fields.Datetime.now
    )
    delivered_at = fields.Datetime(
        "Delivered",
        readonly=True,
        help="When Stripe called. Empty if Odoo found the event by asking.",
    )
    state = fields.Selection(
        [
            ("received", "Received"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="received",
        readonly=True,
        index=True,
    )
    reason = fields.Text(readonly=True, help="Why it failed or was ignored.")

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "An event is stored once."
    )
    _inbox_idx = models.Index(
        "(next_attempt_at, id) WHERE state IN ('received', 'failed')"
    )
    _delivered_idx = models.Index("(account_id, delivered_at)")

    # === THE WEBHOOK === #

    @api.model
    def _receive(self, account, event):
        """Store a verified event and wake the worker. Nothing else.

        The same event may come again, at the same moment too, and changes nothing.

        :param account: the ``stripe.account`` that the webhook token names
        :param dict event: Stripe's event, verified
        """
        now = fields.Datetime.now()
        if not self._insert(account, event, delivered_at=now):
            self.env.cr.execute(
                SQL(
                    "UPDATE stripe_event SET delivered_at = %s WHERE account_id = %s "
                    "AND stripe_id = %s AND delivered_at IS NULL",
                    now,
                    account.id,
                    event["id"],
                ),
                log_exceptions=False,
            )
        account._hear()
        self._ring()

    @api.model
    def _receive_missed(self, account, events):
        """Store those events that no call of Stripe has told of, and wake the worker.

        :param account: the ``stripe.account`` whose events they are
        :param list events: Stripe's events, read from Stripe
        """
        ids = [event["id"] for event in events]
        domain = [("account_id", "=", account.id), ("stripe_id", "in", ids)]
        known = set(self.search(domain).mapped("stripe_id"))
        missed = [event for event in events if event["id"] not in known]
        for event in missed:
            self._insert(account, event)
        if missed:
            self._ring()

    @api.model
    def _insert(self, account, event, **columns):
        """Store an event; return whether it was unknown."""
        columns.update(event_values(event, account._database_uuid()))
        columns["received_at"] = fields.Datetime.now()
        columns.update(account_id=account.id, company_id=account.company_id.id)
        self.env.cr.execute(
            SQL(
                "INSERT INTO stripe_event (%s) VALUES (%s) "
                "ON CONFLICT (account_id, stripe_id) DO NOTHING",
                SQL(", ").join(map(SQL.identifier, columns)),
                SQL(", ").join(SQL("%s", value) for value in columns.values()),
            ),
            # Its copy may be committed at this moment: Odoo runs the request again.
            log_exceptions=False,
        )
        return bool(self.env.cr.rowcount)

    # === THE WORKER === #

    @api.model
    def _waiting_domain(self):
        return Domain("state", "in", ("received", "failed"))

    def _batches(self):
        """Return the events of some invoices of one account at a time.

        What else waits of the same invoices comes along: one look answers all of it.
        """
        batches = []
        references = set(self.mapped("invoice_ref")) - {False}
        siblings = Domain("invoice_ref", "in", references) & self._due_domain()
        for events in (self | self.search(siblings)).grouped("account_id").values():
            groups = events._groups()
            for start in range(0, len(groups), TOGETHER):
                chunk = groups[start : start + TOGETHER]
                batches.append(self.browse().union(*chunk))
        return batches

    def _groups(self):
        """One look at Stripe is enough for all events of one invoice or object."""
        return list(self.grouped(lambda event: event._subject()).values())

    def _subject(self):
        """Return what is to be read from Stripe: the object's type and id."""
        if self.object_type in self._object_models():
            return self.object_type, self.object_id
        return "invoice", self.invoice_ref

    @api.model
    def _object_models(self):
        """Return which model applies the events of what is no invoice.

        :return: Stripe's word for the object → name of a model that inherits
            ``stripe.object.mixin``
        """
        return {}

    def _process_batch(self):
        """Apply the events of some invoices at once; what fails is kept.

        If that fails, they are applied one invoice after the other, so that one that is
        bad does not stop the others.
        """
        groups = self._groups()
        if len(groups) > 1 and self._process_together():
            return
        for group in groups:
            # A connection that just failed would fail for the others, too.
            if group.account_id in self.env["stripe.account"]._usable():
                group._process_group()
                self.env["ir.cron"]._commit_progress()

    def _process_together(self):
        """Apply the events of some invoices at once.

        :return: whether nothing is left to be done about them now; if something is,
            nothing was changed
        """
        try:
            self._apply()
            self.env.flush_all()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            if isinstance(error, StripeApiError) and _is_of_connection(error):
                self._keep(error)
                return True
            self.env.cr.rollback()
            _logger.info("Stripe events are applied one by one: %s", error)
            return False
        return True

    def _process_group(self):
        """Apply the events of one invoice; what fails is kept."""
        try:
            self._apply()
            self.env.flush_all()
        except StripeApiError as error:
            self._keep(error)
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Stripe events %s could not be applied", self.ids)
            self._fail(f"{type(error).__name__}: {error}")

    def _keep(self, error):
        """Keep the events, and hold the account back if the connection is at fault."""
        if _is_of_connection(error):
            self.account_id._note_failure(error)
        self._fail(str(error))

    def _apply(self):
        """Read what the events are about from Stripe, and apply what it is now."""
        for event in self:
            event._set_aside()
        gateway = self.account_id._gateway()
        still_open = self.filtered(lambda event: event._is_open())
        objects = still_open.filtered(
            lambda event: event.object_type in self._object_models()
        )
        (still_open - objects)._apply_to_invoices(gateway)
        for object_type, events in objects.grouped("object_type").items():
            events._apply_to_objects(self._object_models()[object_type], gateway)

    def _apply_to_invoices(self, gateway):
        """Read the invoices behind the events, and apply what they are now.

        All are read before the first is written, and all payments are booked together.
        """
        looks = []
        known = self._documents()
        for events in self._groups():
            document = known.get(events[0].invoice_ref) or events._lost_document()
            if not document:
                events._ignore(self.env._("The invoice was not made by this database."))
                continue
            document = document.with_company(document.company_id)._for_readers()
            document = events._traced(document)
            looks.append((events, document, *document._look(gateway)))
        if not looks:
            return
        self.env["stripe.document"].union(*(look[1] for look in looks))._hold()
        wanted = [
            (document, posting)
            for _events, document, _invoice, payments in looks
            for posting in document._postings(payments)
        ]
        booked = self.env["stripe.posting"]._book_payments(wanted)
        for events, document, invoice, payments in looks:
            own = booked.filtered(
                lambda payment, document=document: (
                    payment.stripe_document_id == document
                )
            )
            document._take_over(invoice, payments, own)
            events._finish(document)
        # What is not ours was not read, so it proves nothing.
        self.account_id._note_success()

    def _apply_to_objects(self, model, gateway):
        """Read the objects that the events are about, and apply what they are now.

        :param str model: a model that inherits ``stripe.object.mixin``
        """
        account = self.account_id
        objects = self.env[model].with_company(account.company_id)
        found = objects._look_at(account, gateway, set(self.mapped("object_id")))
        # Reading took its time: what follows sees what is true by now.
        self.env["ir.cron"]._commit_progress()
        reasons = objects._take_over_objects(account, found)
        if found:
            account._note_success()
        # Whatever it is, it may have moved money.
        account._want_balance()
        for event in self:
            if reason := reasons.get(event.object_id):
                event._ignore(reason)
            else:
                event._set_done()

    def _is_open(self):
        return self.state in ("received", "failed")

    def _finish(self, document):
        """Note that the events have been applied to the document."""
        for event in self:
            if event.type == "invoice.sent" and not event.by_us:
                document._follow_sent(event.created_at)
        if document.pending and document.status == Status.DRAFT.value:
            # It waits for its time, and may not be what it was.
            document.next_attempt_at = False
            self._ring()
        self._set_done()

    def _set_done(self):
        self.write({"state": "done", "reason": False, "next_attempt_at": False})

    def _set_aside(self):
        """Ignore what is not for us, and say why."""
        if self.livemode != self.account_id.livemode:
            self._ignore(self.env._("The event is of the other mode (test or live)."))
        elif self.type not in HANDLED_EVENTS:
            self._ignore(self.env._("Events of this type mean nothing here."))
        elif not self._subject()[1]:
            self._ignore(self.env._("The event names no invoice."))

    def _documents(self):
        """Return the documents of the events' invoices, by their id at Stripe."""
        documents = self.env["stripe.document"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("stripe_id", "in", set(self.mapped("invoice_ref"))),
            ]
        )
        return {document.stripe_id: document for document in documents}

    def _lost_document(self):
        """Return the document of the invoice whose id it never learned, if it is ours.

        It was made by us, but the answer that named it was lost: the metadata tells.
        Without a request under way it is of a former life of this database, whose ids
        began anew after a restored backup or another installation.
        """
        ref = max(self.mapped("document_ref"))
        lost = self.env["stripe.document"].browse(ref).exists()
        unnamed = lost.pending_call and not lost.stripe_id
        if unnamed and lost.account_id == self.account_id:
            lost.stripe_id = self[0].invoice_ref
            return lost
        return self.env["stripe.document"]

    def _ignore(self, reason):
        self.write({"state": "ignored", "reason": reason, "next_attempt_at": False})

    def _fail(self, reason):
        """Keep the events for a next try, each with its own backoff."""
        events = self.filtered(lambda event: event._is_open())
        events.write({"state": "failed", "reason": reason})
        events._postpone()

    def action_retry(self):
        """Try failed or ignored events again now. For accounting managers."""
        self.check_access("read")
        self.env["stripe.account"].check_access("write")
        self.sudo().account_id._try_now()
        self.sudo().write({"state": "received", "next_attempt_at": False})
        self._ring()

    @api.autovacuum
    def _gc_events(self):
        """Forget settled events after a while; open ones stay."""
        limit = fields.Datetime.now() - timedelta(days=RETENTION_DAYS)
        self.search(
            [("state", "in", ("done", "ignored")), ("received_at", "<", limit)],
            limit=10000,
        ).unlink()


def _is_of_connection(error):
    return not error.http_status or error.http_status in (401, 403)
