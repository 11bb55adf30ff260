import logging

from odoo import fields, models

from ..const import API_BASE_PARAMETER
from ..lifecycle import FINALIZED
from ..stripe_api.errors import RetryableError
from ..stripe_api.files import ForeignFileError, fetch_pdf

_logger = logging.getLogger(__name__)

# PDFs that one run fetches.
PDFS_PER_RUN = 100


class StripeAccount(models.Model):
    """Keeping Stripe's PDF with the invoice: its address at Stripe does not last."""

    _inherit = "stripe.account"

    attach_pdf = fields.Boolean(
        "Keep Stripe's PDF",
        help="Stripe's PDF of each invoice that is finalized from now on is attached "
        "to Odoo's invoice. Stripe's own address of it expires.",
    )

    def write(self, vals):
        """Leave alone what was finalized before somebody wanted its PDF kept."""
        begins = self.filtered(lambda row: not row.attach_pdf)
        result = super().write(vals)
        if vals.get("attach_pdf"):
            documents = self.env["stripe.document"].sudo()
            finalized = [status.value for status in FINALIZED]
            domain = [("account_id", "in", begins.ids), ("status", "in", finalized)]
            documents.search(domain).pdf_kept = True
        return result

    def _catch_up(self):
        # EXTENDS 'sale_stripe_invoice'
        result = super()._catch_up()
        if self.attach_pdf:
            self._keep_pdfs()
        return result

    def _keep_pdfs(self):
        """Attach the PDFs that are not kept yet; the rest comes with the next run."""
        documents = self.env["stripe.document"].search(
            [
                ("account_id", "=", self.id),
                ("status", "in", [status.value for status in FINALIZED]),
                ("invoice_pdf", "!=", False),
                ("pdf_kept", "=", False),
                ("checkout_id", "=", False),
                ("move_id", "!=", False),
            ],
            order="id",
            limit=PDFS_PER_RUN,
        )
        for document in documents:
            document._keep_pdf()
            self.env["ir.cron"]._commit_progress()


class StripeDocument(models.Model):
    """Stripe's PDF of one invoice."""

    _inherit = "stripe.document"

    pdf_kept = fields.Boolean(
        readonly=True, copy=False, help="Stripe's PDF is attached to the invoice."
    )

    def _keep_pdf(self):
        """Attach Stripe's PDF; one that cannot be read now is tried again."""
        base = self.env["ir.config_parameter"].sudo().get_param(API_BASE_PARAMETER)
        try:
            content = fetch_pdf(self.invoice_pdf, base or "")
        except RetryableError as error:
            _logger.info("PDF of %s cannot be read yet: %s", self, error)
            return
        except ForeignFileError as error:
            text = self.env._("Stripe's PDF is not at Stripe: %s", error)
            self._tell_history("odoo", text)
        else:
            name = f"Stripe-{self.stripe_number or self.move_name}.pdf"
            self.env["ir.attachment"].create(
                {
                    "name": name.replace("/", "-"),
                    "raw": content,
                    "mimetype": "application/pdf",
                    "res_model": "account.move",
                    "res_id": self.move_id.id,
                    "company_id": self.company_id.id,
                }
            )
        self.pdf_kept = True
