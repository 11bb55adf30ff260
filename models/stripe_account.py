import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS, Domain

from odoo.addons.base.models.res_partner import _tz_get

from ..const import (
    API_BASE,
    API_BASE_PARAMETER,
    BALANCE_PER_RUN,
    CHECKOUTS_PER_RUN,
    CORRECTIONS_PER_RUN,
    CUSTOMERS_PER_RUN,
    DASHBOARD,
    DOCUMENTS_PER_RUN,
    EVENTS_PER_RUN,
)
from ..stripe_api.errors import UnauthorizedError
from ..stripe_api.gateway import ForbiddenBaseError, StripeGateway
from ..stripe_api.keys import InvalidKeyError
from .stripe_queue_mixin import backoff


class StripeAccount(models.Model):
    """One Stripe account in one mode, test or live, as one company is connected to it.

    Holds the keys, the webhook endpoint, the journal and the health of the connection.
    Secrets are readable by code in superuser mode only: no user, export or request can
    name them.
    """

    _name = "stripe.account"
    _description = "Stripe Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    stripe_id = fields.Char("Stripe ID", required=True, readonly=True)
    livemode = fields.Boolean("Live", readonly=True)
    tz = fields.Selection(
        _tz_get,
        string="Time Zone of the Books",
        required=True,
        default=lambda self: self._default_tz(),
        help="Decides on which day a payment is booked and which day is printed.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Stripe Journal",
        check_company=True,
        domain="[('type', '=', 'bank')]",
        help="Its bank account is the balance at Stripe.",
    )
    can_report_payments = fields.Boolean(
        default=True,
        help="Stripe takes payment records of this account. "
        "Found out by trying; switch it on again when Stripe has enabled them.",
    )
    can_revise = fields.Boolean(
        default=True,
        help="Stripe revises invoices of this account. "
        "Found out by trying; switch it on again when Stripe has enabled it.",
    )
    finalize_delay = fields.Integer(
        "Pause Before Finalizing",
        help="Hours between the confirmation of an invoice and its finalization at "
        "Stripe. Until then it can be reset to draft and changed.",
    )
    mail_sender = fields.Selection(
        [
            ("odoo", "Odoo, when you send it"),
            ("stripe", "Stripe, as soon as it is open"),
            ("nobody", "Nobody by itself"),
        ],
        "Who Mails Invoices",
        required=True,
        default="odoo",
        help="A contact may have a sending method of its own. "
        "The customer gets at most one mail.",
    )
    group_lines = fields.Boolean(
        "Group Long Invoices",
        help="Stripe accepts 250 lines. Longer invoices are summed up by order, "
        "section and taxes, to the same total and the same taxes; otherwise they are "
        "refused.",
    )
    skip_zero = fields.Boolean(
        "Keep Zero Totals from Stripe",
        help="Invoices with a total of zero are not sent to Stripe. Else they are, and "
        "Stripe has them as paid, without a payment.",
    )
    void_policy = fields.Selection(
        [("ask", "Ask what to do"), ("cancel", "Cancel the invoice in Odoo")],
        "When an Invoice Is Voided in the Dashboard",
        required=True,
        default="ask",
    )
    uncollectible_policy = fields.Selection(
        [("ask", "Ask what to do"), ("propose", "Propose the write-off")],
        "When an Invoice Is Given Up in the Dashboard",
        required=True,
        default="ask",
    )
    correction_policy = fields.Selection(
        [
            ("choose", "Choose each time"),
            ("credit_note", "Always a credit note and a new invoice"),
        ],
        "Corrections of Finalized Invoices",
        compute="_compute_correction_policy",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    correction_reason = fields.Char(compute="_compute_correction_reason")
    refused_tax_id_policy = fields.Selection(
        [("stop", "Stop and ask"), ("send", "Send without it")],
        "When Stripe Refuses a Tax ID",
        required=True,
        default="stop",
    )
    bad_debt_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        domain="[('account_type', '=', 'expense')]",
        help="Proposed when an invoice is written off.",
    )
    last_catch_up = fields.Integer(
        readonly=True, help="Epoch seconds, by Stripe's clock."
    )
    fee_account_id = fields.Many2one("account.account", check_company=True)
    secret_key = fields.Char(groups=NO_ACCESS, copy=False)
    webhook_secrets = fields.Json(groups=NO_ACCESS, copy=False)
    webhook_token = fields.Char(
        groups="base.group_system",
        required=True,
        copy=False,
        index=True,
        default=lambda self: secrets.token_urlsafe(24),
    )
    webhook_endpoint = fields.Char(readonly=True, copy=False)
    webhook_events = fields.Json(
        readonly=True, copy=False, help="The events that the endpoint asks for."
    )
    webhook_url = fields.Char(
        "Webhook URL", compute="_compute_webhook_url", groups="base.group_system"
    )
    database_uuid = fields.Char(groups=NO_ACCESS, copy=False)
    error = fields.Text("Connection Problem", readonly=True, copy=False)
    failures = fields.Integer(readonly=True, copy=False)
    next_attempt_at = fields.Datetime("Next Try", readonly=True, copy=False)
    dashboard_url = fields.Char("Stripe Dashboard", compute="_compute_dashboard_url")

    _stripe_id_uniq = models.Constraint(
        "UNIQUE(company_id, stripe_id, livemode)",
        "This company is connected to this Stripe account already.",
    )
    _webhook_token_uniq = models.Constraint(
        "UNIQUE(webhook_token)", "A webhook token names one account only."
    )

    @api.model
    def _default_tz(self):
        return self.env.company.partner_id.tz or self.env.user.tz or "UTC"

    @api.depends("company_id")
    def _compute_correction_policy(self):
        for account in self:
            bound = account._corrects_by_document()
            account.correction_policy = "credit_note" if bound else "choose"

    def _corrects_by_document(self):
        """Tell whether the law of the company's country wants a document that corrects.

        Source: Directive 2006/112/EC, article 219, for the European Union.
        """
        country = self.company_id.account_fiscal_country_id
        return country in self.env.ref("base.europe").country_ids

    @api.depends("company_id.account_fiscal_country_id")
    def _compute_correction_reason(self):
        for account in self:
            country = account.company_id.account_fiscal_country_id.name or ""
            account.correction_reason = (
                account.env._(
                    "In the European Union (%s), an issued invoice is corrected by a "
                    "document that refers to it (Directive 2006/112/EC, article 219).",
                    country,
                )
                if account._corrects_by_document()
                else account.env._(
                    "The company wants a credit note and a new invoice in any case."
                )
            )

    @api.depends("name", "livemode")
    def _compute_display_name(self):
        for account in self:
            mode = "" if account.livemode else " (TEST)"
            account.display_name = f"{account.name}{mode}"

    @api.depends("webhook_token")
    def _compute_webhook_url(self):
        for account in self:
            path = f"/stripe_invoice/webhook/{account.webhook_token}"
            account.webhook_url = account.get_base_url() + path

    @api.depends("stripe_id", "livemode")
    def _compute_dashboard_url(self):
        for account in self:
            mode = "" if account.livemode else "/test"
            account.dashboard_url = f"{DASHBOARD}/{account.stripe_id}{mode}"

    # === WORKING === #

    def _gateway(self):
        """Return the gateway of this account. The only place that reads the key.

        :raise UnauthorizedError: there is no usable key, with a sentence for the user
        """
        self.ensure_one()
        account = self.sudo()
        if not account.secret_key:
            raise UnauthorizedError(
                self.env._(
                    "Stripe is not connected. Connect it in Settings > Invoicing."
                )
            )
        if account.database_uuid != self._database_uuid():
            raise UnauthorizedError(
                self.env._(
                    "This database is a copy, and a copy does not call Stripe. "
                    "If it replaces the original, connect Stripe again in "
                    "Settings > Invoicing."
                )
            )
        try:
            return self._make_gateway(account.secret_key)
        except UserError as error:
            raise UnauthorizedError(str(error)) from error

    @api.model
    def _make_gateway(self, key):
        base = self.env["ir.config_parameter"].sudo().get_param(API_BASE_PARAMETER)
        try:
            return StripeGateway(key, base or "")
        except InvalidKeyError as error:
            raise UserError(self._key_sentence(error.reason)) from error
        except ForbiddenBaseError as error:
            raise UserError(
                self.env._(
                    "The system parameter %(parameter)s sends requests to "
                    "%(address)s. Another address than Stripe's must be on this "
                    "machine, and works with test keys only.",
                    parameter=API_BASE_PARAMETER,
                    address=error,
                )
            ) from error

    def _key_sentence(self, reason):
        if reason == "publishable":
            return self.env._(
                "This is a publishable key. Paste the secret key (sk_…) or a "
                "restricted key (rk_…) from Developers > API keys in Stripe."
            )
        if reason == "webhook":
            return self.env._(
                "This is the signing secret of a webhook. Odoo makes its webhook by "
                "itself; paste the secret key (sk_…) or a restricted key (rk_…)."
            )
        return self.env._(
            "This is not a Stripe key. Copy the secret key (sk_…) or a restricted key "
            "(rk_…) from Developers > API keys in Stripe, whole."
        )

    @api.model
    def _database_uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _language(self):
        """Return the language of the company's people, None if it has none."""
        return self.company_id.partner_id.lang or None

    @api.model
    def _usable(self):
        """Return the accounts that are not waiting for a next try."""
        return self.sudo().search(self._usable_domain())

    @api.model
    def _usable_domain(self):
        """Return the domain of :meth:`_usable`.

        Nothing is booked in an archived company.
        """
        now = fields.Datetime.now()
        ready = Domain("next_attempt_at", "=", False)
        ready |= Domain("next_attempt_at", "<=", now)
        active = Domain("active", "=", True) & Domain("company_id.active", "=", True)
        return ready & active

    def _note_failure(self, error):
        """Hold the whole account back: every other document would fail alike.

        :param error: a ``StripeApiError`` that concerns the connection
        """
        text = str(error)
        if not isinstance(error, UnauthorizedError) or error.http_status:
            text = self._connection_sentence(error)
        delay = getattr(error, "retry_after", 0) or min(backoff(self.failures), 300)
        at = fields.Datetime.now() + timedelta(seconds=delay)
        self.write(
            {"error": text, "failures": self.failures + 1, "next_attempt_at": at}
        )
        self.env["stripe.document"]._ring(at)

    def _try_now(self):
        """Do not wait any longer: somebody asked for another try."""
        waiting = self.filtered("next_attempt_at")
        waiting.write({"next_attempt_at": False, "error": False})

    def _note_success(self):
        """Say that the connection works again."""
        if self.failures or self.error or self.next_attempt_at:
            self.write({"error": False, "failures": 0, "next_attempt_at": False})

    def _connection_sentence(self, error):
        """Return what to tell an administrator when Stripe cannot be worked with."""
        if isinstance(error, UnauthorizedError) and error.http_status == 403:
            return self.env._(
                "Stripe does not let this key do what is needed: %(message)s\n"
                "Allow it for the key in Stripe's dashboard (Developers > API keys).",
                message=str(error),
            )
        if isinstance(error, UnauthorizedError):
            return self.env._(
                "Stripe does not know this key. It may have been revoked or rolled: "
                "copy the current one from Developers > API keys in Stripe."
            )
        if not error.http_status or error.http_status >= 500:
            return self.env._(
                "Stripe cannot be reached from this server. Check that it may open "
                "connections to %(address)s, and try again.",
                address=urlsplit(API_BASE).hostname,
            )
        return self.env._("Refused. Stripe says: %(message)s", message=str(error))

    @api.model
    def _cron_synchronize(self):
        """Work off the inbox and the outbox. One job, so that nothing races itself."""
        self.env["stripe.event"]._process_due(EVENTS_PER_RUN)
        self.env["stripe.checkout.session"]._process_due(CHECKOUTS_PER_RUN)
        self.env["stripe.document"]._process_due(DOCUMENTS_PER_RUN)
        self.env["stripe.credit.note"]._process_due(DOCUMENTS_PER_RUN)
        self.env["stripe.refund"]._process_due(DOCUMENTS_PER_RUN)
        self.env["stripe.correction"]._process_due(CORRECTIONS_PER_RUN)
        self.env["stripe.customer"]._process_due(CUSTOMERS_PER_RUN)
        self._import_wanted()
        self.env["stripe.balance.transaction"]._process_due(BALANCE_PER_RUN)
        self.env["stripe.balance"]._compare()
        self.env["stripe.payout"]._meet_the_bank()
        # What is left over has asked for another run, after the other jobs' turns.
        self.env["ir.cron"]._commit_progress(remaining=0)
