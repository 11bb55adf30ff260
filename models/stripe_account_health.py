from datetime import datetime, timezone

from odoo import api, fields, models

JOBS = (
    "sale_stripe_invoice.ir_cron_synchronize",
    "sale_stripe_invoice.ir_cron_catch_up",
    "sale_stripe_invoice.ir_cron_compare",
)


class StripeAccount(models.Model):
    """How the connection is doing, for administrators, at a glance."""

    _inherit = "stripe.account"

    caught_up_at = fields.Datetime("Last Look at Events", compute="_compute_health")
    next_run_at = fields.Datetime(
        "Next Run", compute="_compute_next_run", help="Of the background job."
    )
    jobs_off = fields.Boolean(compute="_compute_next_run")
    events_waiting = fields.Integer(compute="_compute_health")
    events_failed = fields.Integer(compute="_compute_health")
    documents_waiting = fields.Integer(compute="_compute_health")
    documents_to_fix = fields.Integer(compute="_compute_health")
    waiting_since = fields.Datetime(
        "Oldest Event That Waits", compute="_compute_health"
    )
    differences = fields.Integer(compute="_compute_health")

    def _compute_health(self):
        events = self._counts("stripe.event", "state", ["received", "failed"])
        waiting = self._counts("stripe.document", "pending", [True])
        to_fix = self._counts("stripe.document", "refused", [True])
        kinds = self.env["stripe.difference"].sudo()
        differing = dict(
            kinds._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        oldest = dict(
            self.env["stripe.event"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", self.ids),
                    ("state", "in", ("received", "failed")),
                ],
                ["account_id"],
                ["received_at:min"],
            )
        )
        for account in self:
            at = account.last_catch_up
            moment = datetime.fromtimestamp(at, timezone.utc).replace(tzinfo=None)
            account.caught_up_at = moment if at else False
            account.events_waiting = events.get((account, "received"), 0)
            account.events_failed = events.get((account, "failed"), 0)
            account.documents_waiting = waiting.get((account, True), 0)
            account.documents_to_fix = to_fix.get((account, True), 0)
            account.waiting_since = oldest.get(account, False)
            account.differences = differing.get(account, 0)

    def _counts(self, model, name, values):
        """Return how many rows of a model there are, by account and value of a field.

        :param str model: a model with ``account_id``
        :param str name: the field
        :param list values: those that count
        """
        groups = (
            self.env[model]
            .sudo()
            ._read_group(
                [("account_id", "in", self.ids), (name, "in", values)],
                ["account_id", name],
                ["__count"],
            )
        )
        return {(account, value): count for account, value, count in groups}

    @api.depends_context("uid")
    def _compute_next_run(self):
        jobs = [self.env.ref(name).sudo() for name in JOBS]
        self.next_run_at = jobs[0].nextcall
        self.jobs_off = not all(job.active for job in jobs)

    # === WHERE TO LOOK === #

    def action_waiting_events(self):
        """Show the events that wait or failed."""
        return self._look_at_rows(
            "sale_stripe_invoice.stripe_event_action",
            [("state", "in", ("received", "failed"))],
        )

    def action_documents_to_fix(self):
        """Show the Stripe documents that wait or are to be fixed."""
        return self._look_at_rows(
            "sale_stripe_invoice.stripe_document_action",
            ["|", ("pending", "=", True), ("refused", "=", True)],
        )

    def action_differences(self):
        """Show where Odoo and Stripe do not agree."""
        return self._look_at_rows("sale_stripe_invoice.stripe_difference_action", [])

    def _look_at_rows(self, action, domain):
        self.ensure_one()
        shown = self.env["ir.actions.act_window"]._for_xml_id(action)
        shown["domain"] = [("account_id", "=", self.id), *domain]
        return shown
