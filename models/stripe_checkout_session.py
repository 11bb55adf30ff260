import logging
import time

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..checkout import PENDING, Facts, Progress, Step, next_step, progress
from ..const import METADATA_CHECKOUT, METADATA_DATABASE
from ..exceptions import sentence
from ..payloads.checkout import OrderSnapshot, rates, session_params
from ..payloads.snapshot import SnapshotError, freeze_order
from ..stripe_api.errors import (
    NotFoundError,
    RejectedError,
    RetryableError,
    StripeApiError,
    UnauthorizedError,
    UnknownOutcomeError,
)
from .stripe_customer import CLOCK_MARGIN

_logger = logging.getLogger(__name__)

# Requests for one page in a row; more would be a circle.
MAX_STEPS = 12
ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe_order"


class StripeCheckoutSession(models.Model):
    """One page of Stripe Checkout on which an order is paid up front.

    Users only ever want a page, or want it closed (:meth:`_want`, :meth:`_close`); the
    worker makes it, and when it is paid, books what follows
    (``stripe_checkout_booking``).
    """

    _name = "stripe.checkout.session"
    _description = "Stripe Checkout Session"
    _inherit = ["stripe.call.mixin", "stripe.queue.mixin", "stripe.object.mixin"]
    _order = "id desc"
    _rec_name = "order_name"

    account_id = fields.Many2one(ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    order_name = fields.Char("Order Number", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    status = fields.Selection(
        "_selection_status", readonly=True, help="What Stripe says of the page."
    )
    stripe_id = fields.Char("Stripe ID", readonly=True, index="btree_not_null")
    url = fields.Char("Payment Page", readonly=True)
    expires_at = fields.Datetime("Open Until", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True, help="What the page asks for.")
    snapshot = fields.Json(readonly=True, help="The order as the page asks for it.")
    invoice_ref = fields.Char(
        "Stripe Invoice", readonly=True, help="The one that follows the payment."
    )
    wanted = fields.Boolean(readonly=True, help="The order is to be paid on this page.")
    refresh_wanted = fields.Boolean(
        readonly=True, help="Stripe is to be looked at before anything else."
    )
    pending = fields.Boolean(readonly=True, help="There is something to do.")
    refused = fields.Boolean("To Fix", readonly=True)
    error = fields.Text("Problem", readonly=True)

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "A page belongs to one order."
    )
    _order_uniq = models.UniqueIndex(
        "(order_id) WHERE wanted AND "
        "(status IS NULL OR status IN ('open', 'processing'))",
        "An order has one payment page at a time.",
    )
    _outbox_idx = models.Index("(next_attempt_at, id) WHERE pending")

    @api.model
    def _selection_status(self):
        return [
            (Progress.OPEN.value, self.env._("Open")),
            (Progress.PROCESSING.value, self.env._("Payment under way")),
            (Progress.PAID.value, self.env._("Paid")),
            (Progress.FAILED.value, self.env._("Payment failed")),
            (Progress.EXPIRED.value, self.env._("Expired")),
        ]

    def _now(self):
        """Return the page's ``Progress``."""
        return Progress(self.status or "")

    def _lock_rows(self):
        # EXTENDS 'stripe.call.mixin': what is paid confirms the order.
        query = SQL(
            "SELECT 1 FROM sale_order WHERE id IN "
            "(SELECT order_id FROM stripe_checkout_session WHERE id IN %s) "
            "ORDER BY id FOR NO KEY UPDATE",
            tuple(self.ids),
        )
        self.env.cr.execute(query, log_exceptions=False)
        return super()._lock_rows()

    # === WHAT ODOO WANTS === #

    @api.model
    def _live(self, orders):
        """Return the pages on which these orders can be paid, now or in a moment."""
        states = [False, *(state.value for state in PENDING)]
        domain = Domain("order_id", "in", orders.ids) & Domain("wanted", "=", True)
        return self.sudo().search(domain & Domain("status", "in", states))

    def _want(self, order):
        """Want a page for an order, in the caller's transaction.

        :param order: one ``sale.order`` that may be paid so
        :return: its page, which may have yet to be made
        """
        page = self._live(order)
        if not page:
            company = order.company_id._stripe_company()
            page = self.sudo().create(
                {
                    "account_id": company.stripe_account_id.id,
                    "company_id": order.company_id.id,
                    "order_id": order.id,
                    "order_name": order.name,
                    "partner_id": order.partner_invoice_id.id,
                    "currency_id": order.currency_id.id,
                    "wanted": True,
                }
            )
            page._wake()
        return page

    def _close(self):
        """Let nobody pay on these pages any more."""
        if self:
            self.write({"wanted": False})
            self._wake()

    def _wake(self, **values):
        """Let the worker look at these pages again.

        :param values: what else to write on them
        """
        self.write(
            {
                "pending": True,
                "refused": False,
                "error": False,
                "attempts": 0,
                "next_attempt_at": False,
                **values,
            }
        )
        self._ring()

    def action_retry(self):
        """Try again now what failed or waits. For the billing group."""
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self.sudo().account_id._try_now()
        self.sudo()._wake(refresh_wanted=True)

    # === THE WORKER === #

    @api.model
    def _waiting_domain(self):
        return Domain("pending", "=", True)

    def _process_batch(self):
        """Bring one page as far as it goes; what fails is kept."""
        self.ensure_one()
        page = self.with_company(self.company_id)
        language = self.order_id.user_id.lang or self.company_id.partner_id.lang
        page = page.with_context(lang=language or None)
        try:
            page._work(page.account_id._gateway())
            self.env.flush_all()
        except (SnapshotError, StripeApiError) as error:
            page._note_failure(error)
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Stripe Checkout %s could not be processed", self.id)
            page._wait(
                page.env._(
                    "An unexpected problem stopped this: %(problem)s. "
                    "It is tried again; the server log has the details.",
                    problem=type(error).__name__,
                )
            )

    def _work(self, gateway):
        """Go on until nothing is left to do.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError, SnapshotError: what stopped it
        """
        for _step in range(MAX_STEPS):
            if self.pending_call:
                self._recover(gateway)
            elif self.refresh_wanted and self.stripe_id:
                self._refresh(gateway)
            else:
                step = next_step(self._now(), self._facts())
                if step is Step.REST:
                    self._settle()
                    return
                if step is Step.WAIT:
                    self._wait_for_stripe()
                    return
                self._steps()[step](gateway)
            self.account_id._note_success()
            self.env["ir.cron"]._commit_progress()
        raise RetryableError(self.env._("Stripe and Odoo do not come to rest."))

    def _facts(self):
        """Return the ``checkout.Facts`` of the page as it is now."""
        others = self._others_pending()
        return Facts(
            wanted=self.wanted,
            current=self._now() is not Progress.OPEN or self._is_current(),
            another=bool(others),
            invoiced=bool(self.invoice_ref),
            booked=self.booked,
            told=self.told,
            attached=self.attached,
        )

    def _others_pending(self):
        """Return the other pages of the order that can still bring a payment."""
        states = [state.value for state in PENDING]
        domain = Domain("order_id", "=", self.order_id.id)
        domain &= Domain("id", "!=", self.id) & Domain("status", "in", states)
        return self.search(domain) if self.order_id else self.browse()

    def _is_current(self):
        """Tell whether the order still is what the page asks for."""
        if not self.order_id or self.order_id.state == "cancel":
            return False
        try:
            now = freeze_order(self.order_id, self.account_id)
        except SnapshotError:
            return False
        return now.asks_for_the_same(OrderSnapshot.from_json(self.snapshot))

    def _steps(self):
        return {
            Step.CREATE: self._create_at_stripe,
            Step.EXPIRE: self._expire_at_stripe,
            Step.BOOK: self._book,
            Step.TELL: self._tell_stripe,
            Step.ATTACH: self._attach_pdf,
        }

    def _create_at_stripe(self, gateway):
        """Freeze the order, make sure of customer and tax rates, and make the page."""
        order = freeze_order(self.order_id, self.account_id)
        amount = self._major(order.amount)
        self.write({"snapshot": order.to_json(), "amount": amount})
        customer = self.env["stripe.customer"]._ensure(
            self.account_id, self.order_id.partner_invoice_id, order.customer, gateway
        )
        tax_rates = self.env["stripe.tax.rate"]
        ids = tax_rates._ensure(self.account_id, rates(order), gateway)
        params = session_params(
            order,
            customer.stripe_id,
            ids,
            self._metadata(),
            self.order_id._stripe_checkout_addresses(),
        )
        create = gateway.create_checkout_session
        try:
            answer = self._stripe_call(Step.CREATE.value, params, create)
        except RejectedError as error:
            gone = customer._forget_if_gone(error)
            if not gone and not tax_rates._forget_if_gone(self.account_id, error):
                raise
            return
        self._store_created(answer)

    def _store_created(self, answer):
        self.stripe_id = answer["id"]
        self._observe({**answer, "payment_intent": None})
        if self.order_id:
            self.order_id.message_post(
                body=self.env._(
                    "The payment page of Stripe is open for a day. The link that the "
                    "customer has makes a new one when it is over."
                )
            )

    def _expire_at_stripe(self, gateway):
        """Close the page. One that is over already is looked at."""

        def send(_params, key):
            return gateway.expire_checkout_session(self.stripe_id, key)

        try:
            answer = self._stripe_call(Step.EXPIRE.value, {}, send)
        except RejectedError:
            self._refresh(gateway)
            if self._now() is Progress.OPEN:
                raise
            return
        self._observe({**answer, "payment_intent": None})

    def _refresh(self, gateway):
        """Read the page from Stripe as it is now, and apply it."""
        session = self._look(gateway)
        self._hold()
        self._observe(session)

    def _look(self, gateway):
        """Return the session from Stripe; one that does not exist has expired."""
        try:
            return gateway.retrieve_checkout_session(self.stripe_id)
        except NotFoundError:
            return {"status": "expired", "invoice": None, "url": None}

    def _recover(self, gateway):
        """Find out what became of a request whose answer was lost."""
        call = self.pending_call
        if call["name"] == Step.CREATE.value:
            if self._can_repeat_call():
                create = gateway.create_checkout_session
                self._store_created(self._stripe_call(call["name"], None, create))
                return
            found = gateway.find_checkout_session(
                call["params"]["metadata"], call["at"] - CLOCK_MARGIN
            )
            self.pending_call = False
            if found:
                self._store_created(found)
        else:
            # What changes something is sent again when it is still needed.
            self.write({"pending_call": False, "refresh_wanted": bool(self.stripe_id)})

    def _metadata(self):
        """Return what finds all that follows again, whatever was lost in between."""
        return {
            METADATA_DATABASE: self.account_id._database_uuid(),
            METADATA_CHECKOUT: str(self.id),
        }

    # === WHAT STRIPE SAYS === #

    def _observe(self, session):
        """Take over what Stripe says of the page, and tell what has changed.

        :param dict session: Stripe's, with its PaymentIntent expanded
        :raise RetryableError: Stripe says something that this version does not know
        """
        try:
            now = progress(session)
        except (KeyError, ValueError) as error:
            message = f"Unknown state of a Checkout Session: {error}"
            raise RetryableError(message, http_status=200) from None
        before = self._now()
        invoice = session.get("invoice")
        values = {
            "status": now.value,
            "url": session.get("url") or False,
            "refresh_wanted": False,
            "invoice_ref": invoice["id"] if isinstance(invoice, dict) else invoice,
        }
        if session.get("expires_at"):
            values["expires_at"] = fields.Datetime.to_datetime(
                time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(session["expires_at"]))
            )
        self.write(values)
        if now is not before:
            self._follow(now)

    def _follow(self, now):
        """Say on the order what has become of its page.

        :param Progress now: what it is since just now
        """
        env = self.env
        if now is Progress.PROCESSING:
            self._tell(
                env._(
                    "The customer has paid at Stripe by a method that takes some days. "
                    "The order is confirmed and invoiced when the money has come."
                )
            )
        elif now is Progress.FAILED:
            text = env._(
                "The customer's payment at Stripe failed: nothing was received. Send "
                "the payment link again, or agree on another way to pay."
            )
            self.wanted = False
            self._tell(text)
            self._ask(env._("Stripe: the payment of an order failed"), text)
        elif now is Progress.EXPIRED:
            self._follow_expired()

    def _follow_expired(self):
        env = self.env
        if not self.wanted:
            self._tell(env._("The payment page of Stripe is closed."))
        elif self._is_current():
            self._tell(
                env._(
                    "Nobody paid on the page of Stripe in its time. The link that the "
                    "customer has makes a new one."
                )
            )
        else:
            self._tell(
                env._(
                    "The order has changed since the payment page was opened, so that "
                    "page is closed. The link that the customer has leads to a new "
                    "one, for the order as it is then."
                )
            )
        self.wanted = False

    def _look_at(self, account, gateway, stripe_ids):
        # OVERRIDE of 'stripe.object.mixin'
        ours = {page.stripe_id: page for page in self._known(account, stripe_ids)}
        return {
            name: ours[name]._look(gateway) if name in ours else None
            for name in stripe_ids
        }

    def _take_over_objects(self, account, found):
        # OVERRIDE of 'stripe.object.mixin'
        for page in self._known(account, set(found)):
            page._observe(found[page.stripe_id])
            page._wake()
        text = self.env._("The payment page was not made by this database.")
        return {name: text for name, session in found.items() if session is None}

    def _known(self, account, stripe_ids):
        domain = Domain("account_id", "=", account.id)
        return self.search(domain & Domain("stripe_id", "in", list(stripe_ids)))

    # === RESTING === #

    def _settle(self):
        self.write(
            {
                "pending": False,
                "refresh_wanted": False,
                "error": False,
                "attempts": 0,
                "next_attempt_at": False,
            }
        )

    def _wait_for_stripe(self):
        """Look again in a moment: at this page, or at the one before it."""
        if self._now() is Progress.PAID:
            self.refresh_wanted = True
            text = self.env._("Stripe has yet to make the invoice of the payment.")
        else:
            self._others_pending()._wake(refresh_wanted=True)
            text = self.env._("An earlier payment page of the order is not over yet.")
        self._wait(text)

    def _wait(self, text, delay=0):
        """Try again later.

        :param str text: a translated sentence that says what is waited for
        :param int delay: seconds that Stripe asked for; our own backoff if 0
        """
        self.error = text
        self._postpone(delay)

    def _note_failure(self, error):
        """Write down why it did not go on, and whether time alone can mend it."""
        if isinstance(error, UnauthorizedError):
            self.account_id._note_failure(error)
            self._wait(self.account_id.error)
        elif isinstance(error, RetryableError | UnknownOutcomeError):
            if not error.http_status:
                self.account_id._note_failure(error)
            self._wait(str(error), getattr(error, "retry_after", 0))
        else:
            known = isinstance(error, SnapshotError)
            self._refuse(str(error) if known else sentence(self.env, error))

    def _refuse(self, text):
        """Stop until somebody acts, and say why.

        :param str text: a translated sentence
        """
        values = {"pending": False, "refused": True, "error": text, "attempts": 0}
        if self._now() is Progress.NONE:
            # Nothing was made, so nothing keeps the next attempt from starting anew.
            values["wanted"] = False
        self.write(values)
        self._tell(self.env._("There is no payment page at Stripe: %s", text))
        self._ask(self.env._("Stripe: no payment page"), text)

    def _tell(self, text):
        """Say on the order what happened."""
        if self.order_id:
            self.order_id.message_post(body=text)

    def _ask(self, summary, note):
        """Give the salesperson an activity on the order, unless he has it already."""
        order = self.order_id
        if not order:
            return
        same = order.activity_ids.filtered(lambda activity: activity.summary == summary)
        if same:
            same.write({"note": note})
            return
        user = order.user_id or order.create_uid
        order.activity_schedule(ACTIVITY, summary=summary, note=note, user_id=user.id)


class StripeEvent(models.Model):
    """Events of pages on which orders are paid."""

    _inherit = "stripe.event"

    @api.model
    def _object_models(self):
        # EXTENDS
        found = {"checkout.session": "stripe.checkout.session"}
        return {**super()._object_models(), **found}
