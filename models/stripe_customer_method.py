from odoo import api, fields, models
from odoo.exceptions import UserError

from ..postings.stored_method import default_method, stored_method
from ..stripe_api.errors import NotFoundError, UnauthorizedError


class StripeCustomer(models.Model):
    """What the customer has stored at Stripe to be charged, and that he agreed to it.

    Stripe keeps the payment method; Odoo shows what it is, and remembers when and how
    the customer agreed that his invoices are charged without him. That lapses when
    nothing is stored any more.
    """

    _name = "stripe.customer"
    _inherit = ["stripe.customer", "stripe.object.mixin"]

    method_ref = fields.Char("Stored Payment Method ID", readonly=True, copy=False)
    method_type = fields.Char("Stored Kind", readonly=True, copy=False)
    method_brand = fields.Char("Brand or Bank", readonly=True, copy=False)
    method_last4 = fields.Char("Last Four Characters", readonly=True, copy=False)
    method_expiry = fields.Char("Expires", readonly=True, copy=False)
    method_label = fields.Char("Stored Payment Method", compute="_compute_method_label")
    method_wanted = fields.Char(
        readonly=True, copy=False, help="It is to pay the invoices from now on."
    )
    consent_how = fields.Selection(
        [
            ("checkout", "Stored on Stripe's page that Odoo asked him to"),
            ("portal", "Stored in Stripe's customer portal"),
            ("hand", "Recorded by hand"),
        ],
        "Consent to Charging",
        readonly=True,
        copy=False,
    )
    consent_at = fields.Datetime("Consent Given", readonly=True, copy=False)
    consent_note = fields.Char(readonly=True, copy=False)
    consent_user_id = fields.Many2one(
        "res.users", "Consent Recorded by", readonly=True, copy=False
    )
    portal_at = fields.Datetime(
        "Led to the Portal", readonly=True, copy=False, help="Stripe's, by Odoo."
    )

    @api.depends(
        "method_ref", "method_type", "method_brand", "method_last4", "method_expiry"
    )
    def _compute_method_label(self):
        known = [("code", "in", self.mapped("method_type"))]
        kinds = self.env["stripe.payment.method"].sudo().search(known)
        names = {kind.code: kind.name for kind in kinds}
        for customer in self:
            kind = customer.method_type
            # The brand alone tells that it is a card.
            words = [
                "" if kind == "card" else names.get(kind, kind),
                customer.method_brand,
                customer.method_last4 and f"•••• {customer.method_last4}",
                customer.method_expiry and f"({customer.method_expiry})",
            ]
            label = " ".join(filter(None, words))
            customer.method_label = label if customer.method_ref else False

    # === WHAT STRIPE HAS === #

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        # IMPLEMENTS 'stripe.object.mixin'
        # Stripe is asked for nothing about somebody else's customers.
        found = dict.fromkeys(stripe_ids)
        for stripe_id in stripe_ids:
            if not self._of_ref(account, stripe_id):
                continue
            try:
                found[stripe_id] = gateway.retrieve_paying_customer(stripe_id)
            except NotFoundError:
                found[stripe_id] = {"id": stripe_id, "deleted": True}
            except UnauthorizedError as error:
                # A restricted key need not be allowed to see payment methods.
                if error.http_status != 403:
                    raise
        return found

    @api.model
    def _take_over_objects(self, account, found):
        # IMPLEMENTS 'stripe.object.mixin'
        reasons = {}
        for stripe_id, remote in found.items():
            row = self._of_ref(account, stripe_id)
            if not row:
                reasons[stripe_id] = self._foreign()
            elif remote is None:
                reasons[stripe_id] = self._unseen()
            else:
                row._take_over_method(remote)
        return reasons

    @api.model
    def _of_ref(self, account, stripe_id):
        """Return the row of a customer of Stripe's, empty if it is none of ours."""
        domain = [("account_id", "=", account.id), ("stripe_id", "=", stripe_id)]
        return self.search(domain, limit=1)

    @api.model
    def _foreign(self):
        return self.env._("The customer is none of this database's.")

    @api.model
    def _unseen(self):
        return self.env._("The key may not see payment methods.")

    def _take_over_method(self, remote):
        """Take over what pays the customer's invoices from now on.

        :param dict remote: Stripe's customer, with its default payment method expanded
        """
        self.ensure_one()
        method = stored_method(default_method(remote))
        if method.ref == (self.method_ref or "") and not self.method_wanted:
            # It may have a new expiry date.
            self.method_expiry = method.expiry or False
            return
        if method.ref == self.method_wanted:
            self.method_wanted = False
        removed = self.method_label if self.method_ref and not method.ref else False
        changed = method.ref and method.ref != self.method_ref
        self.write(
            {
                "method_ref": method.ref or False,
                "method_type": method.type or False,
                "method_brand": method.brand or False,
                "method_last4": method.last4 or False,
                "method_expiry": method.expiry or False,
            }
        )
        if changed:
            self._tell_partner(
                self.env._("Stored at Stripe to be charged: %s", self.method_label)
            )
        elif removed:
            self._lapse()
            self._tell_partner(
                self.env._(
                    "%s is no longer stored at Stripe. Invoices are not charged any "
                    "more; the customer is asked to pay them.",
                    removed,
                )
            )

    def _want_method(self, method_id):
        """Let a payment method that the customer has stored pay his invoices.

        :param str method_id: ``pm_…``
        """
        if method_id != self.method_ref:
            self.write({"method_wanted": method_id})
            self._wake()

    def _follow_wishes(self, gateway):
        """Make the payment method the default that somebody has stored for that."""
        if not self.method_wanted:
            return

        def send(params, key):
            return gateway.update_customer(self.stripe_id, params, key)

        wanted = self.method_wanted
        params = {"invoice_settings": {"default_payment_method": wanted}}
        try:
            self._stripe_call("default_method", params, send)
        except NotFoundError:
            # It was removed again before it came to that.
            self.method_wanted = False
            return
        remote = gateway.retrieve_paying_customer(self.stripe_id)
        self._hold()
        self._take_over_method(remote)

    # === CONSENT === #

    def _may_be_charged(self):
        """Tell whether the customer has agreed, and has something stored."""
        return bool(self.method_ref and self.consent_at)

    def _agree(self, how, at, note=False):
        """Record that the customer agreed to be charged.

        :param str how: a value of ``consent_how``
        :param datetime at: when, in UTC
        :param str note: how it is known, where a person records it
        """
        self.ensure_one()
        by_hand = how == "hand"
        self.write(
            {
                "consent_how": how,
                "consent_at": at,
                "consent_note": note,
                "consent_user_id": self.env.user.id if by_hand else False,
            }
        )
        label = dict(self._fields["consent_how"]._description_selection(self.env))[how]
        text = self.env._("Agreed that invoices are charged at Stripe: %s", label)
        self._tell_partner(f"{text} ({note})" if note else text)

    def action_record_consent(self):
        """Open the dialog that records a consent by hand. For the billing group."""
        self.ensure_one()
        self.check_access("read")
        return self._ask_consent(self.env["account.move"])

    def _ask_consent(self, move):
        """Return the dialog that records a consent.

        :param move: the ``account.move`` to charge then; it may be empty
        """
        return self.env["stripe.customer.consent"]._get_records_action(
            name=self.env._("Consent to Be Charged"),
            target="new",
            context={
                "default_customer_id": self.id,
                "default_move_id": move.id,
            },
        )

    def _lapse(self):
        self.write(
            {
                "consent_how": False,
                "consent_at": False,
                "consent_note": False,
                "consent_user_id": False,
            }
        )

    def action_withdraw_consent(self):
        """Record that the customer is no longer to be charged. For the billing group.

        :raise UserError: nothing was agreed
        """
        self.check_access("read")
        self.env["account.move"].check_access("write")
        for customer in self.sudo():
            if not customer.consent_at:
                raise UserError(
                    self.env._(
                        "%s has not agreed to be charged.", customer.partner_id.name
                    )
                )
            customer._lapse()
            customer._tell_partner(
                self.env._("No longer agrees that invoices are charged at Stripe.")
            )

    def _tell_partner(self, text):
        self.partner_id.message_post(body=text)
