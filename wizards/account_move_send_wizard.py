from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class AccountMoveSendWizard(models.TransientModel):
    """Two people who send the same invoice in the same moment send one mail."""

    _inherit = "account.move.send.wizard"

    stripe_mailed_at = fields.Datetime(
        compute="_compute_stripe_mailed_at",
        store=True,
        readonly=False,
        help="When Odoo had mailed the invoice, as this dialog knew.",
    )

    @api.depends("move_id")
    def _compute_stripe_mailed_at(self):
        for wizard in self:
            document = wizard.move_id.sudo().stripe_document_id
            wizard.stripe_mailed_at = document.mailed_at

    def action_send_and_print(self, allow_fallback_pdf=False):
        """Refuse a mail that somebody else has sent since the dialog was opened.

        :raise UserError: Odoo has mailed the invoice meanwhile
        """
        at = self.move_id.sudo().stripe_document_id.mailed_at
        if "email" in (self.sending_methods or ()) and at != self.stripe_mailed_at:
            raise UserError(
                self.env._(
                    "%(invoice)s was mailed at %(time)s, after this dialog had been "
                    "opened. Open it again to mail it once more.",
                    invoice=self.move_id.name,
                    time=format_datetime(self.env, at, dt_format="short"),
                )
            )
        return super().action_send_and_print(allow_fallback_pdf=allow_fallback_pdf)
