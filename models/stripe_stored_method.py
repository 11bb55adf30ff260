from datetime import datetime, timedelta, timezone

from odoo import api, fields, models

from ..const import METADATA_DATABASE
from ..stripe_api.errors import NotFoundError, UnauthorizedError

# For so long after Odoo led the customer to the portal, what he stores is his answer.
PORTAL_TIME = timedelta(days=1)


class StripeStoredMethod(models.AbstractModel):
    """Events of payment methods: whose it is, and whether it pays his invoices."""

    _name = "stripe.stored.method"
    _description = "Stripe Stored Payment Method"
    _inherit = ["stripe.object.mixin"]

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        # IMPLEMENTS 'stripe.object.mixin'
        customers = self.env["stripe.customer"]
        found = {}
        for stripe_id in stripe_ids:
            try:
                method = gateway.retrieve_payment_method(stripe_id)
            except NotFoundError:
                method = {"customer": None}
            except UnauthorizedError as error:
                if error.http_status != 403:
                    raise
                found[stripe_id] = None
                continue
            row = customers._of_ref(account, method["customer"] or False)
            if not row:
                # One that is detached no longer says whose it was.
                of_method = [
                    ("account_id", "=", account.id),
                    ("method_ref", "=", stripe_id),
                ]
                row = customers.search(of_method, limit=1)
            if row:
                remote = customers._look_at(account, gateway, {row.stripe_id})
                found[stripe_id] = (method, remote[row.stripe_id])
            else:
                found[stripe_id] = (method, None)
        return found

    @api.model
    def _take_over_objects(self, account, found):
        # IMPLEMENTS 'stripe.object.mixin'
        customers = self.env["stripe.customer"]
        reasons = {}
        for stripe_id, look in found.items():
            if look is None:
                reasons[stripe_id] = customers._unseen()
                continue
            method, remote = look
            row = remote and customers._of_ref(account, remote["id"])
            if not row:
                reasons[stripe_id] = customers._foreign()
                continue
            row._take_over_method(remote)
            if method["customer"]:
                self._follow_portal(row, stripe_id)
        return reasons

    def _follow_portal(self, row, method_id):
        """Take what is stored right after Odoo led to the portal as the answer."""
        now = fields.Datetime.now()
        answered = row.portal_at and now - row.portal_at < PORTAL_TIME
        if answered and not row.consent_at:
            row._agree("portal", now)
        if answered and not row.method_ref:
            row._want_method(method_id)


class StripeSetupIntent(models.AbstractModel):
    """Events of set-ups: the customer has stored what Odoo asked him to store."""

    _name = "stripe.setup.intent"
    _description = "Stripe Set-up of a Payment Method"
    _inherit = ["stripe.object.mixin"]

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        # IMPLEMENTS 'stripe.object.mixin'
        found = {}
        for stripe_id in stripe_ids:
            try:
                found[stripe_id] = gateway.retrieve_setup_intent(stripe_id)
            except UnauthorizedError as error:
                if error.http_status != 403:
                    raise
                found[stripe_id] = None
        return found

    @api.model
    def _take_over_objects(self, account, found):
        # IMPLEMENTS 'stripe.object.mixin'
        customers = self.env["stripe.customer"]
        ours = account._database_uuid()
        reasons = {}
        for stripe_id, setup in found.items():
            if setup is None:
                reasons[stripe_id] = customers._unseen()
                continue
            row = customers._of_ref(account, setup["customer"] or False)
            if not row or setup["metadata"].get(METADATA_DATABASE) != ours:
                reasons[stripe_id] = self.env._("Odoo did not ask for it.")
            elif setup["status"] == "succeeded":
                method = setup["payment_method"]
                at = datetime.fromtimestamp(method["created"], timezone.utc)
                row._set_up(method["id"], at.replace(tzinfo=None))
        return reasons


class StripeEvent(models.Model):
    """Where the events of customers and their payment methods go."""

    _inherit = "stripe.event"

    @api.model
    def _object_models(self):
        # EXTENDS 'sale_stripe_invoice'
        return {
            **super()._object_models(),
            "customer": "stripe.customer",
            "payment_method": "stripe.stored.method",
            "setup_intent": "stripe.setup.intent",
        }
