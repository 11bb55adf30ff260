from odoo import api, fields, models
from odoo.exceptions import UserError

from .secrets_lock import lock_for_secret


class ResConfigSettings(models.TransientModel):
    """The Stripe block of the Invoicing settings."""

    _inherit = "res.config.settings"

    stripe_invoice = fields.Boolean(related="company_id.stripe_invoice", readonly=False)
    stripe_invoice_order_default = fields.Boolean(
        related="company_id.stripe_invoice_order_default", readonly=False
    )
    stripe_invoice_default = fields.Boolean(
        related="company_id.stripe_invoice_default", readonly=False
    )
    stripe_invoice_checkout = fields.Boolean(
        related="company_id.stripe_invoice_checkout", readonly=False
    )
    stripe_account_id = fields.Many2one(related="company_id.stripe_account_id")
    stripe_account_name = fields.Char(related="company_id.stripe_account_id.name")
    stripe_account_ref = fields.Char(related="company_id.stripe_account_id.stripe_id")
    stripe_livemode = fields.Boolean(related="company_id.stripe_account_id.livemode")
    stripe_error = fields.Text(related="company_id.stripe_account_id.error")
    stripe_silence = fields.Text(related="company_id.stripe_account_id.silence")
    stripe_journal_id = fields.Many2one(
        related="company_id.stripe_account_id.journal_id", readonly=False
    )
    stripe_tz = fields.Selection(
        related="company_id.stripe_account_id.tz", readonly=False
    )
    stripe_finalize_delay = fields.Integer(
        related="company_id.stripe_account_id.finalize_delay", readonly=False
    )
    stripe_mail_sender = fields.Selection(
        related="company_id.stripe_account_id.mail_sender", readonly=False
    )
    stripe_collection = fields.Selection(
        related="company_id.stripe_account_id.collection", readonly=False
    )
    stripe_skip_zero = fields.Boolean(
        related="company_id.stripe_account_id.skip_zero", readonly=False
    )
    stripe_failure_mail = fields.Boolean(
        related="company_id.stripe_account_id.failure_mail", readonly=False
    )
    stripe_reminder_sender = fields.Selection(
        related="company_id.stripe_account_id.reminder_sender", readonly=False
    )
    stripe_setup_open_count = fields.Integer(
        related="company_id.stripe_account_id.setup_open_count"
    )
    stripe_group_lines = fields.Boolean(
        related="company_id.stripe_account_id.group_lines", readonly=False
    )
    stripe_void_policy = fields.Selection(
        related="company_id.stripe_account_id.void_policy", readonly=False
    )
    stripe_legal_document = fields.Selection(
        related="company_id.stripe_account_id.legal_document", readonly=False
    )
    stripe_correction_policy = fields.Selection(
        related="company_id.stripe_account_id.correction_policy", readonly=False
    )
    stripe_correction_reason = fields.Char(
        related="company_id.stripe_account_id.correction_reason"
    )
    stripe_uncollectible_policy = fields.Selection(
        related="company_id.stripe_account_id.uncollectible_policy", readonly=False
    )
    stripe_refused_tax_id_policy = fields.Selection(
        related="company_id.stripe_account_id.refused_tax_id_policy", readonly=False
    )
    # Goes in and never comes out: no stored column, and always empty when read.
    stripe_secret_key = fields.Char(
        "Secret or Restricted Key",
        compute="_compute_stripe_secret_key",
        inverse="_inverse_stripe_secret_key",
        groups="base.group_system",
    )

    @api.depends("company_id")
    def _compute_stripe_secret_key(self):
        self.stripe_secret_key = False

    def _inverse_stripe_secret_key(self):
        for settings in self.filtered("stripe_secret_key"):
            key = settings.stripe_secret_key.strip()
            lock_for_secret(settings.company_id)
            settings.company_id.sudo().stripe_pasted_key = key
        # What was pasted must not be answered to the browser.
        self.invalidate_recordset(["stripe_secret_key"])

    def action_stripe_connect(self):
        """Connect the company to the Stripe account of the pasted key, and save.

        :return: the action that reloads the settings, as saving does
        :raise UserError: a sentence that says what to do
        """
        self.ensure_one()
        company = self.company_id.sudo()
        key = company.stripe_pasted_key
        if not key:
            raise UserError(self.env._("Paste a secret or restricted key first."))
        company.env["stripe.account"]._connect(company, key)
        company.stripe_pasted_key = False
        return self.execute()

    def action_stripe_account(self):
        """Show the connected account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "stripe.account",
            "res_id": self.stripe_account_id.id,
            "view_mode": "form",
        }

    def action_stripe_setup(self):
        """Look up at Stripe what is still open there, and show it."""
        self.ensure_one()
        account = self.stripe_account_id
        account.action_check_setup()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sale_stripe_invoice.stripe_setup_item_action"
        )
        return {**action, "domain": [("account_id", "=", account.id)]}
