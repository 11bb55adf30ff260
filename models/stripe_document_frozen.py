from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lifecycle import FINALIZED, Status
from ..payloads.frozen import reported, sent, unlike
from .observed import refuse_anyone

# What would lead to another copy of the customer, or away from it.
BOUND = frozenset({"account_id", "company_id", "move_id", "stripe_id"})


class StripeDocument(models.Model):
    """The customer as Stripe finalized him: written once, and by nobody else."""

    _inherit = "stripe.document"

    customer = fields.Json(
        "Customer as Finalized",
        readonly=True,
        copy=False,
        help="The seven fields that Stripe froze when it finalized the invoice.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse a document that brings its frozen customer along.

        :raise UserError: one does
        """
        refuse_anyone(self, {"customer"}, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Refuse to change the frozen customer, or whose he is, for everybody.

        :raise UserError: it would change
        """
        refuse_anyone(self, {"customer"}, [vals])
        for name in BOUND & set(vals):
            field = self._fields[name]
            for document in self.filtered("customer"):
                new = field.convert_to_record(
                    field.convert_to_cache(vals[name], document), document
                )
                if new != document[name]:
                    document._refuse_to_move()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        for document in self.filtered("customer"):
            document._refuse_to_move()

    def _refuse_to_move(self):
        raise UserError(
            self.env._(
                "%s is finalized at Stripe. The copy of what Stripe finalized is kept "
                "with its invoice, and does not change.",
                self.display_name,
            )
        )

    def _freeze_customer(self, invoice):
        """Keep the customer of a finalized invoice as Stripe has him, once and for all.

        :param dict invoice: Stripe's invoice
        """
        if not self.customer and Status(invoice["status"]) in FINALIZED:
            # Past the guard above, which leaves no other way.
            models.Model.write(self, {"customer": reported(invoice)})

    def _customer_differences(self):
        """Return the names of the fields that Stripe froze otherwise than was sent."""
        if not (self.customer and self.snapshot):
            return []
        return unlike(sent(self._snapshot().customer), self.customer)
