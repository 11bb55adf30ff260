from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import API_VERSION, HANDLED_EVENTS
from ..stripe_api.errors import StripeApiError

DASHBOARD_PATHS = {
    "branding": "settings/branding",
    "support": "settings/business-details",
    "mails": "settings/emails",
    "reminders": "settings/billing/invoice",
    "tax_ids": "settings/billing/invoice",
    "portal": "settings/billing/portal",
    "methods": "settings/payment_methods",
    "webhook": "webhooks",
}


class StripeSetupItem(models.Model):
    """One thing to set up in Stripe's dashboard, and how it stood at the last look."""

    _name = "stripe.setup.item"
    _description = "Set-up at Stripe"
    _order = "id"

    account_id = fields.Many2one(
        "stripe.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    code = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("open", "To Do"), ("look", "To Check There"), ("done", "Done")],
        required=True,
        readonly=True,
    )
    detail = fields.Char("Found at Stripe", readonly=True)
    name = fields.Char("Subject", compute="_compute_texts")
    advice = fields.Char("What For", compute="_compute_texts")
    url = fields.Char("At Stripe", compute="_compute_url")

    _code_uniq = models.Constraint(
        "UNIQUE(account_id, code)", "Each thing is in the list once."
    )

    @api.depends("account_id", "code")
    def _compute_url(self):
        for item in self:
            path = DASHBOARD_PATHS.get(item.code, "")
            item.url = f"{item.account_id.dashboard_url}/{path}"

    @api.depends("code", "account_id.mail_sender", "account_id.reminder_sender")
    @api.depends_context("lang")
    def _compute_texts(self):
        for item in self:
            texts = item._texts()
            item.name, item.advice = texts.get(item.code, (item.code, ""))

    def _texts(self):
        """Return name and advice by code, as the settings of the account are."""
        env = self.env
        account = self.account_id
        return {
            "branding": (
                env._("Logo and colours"),
                env._("They are on Stripe's page, its PDF and its mails."),
            ),
            "support": (
                env._("Name and support address"),
                env._("Customers see whom they pay, and whom to ask."),
            ),
            "mails": (env._("E-mails to customers"), account._mail_advice()),
            "reminders": (env._("Reminders"), account._reminder_advice()),
            "tax_ids": (
                env._("Own tax IDs"),
                env._("They are printed on Stripe's PDF."),
            ),
            "portal": (
                env._("Customer portal"),
                env._("Customers manage what they have stored. Save it once."),
            ),
            "methods": (
                env._("Payment methods"),
                env._("What you offer has to be switched on there."),
            ),
            "webhook": (
                env._("Webhook"),
                env._(
                    "What a new version of the addon adds is told to Stripe within the "
                    "hour. Press Connect Again in the settings if it stays incomplete."
                ),
            ),
        }


class StripeAccount(models.Model):
    """What is still open on Stripe's side, looked up when somebody asks."""

    _inherit = "stripe.account"

    setup_item_ids = fields.One2many(
        "stripe.setup.item",
        "account_id",
        "Set-up at Stripe",
        readonly=True,
        groups="base.group_system",
    )
    setup_checked_at = fields.Datetime("Last Look", readonly=True, copy=False)
    setup_open_count = fields.Integer(
        "Open at Stripe", compute="_compute_setup_open", groups="base.group_system"
    )

    @api.depends("setup_item_ids.state")
    def _compute_setup_open(self):
        for account in self:
            still_open = account.setup_item_ids.filtered(
                lambda item: item.state == "open"
            )
            account.setup_open_count = len(still_open)

    def action_check_setup(self):
        """Look up at Stripe what is set up there and what is still open.

        :raise UserError: Stripe did not answer, with the reason
        """
        self.ensure_one()
        self.check_access("write")
        try:
            found = self._look_at_setup(self._gateway())
        except StripeApiError as error:
            raise UserError(self._connection_sentence(error)) from error
        known = {item.code: item for item in self.setup_item_ids}
        items = self.env["stripe.setup.item"].sudo()
        for code, (state, detail) in found.items():
            values = {"state": state, "detail": detail or False}
            if code in known:
                known[code].sudo().write(values)
            else:
                items.create({"account_id": self.id, "code": code, **values})
        self.setup_checked_at = fields.Datetime.now()

    def _look_at_setup(self, gateway):
        """Return state and detail of each thing to set up, by its code.

        :raise StripeApiError: see the gateway
        """
        remote = gateway.retrieve_account()
        branding = remote["settings"]["branding"]
        profile = remote["business_profile"]
        support = profile.get("support_email") or profile.get("support_phone")
        tax_ids = [row["value"] for row in gateway.list_own_tax_ids()]
        return {
            "branding": (_state(branding["logo"] or branding["icon"]), ""),
            "support": (_state(profile.get("name") and support), support),
            # Stripe tells nobody how these are switched.
            "mails": ("look", ""),
            "reminders": ("look", ""),
            "tax_ids": (_state(tax_ids), ", ".join(tax_ids)),
            "portal": (_state(gateway.list_portal_configurations()), ""),
            "methods": self._look_at_methods(gateway),
            "webhook": self._look_at_webhook(gateway),
        }

    def _look_at_methods(self, gateway):
        """Return whether all that is offered is switched on, and what is not."""
        available = {
            name
            for row in gateway.list_method_configurations()
            for name, entry in row.items()
            if isinstance(entry, dict) and entry.get("available")
        }
        missing = self.payment_method_ids.filtered(
            lambda method: method.code not in available
        )
        if missing:
            return "open", ", ".join(missing.mapped("name"))
        return _state(available), ""

    def _look_at_webhook(self, gateway):
        """Return whether our webhook is as we made it, and what is wrong with it."""
        for endpoint in gateway.list_webhook_endpoints():
            if endpoint["id"] != self.webhook_endpoint:
                continue
            heard = set(endpoint["enabled_events"])
            missing = [] if "*" in heard else sorted(set(HANDLED_EVENTS) - heard)
            if endpoint["status"] != "enabled":
                return "open", endpoint["status"]
            if endpoint["api_version"] != API_VERSION:
                return "open", endpoint["api_version"] or ""
            return _state(not missing), ", ".join(missing)
        return "open", ""

    def _mail_advice(self):
        """Return how the switches for e-mails have to be, given who mails."""
        if self.mail_sender == "stripe":
            return self.env._(
                "Stripe mails invoices when Odoo asks it to. Switch receipts "
                "(successful payments) on, and failed payments as you like."
            )
        return self.env._(
            "Odoo or nobody mails invoices: switch receipts (successful payments) and "
            "refunds off, unless you want them in addition."
        )

    def _reminder_advice(self):
        """Return how Stripe's reminders have to be, given who reminds."""
        if self.reminder_sender == "stripe":
            return self.env._(
                "Stripe reminds: say there how often, and switch it on for one-off "
                "invoices."
            )
        return self.env._(
            "Stripe does not remind: Odoo does not let it, whatever is set there."
        )


def _state(is_done):
    return "done" if is_done else "open"
