import time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..checkout import PENDING, Progress, progress, transfer_instructions
from ..postings.expanded import id_of
from ..stripe_api.errors import RetryableError

# In the context of who books what was paid, and invoices the order for that.
BOOKING = "stripe_checkout_booking"


class StripeCheckoutSession(models.Model):
    """One page of Stripe Checkout on which an order is paid up front.

    Users only ever want a page, or want it closed (:meth:`_want`, :meth:`_close`); the
    worker makes it (``stripe_checkout_worker``), and when it is paid, books what
    follows (``stripe_checkout_booking``).
    """

    _name = "stripe.checkout.session"
    _description = "Stripe Checkout Session"
    _inherit = ["stripe.outbox.mixin", "stripe.object.mixin"]
    _order = "id desc"
    _rec_name = "order_name"

    _activity_type = "sale_stripe_invoice.mail_activity_type_stripe_order"

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

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)", "A page belongs to one order."
    )
    _order_uniq = models.UniqueIndex(
        "(order_id) WHERE wanted AND "
        "(status IS NULL OR status IN ('open', 'processing', 'transfer'))",
        "An order has one payment page at a time.",
    )

    @api.model
    def _selection_status(self):
        return [
            (Progress.OPEN.value, self.env._("Open")),
            (Progress.PROCESSING.value, self.env._("Payment under way")),
            (Progress.TRANSFER.value, self.env._("Waiting for a bank transfer")),
            (Progress.PAID.value, self.env._("Paid")),
            (Progress.FAILED.value, self.env._("Payment failed")),
            (Progress.EXPIRED.value, self.env._("Expired")),
        ]

    def _now(self):
        """Return the page's ``Progress``."""
        return Progress(self.status or "")

    def _takes_payment(self):
        """Tell whether the customer can pay on this page, or has, unbooked as yet."""
        now = self._now()
        unbooked = now is Progress.PAID and not self.booked
        return unbooked or now in (Progress.OPEN, Progress.PROCESSING)

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

    def _told_on(self):
        # EXTENDS 'stripe.outbox.mixin'
        return self.order_id

    # === WHAT ODOO WANTS === #

    @api.model
    def _live(self, orders):
        """Return the pages on which these orders can be paid, now or in a moment."""
        states = [False, *(state.value for state in PENDING)]
        domain = Domain("order_id", "in", orders.ids) & Domain("wanted", "=", True)
        return self.sudo().search(domain & Domain("status", "in", states))

    @api.model
    def _check_companies(self, companies):
        """Let the worker see whether orders of these companies are still paid so."""
        domain = Domain("company_id", "child_of", companies.ids)
        domain &= Domain("status", "=", Progress.OPEN.value)
        if pages := self.sudo().search(domain):
            pages._wake()

    @api.model
    def _want(self, order):
        """Want a page for an order, in the caller's transaction.

        :param order: one ``sale.order`` that may be paid so
        :return: its page, which may have yet to be made
        :raise psycopg2.OperationalError: another request makes it at this moment; the
            server runs this one again, which then finds it
        """
        page = self._live(order)
        if not page:
            company = order.company_id._stripe_company()
            # Two requests collide here, and not where they would make a page each.
            query = SQL("UPDATE sale_order SET id = id WHERE id = %s", order.id)
            self.env.cr.execute(query, log_exceptions=False)
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

    def _retry(self):
        # EXTENDS 'stripe.outbox.mixin'
        self._wake(refresh_wanted=True)

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
        values = {
            "status": now.value,
            "url": session.get("url") or transfer_instructions(session) or False,
            "refresh_wanted": False,
            "invoice_ref": id_of(session.get("invoice")) or False,
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
        elif now is Progress.TRANSFER:
            self._tell(
                env._(
                    "The customer has chosen to transfer the money, and Stripe has "
                    "told him where to. The order is confirmed and invoiced when the "
                    "whole sum has come. Nobody can take that choice back at Stripe."
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
        if not self._is_wanted():
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

    def _tell(self, text):
        """Say on the order what happened."""
        if self.order_id:
            self.order_id.message_post(body=text)


class StripeEvent(models.Model):
    """Events of pages on which orders are paid."""

    _inherit = "stripe.event"

    @api.model
    def _object_models(self):
        # EXTENDS
        found = {"checkout.session": "stripe.checkout.session"}
        return {**super()._object_models(), **found}
