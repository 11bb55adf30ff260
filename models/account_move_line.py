from odoo import api, models

from .observed import differs

# What Stripe prints of a line, or computes its amounts from.
PRINTED = frozenset(
    {
        "name",
        "product_id",
        "product_uom_id",
        "quantity",
        "price_unit",
        "discount",
        "price_subtotal",
        "price_total",
        "tax_ids",
        "balance",
        "amount_currency",
        "display_type",
        "sequence",
        "move_id",
        "collapse_composition",
        "collapse_prices",
    }
)
# What is printed of the days of payment, and how much is due on each.
PRINTED_TERMS = frozenset(
    {"date_maturity", "discount_date", "discount_amount_currency"}
)
PRINTED_TYPES = frozenset(
    {
        "product",
        "tax",
        "rounding",
        "line_section",
        "line_subsection",
        "line_note",
    }
)


class AccountMoveLine(models.Model):
    """The printed lines of an invoice that Stripe has finalized stay as they are."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse further printed lines on an invoice that Stripe has finalized.

        :raise UserError: Stripe has finalized the invoice, or is about to
        """
        lines = super().create(vals_list)
        lines._stripe_check_printed()
        return lines

    def write(self, vals):
        """Refuse edits of printed lines of an invoice that Stripe has finalized.

        :raise UserError: Stripe has finalized the invoice, or is about to
        """
        for line in self if (PRINTED | PRINTED_TERMS) & set(vals) else ():
            is_term = line.display_type == "payment_term"
            names = (PRINTED_TERMS if is_term else PRINTED) & set(vals)
            if not any(differs(line, name, vals) for name in names):
                continue
            if is_term:
                line.move_id._stripe_check_printed(["invoice_date_due"])
            else:
                line._stripe_check_printed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_stripe_check_printed(self):
        self._stripe_check_printed()

    def _stripe_check_printed(self):
        """Refuse to change printed lines; see the invoice's method of this name.

        :raise UserError: Stripe has finalized the invoice, or is about to
        """
        printed = self.filtered(lambda line: line.display_type in PRINTED_TYPES)
        for move in printed.move_id:
            move._stripe_check_printed(["invoice_line_ids"])
