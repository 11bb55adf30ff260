import hashlib
import json

from odoo import fields, models

from ..const import METADATA_DATABASE, METADATA_PARTNER
from ..payloads.customer import create_params, update_params
from ..stripe_api.errors import NotFoundError, RejectedError

# Seconds by which Stripe's clock and ours may differ when looking something up.
CLOCK_MARGIN = 3600


class StripeCustomer(models.Model):
    """The Stripe customer of one contact at one account: created once, kept equal."""

    _name = "stripe.customer"
    _description = "Stripe Customer"
    _inherit = ["stripe.call.mixin"]
    _rec_name = "stripe_id"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="restrict", index=True
    )
    stripe_id = fields.Char("Stripe ID", readonly=True, copy=False)
    synced_hash = fields.Char(readonly=True, copy=False)
    refused_tax_ids = fields.Char("Refused Tax IDs", readonly=True, copy=False)

    _partner_uniq = models.Constraint(
        "UNIQUE(account_id, partner_id)",
        "A contact has one Stripe customer per account.",
    )
    _stripe_id_uniq = models.Constraint(
        "UNIQUE(account_id, stripe_id)",
        "A Stripe customer belongs to one contact.",
    )

    def _ensure(self, account, partner, snapshot, gateway):
        """Return the Stripe id of ``partner``'s customer, equal to ``snapshot``.

        Only the worker calls this: it commits before each request.

        :param account: the ``stripe.account``
        :param partner: the contact that the invoice is for
        :param CustomerSnapshot snapshot: what the customer has to look like
        :raise StripeApiError: see the gateway
        """
        domain = [("account_id", "=", account.id), ("partner_id", "=", partner.id)]
        customer = self.search(domain, limit=1) or self.create(
            {"account_id": account.id, "partner_id": partner.id}
        )
        if customer.pending_call:
            customer._recover(gateway)
        digest = _digest(snapshot)
        if not customer.stripe_id:
            customer._create_at_stripe(snapshot, gateway)
        elif customer.synced_hash != digest:
            customer._update_at_stripe(snapshot, gateway)
        if customer.synced_hash != digest:
            customer._sync_tax_ids(snapshot, gateway)
            customer.synced_hash = digest
        return customer.stripe_id

    def _forget(self, account, stripe_id):
        """Drop the id of a customer that no longer exists at Stripe."""
        domain = [("account_id", "=", account.id), ("stripe_id", "=", stripe_id)]
        self.search(domain).write({"stripe_id": False, "synced_hash": False})

    def _create_at_stripe(self, snapshot, gateway):
        params = create_params(
            snapshot, self.account_id._database_uuid(), self.partner_id.id
        )
        answer = self._stripe_call("create_customer", params, gateway.create_customer)
        self.stripe_id = answer["id"]

    def _update_at_stripe(self, snapshot, gateway):
        """Make the customer equal again; one that was deleted at Stripe is replaced."""

        def send(params, key):
            return gateway.update_customer(self.stripe_id, params, key)

        try:
            answer = self._stripe_call("update_customer", update_params(snapshot), send)
        except NotFoundError:
            answer = {"deleted": True}
        if answer.get("deleted"):
            self.write({"stripe_id": False, "synced_hash": False})
            self._create_at_stripe(snapshot, gateway)

    def _recover(self, gateway):
        """Find out what became of a request whose answer was lost."""
        call = self.pending_call
        if call["name"] != "create_customer":
            # An update is sent again anyway when it is still needed.
            self.write({"pending_call": False, "synced_hash": False})
            return
        if self._can_repeat_call():
            answer = self._stripe_call(call["name"], None, gateway.create_customer)
        else:
            metadata = {
                METADATA_DATABASE: self.account_id._database_uuid(),
                METADATA_PARTNER: str(self.partner_id.id),
            }
            answer = gateway.find_customer(metadata, call["at"] - CLOCK_MARGIN)
            self.pending_call = False
        if answer:
            self.stripe_id = answer["id"]

    def _sync_tax_ids(self, snapshot, gateway):
        """Make Stripe's tax ids equal the snapshot's; a refused one is written down."""
        wanted = set(snapshot.tax_ids)
        refused = []
        for tax_id in gateway.list_tax_ids(self.stripe_id):
            pair = (tax_id["type"], tax_id["value"])
            if pair in wanted:
                wanted.discard(pair)
            else:
                gateway.delete_tax_id(self.stripe_id, tax_id["id"])
        for kind, value in sorted(wanted):
            params = {"type": kind, "value": value}
            key = f"odoo-tax-id-{self.stripe_id}-{_digest_of([kind, value])}"
            try:
                gateway.create_tax_id(self.stripe_id, params, key)
            except RejectedError:
                refused.append(value)
        self.refused_tax_ids = ", ".join(refused) or False


def _digest(snapshot):
    return _digest_of([update_params(snapshot), snapshot.tax_ids])


def _digest_of(data):
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]
