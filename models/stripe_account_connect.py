import logging
import secrets
from contextlib import suppress
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import (
    API_BASE,
    API_BASE_PARAMETER,
    API_VERSION,
    HANDLED_EVENTS,
    METADATA_DATABASE,
    METADATA_ENDPOINT,
)
from ..stripe_api.errors import NotFoundError, StripeApiError
from .secrets_lock import lock_for_secret

_logger = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class StripeAccount(models.Model):
    """How a company connects: the key is checked, the webhook and the journal made."""

    _inherit = "stripe.account"

    @api.model
    def _connect(self, company, key):
        """Check a key, and make everything that the connection needs.

        :param company: the company that connects
        :param str key: secret or restricted key, as pasted
        :return: the account, which is the company's from now on
        :raise UserError: with a sentence that says what to do
        """
        key = (key or "").strip()
        gateway = self._make_gateway(key)
        try:
            remote = gateway.retrieve_account()
            missing = gateway.missing_permissions()
        except StripeApiError as error:
            raise UserError(self._connection_sentence(error)) from error
        if missing:
            raise UserError(
                self.env._(
                    "The restricted key lacks permissions for: %(resources)s.\n"
                    "Allow them for this key in Stripe's dashboard (Developers > API "
                    "keys), or paste a secret key.",
                    resources=", ".join(
                        f"{permission.name} ({permission.level})"
                        for permission in missing
                    ),
                )
            )
        account = self._for_remote(company, remote, gateway.livemode)
        # The worker may have written it while Stripe was being asked.
        lock_for_secret(account)
        account.write(
            {
                "secret_key": key,
                "database_uuid": self._database_uuid(),
                "error": False,
                "failures": 0,
                "next_attempt_at": False,
            }
        )
        account._ensure_accounting()
        account._ensure_webhook_endpoint(gateway)
        company.sudo().stripe_account_id = account
        self.env["stripe.document"]._ring()
        return account

    @api.model
    def _for_remote(self, company, remote, livemode):
        domain = [
            ("company_id", "=", company.id),
            ("stripe_id", "=", remote["id"]),
            ("livemode", "=", livemode),
        ]
        found = self.with_context(active_test=False).search(domain, limit=1)
        profile = remote.get("business_profile") or {}
        settings = (remote.get("settings") or {}).get("dashboard") or {}
        name = settings.get("display_name") or profile.get("name") or remote["id"]
        country = remote.get("country")
        if found:
            found.write({"name": name, "country_code": country, "active": True})
            return found
        return self.with_company(company).create(
            {
                "name": name,
                "company_id": company.id,
                "stripe_id": remote["id"],
                "livemode": livemode,
                "country_code": country,
            }
        )

    # === WEBHOOK ENDPOINT === #

    def _ensure_webhook_endpoint(self, gateway):
        """Make the webhook endpoint anew, with exactly our events and version.

        Its secret is told at creation only, so one that exists already is of no use: it
        is deleted once the new one is there.

        :param gateway: the ``StripeGateway`` of the account
        :raise UserError: Stripe cannot reach this server, or refuses the endpoint
        """
        self.ensure_one()
        account = self.sudo()
        self._check_reachable(account.webhook_url)
        metadata = {
            METADATA_DATABASE: self._database_uuid(),
            METADATA_ENDPOINT: account.webhook_token,
        }
        try:
            old = [
                endpoint["id"]
                for endpoint in gateway.list_webhook_endpoints()
                if metadata.items() <= (endpoint.get("metadata") or {}).items()
            ]
            endpoint = gateway.create_webhook_endpoint(
                {
                    "url": account.webhook_url,
                    "enabled_events": sorted(HANDLED_EVENTS),
                    "api_version": API_VERSION,
                    "description": f"Odoo ({self.company_id.name})",
                    "metadata": metadata,
                },
                f"odoo-endpoint-{secrets.token_hex(20)}",
            )
        except StripeApiError as error:
            raise UserError(
                self.env._(
                    "The webhook could not be made at Stripe, so payments would not "
                    "arrive in Odoo. %(reason)s",
                    reason=self._connection_sentence(error),
                )
            ) from error
        self._delete_webhook_endpoints(gateway, old)
        # Events that are on their way were signed with the former secret.
        former = (account.webhook_secrets or [])[:1]
        account.write(
            {
                "webhook_endpoint": endpoint["id"],
                "webhook_events": sorted(HANDLED_EVENTS),
                "webhook_secrets": [endpoint["secret"], *former],
                "webhook_since": fields.Datetime.now(),
            }
        )
        account._hear()

    def _teach_webhook_endpoint(self, gateway):
        """Let an endpoint of an earlier version be told what this version handles.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError: see the gateway
        """
        events = sorted(HANDLED_EVENTS)
        if not self.webhook_endpoint or self.webhook_events == events:
            return
        # One that was deleted raises the alarm of its own.
        with suppress(NotFoundError):
            gateway.update_webhook_endpoint(
                self.webhook_endpoint,
                {"enabled_events": events},
                f"odoo-endpoint-{secrets.token_hex(20)}",
            )
        self.webhook_events = events

    def _delete_webhook_endpoints(self, gateway, endpoint_ids):
        """Delete endpoints that have been replaced.

        A failure does no harm and must not cost the new endpoint, whose secret is told
        only once: what both deliver is stored once, and the next connection cleans up.
        """
        for endpoint_id in endpoint_ids:
            try:
                gateway.delete_webhook_endpoint(endpoint_id)
            except StripeApiError as error:
                _logger.warning("Webhook endpoint %s remains: %s", endpoint_id, error)

    def _check_reachable(self, url):
        """Refuse an address that Stripe could not call.

        Source: https://docs.stripe.com/webhooks (public address, https in live mode).

        :raise UserError: Stripe could not
        """
        base = self.env["ir.config_parameter"].sudo().get_param(API_BASE_PARAMETER)
        if base and base.rstrip("/") != API_BASE:
            return  # A simulator on this machine reaches everything.
        parts = urlsplit(url)
        if parts.hostname in LOOPBACK:
            raise UserError(
                self.env._(
                    "Stripe cannot call Odoo at %(address)s: that is this machine "
                    "only. Set the system parameter web.base.url to the public one.",
                    address=self.get_base_url(),
                )
            )
        if self.livemode and parts.scheme != "https":
            raise UserError(
                self.env._(
                    "Stripe calls https addresses only, and Odoo's is %(address)s. "
                    "Set the system parameter web.base.url to the https address.",
                    address=self.get_base_url(),
                )
            )
