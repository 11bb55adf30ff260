from odoo import api, fields, models
from odoo.exceptions import UserError

from ..checkout import PENDING, Progress
from .stripe_checkout_session import BOOKING

# Fields of Odoo's subscriptions and of recurring products, where those are installed.
RECURRING_ORDER = ("plan_id", "is_subscription")
RECURRING_PRODUCT = "recurring_invoice"
# How Odoo repeats an invoice by itself, see ``auto_post`` of ``account.move``.
REPEATED = ("monthly", "quarterly", "yearly")
# What changes what the customer has to pay, or who he is.
PRICED = frozenset(
    {
        "partner_id",
        "partner_invoice_id",
        "currency_id",
        "fiscal_position_id",
        "order_line",
        "require_payment",
        "prepayment_percent",
        *RECURRING_ORDER,
    }
)
PRICED_LINE = frozenset(
    {"product_id", "name", "product_uom_qty", "price_unit", "discount", "tax_ids"}
)


class SaleOrder(models.Model):
    """An order that is paid up front, for which Stripe issues an invoice."""

    _inherit = "sale.order"

    stripe_checkout = fields.Boolean(
        "Paid Up Front at Stripe",
        compute="_compute_stripe_checkout",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        help="The customer pays the order on a page of Stripe, and Stripe issues an "
        "invoice for it. Odoo then confirms the order and makes its own invoice.",
    )
    stripe_checkout_available = fields.Boolean(
        compute="_compute_stripe_checkout_obstacle"
    )
    stripe_checkout_obstacle = fields.Char(compute="_compute_stripe_checkout_obstacle")
    stripe_checkout_ids = fields.One2many(
        "stripe.checkout.session",
        "order_id",
        "Payment Pages",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    stripe_checkout_state = fields.Selection(
        "_selection_stripe_checkout_state",
        "Payment Page",
        compute="_compute_stripe_checkout_state",
    )
    stripe_checkout_until = fields.Datetime(
        "Page Open Until", compute="_compute_stripe_checkout_state"
    )
    stripe_checkout_error = fields.Text(compute="_compute_stripe_checkout_state")

    @api.model
    def _selection_stripe_checkout_state(self):
        states = self.env["stripe.checkout.session"]._selection_status()
        return [("new", self.env._("Being made")), *states]

    @api.depends("company_id")
    def _compute_stripe_checkout(self):
        for order in self:
            order.stripe_checkout = order._stripe_offers_checkout() and not (
                order._stripe_recurring()
            )

    @api.depends("company_id", "order_line.product_id")
    def _compute_stripe_checkout_obstacle(self):
        for order in self:
            order.stripe_checkout_available = order._stripe_offers_checkout()
            recurring = order._stripe_recurring()
            order.stripe_checkout_obstacle = recurring and self.env._(
                "%s recurs, and Stripe issues invoices of payments up front for single "
                "orders only. Its invoices are sent to Stripe as usual.",
                recurring,
            )

    @api.depends("stripe_checkout", "state")
    def _compute_stripe_checkout_state(self):
        pages = self.sudo().stripe_checkout_ids.grouped("order_id")
        for order in self:
            page = pages.get(order.sudo(), self.env["stripe.checkout.session"])[:1]
            order.stripe_checkout_state = page.status or ("new" if page else False)
            order.stripe_checkout_until = page.expires_at
            order.stripe_checkout_error = page.error

    def _stripe_offers_checkout(self):
        """Tell whether the company lets Stripe issue invoices of orders paid online."""
        self.ensure_one()
        company = self.company_id and self.company_id._stripe_company()
        return bool(company and company.stripe_invoice_checkout)

    def _stripe_recurring(self):
        """Return the name of what comes again and again, empty if nothing does.

        Only single orders are paid so: of what recurs, Stripe has invoices anyway.
        Source: https://docs.stripe.com/payments/checkout/receipts#paid-invoices
        """
        self.ensure_one()
        order = self.sudo()
        if any(name in self._fields and order[name] for name in RECURRING_ORDER):
            return order.name
        products = order.order_line.product_id
        if RECURRING_PRODUCT in products._fields:
            recurring = products.filtered(RECURRING_PRODUCT)
            if recurring:
                return recurring[0].display_name
        repeated = self._stripe_invoices().filtered(lambda m: m.auto_post in REPEATED)
        return repeated[:1].display_name or ""

    # === WHAT IS TO BE PAID === #

    def _stripe_invoices(self):
        """Return the invoices of the order that count."""
        return self.sudo().invoice_ids.filtered(lambda move: move.state != "cancel")

    def _stripe_checkout_amount(self):
        """Return what the customer is asked for: the whole order, or a down payment.

        :rtype: float, in the currency of the order
        """
        self.ensure_one()
        asks_for_part = self.require_payment and self.state in ("draft", "sent")
        if asks_for_part and 0 < self.prepayment_percent < 1:
            return self._get_prepayment_required_amount()
        return self.amount_total

    def _stripe_pay_url(self):
        """Return the address that leads the customer to a payment page, for good.

        Stripe's own address is over after a day; this one leads to a new one then.
        """
        self.ensure_one()
        token = self._portal_ensure_token()
        path = f"/stripe_invoice/order/{self.id}?access_token={token}"
        return self.get_base_url() + path

    def _stripe_checkout_addresses(self):
        """Return where the customer goes who has paid, and who has not."""
        base = self.get_base_url()
        query = f"access_token={self._portal_ensure_token()}"
        place = f"{base}/stripe_invoice/order/{self.id}"
        return f"{place}/done?{query}", f"{place}/back?{query}"

    def _prepare_invoice(self):
        # EXTENDS 'sale': who is invoiced is not asked for the money on a page, too.
        values = super()._prepare_invoice()
        if self.env.context.get(BOOKING):
            return values
        pages = self.sudo().stripe_checkout_ids
        if pages.filtered(lambda page: page._now() is Progress.PROCESSING):
            raise UserError(
                self.env._(
                    "%s cannot be invoiced now: a payment of the customer is under way "
                    "at Stripe. Its invoice is made by itself when the money has come.",
                    self.name,
                )
            )
        self._stripe_check_pages()
        # Stripe has invoiced already what Odoo has not.
        if pages.filtered(
            lambda page: page._now() is Progress.PAID and not page.move_id
        ):
            values["stripe_invoice"] = False
        return values

    # === ACTS === #

    def action_stripe_payment_link(self):
        """Have a payment page made, and write to the customer with the link.

        :return: the action that opens the mail
        :raise UserError: the order cannot be paid so, with the reason
        """
        self.ensure_one()
        self.check_access("write")
        self._stripe_want_page()
        template = self.env.ref(
            "sale_stripe_invoice.mail_template_payment_link", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "sale.order",
                "default_res_ids": self.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment",
                "mark_so_as_sent": True,
                "force_email": True,
            },
        }

    def _stripe_want_page(self):
        """Want a payment page for the order.

        :raise UserError: the order cannot be paid so, with the reason
        """
        sentence = self._stripe_door_sentence(self._stripe_checkout_door())
        if sentence:
            raise UserError(self._stripe_checkout_refusal(sentence))
        return self.env["stripe.checkout.session"]._want(self)

    def _stripe_checkout_refusal(self, reason):
        return self.env._(
            "%(order)s cannot be paid up front at Stripe: %(reason)s",
            order=self.name,
            reason=reason,
        )

    # === GUARDS === #

    def write(self, vals):
        """Refuse the toggle where it cannot be; close pages that ask for another sum.

        :raise UserError: the order recurs
        """
        if vals.get("stripe_checkout"):
            for order in self:
                if order.stripe_checkout_obstacle:
                    raise UserError(
                        order._stripe_checkout_refusal(order.stripe_checkout_obstacle)
                    )
        result = super().write(vals)
        if PRICED & set(vals):
            self._stripe_check_pages()
        if "stripe_checkout" in vals and not vals["stripe_checkout"]:
            self.env["stripe.checkout.session"]._live(self)._close()
        return result

    def _stripe_check_pages(self):
        """Let the worker see whether the open pages still ask for the right sum."""
        pages = self.env["stripe.checkout.session"]._live(self)
        if pages:
            pages._wake()

    def _action_cancel(self):
        # EXTENDS 'sale': nobody pays what is cancelled.
        under_way = self.sudo().stripe_checkout_ids.filtered(
            lambda page: page._now() is Progress.PROCESSING
        )
        if under_way:
            raise UserError(
                self.env._(
                    "%s cannot be cancelled: a payment of the customer is under way at "
                    "Stripe. Wait for its end, and refund it then.",
                    ", ".join(under_way.order_id.mapped("name")),
                )
            )
        self.env["stripe.checkout.session"]._live(self)._close()
        return super()._action_cancel()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_being_paid(self):
        pages = self.env["stripe.checkout.session"]._live(self)
        if pages.filtered(lambda page: page._now() in PENDING):
            raise UserError(
                self.env._("Cancel the order first: the customer can still pay it.")
            )


class SaleOrderLine(models.Model):
    """Lines of an order that may have a payment page open."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        """Let the worker see that the order asks for more."""
        lines = super().create(vals_list)
        lines.order_id._stripe_check_pages()
        return lines

    def write(self, vals):
        """Let the worker see that the order may ask for another sum."""
        result = super().write(vals)
        if PRICED_LINE & set(vals):
            self.order_id._stripe_check_pages()
        return result

    def unlink(self):
        """Let the worker see that the order asks for less."""
        orders = self.order_id
        result = super().unlink()
        orders._stripe_check_pages()
        return result
