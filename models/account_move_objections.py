from odoo import models

from ..lifecycle import FINALIZED, Status
from ..payloads.snapshot import read_invoice


class AccountMove(models.Model):
    """What speaks against sending an invoice, above its form before it is confirmed.

    Nothing here asks Stripe: it is read from the same snapshot that is sent later, and
    from what Stripe has refused before.
    """

    _inherit = "account.move"

    def _get_alerts(self):
        # EXTENDS 'account'
        alerts = super()._get_alerts()
        if self._stripe_can_object() and self.has_access("write"):
            document = self.sudo().stripe_document_id
            objections = self._stripe_reading().objections
            if document.refused:
                alerts.update(self._stripe_mending_alerts(objections))
            elif self.state == "draft":
                alerts.update(self._stripe_objection_alerts(objections))
        return alerts

    def _stripe_can_object(self):
        """Tell whether the invoice is to be sent, and complete enough to be read."""
        return (
            self._origin
            and self.stripe_invoice
            and self.state in ("draft", "posted")
            and Status(self.stripe_status or "") not in FINALIZED
            and self._stripe_available()
            and not self._stripe_is_skipped()
            and bool(self.partner_id and self.invoice_line_ids)
        )

    def _stripe_reading(self):
        """Return the invoice as Stripe would get it, and all that speaks against it.

        :rtype: Reading
        """
        move = self.with_company(self.company_id)
        account = move.company_id._stripe_company().stripe_account_id
        reading = read_invoice(move.sudo(), account, move._stripe_next_number())
        refused = move.sudo().stripe_document_id._refused_tax_id(move, account)
        return reading._replace(objections=(*reading.objections, *refused))

    def _stripe_objection_alerts(self, objections):
        """Return one alert for each objection, with where to mend it."""
        return {
            f"stripe_{objection.code}_{number}": {
                "level": "warning",
                "message": self.env._(
                    "Stripe will not take this invoice: %s", objection.text
                ),
                **self._stripe_place(objection.record),
            }
            for number, objection in enumerate(objections)
        }

    def _stripe_mending_alerts(self, objections):
        """Return where to mend what has been refused; the reasons are told already."""
        records = {objection.record: objection for objection in objections}
        alerts = {
            f"stripe_mend_{number}": {
                "level": "danger",
                "message": self.env._("Stripe: to be mended: %s", record.display_name),
                **self._stripe_place(record),
            }
            for number, record in enumerate(records)
            if record and record != self
        }
        if any(objection.code == "tax_id_refused" for objection in objections):
            alerts["stripe_tax_id"] = {
                "level": "danger",
                "message": self.env._(
                    "Stripe: the invoice can go without the tax ID. It is final then."
                ),
                "action_text": self.env._("Send without it"),
                "action_call": (
                    self._name,
                    "action_stripe_without_tax_ids",
                    self.ids,
                ),
            }
        return alerts

    def _stripe_place(self, record):
        """Return the link of an alert to a record, nothing if there is none to open."""
        if not record or not record.ids or record == self:
            return {}
        return {
            "action_text": self.env._("Open %s", record.display_name),
            "action": {
                "type": "ir.actions.act_window",
                "res_model": record._name,
                "res_id": record.ids[0],
                "views": [(False, "form")],
            },
        }
