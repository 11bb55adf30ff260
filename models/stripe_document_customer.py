from odoo import fields, models

from ..payloads.frozen import mistaken, reported, sent, text
from ..payloads.proof import Difference
from ..payloads.snapshot import Objection, SnapshotError


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
        refused = customer._refused_of(snapshot)
        if refused and not self._goes_without_tax_ids():
            text = self.env._(
                "Stripe does not accept the tax ID %(number)s of %(customer)s. Correct "
                "it on the contact and try again, or send the invoice without it.",
                number=", ".join(refused),
                customer=customer.partner_id.name,
            )
            raise SnapshotError(Objection("tax_id_refused", text, customer.partner_id))
        return customer

    def _goes_without_tax_ids(self):
        policy = self.account_id.refused_tax_id_policy
        return policy == "send" or self.without_refused_tax_ids

    def _waived_tax_ids(self):
        """Return the values of the tax ids that the invoice goes without."""
        if not self or not self._goes_without_tax_ids():
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
