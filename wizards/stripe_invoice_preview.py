from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..payloads.snapshot import (
    chosen_methods,
    due_day,
    issue_day,
    usable_methods,
)
from ..stripe_api.money import from_minor


class StripeInvoicePreview(models.TransientModel):
    """What Stripe would be sent of an invoice, and what speaks against it.

    Nothing is sent, and nothing is written: the page is made of the same snapshot that
    is frozen when the invoice is sent.
    """

    _name = "stripe.invoice.preview"
    _description = "Preview of a Stripe Invoice"

    move_id = fields.Many2one("account.move", required=True)
    content = fields.Html(compute="_compute_content", sanitize=False)

    @api.depends("move_id")
    def _compute_content(self):
        for preview in self:
            preview.content = self.env["ir.qweb"]._render(
                "sale_stripe_invoice.stripe_invoice_preview",
                preview._values() if preview.move_id else {},
            )

    def _values(self):
        """Return what the page shows, texts for the user in the user's language.

        :raise UserError: the invoice is none for Stripe
        """
        move = self.move_id.with_company(self.move_id.company_id)
        move.check_access("read")
        if not move._stripe_available():
            raise UserError(self.env._("%s gets no Stripe invoice.", move.display_name))
        if move._stripe_is_skipped():
            raise UserError(
                self.env._(
                    "%s has a total of zero, and your company does not send such "
                    "invoices to Stripe.",
                    move.display_name,
                )
            )
        account = move.company_id._stripe_company().stripe_account_id
        reading = move._stripe_reading()
        snapshot = reading.snapshot
        return {
            "invoice": snapshot,
            "number_is_guess": move._stripe_next_number() != move.name,
            "objections": [
                (objection.text, *self._place(objection.record))
                for objection in reading.objections
            ],
            "shortened": reading.shortened,
            "methods": usable_methods(move, account).mapped("name"),
            "not_offered": (
                chosen_methods(move, account) - usable_methods(move, account)
            ).mapped("name"),
            "tax_status": self._tax_status(snapshot),
            "template": account.rendering_template_id.name,
            "own_tax_ids": account.own_tax_ids.mapped("name"),
            "issued": format_date(self.env, issue_day(move)),
            "due": format_date(self.env, due_day(move)),
            "taxes": self._tax_totals(snapshot) if snapshot else [],
            "amount": self._amount,
        }

    def _tax_status(self, snapshot):
        """Return the customer's tax status in words, nothing if it is the usual one."""
        known = {
            "reverse": self.env._("Reverse charge"),
            "exempt": self.env._("Exempt"),
        }
        return known.get(snapshot.customer.tax_exempt, "") if snapshot else ""

    def _place(self, record):
        """Return name and address of the record on which an objection can be mended."""
        if not record:
            return "", ""
        return record.display_name, f"/odoo/{record._name}/{record.id}"

    def _tax_totals(self, snapshot):
        """Return the sum of each tax, in the order of the lines."""
        totals = {}
        for line in snapshot.lines:
            for tax in line.taxes:
                known = totals.get(tax.rate, (tax, 0))
                totals[tax.rate] = (tax, known[1] + tax.amount)
        return list(totals.values())

    def _amount(self, minor):
        """Return an amount in minor units as the user writes it."""
        currency = self.move_id.currency_id
        return formatLang(
            self.env, float(from_minor(minor, currency.name)), currency_obj=currency
        )
