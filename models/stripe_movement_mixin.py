from contextlib import suppress

from odoo import api, fields, models
from odoo.tools import formatLang

from ..stripe_api.errors import NotFoundError
from ..stripe_api.money import from_minor
from .event_values import utc


class StripeMovementMixin(models.AbstractModel):
    """Something that takes back what a charge has paid: a refund or a dispute.

    Stripe names the charge and no invoice; which one it is tell the payments that are
    booked, or Stripe's own list of what the charge has paid.
    """

    _name = "stripe.movement.mixin"
    _description = "Stripe Movement"
    _inherit = "stripe.object.mixin"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    document_id = fields.Many2one(
        "stripe.document",
        "Stripe Invoice",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    move_id = fields.Many2one(related="document_id.move_id", store=True, index=True)
    partner_id = fields.Many2one(related="move_id.commercial_partner_id")
    stripe_id = fields.Char("Stripe ID", readonly=True)
    charge = fields.Char(readonly=True, index="btree_not_null")
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(readonly=True)
    reason = fields.Char(readonly=True, help="Stripe's word.")
    created_at = fields.Datetime("Created at Stripe", readonly=True)
    taken_back_id = fields.Many2one(
        "account.move",
        "Entry That Takes It Back",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )

    # === LOOKING === #

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        # EXTENDS 'stripe.object.mixin'
        found = {}
        for stripe_id in sorted(stripe_ids):
            with suppress(NotFoundError):
                found[stripe_id] = self._look(account, gateway, stripe_id)
        return found

    @api.model
    def _look(self, account, gateway, stripe_id):
        """Read one object, and what it is about.

        :return: dict of ``object``, Stripe's, and ``invoices``, the ids of those that
            its charge has paid
        :raise StripeApiError: see the gateway
        """
        found = self._retrieve(gateway, stripe_id)
        return {
            "object": found,
            "invoices": self._paid_invoices(account, gateway, found),
        }

    @api.model
    def _retrieve(self, gateway, stripe_id):
        """Return the object as Stripe has it now."""
        raise NotImplementedError

    @api.model
    def _paid_invoices(self, account, gateway, found):
        payments = self._payments_of(account, found["charge"])
        if payments:
            return payments.stripe_document_id.mapped("stripe_id")
        if not found["payment_intent"]:
            return []
        paid = gateway.list_payments_of_intent(found["payment_intent"])
        return [payment["invoice"] for payment in paid]

    @api.model
    def _payments_of(self, account, charge):
        """Return the payments that are booked of a charge."""
        domain = [
            ("stripe_account_id", "=", account.id),
            ("stripe_charge", "=", charge),
        ]
        return self.env["account.payment"].search(domain, order="id")

    @api.model
    def _watched(self, account):
        """Return the rows that can still change, to be looked at without an event."""
        raise NotImplementedError

    # === TAKING OVER === #

    @api.model
    def _take_over_objects(self, account, found):
        # EXTENDS 'stripe.object.mixin'
        reasons = {}
        for stripe_id, look in found.items():
            row = self._row(account, look)
            if row:
                row.with_company(row.company_id)._apply(look)
            else:
                reasons[stripe_id] = self.env._(
                    "No invoice of this database was paid by this payment."
                )
        return reasons

    @api.model
    def _row(self, account, look):
        """Return the row of what was read, a new one if there is none.

        :return: empty if it is about no invoice of ours
        """
        found = look["object"]
        domain = [("account_id", "=", account.id), ("stripe_id", "=", found["id"])]
        row = self.search(domain) or self._lost_row(account, found)
        if row:
            row.stripe_id = row.stripe_id or found["id"]
            return row
        document = self.env["stripe.document"].search(
            [("account_id", "=", account.id), ("stripe_id", "in", look["invoices"])],
            order="id",
            limit=1,
        )
        return document and self.create(self._values(document, found))

    @api.model
    def _lost_row(self, account, found):
        """Return the row that asked for this object, if its answer was lost."""
        return self.browse()

    @api.model
    def _values(self, document, found):
        """Return the values of a new row; its status is yet to be told."""
        return {
            "account_id": document.account_id.id,
            "company_id": document.company_id.id,
            "document_id": document.id,
            "stripe_id": found["id"],
            **self._observed(found),
            "status": False,
        }

    @api.model
    def _observed(self, found):
        """Return the values of what Stripe says."""
        currency = found["currency"].upper()
        return {
            "charge": found["charge"],
            "currency_id": self.env["stripe.posting"]._currency(currency).id,
            "amount": float(from_minor(found["amount"], currency)),
            "reason": found["reason"] or False,
            "created_at": utc(found["created"]),
        }

    def _observe(self, found):
        """Take over what Stripe says, as far as it is new."""
        for name, value in self._observed(found).items():
            field = self._fields[name]
            if field.convert_to_write(self[name], self) != value:
                self[name] = value

    def _apply(self, look):
        """Apply what was read.

        :param dict look: see :meth:`_look`
        """
        raise NotImplementedError

    def _match_balance(self):
        """Match with what the balance shows, and have the balance read anew."""
        for account, rows in self.grouped("account_id").items():
            ids = set(rows.mapped("stripe_id"))
            self.env["stripe.balance.transaction"]._match(account, ids)
            account._want_balance()

    # === TELLING === #

    def _told_on(self):
        """Return the ``account.move`` on which people are told."""
        return self.move_id

    def _figure(self):
        """Return the amount with its currency, as a person reads it."""
        return formatLang(self.env, self.amount, currency_obj=self.currency_id)
