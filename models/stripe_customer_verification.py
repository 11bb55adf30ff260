from odoo import api, fields, models

from ..lifecycle import CHANGING, Status
from ..stripe_api.errors import NotFoundError

UNVERIFIED = "unverified"


class StripeCustomer(models.Model):
    """What the tax registers that Stripe asks say of the customer's tax ids.

    Stripe asks some of them (VAT in Europe, for one), and the answer may take days. It
    is shown, and stops nothing: a register may be down, or not know a new number yet.
    """

    _inherit = "stripe.customer"

    tax_id_results = fields.Json(
        readonly=True, copy=False, help="Stripe's word for each tax ID: its value → it."
    )
    unverified_tax_ids = fields.Char("Unverified Tax IDs", readonly=True, copy=False)
    tax_id_label = fields.Char("Tax IDs Looked Up", compute="_compute_tax_id_label")

    @api.depends("tax_id_results")
    def _compute_tax_id_label(self):
        words = {
            "pending": self.env._("being looked up"),
            "verified": self.env._("verified"),
            UNVERIFIED: self.env._("not found in the register"),
            "unavailable": self.env._("the register does not answer"),
        }
        for customer in self:
            results = (customer.tax_id_results or {}).items()
            customer.tax_id_label = ", ".join(
                f"{value} ({words.get(status, status)})" for value, status in results
            )

    def _note_tax_ids(self, tax_ids):
        """Keep what the registers say, and tell it once if one does not know a number.

        :param list tax_ids: all of Stripe's tax ids of the customer
        """
        results = {
            one["value"]: one["verification"]["status"]
            for one in tax_ids
            if one.get("verification")
        }
        unknown = sorted(
            value for value, status in results.items() if status == UNVERIFIED
        )
        known_before = (self.unverified_tax_ids or "").split(", ")
        self.write(
            {
                "tax_id_results": results or False,
                "unverified_tax_ids": ", ".join(unknown) or False,
            }
        )
        if new := [value for value in unknown if value not in known_before]:
            self.partner_id._message_log(
                body=self._unverified_sentence(", ".join(new)),
            )

    def _unverified_sentence(self, numbers):
        return self.env._(
            "The tax register that Stripe asked does not know %s. Check the number on "
            "the contact; invoices are sent with it all the same.",
            numbers,
        )


class StripeTaxId(models.AbstractModel):
    """Events of tax ids: all of the customer's are read, and what they are is kept."""

    _name = "stripe.tax.id"
    _description = "Stripe Tax ID"
    _inherit = ["stripe.object.mixin"]

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        # IMPLEMENTS 'stripe.object.mixin': named by the customer, see event_values
        found = {}
        for customer_id in stripe_ids:
            if not self.env["stripe.customer"]._of_ref(account, customer_id):
                continue
            try:
                found[customer_id] = gateway.list_tax_ids(customer_id)
            except NotFoundError:
                found[customer_id] = []
        return found

    @api.model
    def _take_over_objects(self, account, found):
        # IMPLEMENTS 'stripe.object.mixin'
        customers = self.env["stripe.customer"]
        for customer_id, tax_ids in found.items():
            customers._of_ref(account, customer_id)._note_tax_ids(tax_ids)
        return {}


class StripeEvent(models.Model):
    """Which model applies the events of tax ids."""

    _inherit = "stripe.event"

    @api.model
    def _object_models(self):
        # EXTENDS 'sale_stripe_invoice'
        return {**super()._object_models(), "tax_id": "stripe.tax.id"}


class AccountMove(models.Model):
    """The invoice says in one line that a register does not know a number on it."""

    _inherit = "account.move"

    def _stripe_customer_alerts(self, document):
        # EXTENDS 'sale_stripe_invoice'
        alerts = super()._stripe_customer_alerts(document)
        if not document.snapshot or Status(document.status or "") not in CHANGING:
            return alerts
        customer = document._customer()
        unknown = (customer.unverified_tax_ids or "").split(", ")
        sent = dict(document._snapshot().customer.tax_ids).values()
        if found := [value for value in sent if value in unknown]:
            text = customer._unverified_sentence(", ".join(found))
            alerts["stripe_unverified"] = {"level": "info", "message": text}
        return alerts
