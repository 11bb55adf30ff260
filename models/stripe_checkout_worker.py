import logging

import psycopg2

from odoo import api, models
from odoo.fields import Domain

from ..checkout import HOLDING, PENDING, Facts, Progress, Step, next_step
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
# Doors of an order behind which the customer is asked for its money.
ASKING = ("payable", "preparing")


class StripeCheckoutSession(models.Model):
    """The worker's part: make the page, close it, and find out what was lost."""

    _inherit = "stripe.checkout.session"

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
