from odoo import fields, models

from ..payloads.frozen import mistaken, reported, sent, text
from ..payloads.proof import Difference
from ..payloads.snapshot import Objection, SnapshotError, freeze_customer


class StripeDocument(models.Model):
    """Whose the invoice is at Stripe, and what that customer has to look like."""

    _inherit = "stripe.document"

    without_refused_tax_ids = fields.Boolean(
        readonly=True,
        help="Somebody decided to send it without the tax IDs that Stripe refuses.",
    )

    def _ensure_customer(self, snapshot, gateway):
        """Return the ``stripe.customer``, which at Stripe is equal to ``snapshot``.

        :raise SnapshotError: Stripe refuses a tax id, and nobody has said to go on
        """
        customer = self.env["stripe.customer"]._ensure(
            self.account_id, self.move_id.partner_id, snapshot, gateway
        )
        objections = self._refused_tax_id(self.move_id, self.account_id)
        if objections:
            raise SnapshotError(*objections)
        return customer

    def _ensure_addressee(self, gateway):
        """Let the customer have the e-mail of this invoice's contact again.

        The customer may be another contact's since, and Stripe does not say whether it
        mails to the customer's address of today or to the one of the finalization.
        """
        snapshot = freeze_customer(self.move_id)
        partner = self.move_id.partner_id
        customers = self.env["stripe.customer"]
        customers._ensure(self.account_id, partner, snapshot, gateway)

    def _refused_tax_id(self, move, account):
        """Return what Stripe has said against the customer's tax ids, as objections.

        :param move: the ``account.move``, which may have no document yet
        :param account: the ``stripe.account``
        """
        customer = self.env["stripe.customer"].sudo()._find(account, move.partner_id)
        refused = customer._refused_of(freeze_customer(move))
        if not refused or self._goes_without_tax_ids(account):
            return []
        text = self.env._(
            "Stripe does not accept the tax ID %(number)s of %(customer)s. Correct it "
            "on the contact and try again, or send the invoice without it.",
            number=", ".join(refused),
            customer=customer.partner_id.name,
        )
        return [Objection("tax_id_refused", text, customer.partner_id)]

    def _goes_without_tax_ids(self, account):
        policy = account.refused_tax_id_policy
        return policy == "send" or self.without_refused_tax_ids

    def _waived_tax_ids(self):
        """Return the values of the tax ids that the invoice goes without."""
        if not self or not self._goes_without_tax_ids(self.account_id):
            return []
        customers = self.env["stripe.customer"]
        return customers._find(self.account_id, self.move_id.partner_id)._refused()

    def _send_without_tax_ids(self):
        """Go on without the tax ids that Stripe refuses, because a user says so."""
        self.write({"without_refused_tax_ids": True})
        self._tell_history("user", self.env._("To be sent without the refused tax ID"))
        self.action_retry()

    def _compare_customer(self, invoice, draft, customer, gateway):
        """Return the draft, and in which fields its customer would be printed wrongly.

        What somebody has changed in the dashboard is made equal again first.

        :param InvoiceSnapshot invoice: as it was frozen
        :param dict draft: Stripe's draft
        :param customer: the ``stripe.customer``
        :return: the draft as it is now, and ``Difference`` rows
        """
        meant = sent(invoice.customer)
        if mistaken(meant, reported(draft)):
            customer.synced_hash = False
            self._ensure_customer(invoice.customer, gateway)
            draft = gateway.retrieve_invoice(self.stripe_id)
        found = reported(draft)
        return draft, [
            Difference(f"customer_{name}", text(name, meant), text(name, found))
            for name in mistaken(meant, found)
        ]
