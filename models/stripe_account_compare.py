import logging

import psycopg2

from odoo import api, fields, models

from ..const import METADATA_DATABASE, METADATA_NUMBER
from ..lifecycle import CHANGING, PAYABLE, Status
from ..postings.seen import seen_invoice
from ..stripe_api.errors import StripeApiError

_logger = logging.getLogger(__name__)


class StripeAccount(models.Model):
    """Once a day every invoice that can still change is compared, whatever was told.

    The hourly look at events finds what no call has told of. This finds what even the
    events did not bring about: it asks Stripe for the invoices themselves, and has each
    looked at anew that is not as Odoo has it.
    """

    _inherit = "stripe.account"

    compared_at = fields.Datetime(
        "Last Comparison",
        readonly=True,
        copy=False,
        help="When all invoices that can still change were compared with Stripe's.",
    )
    unknown_invoices = fields.Text(
        "Unknown to Odoo",
        readonly=True,
        copy=False,
        help="Invoices that this database has made at Stripe and that can still be "
        "paid there, but that Odoo does not know (any more).",
    )

    @api.model
    def _cron_compare(self):
        """Compare the invoices of all accounts, and look after their webhooks."""
        for account in self._usable().filtered("secret_key"):
            account._compare_safely()
            self.env["ir.cron"]._commit_progress(1)

    def _compare_safely(self):
        """Compare with Stripe; what fails there holds back this account alone."""
        try:
            gateway = self._gateway()
            self._compare(gateway)
            self._look_after_endpoint(gateway)
            self._note_success()
            self.env.flush_all()
        except StripeApiError as error:
            self._note_failure(error)
        except psycopg2.OperationalError:
            raise
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Stripe account %s could not compare", self.id)

    def _compare(self, gateway):
        """Have each invoice looked at that is not at Stripe what Odoo takes it for.

        :param gateway: the ``StripeGateway`` of the account
        :raise StripeApiError: see the gateway
        """
        seen = self._seen_at_stripe(gateway)
        documents = self.env["stripe.document"].search(
            [
                ("account_id", "=", self.id),
                "|",
                ("stripe_id", "in", list(seen)),
                "&",
                ("stripe_id", "!=", False),
                ("status", "in", [status.value for status in CHANGING]),
            ]
        )
        documents.filtered(
            lambda row: not row.pending and row._differs_from(seen.get(row.stripe_id))
        )._wake(refresh_wanted=True)
        self._unpaid_here()._wake(refresh_wanted=True)
        known = self._known_of(seen)
        unknown = {name: one for name, one in seen.items() if name not in known}
        self._tell_unknown(unknown)
        self.compared_at = fields.Datetime.now()

    def _seen_at_stripe(self, gateway):
        """Return our invoices that can still change at Stripe, by their ids there.

        :rtype: dict of Stripe's id → ``SeenInvoice``
        """
        database = self._database_uuid()
        found = {}
        for status in sorted(CHANGING):
            for invoice in gateway.invoices_in(status.value):
                metadata = invoice.get("metadata") or {}
                if metadata.get(METADATA_DATABASE) == database:
                    number = metadata.get(METADATA_NUMBER) or ""
                    found[invoice["id"]] = seen_invoice(invoice, status.value, number)
        return found

    def _known_of(self, stripe_ids):
        """Return which ids a company of this database knows, be it as a revision."""
        names = list(stripe_ids)
        documents = self.env["stripe.document"].search(
            ["|", ("stripe_id", "in", names), ("replaced_by", "in", names)]
        )
        return {*documents.mapped("stripe_id"), *documents.mapped("replaced_by")}

    def _unpaid_here(self):
        """Return what Stripe has as paid and Odoo has not: the payment may be missing.

        :rtype: stripe.document
        """
        rows = self.env["stripe.difference"].search(
            [
                ("account_id", "=", self.id),
                ("kind", "=", "due"),
                ("document_id.status", "=", Status.PAID.value),
            ]
        )
        return rows.document_id

    def _tell_unknown(self, unknown):
        """Tell once which invoices customers can pay that Odoo does not know.

        :param dict unknown: ``SeenInvoice`` by Stripe's id
        """
        payable = {
            name: one for name, one in unknown.items() if Status(one.status) in PAYABLE
        }
        lines = sorted(
            f"{one.odoo_number or one.number} ({name})" for name, one in payable.items()
        )
        text = "\n".join(lines) or False
        if text and text != self.unknown_invoices:
            self._ask(
                lambda env: env._("Stripe has invoices that Odoo does not know"),
                lambda env: env._(
                    "This database has made them, and customers can pay them, but Odoo "
                    "does not know them (any more): it may have been restored from a "
                    "backup. Link them (Actions > Stripe: Link on invoices), or void "
                    "them in Stripe's dashboard.\n%s",
                    text,
                ),
            )
        self.unknown_invoices = text


class StripeDocument(models.Model):
    """Comparing what is stored with what was seen at Stripe."""

    _inherit = "stripe.document"

    def _differs_from(self, seen):
        """Tell whether Stripe's invoice is not what is stored of it.

        :param SeenInvoice seen: None if it is not among those that can still change
        """
        if seen is None or not seen.is_readable:
            return True
        if (self.status, self.stripe_number or "") != (seen.status, seen.number):
            return True
        pairs = (
            (self.amount_total, seen.total),
            (self.amount_remaining, seen.remaining),
            (self.amount_paid, seen.paid),
        )
        return any(
            self.currency_id.compare_amounts(here, self._major(there))
            for here, there in pairs
        )
