from odoo import api, models
from odoo.fields import Domain

from ..checkout import HOLDING, PENDING, Facts, Progress, Step, next_step
from ..const import METADATA_CHECKOUT, METADATA_DATABASE
from ..payloads.checkout import OrderSnapshot, rates, session_params
from ..payloads.snapshot import SnapshotError, freeze_order
from ..stripe_api.errors import NotFoundError, RejectedError
from .stripe_customer import CLOCK_MARGIN

# Doors of an order behind which the customer is asked for its money.
ASKING = ("payable", "preparing")


class StripeCheckoutSession(models.Model):
    """The worker's part: make the page, close it, and find out what was lost."""

    _inherit = "stripe.checkout.session"

    def _go_on(self, gateway):
        # EXTENDS 'stripe.outbox.mixin'
        if self.pending_call:
            self._recover(gateway)
            return True
        if self.refresh_wanted and self.stripe_id:
            self._refresh(gateway)
            return True
        step = next_step(self._now(), self._facts())
        if step is Step.REST:
            self._settle()
        elif step is Step.WAIT:
            self._wait_for_stripe()
        else:
            self._steps()[step](gateway)
            return True
        return False

    def _facts(self):
        """Return the ``checkout.Facts`` of the page as it is now."""
        others = self._others_pending()
        return Facts(
            wanted=self._is_wanted(),
            current=self._now() is not Progress.OPEN or self._is_current(),
            another=bool(others),
            invoiced=bool(self.invoice_ref),
            booked=self.booked,
            told=self.told,
            attached=self.attached,
        )

    def _is_wanted(self):
        """Tell whether the order is still to be paid on this page."""
        if not (self.wanted and self.order_id):
            return False
        if self._now() is Progress.NONE and self._others_pending():
            return True
        return self.order_id._stripe_checkout_door() in ASKING

    def _others_pending(self):
        """Return the other pages of the order that have to be over before this one."""
        states = [state.value for state in HOLDING]
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

    @api.model
    def _look_at_pending(self, account):
        """Let the worker look at the pages that may have come to something.

        :param account: the ``stripe.account`` whose events do not reach back
        """
        states = [state.value for state in PENDING]
        domain = Domain("account_id", "=", account.id)
        pages = self.search(domain & Domain("status", "in", states))
        pages._wake(refresh_wanted=True)

    # === RESTING === #

    def _settle(self, **values):
        # EXTENDS 'stripe.outbox.mixin'
        return super()._settle(refresh_wanted=False, **values)

    def _wait_for_stripe(self):
        """Look again in a moment: at this page, or at the one before it."""
        if self._now() is Progress.PAID:
            self.refresh_wanted = True
            text = self.env._("Stripe has yet to make the invoice of the payment.")
        else:
            self._others_pending()._wake(refresh_wanted=True)
            text = self.env._("An earlier payment page of the order is not over yet.")
        self._wait(text)

    def _refuse(self, text, summary=""):
        # EXTENDS 'stripe.outbox.mixin'
        if self._now() is Progress.NONE:
            # Nothing was made, so nothing keeps the next attempt from starting anew.
            self.wanted = False
        self._tell(self.env._("There is no payment page at Stripe: %s", text))
        summary = summary or self.env._("Stripe: no payment page")
        return super()._refuse(text, summary)
