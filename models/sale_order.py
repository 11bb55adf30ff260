from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lifecycle import PAYABLE, Status


class SaleOrder(models.Model):
    """The order's switch, which its invoices inherit."""

    _inherit = "sale.order"

    stripe_invoice = fields.Boolean(
        compute="_compute_stripe_invoice",
        store=True,
        readonly=False,
        precompute=True,
        help="The invoices of this order get a Stripe invoice.",
    )
    stripe_invoice_available = fields.Boolean(
        compute="_compute_stripe_invoice_available"
    )

    @api.depends("company_id")
    def _compute_stripe_invoice(self):
        for order in self:
            company = order.company_id._stripe_company() if order.company_id else False
            order.stripe_invoice = bool(
                company and company.stripe_invoice_order_default
            )

    @api.depends("company_id")
    def _compute_stripe_invoice_available(self):
        for order in self:
            order.stripe_invoice_available = bool(
                order.company_id and order.company_id._stripe_company()
            )

    def write(self, vals):
        """Refuse to change the switch once there is an invoice that inherited it.

        :raise UserError: such an invoice has the switch as it was
        """
        if "stripe_invoice" in vals:
            for order in self:
                changes = order.stripe_invoice != bool(vals["stripe_invoice"])
                if changes and order.sudo().invoice_ids.filtered(
                    lambda move: move.state != "cancel"
                ):
                    raise UserError(
                        self.env._(
                            "%(order)s is invoiced already. Change the Stripe switch "
                            "on its invoice, as long as that is a draft.",
                            order=order.name,
                        )
                    )
        return super().write(vals)

    def _action_cancel(self):
        # EXTENDS 'sale': no cancellation that leaves a payable Stripe invoice behind.
        for order in self:
            payable = order.sudo().invoice_ids.filtered(
                lambda move: Status(move.stripe_status or "") in PAYABLE
            )
            if payable:
                raise UserError(
                    self.env._(
                        "%(order)s cannot be cancelled: the customer can still pay "
                        "%(invoices)s at Stripe. Request the cancellation of the "
                        "invoice first.",
                        order=order.name,
                        invoices=", ".join(payable.mapped("name")),
                    )
                )
            coming = order.sudo().invoice_ids.filtered(
                lambda move: move._stripe_is_coming()
            )
            if coming:
                raise UserError(
                    self.env._(
                        "%(order)s cannot be cancelled: %(invoices)s is on its way to "
                        "Stripe, where the customer will be able to pay it. Reset the "
                        "invoice to draft first.",
                        order=order.name,
                        invoices=", ".join(coming.mapped("name")),
                    )
                )
        return super()._action_cancel()

    def _prepare_invoice(self):
        # EXTENDS 'sale'
        return {**super()._prepare_invoice(), "stripe_invoice": self.stripe_invoice}

    def _get_invoice_grouping_keys(self):
        # EXTENDS 'sale': orders that differ here do not share an invoice.
        return [*super()._get_invoice_grouping_keys(), "stripe_invoice"]
