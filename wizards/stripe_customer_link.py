import re

from odoo import fields, models
from odoo.exceptions import UserError

from ..const import METADATA_DATABASE, METADATA_PARTNER
from ..exceptions import sentence
from ..stripe_api.errors import NotFoundError, StripeApiError


class StripeCustomerLink(models.TransientModel):
    """Link a contact to a customer that is at Stripe already, after a look at it.

    Nobody is ever matched by name or e-mail: whoever links has seen both.
    """

    _name = "stripe.customer.link"
    _description = "Link a Stripe Customer"

    partner_id = fields.Many2one("res.partner", "Contact", required=True)
    account_id = fields.Many2one(
        "stripe.account",
        "Stripe Account",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._stripe_company().stripe_account_id,
    )
    stripe_id = fields.Char("Stripe ID", required=True)
    found_id = fields.Char(readonly=True)
    found_name = fields.Char("Name at Stripe", readonly=True)
    found_email = fields.Char("E-mail at Stripe", readonly=True)
    found_note = fields.Text(readonly=True)

    def action_look_up(self):
        """Show the customer's name and e-mail, as Stripe has them now."""
        self.ensure_one()
        found = self._look_up()
        self.write(
            {
                "stripe_id": found["id"],
                "found_id": found["id"],
                "found_name": found["name"] or "-",
                "found_email": found["email"] or "-",
                "found_note": self._note(found),
            }
        )
        name = self.env._("Link a Stripe Customer")
        return self._get_records_action(name=name, target="new")

    def action_link(self):
        """Link what was looked at; the worker then makes it equal to the contact.

        :raise UserError: it has not been looked at, or is no longer there
        """
        self.ensure_one()
        if self.stripe_id != self.found_id:
            raise UserError(self.env._("Look the customer up first."))
        self._look_up()
        customers = self.env["stripe.customer"].sudo()
        customers._link(self.account_id, self.partner_id, self.found_id)
        return {"type": "ir.actions.act_window_close"}

    def _look_up(self):
        """Return the customer from Stripe.

        :raise UserError: there is none that could be linked, with the reason
        """
        self.env["stripe.customer"]._check_manager()
        self.account_id.check_access("read")
        self.partner_id.check_access("write")
        stripe_id = (self.stripe_id or "").strip()
        if not re.fullmatch(r"cus_\w{1,240}", stripe_id):
            raise UserError(
                self.env._(
                    "This is no customer of Stripe's. Copy its ID (cus_…) from the "
                    "customer's page in Stripe."
                )
            )
        try:
            found = self.account_id._gateway().retrieve_customer(stripe_id)
        except NotFoundError as error:
            text = self.env._(
                "%(account)s has no customer %(customer)s. It may be of the other mode "
                "(test or live), or of another account.",
                account=self.account_id.display_name,
                customer=stripe_id,
            )
            raise UserError(text) from error
        except StripeApiError as error:
            raise UserError(sentence(self.env, error)) from error
        if found.get("deleted"):
            raise UserError(
                self.env._("The customer %s was deleted at Stripe.", stripe_id)
            )
        self._check_free(stripe_id)
        return found

    def _check_free(self, stripe_id):
        domain = [
            ("account_id", "=", self.account_id.id),
            ("stripe_id", "=", stripe_id),
        ]
        taken = self.env["stripe.customer"].sudo().search(domain)
        if taken:
            raise UserError(
                self.env._(
                    "%(customer)s is linked to %(contact)s already.",
                    customer=stripe_id,
                    contact=taken.partner_id.display_name,
                )
            )

    def _note(self, found):
        """Return what speaks for a second thought, empty if nothing does."""
        metadata = found.get("metadata") or {}
        ours = metadata.get(METADATA_DATABASE) == self.account_id._database_uuid()
        partner = str(self.partner_id.commercial_partner_id.id)
        if ours and metadata.get(METADATA_PARTNER) != partner:
            return self.env._(
                "Odoo has made this customer for another contact. Link it only if both "
                "are the same."
            )
        return False
