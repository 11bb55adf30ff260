from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..lifecycle import CHANGING, Status

# Invoices that a refusal names.
NAMED = 5


class StripeQueueMixin(models.AbstractModel):
    """What an archived account or company holds back says so, until it is restored."""

    _inherit = "stripe.queue.mixin"

    held = fields.Char("Held Back", compute="_compute_held", compute_sudo=True)

    @api.depends("account_id.active", "account_id.company_id.active")
    def _compute_held(self):
        for row in self:
            account, company = row.account_id, row.account_id.company_id
            archived = [one for one in (account, company) if one and not one.active]
            row.held = bool(archived) and self.env._(
                "%s is archived: nothing is sent to Stripe or taken over from there "
                "until it is restored.",
                archived[0].display_name,
            )


class StripeAccount(models.Model):
    """An account is archived only when nothing can come from it any more."""

    _inherit = "stripe.account"

    def write(self, vals):
        """Archive what is no longer needed, and go on with what is restored.

        :raise UserError: it is in use, or its invoices can still be paid
        """
        archived = "active" in vals and not vals["active"]
        if archived:
            self._check_not_in_use()
            self.env["stripe.document"]._check_none_open(
                [("account_id", "in", self.ids)]
            )
        result = super().write(vals)
        if "active" in vals and not archived:
            self.env["stripe.document"]._ring()
        return result

    def _check_not_in_use(self):
        in_use = [("stripe_account_id", "in", self.ids), ("stripe_invoice", "=", True)]
        for company in self.env["res.company"].sudo().search(in_use, limit=1):
            raise UserError(
                self.env._(
                    "%(company)s sends its invoices to %(account)s. Connect another "
                    "Stripe account in Settings > Invoicing, or switch Stripe invoices "
                    "off there, before you archive this one.",
                    company=company.name,
                    account=company.stripe_account_id.display_name,
                )
            )


class ResCompany(models.Model):
    """A company whose invoices can still be paid at Stripe is not archived."""

    _inherit = "res.company"

    def write(self, vals):
        """Archive companies that expect nothing from Stripe any more.

        :raise UserError: invoices can still be paid at Stripe
        """
        if "active" in vals and not vals["active"]:
            domain = [("company_id", "in", self.ids)]
            self.env["stripe.document"]._check_none_open(domain)
        result = super().write(vals)
        if vals.get("active"):
            self.env["stripe.document"]._ring()
        return result


class StripeDocument(models.Model):
    """What would be paid without anybody hearing of it."""

    _inherit = "stripe.document"

    @api.model
    def _check_none_open(self, domain):
        """Refuse if there are live invoices that can still be paid, or will be.

        Those of the test mode bring no money.

        :param domain: which documents are looked at
        :raise UserError: there are, with some of their numbers
        """
        found = self.sudo().search(
            Domain(domain)
            & Domain("account_id.livemode", "=", True)
            & Domain("status", "in", [status.value for status in CHANGING])
        )
        if found:
            raise UserError(
                self.env._(
                    "What can still be paid at Stripe (%(count)s): %(invoices)s. Odoo "
                    "would not hear of it. Wait for the payment, or cancel it first.",
                    count=len(found),
                    invoices=", ".join(found[:NAMED].mapped("display_name")),
                )
            )


class AccountMove(models.Model):
    """The invoice says that its account is archived, for as long as it matters."""

    _inherit = "account.move"

    def _stripe_alerts(self, document):
        # EXTENDS 'sale_stripe_invoice': nothing else that is said goes on.
        matters = document.pending or Status(document.status or "") in CHANGING
        if not (document.held and matters):
            return super()._stripe_alerts(document)
        text = self.env._("Stripe: %s", document.held)
        return {"stripe_archived": {"level": "warning", "message": text}}
