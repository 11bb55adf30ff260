from odoo import models


class PaymentTransaction(models.Model):
    """Payments by Odoo's payment providers, of what could also be paid at Stripe."""

    _inherit = "payment.transaction"

    def write(self, vals):
        """Let the worker see that a payment has begun or ended elsewhere."""
        result = super().write(vals)
        if "state" in vals:
            self.sudo().invoice_ids.stripe_document_id._follow_elsewhere()
            self.sudo().sale_order_ids._stripe_check_pages()
        return result

    def _stripe_is_under_way(self):
        """Tell whether the money is on its way, or here and not booked yet.

        A transfer that the customer has only promised is none.
        """
        self.ensure_one()
        promised = self.provider_code in ("none", "custom")
        if promised or self.operation in ("validation", "refund"):
            return False
        unbooked = self.state == "done" and not self.is_post_processed
        return unbooked or self.state in ("pending", "authorized")


class AccountMove(models.Model):
    """While another provider has a payment of it, nobody is asked to pay at Stripe."""

    _inherit = "account.move"

    def _stripe_is_paid_elsewhere(self):
        """Tell whether a payment by another provider is under way."""
        transactions = self.sudo().transaction_ids
        return any(one._stripe_is_under_way() for one in transactions)

    def _stripe_held(self):
        # EXTENDS 'sale_stripe_invoice'
        held = super()._stripe_held()
        if held or not self._stripe_is_paid_elsewhere():
            return held
        return self.env._(
            "%s: a payment by another payment provider is under way. Wait for its end.",
            self.name,
        )


class SaleOrder(models.Model):
    """What another provider has received, or is about to, is not asked for again."""

    _inherit = "sale.order"

    def _stripe_is_paid_elsewhere(self):
        """Tell whether a payment by another provider is under way."""
        transactions = self.sudo().transaction_ids
        return any(one._stripe_is_under_way() for one in transactions)


class StripeDocument(models.Model):
    """No charge, mail or reminder while another provider has a payment under way."""

    _inherit = "stripe.document"

    def _facts(self):
        # EXTENDS 'sale_stripe_invoice'
        facts = super()._facts()
        if self.move_id._stripe_is_paid_elsewhere():
            return facts._replace(to_send=False, to_charge=False, to_remind=False)
        return facts

    def _asking_hold(self):
        # EXTENDS 'sale_stripe_invoice'
        held = super()._asking_hold()
        if not held and self.move_id._stripe_is_paid_elsewhere():
            return self.env._("a payment by another payment provider is under way")
        return held

    def _follow_elsewhere(self):
        """Let the worker do what was held, or hold what it would do."""
        unsettled = self.filtered(lambda row: row.status in (False, "draft", "open"))
        unsettled.filtered(lambda row: row.target and not row.refused)._wake()
