from odoo import api, fields, models

from ..lifecycle import Status
from ..payloads.frozen import FIELDS, changed, sent, text, unlike
from ..payloads.snapshot import freeze_customer
from ..payloads.text import cut

# Characters of each value, so that what has changed stays one quiet line.
LONGEST = 40
CUSTOMER = frozenset(f"stripe_customer_{name}" for name in FIELDS)


class AccountMove(models.Model):
    """The customer as Stripe finalized him: seven columns that nobody writes.

    They are computed from the Stripe document's copy, which is written once; the guard
    is in ``create`` and ``write`` of ``account_move_guards``.
    """

    _inherit = "account.move"

    stripe_customer_name = fields.Char(
        "Customer as Finalized: Name",
        compute="_compute_stripe_customer",
        store=True,
        copy=False,
    )
    stripe_customer_email = fields.Char(
        "Customer as Finalized: E-mail",
        compute="_compute_stripe_customer",
        store=True,
        copy=False,
    )
    stripe_customer_phone = fields.Char(
        "Customer as Finalized: Phone",
        compute="_compute_stripe_customer",
        store=True,
        copy=False,
    )
    stripe_customer_address = fields.Text(
        "Customer as Finalized: Address",
        compute="_compute_stripe_customer",
        store=True,
        copy=False,
    )
    stripe_customer_shipping = fields.Text(
        "Customer as Finalized: Shipping",
        compute="_compute_stripe_customer",
        store=True,
        copy=False,
    )
    stripe_customer_tax_exempt = fields.Selection(
        [("none", "None"), ("exempt", "Exempt"), ("reverse", "Reverse Charge")],
        "Customer as Finalized: Tax Exemption",
        compute="_compute_stripe_customer",
        store=True,
        copy=False,
    )
    stripe_customer_tax_ids = fields.Char(
        "Customer as Finalized: Tax IDs",
        compute="_compute_stripe_customer",
        store=True,
        copy=False,
    )

    @api.depends("stripe_document_id.customer")
    def _compute_stripe_customer(self):
        for move in self:
            customer = move.stripe_document_id.customer or {}
            for name in FIELDS:
                move[f"stripe_customer_{name}"] = text(name, customer) or False

    # === DRIFT === #

    def _stripe_customer_alerts(self, document):
        """Say where Stripe, Odoo and the contact of today differ, for ``_get_alerts``.

        :param document: the ``stripe.document`` of the invoice
        """
        if not document.customer or self.state != "posted" or self._stripe_is_closed():
            return {}
        alerts = {}
        if unsent := document._customer_differences():
            alerts["stripe_customer"] = {
                "level": "warning",
                "message": self.env._(
                    "Stripe finalized the customer otherwise than Odoo sent him "
                    "(Odoo → Stripe): %s",
                    self._stripe_customer_changes(
                        unsent, sent(document._snapshot().customer), document.customer
                    ),
                ),
            }
        # What is void is corrected in any case, and its own line says so.
        is_void = Status(document.status or "") is Status.VOID
        if drifted := not is_void and self._stripe_drifted(document):
            now = sent(freeze_customer(self))
            alerts["stripe_drift"] = {
                "level": "info",
                "message": self.env._(
                    "The contact has changed since this invoice was finalized: %s",
                    self._stripe_customer_changes(drifted, document.customer, now),
                ),
                **self._stripe_offer_correction(),
            }
        return alerts

    def _stripe_drifted(self, document):
        """Return the names of the fields in which the contact has changed since."""
        now = sent(freeze_customer(self))
        then = document.customer
        if document.snapshot:
            # What Stripe took otherwise from the start has not changed since.
            before = sent(document._snapshot().customer)
            return [name for name in unlike(now, then) if name in unlike(now, before)]
        return unlike(now, then)

    def _stripe_customer_changes(self, names, before, after):
        """Return what differs between two customers, in one line."""
        labels = self._stripe_customer_labels()
        rows = []
        for name in names:
            pair = [
                cut(self._stripe_customer_word(name, part) or "–", LONGEST)
                for part in changed(name, before, after)
            ]
            rows.append(f"{labels[name]}: {' → '.join(pair)}")
        return "; ".join(rows)

    def _stripe_customer_word(self, name, value):
        """Return a value of one of the seven fields in the user's words."""
        if name != "tax_exempt":
            return value
        field = self._fields["stripe_customer_tax_exempt"]
        return dict(field._description_selection(self.env)).get(value, value)

    def _stripe_customer_labels(self):
        """Return what a person calls the seven fields, by Stripe's names."""
        env = self.env
        return {
            "name": env._("Name"),
            "email": env._("E-mail"),
            "phone": env._("Phone"),
            "address": env._("Address"),
            "shipping": env._("Shipping"),
            "tax_exempt": env._("Tax Exemption"),
            "tax_ids": env._("Tax IDs"),
        }
