import logging
from datetime import timedelta

from odoo import fields, models

from ..const import KEY_PREFIX, METADATA_DATABASE
from ..stripe_api.errors import RejectedError, UnauthorizedError

_logger = logging.getLogger(__name__)

# The name that tools for bank statements look for on a payment at Stripe.
INVOICE_NUMBER = "invoice_number"
# Payments that one run names, and days after which one that cannot be is left alone.
NAMED_PER_RUN = 200
PATIENCE_DAYS = 30


class StripeAccount(models.Model):
    """Writing the invoice's number on its payments at Stripe.

    What an invoice has in its metadata does not reach its payment by itself, so other
    programs, and people in the dashboard's list of payments, do not find it there.
    """

    _inherit = "stripe.account"

    name_charges = fields.Boolean(
        "Number on Payments",
        help="The invoice's number is written on each payment at Stripe "
        "(metadata invoice_number), where other programs look for it.",
    )

    def _catch_up(self):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._catch_up()
        if self.name_charges:
            self._name_charges(self._gateway())
        return result

    def _name_charges(self, gateway):
        """Write the numbers on the payments that have none yet; the rest comes next.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError: see the gateway
        """
        since = fields.Datetime.now() - timedelta(days=PATIENCE_DAYS)
        payments = self.env["account.payment"].search(
            [
                ("stripe_account_id", "=", self.id),
                ("payment_type", "=", "inbound"),
                ("stripe_charge", "!=", False),
                ("stripe_charge_named", "=", False),
                ("create_date", ">=", since),
            ],
            order="id",
            limit=NAMED_PER_RUN,
        )
        for charge in dict.fromkeys(payments.mapped("stripe_charge")):
            # A charge that pays several invoices names all that are known by now.
            group = self._payments_of_charge(charge)
            key = f"{KEY_PREFIX}name-{self._database_uuid()}-{charge}-{len(group)}"
            metadata = self._charge_metadata(group)
            try:
                gateway.update_charge(charge, {"metadata": metadata}, key)
            except RejectedError as error:
                # Worth a note, but not that everything else waits for it.
                _logger.info("Charge %s keeps no number: %s", charge, error)
            except UnauthorizedError as error:
                if error.http_status != 403:
                    raise
                self._stop_naming(error)
                return
            group.stripe_charge_named = True
            self.env["ir.cron"]._commit_progress()

    def _stop_naming(self, error):
        """Switch it off, because the key may not, and say so.

        :param UnauthorizedError error: what Stripe said
        """
        self.name_charges = False
        reason = self._connection_sentence(error)
        self._ask(
            lambda env: env._("Stripe: numbers cannot be written on payments"),
            lambda env: env._("%s Then tick Number on Payments again.", reason),
        )

    def _payments_of_charge(self, charge):
        """Return the payments that one charge is booked as."""
        return self.env["account.payment"].search(
            [("stripe_account_id", "=", self.id), ("stripe_charge", "=", charge)]
        )

    def _charge_metadata(self, payments):
        """Return what is written on a charge, which may have paid several invoices."""
        numbers = payments.stripe_document_id.mapped("display_name")
        return {
            METADATA_DATABASE: self._database_uuid(),
            INVOICE_NUMBER: ", ".join(numbers)[:500],
        }


class AccountPayment(models.Model):
    """Whether the payment at Stripe tells which invoice it is for."""

    _inherit = "account.payment"

    stripe_charge_named = fields.Boolean(readonly=True, copy=False)
