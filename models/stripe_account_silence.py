from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..const import SILENCE_SECONDS

ACTIVITY = "sale_stripe_invoice.mail_activity_type_stripe_account"


class StripeAccount(models.Model):
    """Silence raises an alarm: things happen at Stripe, and Stripe does not call."""

    _inherit = "stripe.account"

    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        help="Is told when Stripe no longer calls.",
    )
    last_event_at = fields.Datetime(
        "Last Webhook",
        compute="_compute_last_event_at",
        help="When Stripe last called. What Odoo found by asking does not count.",
    )
    webhook_since = fields.Datetime(readonly=True, copy=False)
    silent_since = fields.Datetime("Webhook Silent Since", readonly=True, copy=False)
    endpoint_state = fields.Selection(
        [("enabled", "Enabled"), ("disabled", "Disabled"), ("deleted", "Deleted")],
        "Webhook at Stripe",
        readonly=True,
        copy=False,
        help="What Stripe said of it when it fell silent.",
    )
    silence = fields.Text("Webhook Problem", compute="_compute_silence")

    def _compute_last_event_at(self):
        # Not stored: a column here would make every webhook wait for every other.
        events = self.env["stripe.event"].sudo()
        for account in self:
            called = [("account_id", "=", account.id), ("delivered_at", "!=", False)]
            newest = events.search(called, order="delivered_at desc", limit=1)
            account.last_event_at = newest.delivered_at

    @api.depends("silent_since", "endpoint_state")
    def _compute_silence(self):
        for account in self:
            account.silence = account.silent_since and account._silence_sentence()

    def _silence_sentence(self):
        """Return since when Stripe has not called, and what to do about it."""
        if self.endpoint_state == "deleted":
            advice = self.env._(
                "The webhook was deleted at Stripe. Press Connect Again in Settings > "
                "Invoicing to have it made anew."
            )
        elif self.endpoint_state == "disabled":
            advice = self.env._(
                "The webhook is disabled at Stripe. Enable it in Stripe's dashboard "
                "(Developers > Webhooks), where the calls that failed are listed, too."
            )
        else:
            advice = self.env._(
                "Check that %(address)s can be reached from the internet: its name, "
                "certificate, firewall, and that the proxy leads to this database. "
                "Stripe's dashboard (Developers > Webhooks) lists the calls that "
                "failed, and why.",
                address=f"{self.get_base_url()}/stripe_invoice/webhook",
            )
        return self.env._(
            "Stripe has not called Odoo since %(time)s, although something happened "
            "there. Nothing is lost: Odoo asks Stripe every hour, so payments arrive "
            "late. %(advice)s",
            time=format_datetime(self.env, self.silent_since, dt_format="short"),
            advice=advice,
        )

    def _listen(self, gateway):
        """Raise the alarm if Stripe has not called for long although it had to.

        One call that is lost is no silence: any later one proves that calls arrive.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError: see the gateway
        """
        last = max(filter(None, [self.last_event_at, self.webhook_since]), default=None)
        if self.silent_since or not last:
            return
        # A server that was down, too, has a while to hear of what happened meanwhile.
        limit = fields.Datetime.now() - timedelta(seconds=SILENCE_SECONDS)
        missed = self.env["stripe.event"].search_count(
            [
                ("account_id", "=", self.id),
                ("delivered_at", "=", False),
                ("created_at", ">", last),
                ("received_at", "<=", limit),
            ],
            limit=1,
        )
        if missed:
            self._raise_alarm(last, gateway)

    def _raise_alarm(self, since, gateway):
        states = {one["id"]: one["status"] for one in gateway.list_webhook_endpoints()}
        state = states.get(self.webhook_endpoint, "deleted")
        self.write({"silent_since": since, "endpoint_state": state})
        person = self.user_id or self.create_uid
        told = self.with_context(lang=person.lang)
        told.activity_schedule(
            ACTIVITY,
            summary=told.env._("Stripe does not call Odoo any more"),
            note=told._silence_sentence(),
            user_id=person.id,
        )

    def _hear(self):
        """Take the alarm back: Stripe calls, or has a new webhook to call."""
        for account in self.filtered("silent_since"):
            account.write({"silent_since": False, "endpoint_state": False})
            account.activity_unlink([ACTIVITY])
