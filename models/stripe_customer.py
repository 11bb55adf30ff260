import hashlib
import json

import psycopg2

from odoo import fields, models

from ..const import METADATA_COMPANY, METADATA_DATABASE, METADATA_PARTNER
from ..payloads.customer import create_params, tax_id_changes, update_params
from ..payloads.snapshot import freeze_partner
from ..stripe_api.errors import NotFoundError, RejectedError, RetryableError

# Seconds by which Stripe's clock and ours may differ when looking something up.
CLOCK_MARGIN = 3600


class StripeCustomer(models.Model):
    """The Stripe customer of one commercial partner at one account.

    All contacts of a company share it, so that its credit, its stored payment methods
    and its invoices are in one place at Stripe. What is printed comes from the invoice:
    before a draft is made, finalized or mailed, the customer is made equal to the
    invoice's contact (:meth:`_ensure`), and Stripe freezes that copy. The worker is one
    job, so no two invoices of a customer do this at the same time.

    A row that is archived is a former customer: merged away, or unlinked by hand.
    """

    _name = "stripe.customer"
    _description = "Stripe Customer"
    _inherit = ["stripe.call.mixin"]
    _rec_name = "stripe_id"
    _order = "id desc"

    active = fields.Boolean(default=True, readonly=True)
    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    stripe_id = fields.Char("Stripe ID", readonly=True, copy=False)
    synced_hash = fields.Char(readonly=True, copy=False)
    synced_at = fields.Datetime("Last Update", readonly=True, copy=False)
    own_tax_ids = fields.Json(
        readonly=True, copy=False, help="IDs of the tax IDs that Odoo has made."
    )
    refused_tax_ids = fields.Char("Refused Tax IDs", readonly=True, copy=False)

    _partner_active_uniq = models.UniqueIndex(
        "(account_id, partner_id) WHERE active",
        "A contact has one Stripe customer per account.",
    )
    _stripe_id_active_uniq = models.UniqueIndex(
        "(account_id, stripe_id) WHERE active",
        "A Stripe customer belongs to one contact.",
    )

    # === WHOSE IT IS === #

    def _find(self, account, partner):
        """Return the row of ``partner``'s commercial partner; empty if it has none."""
        owner = partner.commercial_partner_id
        domain = [("account_id", "=", account.id), ("partner_id", "=", owner.id)]
        return self.search(domain, limit=1)

    def _find_or_make(self, account, partner):
        """Return the row of ``partner``'s commercial partner.

        :raise RetryableError: somebody else makes it at this moment
        """
        known = self._find(account, partner)
        if known:
            return known
        owner = partner.commercial_partner_id
        try:
            with self.env.cr.savepoint():
                return self.create({"account_id": account.id, "partner_id": owner.id})
        except psycopg2.errors.UniqueViolation as error:
            text = self.env._("Another invoice of %s is being sent.", owner.name)
            raise RetryableError(text) from error

    def _forget(self):
        """Drop the id of a customer that no longer exists at Stripe."""
        self.write({"stripe_id": False, "synced_hash": False, "own_tax_ids": False})

    def _forget_if_gone(self, error):
        """Forget the customer if Stripe says that it has been deleted.

        The next step makes it anew then.

        :param RejectedError error: what Stripe answered to a request that names it
        :return: whether it is gone
        """
        gone = (error.code, error.param) == ("resource_missing", "customer")
        if gone:
            self._forget()
        return gone

    # === KEEPING IT EQUAL === #

    def _ensure(self, account, partner, snapshot, gateway):
        """Return ``partner``'s customer, which at Stripe is equal to ``snapshot``.

        But for the tax ids that Stripe refuses: those are written down, and tried again
        each time. Only the worker calls this: it commits before each request.

        :param account: the ``stripe.account``
        :param partner: the contact that the invoice is for
        :param CustomerSnapshot snapshot: what the customer has to look like
        :rtype: stripe.customer
        :raise StripeApiError: see the gateway
        """
        customer = self._find_or_make(account, partner)
        if customer.pending_call:
            customer._recover(gateway)
        digest = _digest(snapshot)
        if not customer.stripe_id:
            customer._create_at_stripe(snapshot, gateway)
        elif customer.synced_hash != digest:
            customer._update_at_stripe(snapshot, gateway)
        if customer.synced_hash != digest:
            customer._sync_tax_ids(snapshot, gateway)
            customer.write(
                {
                    "synced_hash": (
                        False if customer._refused_of(snapshot) else digest
                    ),
                    "synced_at": fields.Datetime.now(),
                }
            )
        return customer

    def _metadata(self):
        """Return what finds the customer again, whatever was lost in between."""
        return {
            METADATA_DATABASE: self.account_id._database_uuid(),
            METADATA_COMPANY: str(self.account_id.company_id.id),
            METADATA_PARTNER: str(self.partner_id.id),
        }

    def _create_at_stripe(self, snapshot, gateway):
        params = create_params(snapshot, self._metadata())
        answer = self._stripe_call("create_customer", params, gateway.create_customer)
        self.write({"stripe_id": answer["id"], "synced_hash": False})

    def _update_at_stripe(self, snapshot, gateway):
        """Make the customer equal again; one that was deleted at Stripe is replaced."""

        def send(params, key):
            return gateway.update_customer(self.stripe_id, params, key)

        # The metadata, too: the contact may have been merged or linked by hand.
        params = {**update_params(snapshot), "metadata": self._metadata()}
        try:
            answer = self._stripe_call("update_customer", params, send)
        except NotFoundError:
            answer = {"deleted": True}
        if answer.get("deleted"):
            self._forget()
            self._create_at_stripe(snapshot, gateway)

    def _recover(self, gateway):
        """Find out what became of a request whose answer was lost."""
        call = self.pending_call
        if call["name"] != "create_customer":
            # What changes something is sent again when it is still needed.
            self.write({"pending_call": False, "synced_hash": False})
            return
        if self._can_repeat_call():
            answer = self._stripe_call(call["name"], None, gateway.create_customer)
        else:
            metadata = call["params"]["metadata"]
            answer = gateway.find_customer(metadata, call["at"] - CLOCK_MARGIN)
            self.pending_call = False
        if answer:
            self.stripe_id = answer["id"]

    # === TAX IDS === #

    def _sync_tax_ids(self, snapshot, gateway):
        """Make Stripe's tax ids equal the snapshot's; a refused one is written down.

        What an invoice leaves out because it was refused stays written down as long as
        the contact has it.
        """
        existing = gateway.list_tax_ids(self.stripe_id)
        ours = set(self.own_tax_ids or ())
        changes = tax_id_changes(snapshot.tax_ids, existing, ours)
        for tax_id in changes.deleted:
            gateway.delete_tax_id(self.stripe_id, tax_id)
        refused = [
            value for value in self._refused() if self._is_left_out(value, snapshot)
        ]
        made = []
        for kind, value in changes.created:
            try:
                made.append(self._create_tax_id(kind, value, gateway))
            except RejectedError:
                refused.append(value)
        kept = [tax_id for tax_id in changes.kept if tax_id in ours]
        own = kept + [one["id"] for one in made]
        self.write({"own_tax_ids": own, "refused_tax_ids": ", ".join(refused) or False})
        left = [one for one in existing if one["id"] not in changes.deleted]
        self._note_tax_ids(left + made)

    def _create_tax_id(self, kind, value, gateway):
        def send(params, key):
            return gateway.create_tax_id(self.stripe_id, params, key)

        # A key of its own each time: the same number may go, and come back on a day.
        params = {"type": kind, "value": value}
        return self._stripe_call("create_tax_id", params, send)

    def _is_left_out(self, value, snapshot):
        numbers = freeze_partner(self.partner_id, False, self.company_id).tax_ids
        return value in dict(numbers).values() and not _has(snapshot, value)

    def _refused(self):
        """Return the values of the contact's tax ids that Stripe has refused."""
        return self.refused_tax_ids.split(", ") if self.refused_tax_ids else []

    def _refused_of(self, snapshot):
        """Return those of them that ``snapshot`` has."""
        return [value for value in self._refused() if _has(snapshot, value)]


def _has(snapshot, value):
    return any(value == number for _kind, number in snapshot.tax_ids)


def _digest(snapshot):
    data = [update_params(snapshot), snapshot.tax_ids]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]
