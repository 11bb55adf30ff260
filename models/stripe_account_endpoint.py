import requests

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..const import API_VERSION, HANDLED_EVENTS, WEBHOOK_REFUSAL
from ..stripe_api.errors import StripeApiError

ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe_endpoint"
# Seconds until Odoo's own address has to answer.
KNOCK_TIMEOUT = 10


class StripeAccount(models.Model):
    """Whether Stripe's calls can arrive: the webhook as it is, and the way to it.

    The alarm of silence speaks when a call that had to come did not. This looks before
    one has to come: once a day, and whenever an administrator asks.
    """

    _inherit = "stripe.account"

    endpoint_trouble = fields.Selection(
        [
            ("gone", "Gone"),
            ("disabled", "Disabled"),
            ("moved", "Another Address"),
            ("version", "Another Version"),
        ],
        "Webhook Trouble",
        readonly=True,
        copy=False,
    )
    endpoint_detail = fields.Char(readonly=True, copy=False, help="What Stripe has.")
    endpoint_problem = fields.Text(
        "Webhook Needs Attention", compute="_compute_endpoint_problem"
    )

    @api.depends("endpoint_trouble", "endpoint_detail")
    @api.depends_context("lang")
    def _compute_endpoint_problem(self):
        for account in self:
            account.endpoint_problem = account._endpoint_sentence()

    def _ensure_webhook_endpoint(self, gateway):
        # EXTENDS 'sale_stripe_invoice': the new one is as it has to be.
        result = super()._ensure_webhook_endpoint(gateway)
        self._note_endpoint(False)
        return result

    def _look_after_endpoint(self, gateway):
        """Look whether the webhook is as Odoo made it; mend what can be mended.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError: see the gateway
        """
        if not self.webhook_endpoint:
            return
        found = {one["id"]: one for one in gateway.list_webhook_endpoints()}
        endpoint = found.get(self.webhook_endpoint)
        if endpoint and endpoint["status"] == "enabled":
            heard = set(endpoint["enabled_events"])
            if not heard.issuperset(HANDLED_EVENTS) and "*" not in heard:
                # Somebody has unticked some in the dashboard.
                self.webhook_events = False
                self._teach_webhook_endpoint(gateway)
        self._note_endpoint(*self._endpoint_trouble(endpoint))

    def _endpoint_trouble(self, endpoint):
        """Return what is wrong with the webhook, and what Stripe has instead.

        :param dict endpoint: Stripe's, None if there is none
        :return: a value of ``endpoint_trouble``, False if it is right; and a text
        """
        if not endpoint:
            return "gone", ""
        if endpoint["status"] != "enabled":
            return "disabled", ""
        if endpoint["url"] != self.sudo().webhook_url:
            # The rest of the address is secret.
            return "moved", endpoint["url"].partition("/stripe_invoice/")[0]
        if endpoint["api_version"] != API_VERSION:
            return "version", endpoint["api_version"] or "–"
        return False, ""

    def _endpoint_sentence(self):
        """Return what is wrong with the webhook and what to do; False if nothing is."""
        env = self.env
        if self.endpoint_trouble == "gone":
            return env._(
                "The webhook is gone at Stripe, so Stripe does not call Odoo. Press "
                "Connect Again in Settings > Invoicing to have it made anew."
            )
        if self.endpoint_trouble == "disabled":
            return env._(
                "Stripe has disabled the webhook, as it does after many calls that "
                "failed. See in Stripe's dashboard (Developers > Webhooks) why they "
                "did, mend that, and enable it there, or press Connect Again."
            )
        if self.endpoint_trouble == "moved":
            return env._(
                "Stripe calls %(stripe)s, and Odoo's address is %(odoo)s by now. If "
                "Odoo has moved, press Connect Again in Settings > Invoicing; else "
                "correct the system parameter web.base.url.",
                stripe=self.endpoint_detail,
                odoo=self.get_base_url(),
            )
        if self.endpoint_trouble == "version":
            return env._(
                "The webhook is of another version of Stripe's API (%s). Press Connect "
                "Again in Settings > Invoicing to have it made anew.",
                self.endpoint_detail,
            )
        return False

    def _note_endpoint(self, trouble, detail=""):
        """Keep what is wrong with the webhook, and tell the responsible person once.

        :param trouble: a value of ``endpoint_trouble``, False if all is well
        :param str detail: what Stripe has
        """
        if (trouble, detail) == (self.endpoint_trouble, self.endpoint_detail or ""):
            return
        self.write({"endpoint_trouble": trouble, "endpoint_detail": detail or False})
        self.activity_unlink([ACTIVITY])
        if not trouble:
            return
        person = self.user_id or self.create_uid
        told = self.with_context(lang=person.lang)
        told.activity_schedule(
            ACTIVITY,
            summary=told.env._("Stripe's webhook needs attention"),
            note=plaintext2html(told.endpoint_problem),
            user_id=person.id,
        )

    # === ON REQUEST === #

    def action_check_connection(self):
        """Ask Stripe for the webhook and try the way to it; have all invoices compared.

        :return: the action that tells the result
        :raise UserError: Stripe did not answer, with the reason
        """
        self.ensure_one()
        self.check_access("write")
        try:
            self._look_after_endpoint(self._gateway())
        except StripeApiError as error:
            raise UserError(self._connection_sentence(error)) from error
        self.env.ref("sale_stripe_invoice.ir_cron_compare").sudo()._trigger()
        problem = self.endpoint_problem or self._knock()
        text = problem or self.env._(
            "The webhook is in order, and Odoo answers at its public address."
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problem else "success",
                "sticky": bool(problem),
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _knock(self):
        """Call Odoo's own webhook without a signature, over the public address.

        That it is refused for want of one shows that name, certificate, proxy and
        choice of the database lead here.

        :return: what is wrong with the way, empty if nothing is
        """
        env = self.env
        base = self.get_base_url()
        try:
            answer = requests.post(
                self.sudo().webhook_url,
                data=b"{}",
                timeout=KNOCK_TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return env._(
                "Odoo does not reach itself at %(address)s (%(problem)s). Perhaps only "
                "this server cannot; else check name, certificate, firewall and proxy.",
                address=base,
                problem=type(error).__name__,
            )
        if answer.is_redirect:
            return env._(
                "%(address)s leads on to another address, which Stripe does not "
                "follow. Set the system parameter web.base.url to the last one and "
                "press Connect Again.",
                address=base,
            )
        if answer.status_code == requests.codes.not_found:
            return env._(
                "%(address)s answers, but does not know this database. Where one "
                "server has several, the proxy has to name it: the README shows how.",
                address=base,
            )
        if answer.text != WEBHOOK_REFUSAL:
            return env._(
                "%(address)s answers with %(status)s. Does the proxy lead calls of "
                "/stripe_invoice/webhook to Odoo, without a password?",
                address=base,
                status=answer.status_code,
            )
        return ""
