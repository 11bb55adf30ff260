from odoo import models

REPORT = "sale_stripe_invoice.report_stripe_balance"


class IrActionsReport(models.Model):
    """The report "Stripe Balance" of several companies is several documents."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        # EXTENDS 'base': not every wkhtmltopdf joins documents, but Odoo does.
        if self._get_report(report_ref).report_name != REPORT or not res_ids:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = {}
        for res_id in res_ids:
            streams |= super()._render_qweb_pdf_prepare_streams(
                report_ref, data, [res_id]
            )
        return streams
