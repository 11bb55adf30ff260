import contextlib

from odoo import models
from odoo.exceptions import UserError

from ..lifecycle import CHANGING
from ..stripe_api.errors import NotFoundError, StripeApiError

# What is kept about a person; the ID stays, because his invoices have it.
PERSONAL = (
    "method_ref",
    "method_type",
    "method_brand",
    "method_last4",
    "method_expiry",
    "method_wanted",
    "consent_how",
    "consent_at",
    "consent_note",
    "consent_user_id",
    "transfer_accounts",
    "refused_tax_ids",
    "own_tax_ids",
    "setup_token",
    "setup_url",
    "synced_hash",
)


class StripeCustomer(models.Model):
    """Deleting a customer at Stripe, as a person may ask for (GDPR, article 17).

    Invoices that are finalized keep what is printed on them, there as here: the law
    wants both kept.
    """

    _inherit = "stripe.customer"

    def action_delete_at_stripe(self):
        """Delete the customers at Stripe, with all they have stored there.

        The next invoice would make another one. For accounting managers.

        :raise UserError: invoices can still be paid, or Stripe did not answer
        """
        self._check_manager()
        for customer in self.sudo():
            customer._check_deletable()
            try:
                gateway = customer.account_id._gateway()
                # Deleted already is what was wanted.
                with contextlib.suppress(NotFoundError):
                    gateway.delete_customer(customer.stripe_id)
            except StripeApiError as error:
                text = customer.account_id._connection_sentence(error)
                raise UserError(text) from error
            customer.write(
                {
                    **dict.fromkeys(PERSONAL, False),
                    "active": False,
                    "pending": False,
                    "setup_wanted": False,
                }
            )
            customer._tell_partner(
                self.env._(
                    "The Stripe customer %s was deleted at Stripe, with all stored "
                    "payment methods. Finalized invoices stay as they are.",
                    customer.stripe_id,
                )
            )

    def _check_deletable(self):
        """Refuse while an invoice of the customer can still be paid at Stripe."""
        self.ensure_one()
        if not self.stripe_id:
            raise UserError(self.env._("There is no customer at Stripe to delete."))
        statuses = [status.value for status in CHANGING]
        documents = self.env["stripe.document"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("move_id.commercial_partner_id", "=", self.partner_id.id),
                "|",
                ("status", "in", statuses),
                ("pending", "=", True),
            ]
        )
        if documents:
            raise UserError(
                self.env._(
                    "%(customer)s can still pay %(invoices)s at Stripe. Delete the "
                    "customer when that has come to an end.",
                    customer=self.partner_id.name,
                    invoices=", ".join(documents.mapped("display_name")),
                )
            )
