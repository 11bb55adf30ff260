from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..payloads.snapshot import READ_FROM
from ..payloads.template import MAX_DESCRIPTOR, placeholders, statement_descriptor

# The longest number that fits beside a descriptor of the company's own.
NUMBER_EXAMPLE = "INV/2026/00001"


class StripeAccount(models.Model):
    """What the company prints on its Stripe invoices beside lines and totals."""

    _inherit = "stripe.account"

    memo_template = fields.Text(
        "Memo",
        translate=True,
        default="{tax_note}\n{narration}",
        help="Printed below the lines. Stripe takes 1,500 characters.",
    )
    footer_template = fields.Text(
        "Footer",
        translate=True,
        help="Printed at the foot, before the notice that Odoo's document is the "
        "invoice by law. The footer of Stripe's own settings is printed where there is "
        "neither.",
    )
    legal_document = fields.Selection(
        [("odoo", "Odoo's"), ("stripe", "Stripe's")],
        "Invoice by Law",
        required=True,
        default="odoo",
        help="Which of the two documents is the invoice by law. The other one says at "
        "its foot that it is not. Invoices that are at Stripe already stay as they "
        "are.",
    )
    custom_field_ids = fields.One2many(
        "stripe.custom.field",
        "account_id",
        "Custom Fields",
        default=lambda self: self._default_custom_fields(),
    )
    statement_descriptor = fields.Char(
        "Text on Card Statements",
        size=MAX_DESCRIPTOR,
        help="Tells customers on their card statement whom they have paid: 5 to 22 "
        "Latin characters. {number} is the number of the invoice. "
        "Empty: the text of Stripe's own settings.",
    )

    @api.model
    def _default_custom_fields(self):
        wanted = ("order", "customer_reference", "delivery_date", "payment_terms")
        return [
            Command.create({"source": source, "sequence": sequence})
            for sequence, source in enumerate(wanted, 1)
        ]

    @api.constrains("memo_template", "footer_template")
    def _check_placeholders(self):
        known = set(READ_FROM)
        for account in self:
            texts = (account.memo_template, account.footer_template)
            unknown = {
                name
                for text in texts
                for name in placeholders(text or "")
                if name not in known
            }
            if unknown:
                raise ValidationError(
                    self.env._(
                        "Nothing is known by the name of %(unknown)s. What can be "
                        "printed is: %(known)s.",
                        unknown=", ".join(f"{{{name}}}" for name in sorted(unknown)),
                        known=", ".join(f"{{{name}}}" for name in sorted(known)),
                    )
                )

    @api.constrains("statement_descriptor")
    def _check_statement_descriptor(self):
        for account in self.filtered("statement_descriptor"):
            text = account.statement_descriptor
            unknown = placeholders(text) - {"number"}
            if unknown or not statement_descriptor(text, NUMBER_EXAMPLE):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be on a card statement. Use 5 to 22 Latin "
                        "characters, at least one letter among them, and no other "
                        "placeholder than {number}.",
                        text,
                    )
                )
