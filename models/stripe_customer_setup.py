import secrets
from datetime import datetime, timedelta, timezone

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS
from odoo.tools import consteq

from ..payloads.setup import setup_params
from ..stripe_api.errors import RejectedError, RetryableError, UnauthorizedError

TEMPLATE = "sale_stripe_invoice.mail_template_method"
# A page of Stripe's is not offered any more this long before it closes.
MARGIN = timedelta(minutes=5)


class StripeCustomer(models.Model):
    """Asking a customer to store a payment method on Stripe's page.

    The mail leads to an address of Odoo's, which is good for ever. Stripe's page lives
    for a day, so the worker opens one when the customer comes.
    """

    _inherit = "stripe.customer"

    setup_token = fields.Char(groups=NO_ACCESS, copy=False)
    setup_wanted = fields.Boolean(readonly=True, copy=False)
    setup_url = fields.Char(groups=NO_ACCESS, copy=False)
    setup_expires_at = fields.Datetime(readonly=True, copy=False)

    def _setup_address(self):
        """Return the address of Odoo's that leads the customer to Stripe's page."""
        self.ensure_one()
        customer = self.sudo()
        if not customer.setup_token:
            customer.setup_token = secrets.token_urlsafe(24)
        path = f"/stripe_invoice/method/{self.id}?access_token={customer.setup_token}"
        return self.get_base_url() + path

    def _is_setup_token(self, token):
        """Tell whether ``token`` opens the customer's address."""
        known = self.sudo().setup_token
        return bool(known and token) and consteq(known, token)

    def _setup_page(self):
        """Return Stripe's page; have one opened if none is, and return nothing."""
        self.ensure_one()
        closes = self.setup_expires_at
        if self.setup_url and closes and closes > fields.Datetime.now() + MARGIN:
            return self.setup_url
        if not self.setup_wanted:
            self.setup_wanted = True
            self._wake()
        return ""

    def _set_up(self, method_id, at):
        """Take over that the customer has stored what he was asked to store.

        :param str method_id: ``pm_…``
        :param datetime at: when, in UTC
        """
        if self.consent_at and self.consent_at >= at:
            # The event came again, or late.
            return
        self.write({"setup_url": False, "setup_expires_at": False})
        self._agree("checkout", at)
        self._want_method(method_id)

    def _follow_wishes(self, gateway):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._follow_wishes(gateway)
        if self.setup_wanted:
            self._open_setup_page(gateway)
        return result

    def _open_setup_page(self, gateway):
        account = self.account_id
        params = setup_params(
            self.stripe_id,
            self.company_id.currency_id.name,
            tuple(account.payment_method_ids.mapped("code")),
            self._setup_address(),
            self._metadata(),
        )
        try:
            create = gateway.create_checkout_session
            answer = self._stripe_call("open_setup", params, create)
        except (RejectedError, UnauthorizedError) as error:
            # The next time that the customer comes it is tried again.
            self.setup_wanted = False
            if isinstance(error, RejectedError) or error.http_status != 403:
                raise
            # Not every key may open pages; that is no reason to hold all else back.
            raise RejectedError(str(error), http_status=403) from error
        at = datetime.fromtimestamp(answer["expires_at"], timezone.utc)
        self.write(
            {
                "setup_wanted": False,
                "setup_url": answer["url"],
                "setup_expires_at": at.replace(tzinfo=None),
            }
        )


class ResPartner(models.Model):
    """Asking a contact to store a payment method."""

    _inherit = "res.partner"

    def action_stripe_ask_method(self):
        """Mail the contact the address on which to store a payment method.

        :return: the action that says so
        :raise UserError: the company is not connected, or the contact has no e-mail
        """
        self.ensure_one()
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self._stripe_make_customer()
        if not self.email:
            raise UserError(
                self.env._("%s has no e-mail address to be asked at.", self.name)
            )
        # Who does the billing need not be allowed to change contacts.
        self.sudo().message_post_with_source(
            TEMPLATE,
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_light",
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s is being asked by e-mail.", self.email),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _stripe_make_customer(self):
        """Make sure that the contact's company has a ``stripe.customer``.

        :raise UserError: the current company is not connected to Stripe
        """
        company = self.env.company._stripe_company()
        if not company:
            raise UserError(
                self.env._("%s is not connected to Stripe.", self.env.company.name)
            )
        customers = self.env["stripe.customer"].sudo()
        try:
            customers._find_or_make(company.stripe_account_id, self.sudo())
        except RetryableError as error:
            raise UserError(str(error)) from error

    def _stripe_method_url(self):
        """Return the address on which the contact's company stores a payment method.

        :return: empty if it is no customer of the current company at Stripe
        """
        self.ensure_one()
        account = self.env.company._stripe_company().stripe_account_id
        row = self.env["stripe.customer"].sudo()._find(account, self.sudo())
        return row._setup_address() if row else ""
