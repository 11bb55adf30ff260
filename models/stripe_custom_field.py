from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import MAX_CUSTOM_FIELD_NAME, MAX_CUSTOM_FIELDS
from ..payloads.snapshot import source_labels


class StripeCustomField(models.Model):
    """One of the custom fields that Stripe prints beside number and dates."""

    _name = "stripe.custom.field"
    _description = "Stripe Custom Field"
    _order = "sequence, id"

    account_id = fields.Many2one(
        "stripe.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    source = fields.Selection(
        "_selection_source",
        "What It Shows",
        required=True,
        default="order",
        help="An invoice that has nothing to show there goes without this field.",
    )
    name = fields.Char(
        "Label",
        translate=True,
        size=MAX_CUSTOM_FIELD_NAME,
        help="Empty: the usual words, in the customer's language.",
    )
    text = fields.Char("Fixed Text", translate=True)

    @api.model
    def _selection_source(self):
        return [*source_labels(self.env).items(), ("text", self.env._("A fixed text"))]

    @api.depends("name", "source")
    def _compute_display_name(self):
        labels = dict(self._selection_source())
        for row in self:
            row.display_name = row.name or labels.get(row.source)

    @api.constrains("account_id")
    def _check_count(self):
        for account in self.account_id:
            if len(account.custom_field_ids) > MAX_CUSTOM_FIELDS:
                raise ValidationError(
                    self.env._(
                        "Stripe prints at most %s custom fields on an invoice.",
                        MAX_CUSTOM_FIELDS,
                    )
                )

    @api.constrains("source", "name", "text")
    def _check_fixed_text(self):
        for row in self:
            if row.source == "text" and not (row.name and row.text):
                raise ValidationError(
                    self.env._("A custom field with a fixed text needs label and text.")
                )
